/** There is no router where a user looks for one: what connect() and a supervised peer say of it. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { connect } from '../../src/connect.js';
import { peer } from '../../src/peer/spec.js';
import { start } from '../../src/start.js';
import { supervisor } from '../../supervisors/index.js';
import { eventually, failure, QUICK } from '../support/house.js';
import { recordingLogger } from '../support/recording-logger.js';

const servers: Server[] = [];
const sockets: { destroy(): void }[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

async function listening(server: Server): Promise<string> {
  server.on('connection', (socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
}

const http = (answer: RequestListener) => listening(createServer(answer));

/** A port that nobody listens on. */
async function closed(): Promise<string> {
  const url = await listening(createTcpServer());
  const server = servers.pop() as Server;
  server.close();
  await once(server, 'close');
  return url;
}

const CASES: [string, () => Promise<string>, object][] = [
  ['nobody listens', closed, { code: 'WAMP_ERR_CONNECT', transient: true, message: /ECONNREFUSED|refused/ }],
  [
    'a web server says 404',
    () =>
      http((_request, response) => {
        response.writeHead(404).end('no such page here');
      }),
    { code: 'WAMP_ERR_CONNECT', transient: false, message: /404[\s\S]*no such page here/ },
  ],
  [
    'a web server says 503',
    () =>
      http((_request, response) => {
        response.writeHead(503).end();
      }),
    { code: 'WAMP_ERR_CONNECT', transient: true, message: /503/ },
  ],
  [
    'something accepts and says nothing',
    () => listening(createTcpServer()),
    { code: 'WAMP_ERR_TIMEOUT', operation: 'open', message: /within 60 ms/ },
  ],
];

describe.each(CASES)('when %s', (_title, at, { message, ...expected }: { message?: RegExp }) => {
  it('connect() rejects with the reason, and where', async () => {
    const url = await at();
    const error = await failure(connect(url, { realm: 'realm1', openTimeout: 60 }));
    expect(error).toMatchObject(expected);
    expect(error.message).toMatch(message ?? '');
    expect(error.message).toContain(url);
  });

  it('a supervised peer tries again, and says the reason in its log, its tree and what waits', async () => {
    const url = await at();
    const log = recordingLogger();
    const tree = start(
      supervisor({ children: [peer('me', { url, realm: 'realm1', openTimeout: 60, backoff: QUICK })] }),
      { logger: log },
    );
    const me = tree.peer('me');
    const waiting = failure(me.call('com.example.add', [2, 3], { timeout: 500 }));
    await eventually(() => me.incarnation > 2);
    const said = (me.lastExit as Error).message;
    expect(said).toMatch(message ?? '');
    expect(tree.view().supervisor?.children[0]?.lastExit?.reason).toContain(said);
    expect(log.said('ended')[0]?.fields['reason']).toContain(said);
    const error = await waiting;
    expect(error.message).toContain(said);
    expect(error.message).toMatch(/^call of com\.example\.add: (no session within 500 ms \(timeout\): )?peer "me" is /);
    await tree.stop();
    expect(me.stats().unsettled).toBe(0);
  });
});

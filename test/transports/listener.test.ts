/** WebSocket and RawSocket at one place: `src/transports/listener.ts` and the front that both stand behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { ConnectError } from '../../src/errors.js';
import type { Listener } from '../../src/transports/front.js';
import { listen } from '../../src/transports/listener.js';
import { rawsocket } from '../../src/transports/rawsocket.js';
import type { Transport } from '../../src/transports/transport.js';
import { websocket } from '../../src/transports/websocket.js';
import type { ListenOptions } from '../../src/transports/websocket-listener.js';
import { record, turns, until } from '../support/record.js';

const JSON_ONLY = ['wamp.2.json'];
const listeners: Listener[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'respell-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
});

async function listening(options: Partial<ListenOptions> = {}) {
  const accepted: Transport[] = [];
  const listener = await listen({
    subprotocols: JSON_ONLY,
    onTransport: (transport) => accepted.push(transport),
    ...options,
  });
  listeners.push(listener);
  return { listener, accepted };
}

const open = (url: string) =>
  (url.startsWith('ws') ? websocket(url) : rawsocket(url)).open(JSON_ONLY, new AbortController().signal);

describe('listen', () => {
  it('takes both at one port, and has a URL for each', async () => {
    const { listener, accepted } = await listening();
    const { port } = listener;
    expect(listener.urls).toEqual([`ws://127.0.0.1:${port}/ws`, `rs://127.0.0.1:${port}`]);
    const heard = [];
    for (const url of listener.urls) {
      const client = await open(url);
      client.send('[1]');
      await until(() => accepted.length > heard.length);
      heard.push(record(accepted[heard.length]!));
      await heard.at(-1)!.has(1);
    }
    expect(heard.map(({ frames }) => frames)).toEqual([['[1]'], ['[1]']]);
  });

  it('takes a WebSocket whose request comes octet by octet', async () => {
    const { listener, accepted } = await listening();
    const socket = connect(listener.port, '127.0.0.1').setNoDelay();
    const request = [
      'GET /ws HTTP/1.1',
      'Host: 127.0.0.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      'Sec-WebSocket-Protocol: wamp.2.json',
      '\r\n',
    ].join('\r\n');
    for (const octet of Buffer.from(request)) {
      socket.write(Buffer.from([octet]));
      await turns(1);
    }
    await until(() => accepted.length === 1);
    socket.destroy();
  });

  it('keeps RawSocket within 16 MiB, whatever a WebSocket may have', async () => {
    const { listener } = await listening({ maxPayload: 2 ** 26 });
    const socket = connect(listener.port, '127.0.0.1');
    socket.write(Buffer.from('7f010000', 'hex'));
    const [reply] = (await once(socket, 'data')) as [Buffer];
    expect(reply.toString('hex')).toBe('7ff10000');
    socket.destroy();
  });

  it('takes WebSockets only when RawSocket has a number for none of its serializers', async () => {
    const { listener } = await listening({ subprotocols: ['wamp.2.custom'] });
    expect(listener.urls).toEqual([listener.url]);
    await expect(open(`rs://127.0.0.1:${listener.port}`)).rejects.toBeInstanceOf(ConnectError);
  });

  it('cuts at once what is neither', async () => {
    const { listener } = await listening();
    const socket = connect(listener.port, '127.0.0.1');
    socket.on('error', () => {});
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    socket.write(Buffer.alloc(4));
    await once(socket, 'close');
    expect(received).toBe(0);
  });

  it('says to a client with TLS what it can read as: there is none', async () => {
    const { listener } = await listening();
    await expect(open(`wss://127.0.0.1:${listener.port}/ws`)).rejects.toThrow(/For a router without it write ws:\/\/$/);
  });
});

describe('a Unix socket', () => {
  it('takes both', async () => {
    const unix = join(folder, 'both.sock');
    const { listener, accepted } = await listening({ unix });
    expect(listener).toMatchObject({ url: `unix:${unix}`, urls: [`unix:${unix}`], port: 0 });
    await open(listener.url);
    const webSocket = new WebSocket(`ws+unix:${unix}:/ws`, JSON_ONLY);
    await once(webSocket, 'open');
    await until(() => accepted.length === 2);
    expect(accepted.map(({ address }) => address)).toEqual([`unix:${unix}`, `unix:${unix}`]);
  });

  it('is gone when it is closed', async () => {
    const unix = join(folder, 'gone.sock');
    const { listener } = await listening({ unix });
    await listener.close();
    await expect(stat(unix)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('that a killed process has left behind is taken over', async () => {
    const unix = join(folder, 'left.sock');
    const program = `require('node:net').createServer().listen(${JSON.stringify(unix)}, () => console.log('up'))`;
    const child = spawn(process.execPath, ['-e', program]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await stat(unix)).isSocket()).toBe(true);
    const { listener } = await listening({ unix });
    (await open(listener.url)).destroy();
  });

  it('of a router that lives is not', async () => {
    const unix = join(folder, 'taken.sock');
    const { listener } = await listening({ unix });
    await expect(listening({ unix })).rejects.toMatchObject({
      message: `the Unix socket ${unix} is taken: stop the program that listens there, remove the file if it is no socket, or choose another path`,
      address: `unix:${unix}`,
      transient: true,
      cause: { code: 'EADDRINUSE' },
    });
    (await open(listener.url)).destroy();
  });

  it('does not take the place of a file', async () => {
    const unix = join(folder, 'file');
    await writeFile(unix, 'precious');
    await expect(listening({ unix })).rejects.toThrow(/is taken: /);
    expect((await stat(unix)).size).toBe(8);
  });

  it('has to have a folder', async () => {
    const unix = join(folder, 'no/router.sock');
    await expect(listening({ unix })).rejects.toMatchObject({
      message: expect.stringMatching(/^(could not listen on|this user may not make) the Unix socket \S+: /),
      transient: false,
    });
  });
});

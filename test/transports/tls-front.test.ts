/** TLS at a port: what it is made of. What it does is in `test/scenarios/router-tls.test.ts`. */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Listener } from '../../src/transports/front.js';
import { listen } from '../../src/transports/listener.js';
import { serverTls } from '../../src/transports/tls-front.js';
import type { Transport } from '../../src/transports/transport.js';
import { websocket } from '../../src/transports/websocket.js';
import { selfSigned } from '../support/certificate.js';
import { failure } from '../support/house.js';
import { until } from '../support/record.js';

const certificate = selfSigned();

describe('what a port shows', () => {
  it('is asked for anew each time where it is a function’s', async () => {
    let asked = 0;
    const now = serverTls('tls', () => ({ ...certificate, requestCert: ++asked > 1 }), 'router');
    expect([(await now()).requestCert, (await now()).requestCert]).toEqual([false, true]);
  });

  it.each<[unknown, object]>([
    [
      { cert: certificate.cert },
      {
        code: 'WAMP_ERR_USAGE',
        message: 'tls cannot be used: expected cert and key, or pfx, for what clients are shown',
      },
    ],
    [
      () => ({}),
      {
        code: 'WAMP_ERR_CONNECT',
        transient: false,
        message: 'could not listen: tls cannot be used: expected cert and key, or pfx, for what clients are shown',
      },
    ],
    [
      () => Promise.reject(new Error('no such file')),
      {
        code: 'WAMP_ERR_CONNECT',
        transient: true,
        message: 'could not listen: the function given as tls failed: no such file',
      },
    ],
    [{ ...certificate, pfx: Buffer.from('junk') }, { code: 'WAMP_ERR_USAGE' }],
  ])('fails with what is wrong with it', async (given, expected) => {
    expect(await failure(serverTls('tls', given as never, 'router')())).toMatchObject(expected);
  });
});

describe('a port with TLS', () => {
  let listener: Listener;
  const accepted: Transport[] = [];
  const failures: string[] = [];
  beforeAll(async () => {
    listener = await listen({
      subprotocols: ['wamp.2.json'],
      tls: certificate,
      handshakeTimeout: 200,
      onTransport: (transport) => accepted.push(transport),
      onTlsFailure: (address, error) => failures.push(`${address} ${error.message}`),
    });
  });
  afterAll(() => listener.close());

  const client = () => {
    const socket = connect(listener.port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => {});
    socket.resume();
    return { socket, closed };
  };

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['the first octet of TLS and no more', Buffer.of(0x16)],
    ['what is no TLS behind the first octet', Buffer.from('\x16 let me in', 'latin1')],
    ['a RawSocket’s handshake', Buffer.of(0x7f, 0xf1, 0, 0)],
    ['what nobody speaks', Buffer.of(0x00)],
  ])('ends a client that says %s, and goes on', async (_what, octets) => {
    const { socket, closed } = client();
    socket.write(octets);
    await closed;
    const transport = await websocket(`wss://localhost:${listener.port}/ws`, { tls: { ca: certificate.cert } }).open(
      ['wamp.2.json'],
      new AbortController().signal,
    );
    transport.destroy();
  });

  it('ends a client that says nothing within TLS, in the time of the handshake', async () => {
    const socket = connectTls({
      port: listener.port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: certificate.cert,
    });
    socket.on('error', () => {});
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  });

  it('survives clients that reset in the midst of the handshake', async () => {
    for (let at = 0; at < 5; at += 1) {
      const { socket, closed } = client();
      await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
      socket.write(Buffer.of(0x16, 3, 1));
      socket.resetAndDestroy();
      await closed;
    }
    const { socket, closed } = client();
    socket.end('GET / HTTP/1.1\r\n\r\n');
    await closed;
  });

  it('tells of a handshake that came to nothing', async () => {
    const before = failures.length;
    const untrusting = websocket(`wss://localhost:${listener.port}/ws`);
    await failure(untrusting.open(['wamp.2.json'], new AbortController().signal));
    await until(() => failures.length > before);
    expect(failures.at(-1)).toMatch(/^(unknown|\S*127\.0\.0\.1) \S.*/);
  });

  it('closes what is in the midst of a handshake', async () => {
    const { socket, closed } = client();
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    socket.write(Buffer.of(0x16));
    await listener.close();
    await closed;
    for (const transport of accepted) transport.destroy();
  });
});

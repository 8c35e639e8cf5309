import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import WebSocket from 'ws';
import { ConnectError, UsageError } from '../../src/errors.js';
import type { Transport } from '../../src/transports/transport.js';
import { websocket } from '../../src/transports/websocket.js';
import {
  type Listener,
  type ListenOptions,
  listenWebSocket,
  type RequestFacts,
} from '../../src/transports/websocket-listener.js';
import { record, turns, until } from '../support/record.js';

const JSON_ONLY = ['wamp.2.json'];
const never = () => new AbortController().signal;
const listeners: Listener[] = [];

afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
});

/** Listens, and keeps what connects. */
async function listening(options: Partial<ListenOptions> = {}) {
  const accepted: { transport: Transport; request: RequestFacts }[] = [];
  const errors: Error[] = [];
  const listener = await listenWebSocket({
    subprotocols: JSON_ONLY,
    onTransport: (transport, request) => accepted.push({ transport, request }),
    onError: (error) => errors.push(error),
    ...options,
  });
  listeners.push(listener);
  return { listener, accepted, errors };
}

const open = (url: string, subprotocols: readonly string[] = JSON_ONLY, headers: Record<string, string> = {}) =>
  websocket(url, { headers }).open(subprotocols, never());

/** A client in octets, which does nothing by itself. */
async function raw(port: number, text = ''): Promise<{ socket: Socket; received: () => string; ended: Promise<void> }> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  socket.write(text);
  return { socket, received: () => received, ended };
}

const REQUEST = [
  'GET /ws HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Protocol: wamp.2.json',
  '',
  '',
].join('\r\n');

describe('listenWebSocket', () => {
  it('hands over each client with what its handshake told', async () => {
    const { listener, accepted } = await listening();
    expect(listener.url).toBe(`ws://127.0.0.1:${listener.port}/ws`);
    const client = await open(`ws://127.0.0.1:${listener.port}/any/path?a=b`, JSON_ONLY, {
      Origin: 'http://localhost:5173',
    });
    const [{ transport, request }] = accepted as [(typeof accepted)[0]];
    expect(request).toEqual({
      remoteAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      origin: 'http://localhost:5173',
      path: '/any/path?a=b',
    });
    expect(transport.address).toBe(request.remoteAddress);
    const [atClient, atRouter] = [record(client), record(transport)];
    client.close();
    const [, why] = await Promise.all([atClient.closed, atRouter.closed]);
    expect(why.message).toBe(
      `the connection from ${transport.address} was closed by the client (1000, normal closure)`,
    );
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['localhost', 'localhost'],
  ])('on host %s, has a URL that a client on this machine can use', async (host, shown) => {
    const { listener } = await listening({ host });
    expect(listener.url).toBe(`ws://${shown}:${listener.port}/ws`);
    (await open(listener.url)).destroy();
  });

  it('chooses the subprotocol by the client’s order', async () => {
    const { listener, accepted } = await listening({ subprotocols: ['wamp.2.msgpack', 'wamp.2.json'] });
    const client = await open(listener.url, ['wamp.2.json', 'wamp.2.msgpack']);
    expect([client.subprotocol, accepted[0]?.transport.subprotocol]).toEqual(['wamp.2.json', 'wamp.2.json']);
    client.destroy();
  });

  it.each([
    [
      'no common subprotocol',
      {},
      '/ws',
      ['wamp.2.cbor'],
      {},
      /HTTP 400 Bad Request: expected one of the subprotocols wamp\.2\.json, received wamp\.2\.cbor/,
    ],
    [
      'another path',
      { path: '/ws' },
      '/',
      JSON_ONLY,
      {},
      /HTTP 404 Not Found: no WebSocket is served at \/; it is at \/ws; is the path right\?/,
    ],
    [
      'a foreign page',
      {},
      '/ws',
      JSON_ONLY,
      { Origin: 'https://evil.example' },
      /HTTP 403 Forbidden: the origin https:\/\/evil\.example is not allowed/,
    ],
  ])('turns down %s, and says why', async (_, options, path, subprotocols, headers, message) => {
    const { listener, accepted } = await listening(options);
    const attempt = open(`ws://127.0.0.1:${listener.port}${path}`, subprotocols, headers as Record<string, string>);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ transient: false });
    expect(accepted).toEqual([]);
  });

  it('lets in a foreign page that is allowed', async () => {
    const { listener } = await listening({ allowOrigins: ['https://a.example'] });
    (await open(listener.url, JSON_ONLY, { Origin: 'https://a.example' })).destroy();
  });

  it('tells a browser that asks in plain HTTP what it is', async () => {
    const { listener } = await listening({ path: '/ws' });
    const [status, type, body] = await new Promise<unknown[]>((resolve, reject) => {
      get(`http://127.0.0.1:${listener.port}/`, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve([response.statusCode, response.headers['content-type'], text]));
      }).on('error', reject);
    });
    expect(status).toBe(426);
    expect(type).toBe('text/plain; charset=utf-8');
    expect(body).toBe('This is a WAMP router: connect with a WebSocket client at /ws that speaks wamp.2.json.\n');
  });

  it('accepts no compression', async () => {
    const { listener } = await listening();
    const webSocket = new WebSocket(listener.url, JSON_ONLY, { perMessageDeflate: true });
    await new Promise((resolve) => webSocket.once('open', resolve));
    expect(webSocket.extensions).toBe('');
    webSocket.terminate();
  });

  it.each([
    ['port', { port: 65_536 }, /^port: expected a whole number from 0 \(any free port\) to 65535, received 65536$/],
    ['port', { port: 1.5 }, /^port: .* received 1\.5$/],
    ['subprotocols', { subprotocols: [] }, /^expected at least one subprotocol/],
    ['maxPayload', { maxPayload: -1 }, /^maxPayload: /],
    ['ping', { ping: { timeout: 0 } }, /^ping\.timeout: /],
    ['maxConnections', { maxConnections: 0 }, /^maxConnections: expected a whole number from 1, received 0$/],
    [
      'handshakeTimeout',
      { handshakeTimeout: 0 },
      /^handshakeTimeout: expected milliseconds, a whole number from 1, received 0$/,
    ],
  ])('refuses a %s that cannot be meant', async (_, options, message) => {
    const attempt = listenWebSocket({ subprotocols: JSON_ONLY, onTransport: () => {}, ...options });
    await expect(attempt).rejects.toBeInstanceOf(UsageError);
    await expect(attempt).rejects.toThrow(message);
  });

  it('names a port that is taken, and the remedy', async () => {
    const { listener } = await listening();
    const attempt = listenWebSocket({ port: listener.port, subprotocols: JSON_ONLY, onTransport: () => {} });
    await expect(attempt).rejects.toBeInstanceOf(ConnectError);
    await expect(attempt).rejects.toMatchObject({
      message: `port ${listener.port} on 127.0.0.1 is taken: stop the program that listens there, or choose another port (0 takes any free one)`,
      address: `ws://127.0.0.1:${listener.port}`,
      transient: true,
      cause: { code: 'EADDRINUSE' },
    });
  });

  it('keeps the cause of every other failure to listen', async () => {
    const attempt = listenWebSocket({ host: '203.0.113.1', subprotocols: JSON_ONLY, onTransport: () => {} });
    await expect(attempt).rejects.toMatchObject({ transient: false, cause: { code: 'EADDRNOTAVAIL' } });
  });

  it('ends only the one connection when onTransport throws', async () => {
    const cause = new Error('a defect');
    const { listener, errors } = await listening({
      onTransport: () => {
        throw cause;
      },
    });
    const client = await open(listener.url);
    const heard = record(client);
    await heard.closed;
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ message: 'onTransport threw: a defect', cause });
    (await open(listener.url)).destroy();
  });

  it('closes what is beyond maxConnections', async () => {
    const { listener } = await listening({ maxConnections: 1 });
    const first = await open(listener.url);
    await expect(open(listener.url)).rejects.toMatchObject({ transient: true });
    first.destroy();
  });

  it.each([
    ['nothing', ''],
    ['half a request', REQUEST.slice(0, 60)],
  ])('cuts a client that sends %s for longer than a handshake may take', async (_, text) => {
    const { listener } = await listening({ handshakeTimeout: 20 });
    const { ended } = await raw(listener.port, text);
    await ended;
  });

  it.each([
    ['nothing was sent', ''],
    ['half the request was sent', REQUEST.slice(0, 60)],
    ['the request was sent', REQUEST],
    ['the request was refused', REQUEST.replace('wamp.2.json', 'chat')],
    ['what was sent is not HTTP', '\u0000\u0001\r\n\r\n'],
  ])('survives a client that is reset when %s', async (_, text) => {
    const { listener, errors } = await listening();
    const { socket, ended } = await raw(listener.port, text);
    await turns(2);
    socket.resetAndDestroy();
    await ended;
    await turns(5);
    expect(errors).toEqual([]);
    (await open(listener.url)).destroy();
  });

  it('survives clients that are reset while it refuses them', async () => {
    const { listener, accepted } = await listening();
    const clients = Array.from({ length: 50 }, async () => {
      const { socket, ended } = await raw(listener.port, REQUEST.replace('wamp.2.json', 'chat'));
      setImmediate(() => socket.resetAndDestroy());
      await ended;
    });
    await Promise.all(clients);
    await turns(5);
    expect(accepted).toEqual([]);
    (await open(listener.url)).destroy();
  });

  it('notices that a client was reset when open', async () => {
    const { listener, accepted } = await listening();
    const { socket } = await raw(listener.port, REQUEST);
    await until(() => accepted.length === 1);
    const heard = record(accepted[0]!.transport);
    await turns();
    socket.resetAndDestroy();
    const why = await heard.closed;
    expect(why.message).toMatch(/^the connection from 127\.0\.0\.1:\d+ was lost \(1006, read ECONNRESET\)$/);
    expect(why.cause).toMatchObject({ code: 'ECONNRESET' });
  });

  it('notices a client that is half-open', async () => {
    const { listener, accepted } = await listening({ ping: { interval: 5, timeout: 5 } });
    await raw(listener.port, REQUEST);
    await until(() => accepted.length === 1);
    const why = await record(accepted[0]!.transport).closed;
    expect(why.message).toMatch(/was closed by this side \(no pong within 5 ms\)$/);
  });
});

describe('a listener that is closed', () => {
  it('ends its transports with 1001 first, and is closed once', async () => {
    const { listener, accepted } = await listening();
    const atClient = record(await open(listener.url));
    const atRouter = record(accepted[0]!.transport);
    const closing = listener.close();
    expect(listener.close()).toBe(closing);
    await closing;
    await turns();
    expect(atRouter.ends.map((why) => why.message)).toEqual([expect.stringMatching(/was closed by this side$/)]);
    expect((await atClient.closed).message).toMatch(/was closed by the router \(1001, the router is shutting down\)$/);
    await expect(open(listener.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('cuts what has not finished its handshake', async () => {
    const { listener } = await listening();
    const idle = await raw(listener.port);
    const half = await raw(listener.port, REQUEST.slice(0, 60));
    await turns(2);
    await listener.close();
    await Promise.all([idle.ended, half.ended]);
  });

  it('has freed its port: it can be listened on again at once, twenty times, with clients each time', async () => {
    let { listener } = await listening();
    const { port } = listener;
    for (let time = 0; time < 20; time += 1) {
      const clients = await Promise.all([open(listener.url), open(listener.url)]);
      const ends = clients.map((client) => record(client).closed);
      await listener.close();
      ({ listener } = await listening({ port }));
      expect(listener.port).toBe(port);
      await Promise.all(ends);
    }
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { SimulatedClock } from 'xstate';
import { ConnectError, SerializationError, TimeoutError, UsageError } from '../../src/errors.js';
import { type RawSocketOptions, rawsocket } from '../../src/transports/rawsocket.js';
import { RawSocketRefusal } from '../../src/transports/rawsocket-failure.js';
import type { RawSocketEndpoint } from '../../src/transports/rawsocket-url.js';
import type { Transport } from '../../src/transports/transport.js';
import { type Certificate, selfSigned } from '../support/certificate.js';
import { CONSENT, frame, greeting, PING, PONG } from '../support/rawsocket-router.js';
import { record, turns, until } from '../support/record.js';
import { recordingLogger } from '../support/recording-logger.js';
import { closedPort, type RawServer, rawServer } from '../support/tcp.js';

const JSON_ONLY = ['wamp.2.json'];
const servers: { close(): Promise<void> }[] = [];
const opened: Transport[] = [];

afterEach(async () => {
  for (const transport of opened.splice(0)) transport.destroy();
  for (const server of servers.splice(0)) await server.close();
});

async function served(onSocket: (socket: Socket) => void): Promise<RawServer & { readonly url: string }> {
  const server = await rawServer(onSocket);
  servers.push(server);
  return Object.assign(server, { url: `rs://127.0.0.1:${server.port}` });
}

async function open(
  router: string | RawSocketEndpoint,
  options: RawSocketOptions = {},
  subprotocols = JSON_ONLY,
): Promise<Transport> {
  const transport = await rawsocket(router, options).open(subprotocols, new AbortController().signal);
  opened.push(transport);
  return transport;
}

async function failure(...of: Parameters<typeof open>): Promise<ConnectError> {
  const error = await open(...of).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConnectError);
  return error as ConnectError;
}

describe('rawsocket', () => {
  it.each<[string, RawSocketOptions, RegExp]>([
    ['hello', {}, /^expected a URL such as rs:\/\//],
    ['rs://127.0.0.1', {}, /expected a port, as in rs:\/\/127\.0\.0\.1:8080$/],
    ['rs://host:1', { tls: { ca: 'x' } }, /^tls was given for rs:\/\/host:1, which has none: write rss:\/\/ for TLS$/],
    [
      'rs://host:1',
      { maxPayload: 2 ** 24 + 1 },
      /^maxPayload: expected octets, .* from 1 to 16777216, received 16777217$/,
    ],
    ['rs://host:1', { maxQueued: 0 }, /^maxQueued: .* received 0$/],
    ['rs://host:1', { ping: { interval: -1 } }, /^ping\.interval: /],
    ['rs://host:1', { tsl: true } as never, /unknown option "tsl"; did you mean "tls"\?/],
  ])('refuses %s with %j before anything is opened', (url, options, message) => {
    expect(() => rawsocket(url, options)).toThrow(UsageError);
    expect(() => rawsocket(url, options)).toThrow(message);
  });

  it.each([
    [JSON_ONLY, {}, '7fb10000'],
    [['wamp.2.msgpack'], { maxPayload: 2 ** 24 }, '7ff20000'],
    [['wamp.2.custom', 'wamp.2.cbor'], { maxPayload: 600 }, '7f130000'],
  ])('asks for %j with %j by the octets %s', async (subprotocols, options, asked) => {
    let octets = '';
    const server = await served((socket) => {
      socket.once('data', (chunk: Buffer) => {
        octets = chunk.toString('hex');
        socket.write(chunk);
      });
    });
    const transport = await open(server.url, { ...options, ping: false }, subprotocols);
    expect(octets).toBe(asked);
    expect(transport).toMatchObject({ subprotocol: subprotocols.at(-1), address: server.url });
  });

  it('takes a URL as text, as a URL, and in parts', () => {
    const { port } = new URL('rs://host:1');
    const all = ['rs://host:1', new URL('rs://host:1'), { host: 'host', port: Number(port) }];
    expect(all.map((router) => rawsocket(router).address)).toEqual(Array(3).fill('rs://host:1'));
  });

  it('asks for the next serializer on a new connection when the router does not speak the first', async () => {
    const asked: string[] = [];
    const server = await served((socket) => {
      socket.once('data', (chunk: Buffer) => {
        asked.push(chunk.toString('hex'));
        socket.write(Buffer.from(asked.length === 1 ? '7f100000' : '7fb10000', 'hex'));
      });
    });
    const transport = await open(server.url, { ping: false }, ['wamp.2.cbor', 'wamp.2.json']);
    expect(asked).toEqual(['7fb30000', '7fb10000']);
    expect(transport.subprotocol).toBe('wamp.2.json');
    await until(() => server.sockets.size === 1);
  });

  it('refuses to offer nothing, or nothing that RawSocket has a number for', async () => {
    const connector = rawsocket('rs://127.0.0.1:9');
    const { signal } = new AbortController();
    await expect(connector.open([], signal)).rejects.toBeInstanceOf(UsageError);
    await expect(connector.open(['wamp.2.custom'], signal)).rejects.toThrow(
      'expected a serializer that RawSocket has a number for (wamp.2.json, wamp.2.msgpack, wamp.2.cbor), received wamp.2.custom',
    );
  });

  it('reads a consent that comes octet by octet', async () => {
    const server = await served((socket) => {
      socket.once('data', async () => {
        for (const octet of Buffer.from(CONSENT, 'hex')) {
          socket.write(Buffer.from([octet]));
          await turns(2);
        }
      });
    });
    expect((await open(server.url, { ping: false })).subprotocol).toBe('wamp.2.json');
  });

  it('keeps the frames that come in one segment with the consent', async () => {
    const server = await served(greeting(`${CONSENT}${frame('[1]').toString('hex')}${frame('[2]').toString('hex')}`));
    const heard = record(await open(server.url));
    await heard.has(2);
    expect(heard.frames).toEqual(['[1]', '[2]']);
  });
});

describe('a connection that cannot be opened', () => {
  it('is refused: Node says by whom, we ask whether the router runs', async () => {
    const port = await closedPort();
    const error = await failure(`rs://127.0.0.1:${port}`);
    expect(error.message).toBe(
      `could not connect to rs://127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}; is the router running?`,
    );
    expect(error).toMatchObject({ transient: true, cause: { code: 'ECONNREFUSED' } });
  });

  it('tries both addresses of localhost', async () => {
    const server = await served(greeting());
    await open(`rs://localhost:${server.port}`);
  });

  it('has no Unix socket at its path', async () => {
    const path = join(tmpdir(), 'respell-nobody.sock');
    const error = await failure({ path });
    expect(error.message).toBe(
      `could not connect to unix:${path}: connect ENOENT ${path}; is the router running, and the path right?`,
    );
    expect(error.transient).toBe(true);
  });

  it('has a file at its path that is no socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'respell-'));
    const path = join(folder, 'file');
    await writeFile(path, '');
    expect((await failure(`unix:${path}`)).cause).toMatchObject({
      code: expect.stringMatching(/ECONNREFUSED|ENOTSOCK/),
    });
    await rm(folder, { recursive: true });
  });

  it.each([
    [
      '7f100000',
      false,
      'RawSocket error 1, serializer unsupported; wamp.2.json was asked for: offer a serializer that the router speaks',
    ],
    ['7f200000', false, 'RawSocket error 2, maximum message length unacceptable; choose another maxPayload'],
    ['7f300000', false, 'RawSocket error 3, use of reserved bits'],
    ['7f400000', true, 'RawSocket error 4, maximum connection count reached'],
    ['7ff00000', true, 'RawSocket error 15, which the standard does not know'],
  ])('is refused by %s', async (reply, transient, message) => {
    const server = await served(greeting(reply));
    const error = await failure(server.url);
    expect(error.message).toBe(`could not connect to ${server.url}: ${message}`);
    expect(error).toMatchObject({ transient, address: server.url });
    expect(error.cause).toBeInstanceOf(RawSocketRefusal);
    await until(() => server.sockets.size === 0);
  });

  it.each([
    ['00f10000', true, 'expected an answer that begins with 7f, received 00 f1 00 00; does the port speak RawSocket?'],
    ['7ff10001', true, 'expected 0 in the reserved octets, received 7f f1 00 01; does the port speak RawSocket?'],
    ['7ff20000', true, 'expected consent to serializer 1, received 2; does the port speak RawSocket?'],
    [
      Buffer.from('HTTP/1.1 400').toString('hex'),
      false,
      'expected an answer that begins with 7f, received 48 54 54 50; the port answers in HTTP: for a WebSocket write ws://',
    ],
    [
      '15030300020228',
      false,
      'expected an answer that begins with 7f, received 15 03 03 00; the port speaks TLS: write rss://',
    ],
  ])('is answered with %s', async (reply, transient, message) => {
    const server = await served(greeting(reply));
    const error = await failure(server.url);
    expect(error.message).toBe(`could not connect to ${server.url}: ${message}`);
    expect(error.transient).toBe(transient);
    await until(() => server.sockets.size === 0);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['as soon as it is accepted', (socket) => socket.resetAndDestroy()],
    ['when the request has come', (socket) => socket.once('data', () => socket.resetAndDestroy())],
    [
      'in the middle of the answer',
      (socket) => socket.once('data', () => socket.write(Buffer.from('7fb1', 'hex'), () => socket.resetAndDestroy())),
    ],
    ['with FIN, in the middle of the answer', (socket) => socket.once('data', () => socket.end('\u007f'))],
    ['with FIN, when the request has come', (socket) => socket.once('data', () => socket.end())],
  ])('is cut %s', async (_, onSocket) => {
    const server = await served(onSocket);
    const error = await failure(server.url, { ping: false });
    expect(error).toMatchObject({ transient: true, cause: { code: expect.stringMatching(/ECONNRESET|EPIPE/) } });
    expect(error.message).toMatch(/the connection was cut before the handshake was over$/);
  });
});

describe('the signal of an attempt', () => {
  it('ends it before it began', async () => {
    const reason = new Error('not now');
    await expect(rawsocket('rs://127.0.0.1:9').open(JSON_ONLY, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['the router accepts and says nothing', (socket) => void socket.resume()],
    ['the router answers half', (socket) => socket.once('data', () => socket.write(Buffer.from('7fb1', 'hex')))],
    ['the router does not answer the first ping', greeting(CONSENT, '')],
  ])('ends it at once, and its socket, when %s', async (_, onSocket) => {
    const server = await served(onSocket);
    const abort = new AbortController();
    const attempt = rawsocket(server.url, { clock: new SimulatedClock() }).open(JSON_ONLY, abort.signal);
    attempt.catch(() => {});
    await until(() => server.sockets.size === 1);
    await turns(10);
    const reason = new Error('the deadline passed');
    abort.abort(reason);
    await expect(attempt).rejects.toBe(reason);
    await until(() => server.sockets.size === 0);
  });

  it('ends it between two of its steps, too', async () => {
    const server = await served(greeting(CONSENT, ''));
    const abort = new AbortController();
    const clock = new SimulatedClock();
    const setTimeout = clock.setTimeout.bind(clock);
    const reason = new Error('the deadline passed');
    // The first timer is the first ping's: behind the handshake, and before anybody waits for the answer.
    clock.setTimeout = (...of) => {
      abort.abort(reason);
      return setTimeout(...of);
    };
    await expect(rawsocket(server.url, { clock }).open(JSON_ONLY, abort.signal)).rejects.toBe(reason);
    await until(() => server.sockets.size === 0);
  });

  it('does nothing any more when the transport is open', async () => {
    const server = await served(greeting());
    const abort = new AbortController();
    const transport = await rawsocket(server.url).open(JSON_ONLY, abort.signal);
    opened.push(transport);
    const heard = record(transport);
    abort.abort();
    [...server.sockets][0]?.write(frame('[1]'));
    await heard.has(1);
    expect(heard.ends).toEqual([]);
  });
});

describe('the first ping', () => {
  const KNOWS_NO_PINGS =
    'the router knows no pings of RawSockets: TCP alone looks whether it is there; ping: false would connect sooner';

  it.each<[string, (socket: Socket) => void]>([
    ['ends the connection', (socket) => socket.end()],
    ['resets the connection', (socket) => socket.resetAndDestroy()],
  ])('of a router that %s at it is the last: it is connected to again, and spared', async (_, refuse) => {
    const sent: Buffer[] = [];
    const server = await served((socket) => {
      greeting(CONSENT, '')(socket);
      let octets = Buffer.alloc(0);
      socket.on('data', (chunk: Buffer) => {
        octets = Buffer.concat([octets, chunk]);
        if (octets.length === 8 && octets[4] === 1) refuse(socket);
        else if (octets.length > 4) sent.push(octets.subarray(4));
      });
    });
    const logger = recordingLogger();
    const clock = new SimulatedClock();
    const connector = rawsocket(server.url, { logger, clock });
    for (let time = 0; time < 2; time += 1) {
      const transport = await connector.open(JSON_ONLY, new AbortController().signal);
      opened.push(transport);
      record(transport);
      await turns();
      clock.increment(60_000);
      transport.send('[1]');
    }
    await until(() => sent.length === 2);
    expect(sent.map(String)).toEqual(['\0\0\0\u0003[1]', '\0\0\0\u0003[1]']);
    expect(logger.said(KNOWS_NO_PINGS)).toEqual([expect.objectContaining({ fields: { address: server.url } })]);
  });

  it('of a router that does not answer it within a second is the last', async () => {
    const server = await served(greeting(CONSENT, ''));
    const clock = new SimulatedClock();
    const attempt = rawsocket(server.url, { clock }).open(JSON_ONLY, new AbortController().signal);
    await until(() => timersOf(clock) === 1);
    clock.increment(999);
    await turns(10);
    expect(server.sockets.size).toBe(1);
    clock.increment(1);
    opened.push(await attempt);
    record(opened[0]!);
    await turns();
    expect(timersOf(clock)).toBe(0);
  });

  it('is not to blame when the router cannot be reached without it either', async () => {
    let connections = 0;
    const server = await served((socket) => {
      connections += 1;
      if (connections !== 2) greeting(CONSENT, connections === 1 ? '' : PONG)(socket);
      if (connections === 1) socket.on('data', (chunk) => chunk.length === 4 && socket.bytesRead === 8 && socket.end());
      if (connections === 2) socket.destroy();
    });
    const connector = rawsocket(server.url);
    const { signal } = new AbortController();
    await expect(connector.open(JSON_ONLY, signal)).rejects.toMatchObject({ transient: true });
    opened.push(await connector.open(JSON_ONLY, signal));
    expect(connections).toBe(3);
  });
});

describe('an open connection', () => {
  /** A client's transport, and the raw socket at the router's end. */
  async function established(options: RawSocketOptions = {}, reply = CONSENT) {
    const server = await served(greeting(reply));
    const transport = await open(server.url, options);
    const [socket] = server.sockets;
    if (socket === undefined) throw new Error('the router has no socket');
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    return { transport, socket, received, server, name: `the connection to ${server.url}` };
  }

  it('is reset', async () => {
    const { transport, socket, name } = await established();
    const heard = record(transport);
    await turns();
    socket.resetAndDestroy();
    const why = await heard.closed;
    expect(why.message).toBe(`${name} was lost (read ECONNRESET)`);
    expect(why.cause).toMatchObject({ code: 'ECONNRESET' });
  });

  it('ends', async () => {
    const { transport, socket, name } = await established();
    const heard = record(transport);
    socket.end(frame('[1]'));
    expect((await heard.closed).message).toBe(`${name} was closed by the router`);
    expect(heard.frames).toEqual(['[1]']);
  });

  it('ends in the middle of a frame', async () => {
    const { transport, socket, name } = await established();
    const heard = record(transport);
    socket.end(Buffer.from('0000000aff', 'hex'));
    expect((await heard.closed).message).toBe(`${name} was closed by the router (in the middle of a frame)`);
    expect(heard.frames).toEqual([]);
  });

  it.each([
    ['a reserved type', '07000000', 'a frame of the reserved type 7 came'],
    ['reserved bits', 'f0000000', 'a frame came with a header that is none: f0000000'],
    ['a length beyond the limit', '00ffffff', 'a frame of more than 65536 octets came (maxPayload)'],
    ['a ping beyond the limit', '01ffffff', 'a frame of more than 65536 octets came (maxPayload)'],
    ['text that is not UTF-8', '00000002c328', 'a text frame came that is not UTF-8'],
    [
      'HTTP',
      Buffer.from('HTTP/1.1 400 Bad Request').toString('hex'),
      'a frame came with a header that is none: 48545450',
    ],
  ])('is cut at %s, and brings nothing after it', async (_, octets, said) => {
    const { transport, socket, name } = await established({ maxPayload: 2 ** 16 });
    const heard = record(transport);
    socket.write(Buffer.concat([frame('[1]'), Buffer.from(octets, 'hex'), frame('[2]')]));
    expect((await heard.closed).message).toBe(`${name} was closed by this side (${said})`);
    expect(heard.frames).toEqual(['[1]']);
    expect(heard.ends).toHaveLength(1);
  });

  it('answers each ping with one pong of the same payload, in order with its frames', async () => {
    const { transport, socket, received } = await established();
    const heard = record(transport);
    socket.write(Buffer.from(`${PING}0100000568656c6c6f`, 'hex'));
    socket.write(frame('[1]'));
    await heard.has(1);
    await until(() => received.length > 0);
    expect(Buffer.concat(received).toString('hex')).toBe(`${PONG}0200000568656c6c6f`);
    expect(heard.frames).toEqual(['[1]']);
  });

  it('is cut when a flood of pings would have more pongs wait than may', async () => {
    const { transport, socket, name } = await established({ maxQueued: 100_000 });
    const heard = record(transport);
    socket.pause();
    const flood = Buffer.concat([Buffer.from('0100ffff', 'hex'), Buffer.alloc(2 ** 16 - 1)]);
    const pour = () => {
      if (!socket.destroyed) socket.write(flood, pour);
    };
    pour();
    expect((await heard.closed).message).toBe(
      `${name} was closed by this side (more than 100000 octets wait to be sent (maxQueued))`,
    );
  });

  it('sends no frame that is longer than the router takes, and goes on', async () => {
    const { transport, received } = await established({}, '7f010000');
    const send = () => transport.send('x'.repeat(513));
    expect(send).toThrow(SerializationError);
    expect(send).toThrow('message: it is 513 octets long, the router takes 512 at most');
    transport.send('x'.repeat(512));
    await until(() => received.length > 0);
    expect(Buffer.concat(received)).toHaveLength(4 + 512);
  });

  it('sends the frames of one tick in one write', async () => {
    const { transport, received } = await established();
    record(transport);
    transport.send('[1]');
    transport.send('[2]');
    await Promise.resolve();
    transport.send('[3]');
    await until(() => received.length > 0);
    expect(received).toHaveLength(1);
    expect(received[0]).toHaveLength(3 * (4 + 3));
  });

  it('is noticed to be half-open, in real time', async () => {
    const { transport, received, name } = await established({ ping: { interval: 10, timeout: 5 } });
    const heard = record(transport);
    const why = await heard.closed;
    expect(why.message).toBe(`${name} was closed by this side (no pong within 5 ms)`);
    expect(why.cause).toBeInstanceOf(TimeoutError);
    expect(Buffer.concat(received).toString('hex')).toBe(PING);
  });

  it('is cut within 15 s when a frame trickles in, octet by octet', async () => {
    const clock = new SimulatedClock();
    const { transport, socket, name } = await established({ clock });
    const heard = record(transport);
    await turns();
    socket.write(Buffer.from('0000ffff', 'hex'));
    for (let second = 0; second < 15; second += 1) {
      socket.write('x');
      await turns(3);
      clock.increment(1_000);
    }
    expect((await heard.closed).message).toBe(`${name} was closed by this side (no pong within 5000 ms)`);
  });

  it('lives while something comes: it is not even pinged then', async () => {
    const clock = new SimulatedClock();
    const { transport, socket, received } = await established({ clock });
    const heard = record(transport);
    await turns();
    for (let count = 1; count <= 20; count += 1) {
      socket.write(frame('[1]'));
      await heard.has(count);
      clock.increment(4_000);
    }
    expect([heard.ends, received]).toEqual([[], []]);
  });

  it('can do without pings', async () => {
    const clock = new SimulatedClock();
    const { transport } = await established({ clock, ping: false });
    record(transport);
    await turns();
    expect(timersOf(clock)).toBe(0);
  });

  it.each([false, {}])('has TCP look whether the other machine is there, with ping: %j', async (ping) => {
    const keepAlive = jest.spyOn(Socket.prototype, 'setKeepAlive');
    try {
      await established({ ping });
      expect(keepAlive.mock.calls).toEqual([[true, 10_000]]);
    } finally {
      keepAlive.mockRestore();
    }
  });

  it('leaves no timer behind', async () => {
    const clock = new SimulatedClock();
    const { transport, socket } = await established({ clock });
    const heard = record(transport);
    await turns();
    transport.close();
    expect(timersOf(clock)).toBeGreaterThan(0);
    socket.end();
    await heard.closed;
    expect(timersOf(clock)).toBe(0);
  });

  it('is cut 2 s after the end of a router that reads nothing any more', async () => {
    const clock = new SimulatedClock();
    const { transport, socket } = await established({ clock, ping: false });
    const heard = record(transport);
    await turns();
    socket.pause();
    for (let sent = 0; sent < 200; sent += 1) transport.send('x'.repeat(2 ** 16));
    socket.end();
    await until(() => timersOf(clock) === 1);
    expect(transport.queued).toBeGreaterThan(0);
    clock.increment(1_999);
    await turns(20);
    expect(heard.ends).toEqual([]);
    clock.increment(1);
    expect((await heard.closed).message).toMatch(/was closed by the router$/);
    expect(transport.queued).toBe(0);
  });

  it('ends when it is closed before anybody listened, though frames wait', async () => {
    const { transport, socket, server } = await established();
    socket.write(frame('[1]'));
    await turns(5);
    transport.close();
    await until(() => server.sockets.size === 0);
    const heard = record(transport);
    expect((await heard.closed).message).toMatch(/was closed by this side$/);
    expect(heard.frames).toEqual([]);
  });

  it('reads no further than some segments until it is listened to', async () => {
    const { transport, socket } = await established();
    const chunk = Buffer.concat(Array<Buffer>(10_000).fill(frame('[1]')));
    for (let written = 0; written < 2 ** 25; written += chunk.length) socket.write(chunk);
    await turns(50);
    expect(socket.writableLength).toBeGreaterThan(2 ** 20);
    transport.destroy();
  });
});

describe('over TLS', () => {
  /** A router with this certificate that sends every frame back. */
  async function secured(of: Certificate): Promise<number> {
    const server = createServer(of, (socket) => {
      socket.on('error', () => {});
      greeting()(socket);
      let seen = 0;
      socket.on('data', (chunk: Buffer) => {
        const sent = chunk.subarray(Math.max(0, 8 - seen));
        seen += chunk.length;
        if (sent.length > 0) socket.write(sent);
      });
    });
    server.on('tlsClientError', () => {});
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push({
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          for (const socket of sockets) socket.destroy();
        }),
    });
    return (server.address() as AddressInfo).port;
  }

  const certificate = selfSigned();

  it('refuses a certificate that nobody vouches for, and says how to', async () => {
    const error = await failure(`rss://localhost:${await secured(certificate)}`);
    expect(error).toMatchObject({ transient: false, cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
    expect(error.message).toMatch(/give the certificate of the router's authority as tls\.ca$/);
  });

  it.each<[string, (port: number) => [string | RawSocketEndpoint, RawSocketOptions]]>([
    ['a URL', (port) => [`rss://localhost:${port}`, { tls: { ca: certificate.cert } }]],
    ['parts', (port) => [{ host: 'localhost', port }, { tls: { ca: certificate.cert } }]],
    [
      'a name for another address',
      (port) => [`rss://127.0.0.1:${port}`, { tls: { ca: certificate.cert, servername: 'localhost' } }],
    ],
  ])('trusts the authority that it is given, by %s', async (_, how) => {
    const port = await secured(certificate);
    const [router, options] = how(port);
    const transport = await open(router, options);
    expect(transport.address).toMatch(/^rss:\/\//);
    const heard = record(transport);
    for (const text of ['[1]', 'x'.repeat(100_000)]) transport.send(text);
    await heard.has(2);
    expect(heard.frames.map(({ length }) => length)).toEqual([3, 100_000]);
  });

  it('refuses a certificate of another host', async () => {
    const other = selfSigned({ host: 'other.example' });
    const error = await failure(`rss://localhost:${await secured(other)}`, { tls: { ca: other.cert } });
    expect(error).toMatchObject({ transient: false, cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
  });

  it('takes any certificate when told to be insecure, and warns each time', async () => {
    const logger = recordingLogger();
    const url = `rss://localhost:${await secured(certificate)}`;
    await open(url, { insecure: true, logger });
    await open(url, { insecure: true, logger });
    expect(logger.said('the certificate of the router is not checked (insecure)')).toHaveLength(2);
  });

  it('says so when the port does not speak TLS', async () => {
    const plain = await served((socket) => socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const error = await failure(`rss://127.0.0.1:${plain.port}`);
    expect(error.transient).toBe(false);
    expect(error.message).toMatch(/does the port speak TLS\? For a router without it write rs:\/\/$/);
  });
});

function timersOf(clock: SimulatedClock): number {
  return (clock as unknown as { timeouts: Map<number, unknown> }).timeouts.size;
}

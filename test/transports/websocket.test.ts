import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { WebSocketServer } from 'ws';
import { SimulatedClock } from 'xstate';
import { ConnectError, TimeoutError, UsageError } from '../../src/errors.js';
import { HttpRefusal } from '../../src/transports/connect-failure.js';
import type { Transport } from '../../src/transports/transport.js';
import { type WebSocketOptions, websocket } from '../../src/transports/websocket.js';
import { type Certificate, selfSigned } from '../support/certificate.js';
import { record, turns, until } from '../support/record.js';
import { answering, closedPort, type RawServer, rawServer, upgrade } from '../support/tcp.js';

const JSON_ONLY = ['wamp.2.json'];
const servers: { close(): Promise<void> }[] = [];
const opened: Transport[] = [];

afterEach(async () => {
  for (const transport of opened.splice(0)) transport.destroy();
  for (const server of servers.splice(0)) await server.close();
});

async function served(...of: Parameters<typeof rawServer>): Promise<RawServer> {
  const server = await rawServer(...of);
  servers.push(server);
  return server;
}

async function open(url: string, options: WebSocketOptions = {}, subprotocols = JSON_ONLY): Promise<Transport> {
  const transport = await websocket(url, options).open(subprotocols, new AbortController().signal);
  opened.push(transport);
  return transport;
}

async function failure(url: string, options?: WebSocketOptions, subprotocols?: string[]): Promise<ConnectError> {
  const error = await open(url, options, subprotocols).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConnectError);
  return error as ConnectError;
}

/** A frame from a router: short, whole, unmasked. */
const frame = (opcode: number, payload: string | Buffer) =>
  Buffer.concat([Buffer.from([0x80 | opcode, Buffer.byteLength(payload)]), Buffer.from(payload)]);
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;

describe('websocket', () => {
  it.each([
    ['hello', {}, /received "hello"/],
    ['http://127.0.0.1:8080/ws', {}, /did you mean ws:\/\/127\.0\.0\.1:8080\/ws\?/],
    ['ws://host', { maxPayload: 0 }, /^maxPayload: expected octets, a whole number from 1 to 2147483647, received 0$/],
    ['ws://host', { maxPayload: 2 ** 31 }, /^maxPayload: .* received 2147483648$/],
    ['ws://host', { maxQueued: 1.5 }, /^maxQueued: .* received 1\.5$/],
    ['ws://host', { ping: { interval: -1 } }, /^ping\.interval: /],
    ['ws://host', { headers: { 'a b': 'hush' } }, /^headers: "a b" cannot be sent/],
    ['ws://host', { headers: { Authorization: 'hush\r\nHost: evil' } }, /^headers: "Authorization" cannot be sent/],
  ])('refuses %s with %j before anything is opened', (url, options, message) => {
    expect(() => websocket(url, options)).toThrow(UsageError);
    expect(() => websocket(url, options)).toThrow(message);
    expect(() => websocket(url, options)).not.toThrow(/hush/);
  });

  it('refuses to offer nothing', async () => {
    const attempt = websocket('ws://127.0.0.1:9/').open([], new AbortController().signal);
    await expect(attempt).rejects.toBeInstanceOf(UsageError);
  });

  it('offers the subprotocols in order, sends the headers and the credentials, and offers no compression', async () => {
    let head = '';
    const server = await served(
      answering((request) => {
        head = request;
        return upgrade(request, 'wamp.2.msgpack');
      }),
    );
    const options = { headers: { Origin: 'https://a.example' } };
    const transport = await open(`ws://me:secret@127.0.0.1:${server.port}/ws?x=1`, options, [
      'wamp.2.json',
      'wamp.2.msgpack',
    ]);
    expect(transport.subprotocol).toBe('wamp.2.msgpack');
    expect(transport.address).toBe(`ws://127.0.0.1:${server.port}/ws`);
    expect(head).toMatch(/^GET \/ws\?x=1 HTTP\/1\.1\r\n/);
    expect(head).toMatch(/^sec-websocket-protocol: wamp\.2\.json,wamp\.2\.msgpack\r$/im);
    expect(head).toMatch(/^origin: https:\/\/a\.example\r$/im);
    expect(head).toContain(`Basic ${Buffer.from('me:secret').toString('base64')}`);
    expect(head).not.toMatch(/sec-websocket-extensions/i);
  });

  it('keeps the frames that come in one segment with the upgrade', async () => {
    const server = await served(
      answering((head, socket) => {
        socket.write(Buffer.concat([Buffer.from(upgrade(head)), frame(TEXT, '[1]'), frame(TEXT, '[2]')]));
        return undefined;
      }),
    );
    const heard = record(await open(`ws://127.0.0.1:${server.port}/`));
    await heard.has(2);
    expect(heard.frames).toEqual(['[1]', '[2]']);
  });
});

describe('a connection that cannot be opened', () => {
  it('is refused: Node says by whom, we ask whether the router runs', async () => {
    const port = await closedPort();
    const error = await failure(`ws://127.0.0.1:${port}/ws`);
    expect(error.message).toBe(
      `could not connect to ws://127.0.0.1:${port}/ws: connect ECONNREFUSED 127.0.0.1:${port}; is the router running?`,
    );
    expect(error).toMatchObject({ transient: true, cause: { code: 'ECONNREFUSED' } });
  });

  it('tries both addresses of localhost', async () => {
    const server = await served(answering((head) => upgrade(head)));
    await open(`ws://localhost:${server.port}/`);
    const port = await closedPort();
    const error = await failure(`ws://localhost:${port}/`);
    expect(error.message).toContain(`ECONNREFUSED 127.0.0.1:${port}`);
    expect(error.message).toMatch(/is the router running\?$/);
  });

  it('has a name that nobody knows', async () => {
    const error = await failure('ws://nonexistent.invalid/');
    expect(error.transient).toBe(true);
    expect(error.message).toMatch(/getaddrinfo (ENOTFOUND|EAI_AGAIN) nonexistent\.invalid; /);
    expect(error.cause).toMatchObject({ syscall: 'getaddrinfo' });
  });

  it.each([
    [
      '404 Not Found',
      '',
      'nothing here',
      false,
      'HTTP 404 Not Found: nothing here; is the path right? routers often serve /ws',
    ],
    ['401 Unauthorized', '', '', false, 'HTTP 401 Unauthorized; does the router'],
    ['503 Service Unavailable', 'Retry-After: 7\r\n', 'later', true, 'HTTP 503 Service Unavailable: later'],
    ['200 OK', '', '<html>', false, 'HTTP 200 OK: <html>; no WebSocket is served there; is the path right?'],
    ['404 Not Found', '', 'x'.repeat(300), false, `HTTP 404 Not Found: ${'x'.repeat(200)}; is the path right?`],
    ['404 Not Found', '', `${'x'.repeat(199)}é`, false, `HTTP 404 Not Found: ${'x'.repeat(199)}; is the path right?`],
  ])('is answered %s', async (status, headers, body, transient, message) => {
    const answer = `HTTP/1.1 ${status}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const server = await served(answering(() => answer));
    const error = await failure(`ws://127.0.0.1:${server.port}/ws`);
    expect(error.message).toContain(`could not connect to ws://127.0.0.1:${server.port}/ws: ${message}`);
    expect(error.transient).toBe(transient);
    expect(error.cause).toBeInstanceOf(HttpRefusal);
  });

  it.each([
    [
      'breaks off',
      (_clock: SimulatedClock, server: RawServer) => [...server.sockets].map((socket) => socket.resetAndDestroy()),
    ],
    ['does not come on for 250 ms', (clock: SimulatedClock) => clock.increment(250)],
  ])('keeps the status when the body %s', async (_, then) => {
    const clock = new SimulatedClock();
    const server = await served(answering(() => 'HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\nnot'));
    const attempt = failure(`ws://127.0.0.1:${server.port}/`, { clock });
    await until(() => timersOf(clock) > 0);
    await turns();
    then(clock, server);
    expect((await attempt).message).toContain('HTTP 403 Forbidden');
  });

  it('follows no redirect, and says where it leads', async () => {
    let hits = 0;
    const target = await served(() => {
      hits += 1;
    });
    const server = await served(
      answering(
        () => `HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${target.port}/ws\r\nContent-Length: 0\r\n\r\n`,
      ),
    );
    const error = await failure(`ws://127.0.0.1:${server.port}/`, { headers: { Authorization: 'Bearer secret' } });
    expect(error.message).toMatch(new RegExp(`write ws://127.0.0.1:${target.port}/ws$`));
    await turns();
    expect(hits).toBe(0);
  });

  it.each([
    ['no subprotocol', '', /Server sent no subprotocol to an offer of wamp\.2\.json/],
    ['another subprotocol', 'chat', /Server sent an invalid subprotocol to an offer of wamp\.2\.json/],
  ])('is answered with %s', async (_, subprotocol, message) => {
    const server = await served(answering((head) => upgrade(head, subprotocol)));
    const error = await failure(`ws://127.0.0.1:${server.port}/`);
    expect(error.message).toMatch(message);
    expect(error.transient).toBe(false);
    await until(() => server.sockets.size === 0);
  });

  it.each([
    ['octets that are not HTTP', '\u007f\u0001\u0000\u0000', /does not answer in HTTP/],
    ['an accept key of its own', upgrade('sec-websocket-key: x'), /a proxy in between/],
    [
      'an upgrade to something else',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
      /no WebSocket/,
    ],
  ])('is answered with %s', async (_, answer, message) => {
    const server = await served(answering(() => answer));
    const error = await failure(`ws://127.0.0.1:${server.port}/`);
    expect(error.message).toMatch(message);
    expect(error.transient).toBe(false);
  });

  it.each([
    ['as soon as it is accepted', (socket: Socket) => socket.resetAndDestroy()],
    ['when the request has come', answering((_, socket) => void socket.resetAndDestroy())],
    [
      'in the middle of the answer',
      answering((head, socket) => {
        socket.write(upgrade(head).slice(0, 40), () => socket.resetAndDestroy());
        return undefined;
      }),
    ],
    ['with FIN, when the request has come', answering((_, socket) => void socket.end())],
  ])('is cut %s', async (_, onSocket) => {
    const server = await served(onSocket);
    const error = await failure(`ws://127.0.0.1:${server.port}/`);
    expect(error).toMatchObject({ transient: true, cause: { code: expect.stringMatching(/ECONNRESET|EPIPE/) } });
    expect(error.message).toMatch(/the connection was cut before the handshake was over$/);
  });
});

describe('the signal of an attempt', () => {
  it('ends it before it began', async () => {
    const reason = new Error('not now');
    await expect(websocket('ws://127.0.0.1:9/').open(JSON_ONLY, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it.each([
    ['the router accepts and says nothing', (socket: Socket) => void socket.resume()],
    ['the router answers half', answering((head) => upgrade(head).slice(0, 40))],
    ['a refusal has no end', answering(() => 'HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n')],
  ])('ends it at once, and its socket, when %s', async (_, onSocket) => {
    const server = await served(onSocket);
    const abort = new AbortController();
    const attempt = websocket(`ws://127.0.0.1:${server.port}/`).open(JSON_ONLY, abort.signal);
    let settled = false;
    attempt.catch(() => {
      settled = true;
    });
    await until(() => server.sockets.size === 1);
    await turns();
    const reason = new Error('the deadline passed');
    abort.abort(reason);
    await Promise.resolve();
    await Promise.resolve();
    expect(settled).toBe(true);
    await expect(attempt).rejects.toBe(reason);
    await until(() => server.sockets.size === 0);
  });

  it('does nothing any more when the transport is open', async () => {
    const server = await served(answering((head) => upgrade(head)));
    const abort = new AbortController();
    const transport = await websocket(`ws://127.0.0.1:${server.port}/`).open(JSON_ONLY, abort.signal);
    opened.push(transport);
    const heard = record(transport);
    abort.abort();
    [...server.sockets][0]?.write(frame(TEXT, '[1]'));
    await heard.has(1);
    expect(heard.ends).toEqual([]);
  });
});

describe('an open connection', () => {
  /** A client's transport, and the raw socket at the router's end. */
  async function established(options: WebSocketOptions = {}, subprotocol = 'wamp.2.json') {
    const server = await served(answering((head) => upgrade(head, subprotocol)));
    const transport = await open(`ws://127.0.0.1:${server.port}/ws`, options, [subprotocol]);
    const [socket] = server.sockets;
    if (socket === undefined) throw new Error('the router has no socket');
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    return { transport, socket, received, server, name: `the connection to ws://127.0.0.1:${server.port}/ws` };
  }

  it('has no id for channel binding without TLS', async () => {
    const { transport } = await established();
    expect(await transport.channelId?.()).toBeUndefined();
  });

  it('is reset', async () => {
    const { transport, socket, name } = await established();
    const heard = record(transport);
    await turns();
    socket.resetAndDestroy();
    const why = await heard.closed;
    expect(why.message).toBe(`${name} was lost (1006, read ECONNRESET)`);
    expect(why.cause).toMatchObject({ code: 'ECONNRESET' });
  });

  it('ends without a close frame', async () => {
    const { transport, socket, name } = await established();
    const heard = record(transport);
    socket.end();
    expect((await heard.closed).message).toBe(`${name} was closed by the router (1006, no close frame)`);
  });

  it('ends with a code and a reason', async () => {
    const { transport, socket, name } = await established();
    const heard = record(transport);
    socket.write(frame(CLOSE, Buffer.from('\u0003\u00f4new\r\nversion', 'latin1')));
    socket.on('data', () => socket.end());
    expect((await heard.closed).message).toBe(`${name} was closed by the router (1012, new version)`);
  });

  it.each([
    ['wamp.2.json', BINARY, 'wamp.2.json: expected text, received binary'],
    ['wamp.2.msgpack', TEXT, 'wamp.2.msgpack: expected binary, received text'],
  ])(
    'on %s ends at a frame of the wrong kind with 1003, and brings nothing after it',
    async (subprotocol, opcode, reason) => {
      const { transport, socket, received, name } = await established({}, subprotocol);
      const heard = record(transport);
      socket.write(Buffer.concat([frame(opcode, '[1]'), frame(opcode === TEXT ? BINARY : TEXT, '[2]')]));
      await until(() => received.length > 0);
      socket.end();
      expect((await heard.closed).message).toBe(`${name} was closed by this side (1003, ${reason})`);
      expect(heard.frames).toEqual([]);
      expect(unmasked(Buffer.concat(received))).toEqual({
        opcode: CLOSE,
        payload: Buffer.from(`\u0003\u00eb${reason}`, 'latin1'),
      });
    },
  );

  it.each([
    ['text that is not UTF-8', frame(TEXT, Buffer.from([0xc3, 0x28])), '1007, a text frame came that is not UTF-8'],
    ['a masked frame', Buffer.from([0x81, 0x81, 1, 2, 3, 4, 5]), '1002, Invalid WebSocket frame: MASK must be clear'],
    ['a reserved bit', Buffer.from([0xc1, 0x01, 0x41]), '1002, Invalid WebSocket frame: RSV1 must be clear'],
    [
      'a length beyond the limit',
      Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0x10, 0, 1]),
      '1009, a frame of more than 1048576 octets came (maxPayload)',
    ],
    [
      'a length beyond 2^53',
      Buffer.from([0x81, 127, 255, 0, 0, 0, 0, 0, 0, 1]),
      '1009, a frame of more than 1048576 octets came (maxPayload)',
    ],
  ])('ends at %s', async (_, octets, said) => {
    const { transport, socket, received, name } = await established();
    const heard = record(transport);
    socket.write(octets);
    await until(() => received.length > 0);
    socket.end();
    const why = await heard.closed;
    expect(why.message).toBe(`${name} was closed by this side (${said})`);
    expect(unmasked(Buffer.concat(received)).opcode).toBe(CLOSE);
    expect(heard.ends).toHaveLength(1);
  });

  it('ends at a message in more than 1,024 pieces', async () => {
    const { transport, socket, received } = await established();
    const heard = record(transport);
    const piece = Buffer.from([0x00, 0x01, 0x41]);
    socket.write(Buffer.concat([Buffer.from([0x01, 0x01, 0x41]), ...Array<Buffer>(1_024).fill(piece)]));
    await until(() => received.length > 0);
    socket.end();
    expect((await heard.closed).message).toMatch(/was closed by this side \(1008, /);
  });

  it('is noticed to be half-open, in real time', async () => {
    const { transport, socket, received, name } = await established({ ping: { interval: 5, timeout: 5 } });
    const heard = record(transport);
    const why = await heard.closed;
    expect(why.message).toBe(`${name} was closed by this side (no pong within 5 ms)`);
    expect(why.cause).toBeInstanceOf(TimeoutError);
    expect(unmasked(Buffer.concat(received)).opcode).toBe(9);
    await until(() => socket.destroyed || socket.readableEnded || socket.closed);
  });

  it('pings every 10 s unless told otherwise, and is cut 5 s after one that nothing answered', async () => {
    const clock = new SimulatedClock();
    const { transport, received } = await established({ clock });
    const heard = record(transport);
    await turns();
    clock.increment(9_999);
    await turns();
    expect(received).toEqual([]);
    clock.increment(1);
    await until(() => received.length > 0);
    clock.increment(4_999);
    await turns();
    expect(heard.ends).toEqual([]);
    clock.increment(1);
    expect((await heard.closed).message).toMatch(/no pong within 5000 ms/);
  });

  it('lives while something answers its pings, be it a pong or a frame', async () => {
    const clock = new SimulatedClock();
    const { transport, socket, received } = await established({ clock, ping: { interval: 10, timeout: 5 } });
    const heard = record(transport);
    await turns();
    for (const [sign, answer] of [frame(10, ''), frame(9, ''), frame(TEXT, '[1]')].entries()) {
      received.length = 0;
      for (let passed = 0; passed < 10; passed += 1) clock.increment(1);
      await until(() => received.length > 0);
      socket.write(answer);
      if (sign < 2) await turns(5);
      else await heard.has(1);
      await turns(5);
    }
    for (let passed = 0; passed < 9; passed += 1) clock.increment(1);
    await turns();
    expect(heard.ends).toEqual([]);
  });

  it('can do without pings', async () => {
    const clock = new SimulatedClock();
    const { transport } = await established({ clock, ping: false });
    record(transport);
    await turns();
    expect(timersOf(clock)).toBe(0);
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

  it('sends the frames of one tick in one write', async () => {
    const { transport, received } = await established();
    record(transport);
    transport.send('[1]');
    transport.send('[2]');
    await Promise.resolve();
    transport.send('[3]');
    await until(() => received.length > 0);
    expect(received).toHaveLength(1);
    expect(received[0]).toHaveLength(3 * (2 + 4 + 3));
  });

  it('sends what came before close() ahead of the close frame', async () => {
    const { transport, socket, received } = await established();
    const heard = record(transport);
    transport.send('[6]');
    transport.close();
    await until(() => received.length > 0);
    socket.end();
    await heard.closed;
    const octets = Buffer.concat(received);
    expect(unmasked(octets)).toEqual({ opcode: TEXT, payload: Buffer.from('[6]') });
    expect(unmasked(octets.subarray(9))).toEqual({ opcode: CLOSE, payload: Buffer.from([0x03, 0xe8]) });
  });

  it('is cut 2 s after close() when the router does not answer', async () => {
    const clock = new SimulatedClock();
    const { transport } = await established({ clock });
    const heard = record(transport);
    await turns();
    transport.close();
    clock.increment(1_999);
    await turns();
    expect(heard.ends).toEqual([]);
    clock.increment(1);
    await turns(20);
    expect(heard.ends.map((why) => why.message)).toEqual([expect.stringMatching(/was closed by this side$/)]);
  });

  it('is cut 2 s after a violation when the router does not answer the close frame', async () => {
    const clock = new SimulatedClock();
    const { transport, socket } = await established({ clock, ping: false });
    const heard = record(transport);
    await turns();
    socket.pause();
    socket.write(frame(TEXT, Buffer.from([0xc3, 0x28])));
    await turns(20);
    expect(heard.ends).toEqual([]);
    clock.increment(2_000);
    await turns(20);
    expect(heard.ends).toHaveLength(1);
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
    clock.increment(2_000);
    expect((await heard.closed).message).toMatch(/was closed by the router \(1006, no close frame\)$/);
    expect(transport.queued).toBe(0);
  });

  it('ends when it is closed before anybody listened, though frames wait', async () => {
    const { transport, socket, server } = await established();
    socket.write(frame(TEXT, '[1]'));
    await turns(5);
    socket.once('data', () => socket.end(frame(CLOSE, '')));
    transport.close();
    await turns(20);
    expect(server.sockets.size).toBe(0);
    const heard = record(transport);
    expect((await heard.closed).message).toMatch(/was closed by this side$/);
  });

  it('reads no further than one segment until it is listened to', async () => {
    const { transport, socket } = await established({ maxPayload: 2 ** 20 });
    const chunk = Buffer.alloc(2 ** 16, frame(TEXT, '[1]'));
    for (let written = 0; written < 2 ** 25; written += chunk.length) socket.write(chunk);
    await turns(50);
    expect(socket.writableLength).toBeGreaterThan(2 ** 20);
    transport.destroy();
  });
});

describe('over TLS', () => {
  let certificate: Certificate;
  let https: Server;
  let port: number;

  async function secured(of: Certificate, maxVersion: SecureVersion = 'TLSv1.3'): Promise<void> {
    https = createServer({ ...of, maxVersion });
    const webSockets = new WebSocketServer({ server: https, handleProtocols: () => 'wamp.2.json' });
    webSockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data.toString())));
    await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
    port = (https.address() as AddressInfo).port;
    servers.push({
      close: () =>
        new Promise((resolve) => {
          for (const client of webSockets.clients) client.terminate();
          https.close(() => resolve());
          https.closeAllConnections();
        }),
    });
  }

  beforeAll(() => {
    certificate = selfSigned();
  });

  it('refuses a certificate that nobody vouches for, and says how to', async () => {
    await secured(certificate);
    const error = await failure(`wss://localhost:${port}/`);
    expect(error).toMatchObject({ transient: false, cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
    expect(error.message).toMatch(
      /self-signed certificate; (.+; )?give the certificate of the router's authority as tls\.ca$/,
    );
  });

  it('trusts the authority that it is given', async () => {
    await secured(certificate);
    const transport = await open(`wss://localhost:${port}/`, { tls: { ca: certificate.cert } });
    const heard = record(transport);
    transport.send('[1]');
    await heard.has(1);
    expect(heard.frames).toEqual(['[1]']);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'has an id of each connection, which its other end knows: %s',
    async (version) => {
      await secured(certificate, version);
      const ids = [];
      for (let at = 0; at < 2; at += 1) {
        const theirs = new Promise<Buffer | undefined>((resolve) => {
          https.once('secureConnection', (socket) => resolve(socket.getPeerFinished()));
        });
        const transport = await open(`wss://localhost:${port}/`, { tls: { ca: certificate.cert } });
        const id = await transport.channelId?.();
        const finished = (await theirs) ?? '';
        expect(Buffer.from(id ?? [])).toEqual(createHash('sha256').update(finished).digest());
        ids.push(String(id));
      }
      expect(new Set(ids).size).toBe(2);
    },
  );

  it('refuses a certificate of another host', async () => {
    const other = selfSigned({ host: 'other.example' });
    await secured(other);
    const error = await failure(`wss://localhost:${port}/`, { tls: { ca: other.cert } });
    expect(error).toMatchObject({ transient: false, cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
  });

  it('refuses an expired certificate', async () => {
    const old = selfSigned({ from: new Date('2020-01-01'), to: new Date('2020-02-01') });
    await secured(old);
    const error = await failure(`wss://localhost:${port}/`, { tls: { ca: old.cert } });
    expect(error).toMatchObject({ transient: false, cause: { code: 'CERT_HAS_EXPIRED' } });
  });

  it('takes any certificate when told to be insecure, and warns each time', async () => {
    await secured(certificate);
    const warnings: unknown[] = [];
    const ignore = () => {};
    const logger = {
      debug: ignore,
      info: ignore,
      error: ignore,
      warn: (fields: object, message: string) => warnings.push([fields, message]),
    };
    const url = `wss://localhost:${port}/`;
    await open(url, { insecure: true, logger });
    await open(url, { insecure: true, logger });
    const warning = [{ address: url }, 'the certificate of the router is not checked (insecure)'];
    expect(warnings).toEqual([warning, warning]);
  });

  it('says so when the port does not speak TLS', async () => {
    const plain = await served((socket) => socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const error = await failure(`wss://127.0.0.1:${plain.port}/`);
    expect(error.transient).toBe(false);
    expect(error.message).toMatch(/does the port speak TLS\? For a router without it write ws:\/\/$/);
  });
});

function timersOf(clock: SimulatedClock): number {
  return (clock as unknown as { timeouts: Map<number, unknown> }).timeouts.size;
}

/** Reads one short frame of a client. */
function unmasked(octets: Buffer): { opcode: number; payload: Buffer } {
  const length = (octets[1] ?? 0) & 0x7f;
  const mask = octets.subarray(2, 6);
  const payload = Buffer.from(octets.subarray(6, 6 + length).map((octet, index) => octet ^ (mask[index % 4] ?? 0)));
  return { opcode: (octets[0] ?? 0) & 0x0f, payload };
}

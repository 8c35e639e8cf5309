import { connect, type Socket } from 'node:net';
import { SimulatedClock } from 'xstate';
import { ConnectError, UsageError } from '../../src/errors.js';
import type { FrontOptions, Listener, RequestFacts } from '../../src/transports/front.js';
import { rawsocket } from '../../src/transports/rawsocket.js';
import { listenRawSocket } from '../../src/transports/rawsocket-listener.js';
import type { Transport } from '../../src/transports/transport.js';
import { frame } from '../support/rawsocket-router.js';
import { record, turns, until } from '../support/record.js';

const JSON_ONLY = ['wamp.2.json'];
const never = () => new AbortController().signal;
const listeners: Listener[] = [];

afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
});

/** Listens, and keeps what connects. */
async function listening(options: Partial<FrontOptions> = {}) {
  const accepted: { transport: Transport; request: RequestFacts }[] = [];
  const errors: Error[] = [];
  const listener = await listenRawSocket({
    subprotocols: JSON_ONLY,
    onTransport: (transport, request) => accepted.push({ transport, request }),
    onError: (error) => errors.push(error),
    ...options,
  });
  listeners.push(listener);
  return { listener, accepted, errors };
}

const open = (url: string) => rawsocket(url).open(JSON_ONLY, never());

/** A client in octets, which does nothing by itself. */
async function raw(port: number, hex = ''): Promise<{ socket: Socket; received: () => string; ended: Promise<void> }> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('hex');
  });
  socket.on('error', () => {});
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  socket.write(Buffer.from(hex, 'hex'));
  return { socket, received: () => received, ended };
}

const HELLO = '7ff10000';

describe('listenRawSocket', () => {
  it('hands over each client with where it is, and tells both limits', async () => {
    const { listener, accepted } = await listening({ maxPayload: 2 ** 16 });
    expect(listener).toMatchObject({ url: `rs://127.0.0.1:${listener.port}`, urls: [listener.url] });
    const { received } = await raw(listener.port, '7f010000');
    await until(() => accepted.length === 1);
    const [{ transport, request }] = accepted as [(typeof accepted)[0]];
    expect(request).toEqual({
      remoteAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      origin: undefined,
      path: '',
    });
    expect(transport).toMatchObject({ address: request.remoteAddress, subprotocol: 'wamp.2.json' });
    await until(() => received() === '7f710000');
    expect(() => transport.send('x'.repeat(513))).toThrow('it is 513 octets long, the client takes 512 at most');
  });

  it.each([
    ['the serializer 0', '7ff00000', ''],
    ['a serializer that is not supported', '7ff20000', '7f100000'],
    ['a reserved serializer', '7ff60000', '7f100000'],
    ['the serializer 15', '7fff0000', '7f100000'],
    ['reserved octets', '7ff10100', '7f300000'],
    ['no RawSocket at all', '00000000', ''],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n').toString('hex'), ''],
  ])('turns down %s', async (_, hex, answer) => {
    const { listener, accepted } = await listening();
    const { received, ended } = await raw(listener.port, hex);
    await ended;
    expect(received()).toBe(answer);
    expect(accepted).toEqual([]);
  });

  it('takes a handshake that comes octet by octet, and what comes with it', async () => {
    const { listener, accepted } = await listening();
    const { socket } = await raw(listener.port);
    for (const octet of Buffer.from(HELLO, 'hex')) {
      socket.write(Buffer.from([octet]));
      await turns(3);
    }
    await raw(listener.port, `${HELLO}${frame('[1]').toString('hex')}`);
    await until(() => accepted.length === 2);
    const heard = record(accepted[1]!.transport);
    await heard.has(1);
    expect(heard.frames).toEqual(['[1]']);
  });

  it('reads a second handshake as a frame, which it is not', async () => {
    const { listener, accepted } = await listening();
    const { ended } = await raw(listener.port, `${HELLO}${HELLO}`);
    await ended;
    expect((await record(accepted[0]!.transport).closed).message).toMatch(
      /was closed by this side \(a frame came with a header that is none: 7ff10000\)$/,
    );
  });

  it.each([
    ['subprotocols', { subprotocols: [] }, /^expected at least one subprotocol/],
    ['subprotocols', { subprotocols: ['wamp.2.custom'] }, /^expected a subprotocol that RawSocket has a number for/],
    ['maxPayload', { maxPayload: 2 ** 25 }, /^maxPayload: expected octets, a whole number from 1 to 16777216/],
    ['unix', { unix: '/'.repeat(108) }, /^expected a Unix socket's path of at most 107 octets, received 108$/],
  ])('refuses %s that cannot be meant', async (_, options, message) => {
    const attempt = listenRawSocket({ subprotocols: JSON_ONLY, onTransport: () => {}, ...options });
    await expect(attempt).rejects.toBeInstanceOf(UsageError);
    await expect(attempt).rejects.toThrow(message);
  });

  it('names a port that is taken', async () => {
    const { listener } = await listening();
    await expect(listening({ port: listener.port })).rejects.toBeInstanceOf(ConnectError);
  });

  it.each([
    ['nothing', ''],
    ['one octet', '7f'],
    ['half a handshake', '7ff1'],
  ])('cuts a client that sends %s for longer than a handshake may take', async (_, hex) => {
    const clock = new SimulatedClock();
    const { listener } = await listening({ clock });
    const { ended, socket } = await raw(listener.port, hex);
    await turns(10);
    clock.increment(9_999);
    await turns(5);
    expect(socket.closed).toBe(false);
    clock.increment(1);
    await ended;
  });

  it.each([
    ['nothing was sent', ''],
    ['half the handshake was sent', '7ff1'],
    ['the handshake was sent', HELLO],
    ['the handshake was refused', '7ff20000'],
  ])('survives a client that is reset, or leaves, when %s', async (_, hex) => {
    const { listener, errors } = await listening();
    const [reset, left] = await Promise.all([raw(listener.port, hex), raw(listener.port, hex)]);
    await turns(2);
    reset.socket.resetAndDestroy();
    left.socket.end();
    await Promise.all([reset.ended, left.ended]);
    expect(errors).toEqual([]);
    (await open(listener.url)).destroy();
  });

  it('ends only the one connection when onTransport throws', async () => {
    const { listener, errors } = await listening({
      onTransport: () => {
        throw new Error('a defect');
      },
    });
    const { ended } = await raw(listener.port, HELLO);
    await ended;
    expect(errors).toMatchObject([{ message: 'onTransport threw: a defect' }]);
  });

  it('pings a client that has pinged, and notices when it is half-open', async () => {
    const { listener, accepted } = await listening({ ping: { interval: 10, timeout: 5 } });
    const { received } = await raw(listener.port, `${HELLO}01000000`);
    await until(() => accepted.length === 1);
    const why = await record(accepted[0]!.transport).closed;
    expect(why.message).toMatch(/was closed by this side \(no pong within 5 ms\)$/);
    expect(received()).toBe('7fb100000200000001000000');
  });

  it('does not ping a client that may not know pings', async () => {
    const clock = new SimulatedClock();
    const { listener, accepted } = await listening({ clock });
    const { received, socket } = await raw(listener.port, HELLO);
    await until(() => accepted.length === 1);
    record(accepted[0]!.transport);
    await turns();
    clock.increment(60_000);
    socket.write(frame('[1]'));
    await turns(5);
    expect(received()).toBe('7fb10000');
  });
});

describe('a listener that is closed', () => {
  it('ends its transports, and cuts what has not finished its handshake', async () => {
    const { listener, accepted } = await listening();
    const atClient = record(await open(listener.url));
    const half = await raw(listener.port, '7ff1');
    await turns(5);
    const atRouter = record(accepted[0]!.transport);
    const closing = listener.close();
    expect(listener.close()).toBe(closing);
    await Promise.all([closing, half.ended]);
    await turns();
    expect(atRouter.ends.map((why) => why.message)).toEqual([expect.stringMatching(/was closed by this side$/)]);
    expect((await atClient.closed).message).toMatch(/was closed by the router$/);
  });
});

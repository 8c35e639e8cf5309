import { ConnectError, UsageError } from '../../src/errors.js';
import { type WebSocketOptions, websocket } from '../../src/transports/native-websocket.js';
import { settle } from '../actors/scripted.js';
import { CountingClock } from '../support/counting-clock.js';
import { failure } from '../support/house.js';
import { record } from '../support/record.js';
import { lastSocket, useFakeWebSocket } from './fake-websocket.js';

const URL = 'ws://127.0.0.1:8080/ws?token=secret';
const ADDRESS = 'ws://127.0.0.1:8080/ws';
const never = () => new AbortController().signal;

useFakeWebSocket();

const opening = (options: WebSocketOptions = {}, signal = never()) =>
  websocket(URL, options).open(['wamp.2.msgpack', 'wamp.2.json'], signal);

async function opened(options: WebSocketOptions = {}) {
  const clock = new CountingClock();
  const promise = opening({ clock, ...options });
  const socket = lastSocket();
  socket.open('wamp.2.json');
  const transport = await promise;
  return { clock, socket, transport };
}

describe('websocket', () => {
  it('asks for all subprotocols, and takes the one that the router has chosen', async () => {
    const { socket, transport } = await opened();
    expect(socket).toMatchObject({ url: URL, offered: ['wamp.2.msgpack', 'wamp.2.json'], binaryType: 'arraybuffer' });
    expect(transport).toMatchObject({ address: ADDRESS, subprotocol: 'wamp.2.json', queued: 0 });
  });

  it.each<[string, () => void, boolean, string]>([
    ['that cannot be opened', () => lastSocket().onerror?.({}), true, 'no reason given'],
    [
      'of which the platform tells why',
      () => lastSocket().onerror?.({ message: 'ECONNREFUSED' }),
      true,
      'ECONNREFUSED',
    ],
    [
      'that is closed before it is open',
      () => lastSocket().end(),
      true,
      'does a router there take wamp.2.msgpack or wamp.2.json and',
    ],
    [
      'without a subprotocol',
      () => lastSocket().open(''),
      false,
      'expected wamp.2.msgpack or wamp.2.json, received subprotocol ""',
    ],
  ])('rejects one %s', async (_what, happen, transient, message) => {
    const promise = failure(opening());
    happen();
    const error = await promise;
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ address: ADDRESS, transient });
    expect(error.message).toContain(`could not connect to ${ADDRESS}: `);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('secret');
  });

  it('rejects for good what the platform refuses to try', async () => {
    globalThis.WebSocket = class {
      constructor() {
        throw new Error('insecure from here');
      }
    } as never;
    expect(await failure(opening())).toMatchObject({
      transient: false,
      message: `could not connect to ${ADDRESS}: insecure from here`,
    });
  });

  it('gives an attempt up when its signal aborts, whatever comes of it later', async () => {
    const giveUp = new AbortController();
    const promise = failure(opening({}, giveUp.signal));
    const why = new Error('not any more');
    giveUp.abort(why);
    expect(await promise).toBe(why);
    expect(lastSocket().closed).toHaveLength(1);
    lastSocket().open();
  });

  it('refuses options that a page cannot have', () => {
    expect(() => websocket(URL, { headers: {} } as never)).toThrow(UsageError);
    expect(() => websocket('http://127.0.0.1/ws')).toThrow(UsageError);
  });
});

describe('its transport', () => {
  it('takes an error that no close follows for the end, and one that is followed for what the close says', async () => {
    const [first, second] = [await opened(), await opened()];
    const [lost, closed] = [record(first.transport), record(second.transport)];
    await settle();
    first.socket.onerror?.({});
    second.socket.onerror?.({});
    second.socket.end(1012, 'restarting');
    first.clock.increment(0);
    second.clock.increment(0);
    expect((await lost.closed).message).toBe(`the connection to ${ADDRESS} was lost (the network failed)`);
    expect((await closed.closed).message).toBe(
      `the connection to ${ADDRESS} was closed by the router (1012, restarting)`,
    );
    expect([lost.ends.length, closed.ends.length, first.clock.timers]).toEqual([1, 1, 0]);
  });

  it('ends when the router does not answer its close in time', async () => {
    const { clock, socket, transport } = await opened();
    const end = record(transport);
    await settle();
    transport.close();
    transport.close();
    expect(socket.closed).toEqual([[1000, undefined]]);
    clock.increment(1_999);
    expect(end.ends).toHaveLength(0);
    clock.increment(1);
    expect((await end.closed).message).toBe(`the connection to ${ADDRESS} was closed by this side`);
    socket.say('late');
    socket.end();
    expect([end.frames, end.ends.length, clock.timers]).toEqual([[], 1, 0]);
  });

  it('is cut when more waits than may', async () => {
    const { socket, transport } = await opened({ maxQueued: 2_000 });
    const end = record(transport);
    socket.bufferedAmount = 2_001;
    expect(transport.queued).toBe(2_001);
    transport.send('[1]');
    transport.send('[2]');
    expect((await end.closed).message).toContain('(more than 2000 octets wait to be sent (maxQueued))');
    expect([socket.sent, transport.queued]).toEqual([['[1]'], 0]);
  });

  it('ends at a frame of the wrong kind', async () => {
    const { socket, transport } = await opened();
    const end = record(transport);
    await settle();
    socket.say(new ArrayBuffer(1));
    expect(socket.closed).toEqual([[4003, 'wamp.2.json: expected text, received binary']]);
    socket.end(4003);
    expect((await end.closed).message).toContain('wamp.2.json: expected text, received binary');
    expect(end.frames).toEqual([]);
  });

  it('is cut when a flood comes before anybody listens', async () => {
    const { socket, transport } = await opened();
    for (let frame = 0; frame < 2_000; frame += 1) socket.say('[1]');
    const end = record(transport);
    expect((await end.closed).message).toContain('more than 1024 frames came before listen()');
  });

  describe('once it is told how to ask for life', () => {
    const watched = async (options: WebSocketOptions = {}) => {
      const world = await opened(options);
      const end = record(world.transport);
      let asked = 0;
      world.transport.askWhenIdle?.(() => {
        asked += 1;
      });
      await settle();
      return { ...world, end, asked: () => asked };
    };

    it('asks when nothing came for a while, and ends within 15 s of the last sign', async () => {
      const { clock, end, asked } = await watched();
      clock.increment(10_000);
      expect(asked()).toBe(1);
      clock.increment(4_999);
      expect(end.ends).toHaveLength(0);
      clock.increment(1);
      await settle();
      expect((await end.closed).message).toContain('was closed by this side (no pong within 5000 ms)');
      expect(clock.timers).toBe(0);
    });

    it('does not ask while something comes', async () => {
      const { clock, socket, end, asked } = await watched();
      for (let second = 0; second < 60; second += 1) {
        socket.say('[1]');
        clock.increment(1_000);
      }
      expect([asked(), end.ends.length]).toEqual([0, 0]);
    });

    it('does not ask when it shall not', async () => {
      const { clock, asked } = await watched({ ping: false });
      clock.increment(100_000);
      expect([asked(), clock.timers]).toEqual([0, 0]);
    });

    it('asks at once when the page wakes up, and hears of it no more when it has ended', async () => {
      const page = new EventTarget();
      Object.assign(globalThis, {
        addEventListener: page.addEventListener.bind(page),
        removeEventListener: page.removeEventListener.bind(page),
      });
      try {
        const { clock, end, asked, socket } = await watched();
        page.dispatchEvent(new Event('online'));
        page.dispatchEvent(new Event('visibilitychange'));
        expect(asked()).toBe(1);
        socket.say('[1]');
        clock.increment(5_000);
        page.dispatchEvent(new Event('pageshow'));
        expect(asked()).toBe(2);
        clock.increment(5_000);
        await end.closed;
        page.dispatchEvent(new Event('online'));
        expect([asked(), clock.timers]).toEqual([2, 0]);
      } finally {
        Object.assign(globalThis, { addEventListener: undefined, removeEventListener: undefined });
      }
    });
  });
});

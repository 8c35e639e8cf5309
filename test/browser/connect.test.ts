import { connect } from '../../src/browser/connect.js';
import { UsageError } from '../../src/errors.js';
import { settle } from '../actors/scripted.js';
import { failure, next } from '../support/house.js';
import { type FakeWebSocket, lastSocket, useFakeWebSocket } from '../transports/fake-websocket.js';

const URL = 'ws://127.0.0.1:8080/ws';

useFakeWebSocket();

async function welcomed(): Promise<FakeWebSocket> {
  const socket = lastSocket();
  socket.open();
  await settle();
  socket.say(JSON.stringify([2, 7, { roles: { broker: {}, dealer: {} } }]));
  return socket;
}

describe('connect, in a page', () => {
  it("gives a peer that has joined by the platform's WebSocket, and that leaves it", async () => {
    const connecting = connect(URL, { realm: 'realm1', name: 'thermostat' });
    const socket = await welcomed();
    const me = await connecting;
    expect(me).toMatchObject({ name: 'thermostat', status: 'joined', address: URL });
    expect(JSON.parse(String(socket.sent[0]))).toMatchObject([1, 'realm1', { roles: { caller: {}, callee: {} } }]);
    const left = me.leave();
    await settle();
    socket.say('[6,{},"wamp.close.goodbye_and_out"]');
    await settle();
    socket.end(1000);
    await left;
    expect([me.status, socket.closed.length]).toEqual(['stopped', 1]);
  });

  it("does not wait any longer when the page's network comes back", async () => {
    const page = new EventTarget();
    Object.assign(globalThis, {
      addEventListener: page.addEventListener.bind(page),
      removeEventListener: page.removeEventListener.bind(page),
    });
    try {
      const connecting = connect(URL, { realm: 'realm1', backoff: { first: 2 ** 30, base: 2 ** 30, max: 2 ** 30 } });
      const first = await welcomed();
      const me = await connecting;
      const exited = next(me, 'exited');
      first.end();
      await exited;
      await settle();
      expect(lastSocket()).toBe(first);
      page.dispatchEvent(new Event('online'));
      await settle();
      expect(lastSocket()).not.toBe(first);
      await welcomed();
      await me.joined();
      expect(me.incarnation).toBe(2);
      await me.leave({ wait: false });
      lastSocket().end(1000);
      await settle();
    } finally {
      Object.assign(globalThis, { addEventListener: undefined, removeEventListener: undefined });
    }
  });

  it.each<[unknown, unknown, string]>([
    [URL, undefined, 'connect: expected its second argument'],
    [URL, { realm: 'realm1', logger: {} }, 'connect: expected logger'],
    [URL, { realm: 'realm1', rawsocket: {} }, 'unknown option "rawsocket"'],
    [URL, { realm: 'realm1', websocket: { headers: {} } }, 'unknown option "headers"'],
    ['rs://127.0.0.1:8080', { realm: 'realm1' }, 'expected ws:// or wss://'],
  ])('refuses %j with %j', async (url, options, message) => {
    const error = await failure(connect(url as never, options as never));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(message);
  });
});

/** A user's roles, raw messages and the stream of them, with the embedded router, whatever is between, in each of its serializers. */
import { type Role, role, swallow } from '../../src/peer/relay/role.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import { eventually, House, next } from '../support/house.js';
import { LINKED, RAWSOCKET, type Running, speaking, UNIX_SOCKET, WEBSOCKET, type World } from '../support/worlds.js';

const worlds = [LINKED, WEBSOCKET, RAWSOCKET, UNIX_SOCKET].flatMap((world) =>
  [json(), msgpack(), cbor()].map((serializer) => speaking(world, serializer)),
);

/** Every payload is sent in an envelope, and taken out of it. */
const envelopes = role({
  name: 'envelopes',
  init: () => ({
    message(message, direction) {
      if (!('args' in message) || message.args === undefined) return undefined;
      const { args } = message;
      if (direction === 'out') return { ...message, args: [{ sealed: args }] };
      return { ...message, args: (args[0] as { sealed: readonly unknown[] }).sealed };
    },
  }),
});

/** Counts what passes, and answers what it has been asked before. */
const cache = role({
  name: 'cache',
  init({ deliver, request }) {
    const answers = new Map<string, readonly unknown[]>();
    const asked = new Map<number, string>();
    let hits = 0;
    return {
      api: {
        hits: () => hits,
        fetch: async (procedure: string) => (await request({ type: 'CALL', options: {}, procedure })).args,
      },
      message(message, direction) {
        if (direction === 'out' && message.type === 'CALL') {
          const known = answers.get(message.procedure);
          if (known === undefined) asked.set(message.request, message.procedure);
          else {
            hits += 1;
            deliver({ type: 'RESULT', request: message.request, details: {}, args: known });
            return swallow;
          }
        }
        if (direction === 'in' && message.type === 'RESULT') {
          answers.set(asked.get(message.request) ?? '', message.args ?? []);
        }
        return undefined;
      },
    };
  },
});

function withRoles(world: World): void {
  let running: Running;
  let house: House;

  beforeAll(async () => {
    running = await world.start();
  }, 30_000);
  afterAll(() => running.dispose());
  beforeEach(() => {
    house = new House(running);
  });
  afterEach(async () => expect(await house.end()).toEqual([]));

  const roles: readonly Role[] = [envelopes, cache];

  it('roles change and answer messages on both sides, in every session anew', async () => {
    const [callee, caller] = await Promise.all([house.connect({ roles: [envelopes] }), house.connect({ roles })]);
    let invocations = 0;
    await callee.register('com.example.add', ({ args: [a, b] }) => {
      invocations += 1;
      return Number(a) + Number(b);
    });
    const add = async () => (await caller.call('com.example.add', [2, 3])).args[0];
    expect([await add(), await add(), await add()]).toEqual([5, 5, 5]);
    expect({ invocations, hits: caller.role(cache).hits() }).toEqual({ invocations: 1, hits: 2 });

    const joined = next(caller, 'joined');
    caller.abort('com.example.again');
    await joined;
    expect(await add()).toBe(5);
    expect({ invocations, hits: caller.role(cache).hits() }).toEqual({ invocations: 2, hits: 0 });
    // What a role asks itself passes the roles between it and the wire.
    await callee.register('com.example.greeting', () => 'hello');
    expect(await caller.role(cache).fetch('com.example.greeting')).toEqual(['hello']);
  });

  it('a procedure is served, and called, by raw messages alone', async () => {
    const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
    const seen = callee.messages({ direction: 'in' });
    const registering = callee.send({ type: 'REGISTER', options: {}, procedure: 'com.example.raw' });
    const registered = (await seen.next()).value?.message;
    expect(registered).toMatchObject({ type: 'REGISTERED', request: registering });

    const answers = caller.messages({ types: ['RESULT'] });
    const asked = caller.send({ type: 'CALL', options: {}, procedure: 'com.example.raw', args: ['how are you?'] });
    const invocation = (await seen.next()).value?.message;
    if (invocation?.type !== 'INVOCATION') throw new Error(`expected an INVOCATION, received ${invocation?.type}`);
    expect(invocation.args).toEqual(['how are you?']);
    callee.send({ type: 'YIELD', request: invocation.request, options: {}, args: ['fine'] });
    expect((await answers.next()).value?.message).toMatchObject({ type: 'RESULT', request: asked, args: ['fine'] });
    await Promise.all([seen.return(), answers.return()]);
  });

  it('a stream shows each message of a day, over restarts', async () => {
    const me = await house.connect();
    const seen: string[] = [];
    const stream = me.messages();
    const loop = (async () => {
      for await (const { direction, message } of stream) seen.push(`${direction} ${message.type}`);
    })();
    await me.publish('com.example.news', [1], { acknowledge: true });
    const joined = next(me, 'joined');
    me.abort('com.example.again');
    await joined;
    await me.leave();
    await loop;
    await eventually(() => seen.length >= 7);
    expect(seen).toEqual([
      ...['out PUBLISH', 'in PUBLISHED', 'out ABORT', 'out HELLO', 'in WELCOME'],
      ...['out GOODBYE', 'in GOODBYE'],
    ]);
  });
}

describe.each(worlds)('$name', withRoles);

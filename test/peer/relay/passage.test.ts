import fc from 'fast-check';
import { ProtocolError } from '../../../src/errors.js';
import type { PassingMessage } from '../../../src/peer/loops/message-stream.js';
import type { PeerOptions } from '../../../src/peer/options.js';
import { type Direction, type Role, type RoleContext, role, swallow } from '../../../src/peer/relay/role.js';
import { field } from '../../../src/wamp/field.js';
import type { Dict } from '../../../src/wamp/values.js';
import { settle } from '../../actors/scripted.js';
import { failure } from '../../support/house.js';
import { NOTHING_LEFT, scripted, WELCOME } from '../scripted-router.js';

type World = Awaited<ReturnType<typeof scripted>>;
/** A message, whatever its type. */
type Loose = { readonly type: string } & Dict;
type Take = (message: Loose, direction: Direction, context: RoleContext) => unknown;

let world: World;
afterEach(async () => expect(await world.end()).toEqual(NOTHING_LEFT));

/** A role that does with each message what `take` says. */
const doing = (name: string, take: Take): Role =>
  role({
    name,
    init: (context) => ({
      api: context,
      message: (message, direction) => take(message as Loose, direction, context as RoleContext) as undefined,
    }),
  }) as Role;

async function joined(roles: readonly Role[], options: Partial<PeerOptions> = {}): Promise<World> {
  world = await scripted({ roles, ...options });
  return world.welcome();
}

const only =
  (direction: Direction, type: string, take: (message: Loose, context: RoleContext) => unknown): Take =>
  (message, way, context) =>
    way === direction && message.type === type ? take(message, context) : undefined;

const RESULT = (request: number, ...args: unknown[]) => [50, request, {}, args];

describe('the roles of a peer', () => {
  it('see every message: what comes in their order, what is sent in the reverse', async () => {
    const seen: string[] = [];
    const noting = (name: string) =>
      doing(name, ({ type }, direction) => void seen.push(`${name} ${direction} ${type}`));
    await joined([noting('a'), noting('b')]);
    const call = world.me.call('com.example.add');
    await world.router.say(RESULT(1));
    await call;
    await world.router.say([6, {}, 'wamp.close.system_shutdown']);
    expect(seen).toEqual([
      ...['b out HELLO', 'a out HELLO', 'a in WELCOME', 'b in WELCOME'],
      ...['b out CALL', 'a out CALL', 'a in RESULT', 'b in RESULT'],
      ...['a in GOODBYE', 'b in GOODBYE', 'b out GOODBYE', 'a out GOODBYE'],
    ]);
  });

  it('replace what is sent, each what the one before it made of it', async () => {
    const tagging = (tag: string) =>
      doing(
        tag,
        only('out', 'CALL', (call) => ({ ...call, procedure: `${call['procedure']}.${tag}` })),
      );
    await joined([tagging('first'), tagging('second')]);
    const call = world.me.call('com.example.add');
    expect(world.router.sent.at(-1)).toEqual([48, 1, {}, 'com.example.add.second.first']);
    await world.router.say(RESULT(1));
    await call;
  });

  it('replace what comes', async () => {
    await joined([
      doing(
        'double',
        only('in', 'RESULT', ({ args, ...rest }) => ({ ...rest, args: [...(args as []), 2] })),
      ),
    ]);
    const call = world.me.call('com.example.add');
    await world.router.say(RESULT(1, 1));
    expect((await call).args).toEqual([1, 2]);
  });

  it('swallow what is sent, and answer it themselves: the ids on the wire have no gap', async () => {
    await joined([
      doing(
        'cache',
        only('out', 'CALL', ({ procedure, request }, { deliver }) => {
          if (procedure !== 'com.example.cached') return undefined;
          deliver({ type: 'RESULT', request: request as number, details: {}, args: ['from the cache'] });
          return swallow;
        }),
      ),
    ]);
    expect((await world.me.call('com.example.cached')).args).toEqual(['from the cache']);
    const call = world.me.call('com.example.other');
    expect(world.router.sent.at(-1)).toEqual([48, 1, {}, 'com.example.other']);
    await world.router.say(RESULT(1, 'from the router'));
    expect((await call).args).toEqual(['from the router']);
  });

  it('swallow what comes: the call is given up at its deadline', async () => {
    await joined([
      doing(
        'deaf',
        only('in', 'RESULT', () => swallow),
      ),
    ]);
    const call = failure(world.me.call('com.example.add', [], { timeout: 50 }));
    await world.router.say(RESULT(1));
    world.clock.increment(50);
    expect(await call).toMatchObject({ code: 'WAMP_ERR_TIMEOUT' });
  });

  it('cancel nothing at the router that has never left', async () => {
    await joined([
      doing(
        'mute',
        only('out', 'CALL', () => swallow),
      ),
    ]);
    const call = failure(world.me.call('com.example.add', [], { timeout: 50 }));
    world.clock.increment(50);
    await call;
    expect(world.router.sent.map(([code]) => code)).toEqual([1]);
  });

  it('hold a message, and hand it on later', async () => {
    let release = () => {};
    await joined([
      doing(
        'slow',
        only('in', 'RESULT', (message, { deliver }) => {
          release = () => deliver(message as never);
          return swallow;
        }),
      ),
    ]);
    const call = world.me.call('com.example.add');
    await world.router.say(RESULT(1, 'late'));
    release();
    expect((await call).args).toEqual(['late']);
  });

  it('swallow the first part of a call: its further parts stay here, and the next call is not taken for one', async () => {
    await joined([
      doing(
        'mute',
        only('out', 'CALL', ({ procedure, options }) =>
          procedure === 'com.example.mute' && (options as Dict)['progress'] === true ? swallow : undefined,
        ),
      ),
    ]);
    const muted = world.me.stream('com.example.mute', [1], { timeout: 50 });
    const heard = world.me.stream('com.example.heard', [1]);
    await muted.send([2]);
    await heard.send([2]);
    const ends = failure(muted.end([3]));
    expect(world.router.sent.slice(1).map(([, id, , procedure, args]) => [id, procedure, args])).toEqual([
      [1, 'com.example.heard', [1]],
      [1, 'com.example.heard', [2]],
    ]);
    world.clock.increment(50);
    expect(await ends).toMatchObject({ code: 'WAMP_ERR_TIMEOUT' });
    const ended = heard.end();
    await world.router.say(RESULT(1, 'all'));
    expect((await ended).args).toEqual(['all']);
  });

  it('send requests of their own while a request is on its way, each under an id of its own', async () => {
    await joined([
      doing(
        'chatty',
        only(
          'out',
          'CALL',
          (_call, { send }) => void send({ type: 'PUBLISH', options: {}, topic: 'com.example.calls' }),
        ),
      ),
    ]);
    const calls = [world.me.call('com.example.a'), world.me.call('com.example.b')];
    expect(world.router.sent.slice(1)).toEqual([
      [16, 1, {}, 'com.example.calls'],
      [48, 2, {}, 'com.example.a'],
      [16, 3, {}, 'com.example.calls'],
      [48, 4, {}, 'com.example.b'],
    ]);
    await world.router.say(RESULT(4, 'b'), RESULT(2, 'a'));
    expect((await Promise.all(calls)).map(({ args }) => args[0])).toEqual(['a', 'b']);
  });

  it('are told of the joining and of the end, each incarnation with a fresh state', async () => {
    const log: string[] = [];
    const counting = role({
      name: 'counting',
      init({ incarnation }) {
        let messages = 0;
        log.push(`init ${incarnation}`);
        return {
          message: () => {
            messages += 1;
            return undefined;
          },
          joined: ({ id }) => void log.push(`joined ${id}`),
          closed: (reason) => void log.push(`closed after ${messages}: ${(reason as Error).name}`),
        };
      },
    });
    await joined([counting]);
    await world.reconnect();
    await world.router.say(WELCOME);
    await world.router.say([3, {}, 'wamp.error.unavailable']);
    expect(log).toEqual([
      ...['init 1', 'joined 7', 'closed after 2: ConnectionLost'],
      ...['init 2', 'joined 7', 'closed after 3: SessionAborted'],
    ]);
  });

  it('leave, and abort', async () => {
    await joined([
      doing(
        'control',
        only('in', 'EVENT', (_event, { abort }) => abort('com.example.enough', 'too much')),
      ),
    ]);
    await world.router.say([36, 1, 2, {}]);
    expect(world.router.sent.at(-1)).toEqual([3, { message: 'too much' }, 'com.example.enough']);
    world.clock.increment(100);
    await settle();
    await world.welcome();
    world.me.role<RoleContext>('control').leave('com.example.bye');
    await settle();
    expect(world.router.sent.at(-1)).toEqual([6, {}, 'com.example.bye']);
    await world.router.say([6, {}, 'wamp.close.goodbye_and_out']);
    expect(world.me.status).toBe('stopped');
  });
});

describe('a role that goes wrong', () => {
  const bad: Readonly<Record<string, () => unknown>> = {
    'throws an Error': () => {
      throw new Error('a defect');
    },
    'throws what is no Error': () => {
      throw 'a defect';
    },
    'returns a promise': () => Promise.reject(new Error('a defect')),
    'returns no message': () => 7,
    'returns a message that cannot be': () => ({ type: 'RESULT', request: 1, details: 7 }),
    'returns a message that a router does not send': () => ({ type: 'CALL', request: 1, options: {}, procedure: 'a' }),
    'changes the request': () => ({ type: 'RESULT', request: 2, details: {} }),
  };
  it.each(Object.entries(bad))('and %s is logged, and the message passes', async (_what, take) => {
    await joined([doing('bad', only('in', 'RESULT', take))]);
    const call = world.me.call('com.example.add');
    await world.router.say(RESULT(1, 5));
    expect((await call).args).toEqual([5]);
    const lines = world.log.said('a role failed');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines[0]?.fields).toMatchObject({ peer: 'me', role: 'bad', err: expect.any(Error) });
    expect(world.me.incarnation).toBe(1);
  });

  it('by finding a violation ends the session with ABORT, and the peer comes back', async () => {
    await joined([
      doing(
        'strict',
        only('in', 'EVENT', () => {
          throw new ProtocolError('an event without a signature');
        }),
      ),
    ]);
    await world.router.say([36, 1, 2, {}]);
    expect(world.router.sent.at(-1)).toEqual([
      3,
      { message: 'an event without a signature' },
      'wamp.error.protocol_violation',
    ]);
    expect(world.me.lastExit).toBeInstanceOf(ProtocolError);
    expect(world.me.status).toBe('down');
  });

  it('at its beginning ends the incarnation with that reason; roles that had begun are told', async () => {
    const closed: unknown[] = [];
    let isBad = true;
    world = await scripted({
      roles: [
        role({ name: 'good', init: () => ({ closed: (reason) => void closed.push(reason) }) }),
        role({
          name: 'bad',
          init() {
            if (isBad) throw new Error('no certificate');
            return {};
          },
        }),
      ],
    });
    expect(world.me.lastExit).toMatchObject({ message: 'no certificate' });
    expect(closed).toEqual([world.me.lastExit]);
    isBad = false;
    world.clock.increment(100);
    await settle();
    await world.welcome();
    expect(world.me.status).toBe('joined');
  });

  it('in joined or closed is logged, and the others are told', async () => {
    const told: string[] = [];
    const failing = {
      joined: () => {
        throw new Error('a defect');
      },
      closed: (async () => {
        throw new Error('a defect');
      }) as () => void,
    };
    await joined([
      role({ name: 'bad', init: () => failing }),
      role({
        name: 'good',
        init: () => ({ joined: () => void told.push('joined'), closed: () => void told.push('closed') }),
      }),
    ]);
    world.router.transport.lose();
    await settle();
    expect(told).toEqual(['joined', 'closed']);
    expect(world.log.said('a role failed')).toHaveLength(2);
  });
});

describe('what authenticates', () => {
  it('is neither shown to a role nor lost when it replaces the message around it', async () => {
    const seen: unknown[] = [];
    const auth = {
      name: 'ticket',
      hello: () => ({ pin: 'secret of the client' }),
      answer: () => ({ signature: 'secret ticket', extra: { more: 'secret' } }),
      toJSON: () => ({ name: 'ticket' }),
    };
    world = await scripted({
      auth,
      roles: [
        doing('curious', (message, direction) => {
          seen.push(message);
          if (direction === 'out' && message.type === 'HELLO')
            return { ...message, details: { ...(message['details'] as object), _trace: 1 } };
          return message.type === 'AUTHENTICATE' ? swallow : undefined;
        }),
      ],
    });
    await world.router.say([4, 'ticket', { salt: 'secret salt' }]);
    await world.router.say([2, 7, { roles: { broker: {} }, authextra: { proof: 'secret proof' } }]);
    const [hello, authenticate] = world.router.sent;
    expect(hello?.[2]).toMatchObject({ authextra: { pin: 'secret of the client' }, _trace: 1 });
    expect(authenticate).toEqual([5, 'secret ticket', { more: 'secret' }]);
    expect(seen.map((message) => (message as Loose).type)).toEqual(['HELLO', 'CHALLENGE', 'AUTHENTICATE', 'WELCOME']);
    expect(JSON.stringify(seen)).not.toContain('secret');
    expect(world.log.said('a role failed')).toHaveLength(1); // It may not swallow AUTHENTICATE.
    expect(world.me.session?.details['authextra']).toEqual({ proof: 'secret proof' });
  });
});

const acknowledging = role({
  name: 'acknowledging',
  features: { subscriber: { x_acknowledged_events: true }, x_status: {} },
  messages: {
    EVENT_RECEIVED: { code: 337, from: 'client', fields: { publication: field.id } },
    STATUS: { code: 400, from: 'client', fields: { request: field.id }, reply: 'STATUS_IS' },
    STATUS_IS: { code: 401, from: 'router', fields: { request: field.id, load: field.integer(0) } },
    NOTICE: { code: 402, from: 'router', fields: { text: field.string } },
  },
  init(context) {
    const notices: string[] = [];
    return {
      api: {
        notices,
        status: (timeout?: number) => context.request({ type: 'STATUS' }, timeout === undefined ? {} : { timeout }),
      },
      message(message, direction) {
        if (direction === 'in' && message.type === 'EVENT')
          context.send({ type: 'EVENT_RECEIVED', publication: message.publication });
        if (message.type === 'NOTICE') notices.push(message.text);
        return undefined;
      },
    };
  },
});

describe('a role with messages of its own', () => {
  it('announces its features beside those of the peer', async () => {
    await joined([acknowledging]);
    const [, , details] = world.router.sent[0] as [unknown, unknown, { roles: Record<string, { features?: object }> }];
    expect(details.roles['subscriber']?.features).toMatchObject({
      publisher_identification: true,
      x_acknowledged_events: true,
    });
    expect(details.roles['x_status']).toEqual({});
  });

  it('sends and receives them; they reach the role, not the peer', async () => {
    await joined([acknowledging], { subscribe: { 'com.example.news': () => {} } });
    await world.router.say([36, 101, 55, {}], [402, 'maintenance at noon']);
    expect(world.router.sent.at(-1)).toEqual([337, 55]);
    expect(world.me.role(acknowledging).notices).toEqual(['maintenance at noon']);
    expect(world.me.stats().events).toBe(1);
  });

  it('makes requests, which are answered, refused, given up, or lost', async () => {
    await joined([acknowledging]);
    const { status } = world.me.role(acknowledging);
    const answered = status();
    const refused = failure(status());
    const givenUp = failure(status(50));
    expect(world.router.sent.slice(1)).toEqual([
      [400, 1],
      [400, 2],
      [400, 3],
    ]);
    expect(world.me.stats().unsettled).toBe(3);
    await world.router.say([401, 1, 12], [8, 400, 2, {}, 'com.example.busy', ['later']]);
    expect(await answered).toEqual({ type: 'STATUS_IS', request: 1, load: 12 });
    expect(await refused).toMatchObject({ code: 'WAMP_ERR_APPLICATION', uri: 'com.example.busy' });
    world.clock.increment(50);
    expect(await givenUp).toMatchObject({ code: 'WAMP_ERR_TIMEOUT' });
    await world.router.say([401, 3, 12]);
    const lost = failure(status());
    world.router.transport.lose();
    expect(await lost).toMatchObject({ code: 'WAMP_ERR_CONNECTION_LOST', mayHaveExecuted: true });
    expect(() => status()).not.toThrow();
    expect(await failure(status())).toMatchObject({ code: 'WAMP_ERR_PEER_DOWN' });
  });

  it('is told of an answer to a request that was never made as of any violation', async () => {
    await joined([acknowledging]);
    await world.router.say([401, 1, 12]);
    expect(world.router.sent.at(-1)?.[2]).toBe('wamp.error.protocol_violation');
  });
});

describe('role', () => {
  it('gives what the role offers in this incarnation, by the role or by its name', async () => {
    await joined([acknowledging]);
    const first = world.me.role(acknowledging);
    expect(world.me.role('acknowledging')).toBe(first);
    await world.reconnect();
    await world.welcome();
    expect(world.me.role(acknowledging)).not.toBe(first);
  });

  it('throws PeerDown while there is no transport, and UsageError for what the peer does not have', async () => {
    await joined([acknowledging]);
    expect(() => world.me.role('acknowleging')).toThrow(
      'the peer has no such role as "acknowleging"; it has "acknowledging"',
    );
    expect(() => world.me.role(role({ name: 'acknowledging', init: () => ({}) }))).toThrow('no such role');
    world.router.transport.lose();
    await settle();
    expect(() => world.me.role(acknowledging)).toThrow(expect.objectContaining({ code: 'WAMP_ERR_PEER_DOWN' }));
  });
});

describe('send', () => {
  it('sends a request as it is, under the next id; its answer is no news to the peer', async () => {
    world = await scripted();
    await world.welcome();
    const stream = world.me.messages({ direction: 'in' });
    const call = world.me.call('com.example.a');
    expect(world.me.send({ type: 'CALL', options: { _x_y_z: 1 }, procedure: 'com.example.b' })).toBe(2);
    expect(world.router.sent.at(-1)).toEqual([48, 2, { _x_y_z: 1 }, 'com.example.b']);
    await world.router.say(RESULT(2, 'b'), RESULT(1, 'a'));
    expect((await call).args).toEqual(['a']);
    expect((await stream.next()).value?.message).toEqual({ type: 'RESULT', request: 2, details: {}, args: ['b'] });
    expect(world.me.stats().late).toBe(0);
    expect(world.me.status).toBe('joined');
    await stream.return();
  });

  it('registers and subscribes, and what comes of it is in the stream only', async () => {
    world = await scripted();
    await world.welcome();
    const stream = world.me.messages({ direction: 'in', types: ['INVOCATION', 'EVENT'] });
    world.me.send({ type: 'REGISTER', options: {}, procedure: 'com.example.add' });
    world.me.send({ type: 'SUBSCRIBE', options: {}, topic: 'com.example.news' });
    await world.router.say([65, 1, 11], [33, 2, 12]);
    await world.router.say([68, 1, 11, {}, [2, 3]], [36, 12, 99, {}]);
    const invocation = (await stream.next()).value?.message as { request: number };
    world.me.send({ type: 'YIELD', request: invocation.request, options: {}, args: [5] });
    expect(world.router.sent.at(-1)).toEqual([70, 1, {}, [5]]);
    expect((await stream.next()).value?.message).toMatchObject({ type: 'EVENT', publication: 99 });
    expect(world.me.stats()).toMatchObject({ invocations: 0, events: 0, late: 0 });
    world.me.send({ type: 'UNREGISTER', registration: 11 });
    world.me.send({ type: 'UNSUBSCRIBE', subscription: 12 });
    await world.router.say([67, 3], [35, 4]);
    await stream.return();
  });

  it.each([
    [{ type: 'HELLO', realm: 'realm1', details: {} }, 'it is for the session to send'],
    [{ type: 'GOODBYE', details: {}, reason: 'a' }, 'use leave({ reason })'],
    [{ type: 'ABORT', details: {}, reason: 'a' }, 'use abort(reason, message)'],
    [{ type: 'RESULT', request: 1, details: {} }, 'a RESULT is sent by a router, not by a client'],
    [{ type: 'CALL', options: {}, procedure: 7 }, 'send: CALL.procedure: expected a URI, received 7'],
    [{ type: 'CALL', request: 7, options: {}, procedure: 'a' }, 'expected it to be left out, or to be 1, the next id'],
  ])('refuses %j: %s', async (message, said) => {
    world = await scripted();
    await world.welcome();
    expect(() => world.me.send(message as { type: 'X' })).toThrow(expect.objectContaining({ code: 'WAMP_ERR_USAGE' }));
    expect(() => world.me.send(message as { type: 'X' })).toThrow(said);
    expect(world.router.sent).toHaveLength(1);
    // The id of what was refused is still the next one.
    expect(world.me.send({ type: 'PUBLISH', options: {}, topic: 'com.example.news' })).toBe(1);
  });

  it('throws PeerDown without a session', async () => {
    world = await scripted();
    const down = expect.objectContaining({ code: 'WAMP_ERR_PEER_DOWN' });
    const publish = () => world.me.send({ type: 'PUBLISH', options: {}, topic: 'com.example.news' });
    expect(publish).toThrow(down);
    await world.welcome();
    const leaving = world.me.leave();
    expect(publish).toThrow(down);
    await world.router.say([6, {}, 'wamp.close.goodbye_and_out']);
    await leaving;
    expect(publish).toThrow(down);
  });

  it('of a part of a call that was sent so has its id', async () => {
    world = await scripted();
    await world.welcome();
    const id = world.me.send({ type: 'CALL', options: { progress: true }, procedure: 'com.example.a' });
    world.me.send({ type: 'CALL', request: id ?? 0, options: {}, procedure: 'com.example.a' });
    expect(world.router.sent.slice(1).map(([code, request]) => [code, request])).toEqual([
      [48, 1],
      [48, 1],
    ]);
    await world.router.say(RESULT(1));
  });
});

describe('messages', () => {
  it('are all that passes, both ways, over incarnations', async () => {
    world = await scripted();
    const seen: string[] = [];
    const stream = world.me.messages();
    const loop = (async () => {
      for await (const { direction, message, incarnation } of stream)
        seen.push(`${incarnation} ${direction} ${message.type}`);
    })();
    await world.welcome();
    await world.reconnect();
    await world.welcome();
    await settle();
    await stream.return();
    await loop;
    expect(seen).toEqual(['1 in WELCOME', '2 out HELLO', '2 in WELCOME']);
  });

  it('are as on the wire: what comes before the roles have it, what is sent after them', async () => {
    await joined([
      doing('changing', (message, direction) =>
        direction === 'out' && message.type === 'CALL'
          ? { ...message, procedure: 'com.example.changed' }
          : message.type === 'RESULT'
            ? { ...message, args: ['changed'] }
            : undefined,
      ),
    ]);
    const stream = world.me.messages({ types: ['CALL', 'RESULT'] });
    const call = world.me.call('com.example.add');
    await world.router.say(RESULT(1, 'as it was'));
    await call;
    const messages = [await stream.next(), await stream.next()].map(({ value }) => (value as PassingMessage).message);
    expect(messages).toMatchObject([{ procedure: 'com.example.changed' }, { args: ['as it was'] }]);
    await stream.return();
  });

  it('drop the oldest when the loop does not keep up, counted and logged', async () => {
    world = await scripted();
    await world.welcome();
    const stream = world.me.messages({ buffer: 1, direction: 'out' });
    world.me.emit('com.example.a');
    world.me.emit('com.example.b');
    expect((await stream.next()).value?.message).toMatchObject({ topic: 'com.example.b' });
    expect(world.me.stats().dropped).toBe(1);
    expect(world.log.said('messages are dropped: the loop is too slow')).toHaveLength(1);
    await stream.return();
  });

  it('end with the peer, or with the signal', async () => {
    world = await scripted();
    await world.welcome();
    const ending = new AbortController();
    const aborted = world.me.messages({ signal: ending.signal });
    ending.abort();
    expect(await aborted.next()).toEqual({ done: true, value: undefined });
    const stream = world.me.messages({ types: ['EVENT'] });
    const leaving = world.me.leave();
    await world.router.say([6, {}, 'wamp.close.goodbye_and_out']);
    await leaving;
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await world.me.messages().next()).toEqual({ done: true, value: undefined });
  });

  it.each([
    [{ direction: 'up' }, 'expected direction to be one of "in", "out", received "up"'],
    [{ types: ['call'] }, 'there is no message of type "call"; did you mean "CALL"?'],
    [{ buffer: 0 }, 'expected buffer to be a whole number from 1'],
    [{ type: 'CALL' }, 'unknown option "type"; did you mean "types"?'],
  ])('refuse %j: %s', async (options, said) => {
    world = await scripted();
    expect(() => world.me.messages(options as never)).toThrow(said);
  });
});

describe('any sequence of pass, replace, swallow and throw', () => {
  const act = fc.constantFrom('pass', 'replace', 'swallow', 'throw', 'answer');
  it('keeps every promise settling, and the ids on the wire without a gap', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(act, act), { minLength: 1, maxLength: 12 }), async (acts) => {
        let turn = 0;
        const acting = (which: 0 | 1): Role =>
          doing(`acting${which}`, (message, direction, { deliver }) => {
            if (message.type !== 'CALL' && message.type !== 'RESULT') return undefined;
            const now = acts[turn++ % acts.length]?.[which];
            if (now === 'throw') throw new Error('a defect');
            if (now === 'replace') return { ...message, args: ['replaced'] };
            if (now === 'answer' && direction === 'out')
              deliver({ type: 'RESULT', request: message['request'] as number, details: {}, args: ['answered'] });
            return now === 'pass' ? undefined : swallow;
          });
        world = await scripted({ roles: [acting(0), acting(1)], timeout: 100 });
        await world.welcome();
        const calls = acts.map((_, at) => world.me.call('com.example.add', [at]).catch((error: unknown) => error));
        await settle();
        const ids = world.router.sent.filter(([code]) => code === 48).map(([, id]) => id as number);
        expect(ids).toEqual(ids.map((_, at) => at + 1));
        await world.router.say(...ids.map((id) => RESULT(id, 'from the router')));
        world.clock.increment(100);
        await Promise.all(calls);
        expect(world.me.stats().unsettled).toBe(0);
        expect(world.me.incarnation).toBe(1);
        expect(await world.end()).toEqual(NOTHING_LEFT);
      }),
      { numRuns: 60 },
    );
  });
});

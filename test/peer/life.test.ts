import { ticket } from '../../src/auth/ticket.js';
import { ConnectError, TimeoutError } from '../../src/errors.js';
import { ScriptedTransport, settle } from '../actors/scripted.js';
import { failure } from '../support/house.js';
import { NOTHING_LEFT, scripted, WELCOME } from './scripted-router.js';

type World = Awaited<ReturnType<typeof scripted>>;

let world: World;
afterEach(async () => expect(await world.end()).toEqual(NOTHING_LEFT));

const add = () => 5;
const offering = {
  register: { 'com.example.first': add, 'com.example.second': add },
  subscribe: { 'com.example.news': () => {} },
};

describe('restoring', () => {
  it('asks for everything at once, in the order in which it was declared, and is joined when all is answered', async () => {
    world = await scripted(offering);
    await world.router.say(WELCOME);
    expect(world.router.sent.slice(1)).toEqual([
      [64, 1, {}, 'com.example.first'],
      [64, 2, {}, 'com.example.second'],
      [32, 3, {}, 'com.example.news'],
    ]);
    await world.router.say([65, 1, 101], [65, 2, 102]);
    expect(world.me.status).toBe('connecting');
    await world.router.say([33, 3, 103]);
    expect(world.me.status).toBe('joined');
  });

  it('happens again in every session; what was added since comes last, what was taken back does not come', async () => {
    world = await scripted(offering);
    await world.welcome();
    const added = world.me.register('com.example.third', add, { invoke: 'roundrobin' });
    await world.router.say([65, 4, 104]);
    const third = await added;
    const subscribed = world.me.subscribe('com.example.sport', () => {});
    await world.router.say([33, 5, 105]);
    const taken = (await subscribed).unsubscribe();
    await world.router.say([35, 6]);
    await taken;

    await world.reconnect();
    expect(third.active).toBe(false);
    await world.router.say(WELCOME);
    expect(world.router.sent.slice(1)).toEqual([
      [64, 1, {}, 'com.example.first'],
      [64, 2, {}, 'com.example.second'],
      [32, 3, {}, 'com.example.news'],
      [64, 4, { invoke: 'roundrobin' }, 'com.example.third'],
    ]);
    await world.router.say([65, 1, 201], [65, 2, 202], [33, 3, 203], [65, 4, 204]);
    expect({ active: third.active, status: world.me.status, sessions: world.me.stats().sessions }).toEqual({
      active: true,
      status: 'joined',
      sessions: 2,
    });
  });

  it('that is cut is begun anew: nobody is told of a session that was never joined', async () => {
    const told: string[] = [];
    world = await scripted({ ...offering, onJoin: () => told.push('onJoin'), onLeave: () => told.push('onLeave') });
    world.me.on('left', () => told.push('left'));
    await world.router.say(WELCOME, [65, 1, 101]);
    await world.reconnect();
    expect(told).toEqual([]);
    await world.welcome();
    expect(world.router.sent.filter(([code]) => code === 64 || code === 32)).toHaveLength(3);
    expect({ told, status: world.me.status }).toEqual({ told: ['onJoin'], status: 'joined' });
  });

  it('sends at once what a user declares meanwhile', async () => {
    world = await scripted(offering);
    await world.router.say(WELCOME);
    const registered = world.me.register('com.example.third', add);
    await settle();
    expect(world.router.sent.at(-1)).toEqual([64, 4, {}, 'com.example.third']);
    await world.router.say([65, 1, 101], [65, 2, 102], [33, 3, 103], [65, 4, 104]);
    expect((await registered).active).toBe(true);
    expect(world.me.status).toBe('joined');
  });

  it('undoes what a user takes back meanwhile', async () => {
    world = await scripted();
    await world.welcome();
    const added = world.me.register('com.example.third', add);
    await world.router.say([65, 1, 101]);
    const third = await added;
    await world.reconnect();
    await world.router.say(WELCOME);
    await third.unregister();
    await world.router.say([65, 1, 201]);
    expect(world.router.sent.at(-1)).toEqual([66, 2, 201]);
    expect({ active: third.active, declared: world.me.declared, status: world.me.status }).toEqual({
      active: false,
      declared: [],
      status: 'joined',
    });
    await world.router.say([67, 2]);
  });

  it('shows as refused what the router takes back right behind its answer', async () => {
    world = await scripted(offering);
    const revoked = { registration: 101, reason: 'com.example.another' };
    await world.router.say(WELCOME, [65, 1, 101], [67, 0, revoked], [65, 2, 102], [33, 3, 103]);
    expect(world.me.status).toBe('degraded');
    expect(world.me.declared.map(({ active, refused }) => [active, refused instanceof Error])).toEqual([
      [false, true],
      [true, false],
      [true, false],
    ]);
  });

  it('is left as it is by somebody who has given up taking it back before he begins', async () => {
    world = await scripted();
    await world.welcome();
    const added = world.me.register('com.example.third', add);
    await world.router.say([65, 1, 101]);
    const third = await added;
    const why = new Error('given up');
    await expect(third.unregister({ signal: AbortSignal.abort(why) })).rejects.toBe(why);
    expect({ active: third.active, declared: world.me.declared.length, last: world.router.sent.at(-1) }).toEqual({
      active: true,
      declared: 1,
      last: [64, 1, {}, 'com.example.third'],
    });
  });

  it('carries no UNREGISTER over into another session', async () => {
    world = await scripted({ subscribe: { 'com.example.news': () => {} } });
    await world.welcome();
    const added = world.me.register('com.example.third', add);
    await world.router.say([65, 2, 102]);
    const third = await added;
    await world.reconnect();
    // The registration is in force, the subscription not yet.
    await world.router.say(WELCOME, [65, 2, 202]);
    const taken = third.unregister();
    await settle();
    expect(world.router.sent.at(-1)).toEqual([66, 3, 202]);
    await world.reconnect();
    await taken;
    await world.welcome();
    expect(world.router.sent.slice(1)).toEqual([[32, 1, {}, 'com.example.news']]);
  });

  it('does not wait for ever for an answer: the peer goes on without it', async () => {
    world = await scripted({ ...offering, timeout: 1_000 });
    await world.router.say(WELCOME, [65, 1, 101], [33, 3, 103]);
    world.clock.increment(1_000);
    await settle();
    expect(world.me.status).toBe('degraded');
    expect(world.me.declared[1]).toMatchObject({ active: false, refused: expect.any(TimeoutError) });
    // Too late is too late: what nobody waits for is undone.
    await world.router.say([65, 2, 102]);
    expect(world.router.sent.at(-1)).toEqual([66, 4, 102]);
  });
});

describe('a refused registration', () => {
  const refused = (id: number, uri = 'wamp.error.procedure_already_exists') => [8, 64, id, {}, uri];

  it('that another session holds is tried five times more, ever more slowly', async () => {
    world = await scripted({ register: { 'com.example.add': add } });
    await world.router.say(WELCOME, refused(1));
    expect(world.me.status).toBe('degraded');
    const waits: number[] = [];
    for (let id = 2; id < 10; id += 1) {
      let waited = 0;
      while (world.router.sent.length === id && waited < 20_000) {
        world.clock.increment(50);
        waited += 50;
      }
      if (world.router.sent.length === id) break;
      waits.push(waited);
      await world.router.say(refused(id));
    }
    expect(waits).toEqual([150, 250, 450, 850, 1_550]);
    expect({ status: world.me.status, timers: world.clock.timers }).toEqual({ status: 'degraded', timers: 0 });
  });

  it('heals when it is accepted', async () => {
    world = await scripted({ register: { 'com.example.add': add } });
    await world.router.say(WELCOME, refused(1));
    world.clock.increment(150);
    await world.router.say([65, 2, 102]);
    expect(world.me.status).toBe('joined');
    expect(world.tree.view().supervisor?.children[0]?.state).toEqual({ connected: 'joined' });
  });

  it('is not tried again for a reason that lasts, and is told of once', async () => {
    world = await scripted({ register: { 'com.example.add': add } });
    await world.router.say(WELCOME, refused(1, 'wamp.error.not_authorized'));
    expect({ status: world.me.status, timers: world.clock.timers }).toEqual({ status: 'degraded', timers: 0 });
    const lines = world.log.said('the router refused a registration');
    expect(lines.map(({ level, fields }) => [level, fields['uri']])).toEqual([['warn', 'com.example.add']]);
  });

  it('is not tried again when it was taken back meanwhile', async () => {
    world = await scripted();
    await world.welcome();
    const added = world.me.register('com.example.add', add);
    await world.router.say([65, 1, 101]);
    const registration = await added;
    await world.reconnect();
    await world.router.say(WELCOME, refused(1));
    expect(world.me.status).toBe('degraded');
    await registration.unregister();
    await settle();
    expect(world.me.status).toBe('joined');
    world.clock.increment(10_000);
    await settle();
    expect(world.router.sent).toHaveLength(2);
  });

  it('is not tried again behind the end of its session', async () => {
    world = await scripted({ register: { 'com.example.add': add } });
    await world.router.say(WELCOME, refused(1));
    world.router.transport.lose();
    await settle();
    expect(world.clock.timers).toBe(1); // The backoff's.
  });

  it('of a user’s own is told to the user, and not declared', async () => {
    world = await scripted();
    await world.welcome();
    const error = failure(world.me.register('com.example.add', add));
    await world.router.say(refused(1));
    expect(await error).toMatchObject({ uri: 'wamp.error.procedure_already_exists' });
    expect({ declared: world.me.declared, status: world.me.status }).toEqual({ declared: [], status: 'joined' });
  });
});

describe('declaring while there is no session', () => {
  it('waits for the next', async () => {
    world = await scripted();
    const registered = world.me.register('com.example.add', add);
    await world.welcome();
    expect((await registered).active).toBe(true);
  });

  it('is refused at once when it does not want to wait', async () => {
    world = await scripted();
    const error = await failure(world.me.register('com.example.add', add, { whenDown: 'fail' }));
    expect(error).toMatchObject({
      code: 'WAMP_ERR_PEER_DOWN',
      message: `registration of com.example.add: peer "me" is connecting; leave out whenDown: 'fail' to wait`,
    });
    expect(world.me.declared).toEqual([]);
  });

  it('is given up at its deadline, and not declared', async () => {
    world = await scripted();
    const error = failure(world.me.subscribe('com.example.news', () => {}, { timeout: 500 }));
    await settle();
    world.clock.increment(500);
    expect(await error).toMatchObject({ code: 'WAMP_ERR_TIMEOUT' });
    expect(world.me.declared).toEqual([]);
    await world.welcome();
    expect(world.router.sent).toHaveLength(1);
  });

  it('survives a session that is lost before it is answered', async () => {
    world = await scripted();
    await world.welcome();
    const registered = world.me.register('com.example.add', add);
    await settle();
    await world.reconnect();
    await world.welcome();
    expect((await registered).active).toBe(true);
    expect(world.router.sent.filter(([code]) => code === 64)).toHaveLength(1);
  });
});

describe('what the router takes back', () => {
  it('is not in force, and logged; the next session asks for it again', async () => {
    world = await scripted(offering);
    await world.welcome();
    await world.router.say([67, 0, { registration: 102, reason: 'moved' }], [35, 0, { subscription: 103 }]);
    expect(world.me.declared).toMatchObject([
      { uri: 'com.example.first', active: true, refused: undefined },
      { uri: 'com.example.second', active: false, refused: { uri: 'wamp.error.no_such_registration' } },
      { uri: 'com.example.news', active: false, refused: { uri: 'wamp.error.no_such_subscription' } },
    ]);
    const said = world.log.said('the router took a registration back');
    expect(said).toMatchObject([{ level: 'warn', fields: { peer: 'me', uri: 'com.example.second' } }]);
    await world.reconnect();
    await world.welcome();
    expect(world.me.declared.map(({ active }) => active)).toEqual([true, true, true]);
    expect(world.me.status).toBe('joined');
  });
});

describe('HELLO', () => {
  it('announces what the peer can do', async () => {
    world = await scripted();
    expect(world.router.sent).toEqual([
      [
        1,
        'realm1',
        {
          agent: 'respell',
          roles: {
            caller: {
              features: {
                call_canceling: true,
                caller_identification: true,
                progressive_call_invocations: true,
                progressive_call_results: true,
              },
            },
            callee: {
              features: {
                call_canceling: true,
                call_reroute: true,
                call_timeout: true,
                call_trustlevels: true,
                caller_identification: true,
                pattern_based_registration: true,
                progressive_call_invocations: true,
                progressive_call_results: true,
                registration_revocation: true,
                shared_registration: true,
              },
            },
            publisher: {
              features: {
                publisher_exclusion: true,
                publisher_identification: true,
                subscriber_blackwhite_listing: true,
              },
            },
            subscriber: {
              features: {
                pattern_based_subscription: true,
                publication_trustlevels: true,
                publisher_identification: true,
                subscription_revocation: true,
              },
            },
          },
        },
      ],
    ]);
  });
});

describe('leaving', () => {
  it('between two sessions stops the peer for good', async () => {
    world = await scripted();
    await world.welcome();
    world.router.transport.lose();
    await settle();
    expect(world.me.status).toBe('down');
    const waiting = failure(world.me.call('com.example.add'));
    await world.me.leave();
    expect(world.me.status).toBe('stopped');
    expect(await waiting).toMatchObject({ code: 'WAMP_ERR_PEER_DOWN' });
    world.clock.increment(10_000);
    await settle();
    expect(world.router.transports).toHaveLength(1);
  });

  it('that comes a moment behind the end of the session stops the peer too', async () => {
    world = await scripted();
    await world.welcome();
    let left: Promise<void> | undefined;
    world.me.on('left', () => {
      left = world.me.leave();
    });
    world.router.transport.lose();
    await settle();
    await left;
    world.clock.increment(10_000);
    await settle();
    expect({ status: world.me.status, transports: world.router.transports.length }).toEqual({
      status: 'stopped',
      transports: 1,
    });
  });

  it('a peer that is permanent restarts it', async () => {
    world = await scripted({ restart: 'permanent' });
    await world.welcome();
    const left = world.me.leave();
    await settle();
    await world.router.say([6, {}, 'wamp.close.goodbye_and_out']);
    await left;
    expect({ status: world.me.status, lastExit: world.me.lastExit }).toEqual({ status: 'down', lastExit: 'normal' });
    world.clock.increment(100);
    await settle();
    await world.welcome();
    expect(world.me.incarnation).toBe(2);
  });

  it('sends no new request; what comes meanwhile is refused', async () => {
    world = await scripted();
    await world.welcome();
    void world.me.leave();
    await settle();
    const sent = world.router.sent.length;
    expect(await failure(world.me.call('com.example.add'))).toMatchObject({
      code: 'WAMP_ERR_PEER_DOWN',
      message: 'call of com.example.add: peer "me" is leaving; connect() again',
    });
    expect(world.router.sent).toHaveLength(sent);
  });

  it('settles at once what is taken back meanwhile: the session takes it along', async () => {
    world = await scripted();
    await world.welcome();
    const added = world.me.register('com.example.add', add);
    await world.router.say([65, 1, 101]);
    const registration = await added;
    void world.me.leave();
    await registration.unregister();
    expect(world.me.declared).toEqual([]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('%d moments behind the opening leaves no transport open', async (moments) => {
    world = await scripted();
    await world.welcome();
    world.router.transport.lose();
    await settle();
    let opened: (() => void) | undefined;
    const transport = new ScriptedTransport();
    world.router.onOpen = () =>
      new Promise((resolve) => {
        opened = () => resolve(transport);
      });
    world.clock.increment(100);
    await settle();
    opened?.();
    for (let moment = 0; moment < moments; moment += 1) await Promise.resolve();
    const left = world.me.leave();
    await settle();
    await left;
    expect(transport.state).not.toBe('open');
  });
});

describe('an attempt to connect', () => {
  it('that opens behind its deadline is dropped', async () => {
    world = await scripted();
    await world.welcome();
    let opened: (() => void) | undefined;
    const transport = new ScriptedTransport();
    world.router.onOpen = () =>
      new Promise((resolve) => {
        opened = () => resolve(transport);
      });
    await world.reconnect();
    world.clock.increment(5_000);
    opened?.();
    await settle();
    expect(transport.state).toBe('destroyed');
    expect(world.me.lastExit).toMatchObject({ code: 'WAMP_ERR_TIMEOUT', operation: 'open' });
  });

  it('that fails says why, in the error of what waits for it', async () => {
    world = await scripted();
    const why = new ConnectError('connect ECONNREFUSED', { address: 'ws://127.0.0.1:8080/ws', transient: true });
    await world.welcome();
    world.router.onOpen = () => Promise.reject(why);
    await world.reconnect();
    const error = failure(world.me.call('com.example.add', [], { timeout: 50 }));
    await settle();
    world.clock.increment(50);
    expect((await error).message).toMatch(
      /no session within 50 ms \(timeout\): peer "me" is (down|connecting): connect ECONNREFUSED/,
    );
  });

  it('with a subprotocol that was not offered is refused', async () => {
    world = await scripted();
    await world.welcome();
    const transport = Object.assign(new ScriptedTransport(), { subprotocol: 'wamp.2.cbor' });
    world.router.onOpen = () => Promise.resolve(transport);
    await world.reconnect();
    expect(world.me.lastExit).toMatchObject({
      message: expect.stringContaining('opened a transport for "wamp.2.cbor", expected one of wamp.2.json'),
    });
    expect(transport.state).toBe('destroyed');
  });
});

describe('user code', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('that %s is logged, and disturbs nobody', async (_how, hook) => {
    world = await scripted({ onJoin: hook, onLeave: hook });
    world.me.on('joined', () => {
      throw new Error('broken');
    });
    await world.welcome();
    expect(world.me.status).toBe('joined');
    await world.reconnect();
    await settle();
    expect(['onJoin failed', 'onLeave failed', 'a listener threw'].map((m) => world.log.said(m).length)).toEqual([
      1, 1, 1,
    ]);
  });

  it('may leave from within onJoin', async () => {
    let left: Promise<void> | undefined;
    world = await scripted({
      onJoin: () => {
        left = world.me.leave({ wait: false });
      },
    });
    await world.welcome();
    await left;
    expect({ status: world.me.status, codes: world.router.sent.map(([code]) => code) }).toEqual({
      status: 'stopped',
      codes: [1, 6],
    });
  });
});

describe('what is told', () => {
  it('counts over all sessions', async () => {
    world = await scripted({ register: { 'com.example.add': add }, subscribe: { 'com.example.news': () => {} } });
    for (let session = 1; session <= 2; session += 1) {
      await world.welcome();
      await world.router.say([68, 1, 101, {}], [36, 102, 1, {}], [36, 999, 1, {}]);
      const call = world.me.call('com.example.add');
      await settle();
      await world.router.say([50, 3, {}], [50, 3, {}]);
      await call;
      await world.me.publish('com.example.news');
      await world.reconnect();
    }
    expect(world.me.stats()).toEqual({
      calls: 2,
      publications: 2,
      invocations: 2,
      events: 2,
      unsettled: 0,
      waiting: 0,
      queued: 0,
      givenUp: 0,
      working: 0,
      held: 0,
      dropped: 0,
      refused: 0,
      failedCasts: 0,
      unopened: 0,
      violations: 0,
      late: 4,
      sessions: 2,
    });
  });

  it('holds no secret', async () => {
    const secret = 'canary-4b1d';
    world = await scripted({ auth: ticket(secret), authid: 'alice' });
    const found = world.tree.find('me');
    expect(JSON.stringify(found?.actor.getSnapshot())).not.toContain(secret);
    expect(JSON.stringify(found?.actor.getSnapshot())).toContain('"name":"me"');
    expect(JSON.stringify(world.tree.view())).not.toContain(secret);
  });
});

it('settles all and closes its transport when it is killed', async () => {
  world = await scripted({ shutdown: 'brutal_kill' });
  await world.welcome();
  const call = failure(world.me.call('com.example.add'));
  await settle();
  await world.tree.terminateChild('me');
  expect(await call).toMatchObject({ code: 'WAMP_ERR_CONNECTION_LOST', mayHaveExecuted: true });
  expect({ state: world.router.transport.state, status: world.me.status }).toEqual({
    state: 'closed',
    status: 'stopped',
  });
});

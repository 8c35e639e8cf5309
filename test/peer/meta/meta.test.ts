import { UsageError } from '../../../src/errors.js';
import { type Meta, meta } from '../../../src/index.js';
import { settle } from '../../actors/scripted.js';
import { failure } from '../../support/house.js';
import { NOTHING_LEFT, scripted } from '../scripted-router.js';

let world: Awaited<ReturnType<typeof scripted>>;
let router: Meta;
beforeEach(async () => {
  world = await scripted();
  await world.welcome();
  router = meta(world.me);
});
afterEach(async () => expect(await world.end()).toEqual(NOTHING_LEFT));

const AT = new Date(Date.UTC(2026, 0, 2));
const SESSION = { session: 9, authid: 'anna', authrole: 'admin', authmethod: 'ticket', authprovider: 'static' };
const REGISTRATION = { id: 5, uri: 'a.b', match: 'exact', invoke: 'single', created: '2026-01-02T00:00:00Z' };
const SUBSCRIPTION = { id: 5, uri: 'a.b', match: 'prefix', created: '2026-01-02T00:00:00Z' };
const LISTS = { exact: [1, 2], prefix: [3], wildcard: [] };

type Ask = (router: Meta) => Promise<unknown>;

describe('meta', () => {
  it.each<[string, Ask, unknown[], unknown[], unknown]>([
    ['session.count', ({ sessions }) => sessions.count(), [], [3], 3],
    ['session.count', ({ sessions }) => sessions.count({ authroles: ['admin'] }), [['admin']], [3], 3],
    ['session.list', ({ sessions }) => sessions.list(), [], [[7, 9]], [7, 9]],
    ['session.list', ({ sessions }) => sessions.list({ authroles: ['a', 'b'] }), [['a', 'b']], [[]], []],
    ['session.get', ({ sessions }) => sessions.get(9), [9], [SESSION], { ...SESSION, details: SESSION }],
    [
      'session.get',
      ({ sessions }) => sessions.get(9),
      [9],
      [{ session: 9, authid: null }],
      expect.objectContaining({ session: 9, authid: undefined, authprovider: undefined }),
    ],
    [
      'subscription.get',
      ({ subscriptions }) => subscriptions.get(5),
      [5],
      [{ id: 5, uri: 'a.b', match: '' }],
      expect.objectContaining({ match: 'exact', created: undefined }),
    ],
    ['session.kill', ({ sessions }) => sessions.kill(9), [9], [], undefined],
    ['session.kill_by_authid', ({ sessions }) => sessions.killByAuthid('anna'), ['anna'], [[9, 10]], 2],
    ['session.kill_by_authrole', ({ sessions }) => sessions.killByAuthrole('admin'), ['admin'], [2], 2],
    ['session.kill_all', ({ sessions }) => sessions.killAll(), [], [0], 0],
    ['registration.list', ({ registrations }) => registrations.list(), [], [LISTS], LISTS],
    [
      'registration.list',
      ({ registrations }) => registrations.list(),
      [],
      [{ exact: [1] }],
      { exact: [1], prefix: [], wildcard: [] },
    ],
    ['registration.lookup', ({ registrations }) => registrations.lookup('a.b'), ['a.b'], [5], 5],
    [
      'registration.lookup',
      ({ registrations }) => registrations.lookup('', { match: 'prefix' }),
      ['', { match: 'prefix' }],
      [null],
      undefined,
    ],
    ['registration.match', ({ registrations }) => registrations.match('a.b'), ['a.b'], [0], undefined],
    [
      'registration.get',
      ({ registrations }) => registrations.get(5),
      [5],
      [REGISTRATION],
      { ...REGISTRATION, details: REGISTRATION },
    ],
    ['registration.list_callees', ({ registrations }) => registrations.listCallees(5), [5], [[7]], [7]],
    ['registration.count_callees', ({ registrations }) => registrations.countCallees(5), [5], [1], 1],
    ['subscription.list', ({ subscriptions }) => subscriptions.list(), [], [LISTS], LISTS],
    ['subscription.lookup', ({ subscriptions }) => subscriptions.lookup('a.b'), ['a.b'], [], undefined],
    ['subscription.match', ({ subscriptions }) => subscriptions.match('a.b'), ['a.b'], [[5, 6]], [5, 6]],
    ['subscription.match', ({ subscriptions }) => subscriptions.match('a.b'), ['a.b'], [null], []],
    [
      'subscription.get',
      ({ subscriptions }) => subscriptions.get(5),
      [5],
      [SUBSCRIPTION],
      { ...SUBSCRIPTION, details: SUBSCRIPTION },
    ],
    ['subscription.list_subscribers', ({ subscriptions }) => subscriptions.listSubscribers(5), [5], [[7]], [7]],
    ['subscription.count_subscribers', ({ subscriptions }) => subscriptions.countSubscribers(5), [5], [1], 1],
    ['session.add_testament', ({ testaments }) => testaments.add('a.b'), ['a.b', [], {}], [], undefined],
    ['session.flush_testaments', ({ testaments }) => testaments.flush(), [], [1], undefined],
  ])('asks for %s, and parses the answer', async (procedure, ask, args, answer, expected) => {
    const asked = ask(router);
    await settle();
    expect(world.router.sent.at(-1)).toEqual([48, 1, {}, `wamp.${procedure}`, ...(args.length === 0 ? [] : [args])]);
    await world.router.say([50, 1, {}, answer]);
    expect(await asked).toEqual(expected);
  });

  it.each<[string, Ask, unknown[], object]>([
    [
      'session.kill',
      ({ sessions }) => sessions.kill(9, { reason: 'com.example.bye', message: 'see you' }),
      [9],
      { reason: 'com.example.bye', message: 'see you' },
    ],
    [
      'session.add_testament',
      ({ testaments }) =>
        testaments.add('a.b', [1], {
          kwargs: { x: 2 },
          scope: 'detached',
          publish: { excludeMe: false, retain: true },
        }),
      ['a.b', [1], { x: 2 }],
      { publish_options: { exclude_me: false, retain: true }, scope: 'detached' },
    ],
    [
      'session.flush_testaments',
      ({ testaments }) => testaments.flush({ scope: 'detached' }),
      [],
      { scope: 'detached' },
    ],
    [
      'subscription.get_events',
      ({ subscriptions }) =>
        subscriptions.history(5, { limit: 10, reverse: true, fromTime: AT, topic: 'a.b', afterPublication: 77 }),
      [5],
      { limit: 10, reverse: true, from_time: '2026-01-02T00:00:00.000Z', topic: 'a.b', after_publication: 77 },
    ],
  ])('says to %s in keyword arguments what is wanted', async (procedure, ask, args, kwargs) => {
    const asked = ask(router);
    await settle();
    expect(world.router.sent.at(-1)).toEqual([48, 1, {}, `wamp.${procedure}`, args, kwargs]);
    await world.router.say([50, 1, {}, []]);
    await asked;
  });

  const standard = { timestamp: '2026-01-02T00:00:00Z', subscription: 5, publication: 77, details: {}, args: [1] };
  it.each<[string, unknown[], unknown[]]>([
    ['as arguments', [standard, { publication: 78, details: { topic: 'a.b' }, kwargs: { x: 1 } }], [77, 78]],
    ['in one argument', [[standard]], [77]],
    ['none', [], []],
    ['none in one argument', [[]], []],
    ['as nexus writes them', [{ Subscription: 5, Publication: 79, Details: {}, Arguments: [1] }], [79]],
  ])('has the history of events, %s', async (_how, answer, publications) => {
    const asked = router.subscriptions.history(5);
    await settle();
    await world.router.say([50, 1, {}, answer]);
    const kept = await asked;
    expect(kept.map(({ publication }) => publication)).toEqual(publications);
    if (answer[0] === standard) {
      expect(kept).toEqual([
        { publication: 77, args: [1], kwargs: {}, details: {}, topic: undefined, timestamp: '2026-01-02T00:00:00Z' },
        { publication: 78, args: [], kwargs: { x: 1 }, details: { topic: 'a.b' }, topic: 'a.b', timestamp: undefined },
      ]);
    }
  });

  it.each<[Ask, unknown[], string]>([
    [
      ({ sessions }) => sessions.count(),
      [],
      'wamp.session.count: args[0]: expected an integer from 0, received undefined',
    ],
    [({ sessions }) => sessions.count(), [-1], 'received -1'],
    [({ sessions }) => sessions.list(), [[1, 'x']], 'wamp.session.list: args[0]: element 1: expected an ID'],
    [({ sessions }) => sessions.get(9), [null], 'wamp.session.get: args[0]: expected a dictionary, received null'],
    [({ sessions }) => sessions.get(9), [{}], 'args[0]: session: expected an ID from 1 to 2^53, received undefined'],
    [({ sessions }) => sessions.get(9), [{ session: 9, authid: 5 }], 'args[0]: authid: expected a string, received 5'],
    [({ sessions }) => sessions.killAll(), ['all'], 'wamp.session.kill_all: args[0]: expected an integer'],
    [({ registrations }) => registrations.list(), [{ exact: 5 }], 'args[0]: exact: expected a list, received 5'],
    [({ registrations }) => registrations.lookup('a.b'), [-5], 'args[0]: expected an ID'],
    [({ registrations }) => registrations.get(5), [{ id: 5 }], 'args[0]: uri: expected a URI, received undefined'],
    [({ subscriptions }) => subscriptions.match('a.b'), [5], 'args[0]: expected a list, received 5'],
    [({ subscriptions }) => subscriptions.history(5), [[{}]], 'args[0][0]: publication: expected an ID'],
    [({ subscriptions }) => subscriptions.history(5), [5], 'args[0]: expected a dictionary, received 5'],
  ])('holds an answer that makes no sense against the router, and the session goes on, %#', async (...row) => {
    const [ask, answer, message] = row;
    const asked = failure(ask(router));
    await settle();
    await world.router.say([50, 1, {}, answer]);
    const error = await asked;
    expect(error['code']).toBe('WAMP_ERR_PROTOCOL_VIOLATION');
    expect(error.message).toContain(message);
    expect(world.me.status).toBe('joined');
  });

  it('passes a refusal on as it is', async () => {
    const asked = failure(router.sessions.get(9));
    await settle();
    await world.router.say([8, 48, 1, {}, 'wamp.error.no_such_session']);
    expect(await asked).toMatchObject({ code: 'WAMP_ERR_APPLICATION', uri: 'wamp.error.no_such_session' });
  });

  it('takes what every request takes', async () => {
    const asked = failure(router.sessions.count({ timeout: 50 }));
    await settle();
    world.clock.increment(50);
    expect(await asked).toMatchObject({ code: 'WAMP_ERR_TIMEOUT', operation: 'call of wamp.session.count' });
  });

  it.each<[Ask, string]>([
    [
      ({ sessions }) => sessions.get('x' as never),
      'wamp.session.get: expected the id to be an id: a whole number from',
    ],
    [
      ({ sessions }) => sessions.list({ authrole: ['x'] } as never),
      'unknown option "authrole"; did you mean "authroles"?',
    ],
    [({ sessions }) => sessions.count({ authroles: 'x' as never }), 'expected authroles to be a list of strings'],
    [({ sessions }) => sessions.count(null as never), 'wamp.session.count: expected options, an object, received null'],
    [
      ({ sessions }) => sessions.killByAuthid(5 as never),
      'wamp.session.kill_by_authid: expected authid to be a string',
    ],
    [({ sessions }) => sessions.onJoin(5 as never), 'wamp.session.on_join: expected listener to be a function'],
    [({ registrations }) => registrations.lookup(5 as never), 'expected the URI to be a string, received 5'],
    [({ subscriptions }) => subscriptions.history(5, { fromTime: 'now' as never }), 'expected fromTime to be a Date'],
    [({ testaments }) => testaments.add('a.b', 5 as never), 'wamp.session.add_testament: expected args to be a list'],
    [
      ({ testaments }) => testaments.add('a.b', [], { publish: { exclude_me: true } as never }),
      "unknown option 'exclude_me' of PUBLISH: it is 'excludeMe' here",
    ],
  ])('refuses what makes no sense, and asks nothing, %#', async (ask, message) => {
    const error = await failure(ask(router));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(message);
    expect(world.router.sent).toHaveLength(1);
  });
});

it('is of a peer, and of nothing else', () => {
  expect(() => meta({} as never)).toThrow(UsageError);
  expect(() => meta(undefined as never)).toThrow('meta: expected peer to be a peer with the methods call, subscribe');
});

describe('a listener to the router', () => {
  const CHANGE = [7, 5];
  it.each<[string, (router: Meta, listener: (event: unknown) => void) => Promise<unknown>, unknown[], unknown]>([
    ['session.on_join', ({ sessions }, f) => sessions.onJoin(f), [SESSION], { ...SESSION, details: SESSION }],
    ['session.on_leave', ({ sessions }, f) => sessions.onLeave(f), [9], { session: 9 }],
    [
      'session.on_leave',
      ({ sessions }, f) => sessions.onLeave(f),
      [9, 'anna', 'admin'],
      { session: 9, authid: 'anna', authrole: 'admin' },
    ],
    [
      'registration.on_create',
      ({ registrations }, f) => registrations.onCreate(f),
      [7, REGISTRATION],
      { session: 7, created: { ...REGISTRATION, details: REGISTRATION } },
    ],
    ['registration.on_register', (r, f) => r.registrations.onRegister(f), CHANGE, { session: 7, registration: 5 }],
    ['registration.on_unregister', (r, f) => r.registrations.onUnregister(f), CHANGE, { session: 7, registration: 5 }],
    ['registration.on_delete', (r, f) => r.registrations.onDelete(f), CHANGE, { session: 7, registration: 5 }],
    [
      'subscription.on_create',
      ({ subscriptions }, f) => subscriptions.onCreate(f),
      [7, SUBSCRIPTION],
      { session: 7, created: { ...SUBSCRIPTION, details: SUBSCRIPTION } },
    ],
    ['subscription.on_subscribe', (r, f) => r.subscriptions.onSubscribe(f), CHANGE, { session: 7, subscription: 5 }],
    [
      'subscription.on_unsubscribe',
      (r, f) => r.subscriptions.onUnsubscribe(f),
      CHANGE,
      { session: 7, subscription: 5 },
    ],
    ['subscription.on_delete', (r, f) => r.subscriptions.onDelete(f), CHANGE, { session: 7, subscription: 5 }],
  ])('hears %s', async (topic, listen, args, expected) => {
    const heard: unknown[] = [];
    const listening = listen(router, (event) => heard.push(event));
    await settle();
    expect(world.router.sent.at(-1)).toEqual([32, 1, {}, `wamp.${topic}`]);
    await world.router.say([33, 1, 55], [36, 55, 1_001, {}, args]);
    await listening;
    expect(heard).toEqual([expected]);
  });

  it('is not called with what makes no sense: that is logged', async () => {
    const heard: unknown[] = [];
    const listening = router.sessions.onJoin((event) => heard.push(event));
    await settle();
    await world.router.say([33, 1, 55], [36, 55, 1_001, {}, ['nobody']]);
    await listening;
    expect(heard).toEqual([]);
    expect(world.log.said('an event handler failed')).toMatchObject([
      { fields: { err: { message: 'wamp.session.on_join: args[0]: expected a dictionary, received a string' } } },
    ]);
  });
});

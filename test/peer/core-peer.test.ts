import { UsageError } from '../../src/errors.js';
import type { Peer } from '../../src/peer/peer.js';
import { settle } from '../actors/scripted.js';
import { failure } from '../support/house.js';
import { NOTHING_LEFT, scripted } from './scripted-router.js';

let world: Awaited<ReturnType<typeof scripted>>;
beforeEach(async () => {
  world = await scripted();
});
afterEach(async () => expect(await world.end()).toEqual(NOTHING_LEFT));

describe('a request that makes no sense', () => {
  const handler = () => {};
  it.each<[string, (me: Peer) => Promise<unknown>, string]>([
    [
      'call of nothing',
      (me) => me.call(undefined as never),
      "call: expected a URI such as 'com.example.name', received",
    ],
    ['call of no URI', (me) => me.call('my procedure'), "'my procedure' holds whitespace (U+0020) at position 2"],
    ['call of an empty component', (me) => me.call('com..add'), "'com..add' has an empty component: number 2 of 3"],
    [
      'call with a value for args',
      (me) => me.call('a.b', 5 as never),
      'call of a.b: expected args to be a list such as [value], received',
    ],
    [
      'call with a list for kwargs',
      (me) => me.call('a.b', [], { kwargs: [] as never }),
      'expected kwargs to be an object',
    ],
    ['call with the standard’s spelling', (me) => me.call('a.b', [], { disclose_me: true } as never), "'discloseMe'"],
    ['call with a mistyped option', (me) => me.call('a.b', [], { timout: 5 } as never), "did you mean 'timeout'?"],
    [
      'call with a bad deadline',
      (me) => me.call('a.b', [], { timeout: '5s' as never }),
      'call of a.b: expected timeout',
    ],
    ['publish to no URI', (me) => me.publish('#'), 'publish: expected a URI'],
    ['publish with a value', (me) => me.publish('a.b', 'x' as never), 'publication to a.b: expected args to be a list'],
    [
      'register without an endpoint',
      (me) => me.register('a.b', null as never),
      'expected an endpoint (a function) for a.b',
    ],
    ['register of a pattern by exact match', (me) => me.register('a..b', handler), "'a..b' has an empty component"],
    ['register with a bad match', (me) => me.register('a.b', handler, { match: 'regex' as never }), "option 'match'"],
    ['subscribe without a handler', (me) => me.subscribe('a.b', {} as never), 'expected an event handler (a function)'],
    ['leave with no URI', (me) => me.leave({ reason: 'see you' }), "leave: expected a URI such as 'com.example.name'"],
  ])('%s rejects, and nothing is sent', async (_title, ask, message) => {
    await world.welcome();
    const error = await failure(ask(world.me));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(message);
    expect({ sent: world.router.sent.length, declared: world.me.declared }).toEqual({ sent: 1, declared: [] });
  });

  it('abort with no URI throws', () => {
    expect(() => world.me.abort('not a uri')).toThrow(UsageError);
  });
});

describe('what nobody awaits', () => {
  it('is sent as any other, and a good end is no news', async () => {
    await world.welcome();
    world.me.cast('com.example.add', [2, 3], { kwargs: { round: true } });
    world.me.emit('com.example.news', ['hello'], { acknowledge: true });
    expect(world.router.sent.slice(1)).toEqual([
      [48, 1, {}, 'com.example.add', [2, 3], { round: true }],
      [16, 2, { acknowledge: true }, 'com.example.news', ['hello']],
    ]);
    await world.router.say([50, 1, {}, [5]], [17, 2, 1_001]);
    expect(world.me.stats()).toMatchObject({ calls: 1, publications: 1, failedCasts: 0, unsettled: 0 });
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('is counted and logged when it fails', async () => {
    await world.welcome();
    world.me.cast('com.example.add');
    world.me.emit('com.example.news', [10n]);
    await world.router.say([8, 48, 1, {}, 'com.example.too_hot']);
    expect(world.log.said('a call that nobody awaits failed')).toMatchObject([
      { level: 'warn', fields: { peer: 'me', uri: 'com.example.add', err: { uri: 'com.example.too_hot' } } },
    ]);
    expect(world.log.said('a publication that nobody awaits failed')).toMatchObject([
      { level: 'warn', fields: { uri: 'com.example.news', err: { code: 'WAMP_ERR_SERIALIZATION' } } },
    ]);
    expect(world.me.stats().failedCasts).toBe(2);
  });

  it.each<[string, (me: Peer) => void, string]>([
    ['cast of no URI', (me) => me.cast('my procedure'), "cast: expected a URI such as 'com.example.name'"],
    ['emit of a value', (me) => me.emit('a.b', 'x' as never), 'publication to a.b: expected args to be a list'],
  ])('is refused where it is written: %s', (_what, ask, message) => {
    expect(() => ask(world.me)).toThrow(UsageError);
    expect(() => ask(world.me)).toThrow(message);
    expect(world.me.stats()).toMatchObject({ calls: 0, publications: 0, unsettled: 0 });
  });
});

describe('a handle', () => {
  it('says where it stands', async () => {
    const { me } = world;
    expect(me).toMatchObject({
      name: 'me',
      status: 'connecting',
      session: undefined,
      incarnation: 1,
      lastExit: undefined,
    });
    await world.welcome();
    expect(me).toMatchObject({ status: 'joined', session: { id: 7, realm: 'realm1', authid: undefined } });
    await world.reconnect();
    expect(me).toMatchObject({ status: 'connecting', incarnation: 2, lastExit: { code: 'WAMP_ERR_CONNECTION_LOST' } });
  });

  it('joined() is the present session, or the next', async () => {
    const next = world.me.joined();
    await world.welcome();
    expect(await next).toBe(world.me.session);
    expect(await world.me.joined()).toBe(world.me.session);
  });

  it('aborts only what is there', async () => {
    expect(world.me.abort('com.example.no')).toBe(false);
    await world.welcome();
    expect(world.me.abort('com.example.no', 'the boiler is cold')).toBe(true);
    await settle();
    expect(world.router.sent.at(-1)).toEqual([3, { message: 'the boiler is cold' }, 'com.example.no']);
  });

  it('unregisters once; a second time does nothing', async () => {
    await world.welcome();
    const registered = world.me.register('com.example.add', () => 5);
    await world.router.say([65, 1, 101]);
    const registration = await registered;
    expect(registration).toMatchObject({ procedure: 'com.example.add', active: true });
    const first = registration.unregister();
    await registration.unregister();
    await world.router.say([67, 2]);
    await first;
    expect(world.router.sent).toHaveLength(3);
    await expect(registration.unregister({ timeout: 'now' as never })).rejects.toThrow(UsageError);
  });

  it('two subscriptions to one topic end with the last of them', async () => {
    await world.welcome();
    const both = [world.me.subscribe('a.b', () => {}), world.me.subscribe('a.b', () => {})];
    await world.router.say([33, 1, 55], [33, 2, 55]);
    const [first, second] = await Promise.all(both);
    await first?.unsubscribe();
    expect({ sent: world.router.sent.length, first: first?.active, second: second?.active }).toEqual({
      sent: 3,
      first: false,
      second: true,
    });
    const last = second?.unsubscribe();
    await world.router.say([35, 3]);
    await last;
    expect(world.router.sent.at(-1)).toEqual([34, 3, 55]);
  });

  it('gives what it registered and subscribed to back at the end of their block', async () => {
    await world.welcome();
    const made = [world.me.register('com.example.add', () => 5), world.me.subscribe('a.b', () => {})] as const;
    await world.router.say([65, 1, 101], [33, 2, 102]);
    const [registration, subscription] = await Promise.all(made);
    const back = [registration[Symbol.asyncDispose](), subscription[Symbol.asyncDispose]()];
    await world.router.say([67, 3], [35, 4]);
    await Promise.all(back);
    expect(world.router.sent.slice(3)).toEqual([
      [66, 3, 101],
      [34, 4, 102],
    ]);
    expect(world.me.declared).toEqual([]);
  });

  it('leaves at the end of its block', async () => {
    await world.welcome();
    const left = world.me[Symbol.asyncDispose]();
    await world.router.say([6, {}, 'wamp.close.goodbye_and_out']);
    await left;
    expect(world.me.status).toBe('stopped');
  });
});

/** The meta API of a router, as a peer asks it: those of other people's are skipped where they are not installed. */
import { type Meta, meta, type Peer } from '../../src/index.js';
import { eventually, failure, House } from '../support/house.js';
import { describeWith } from '../support/requirement.js';
import { KEPT_TOPIC } from '../support/routers/nexus.js';
import { CROSSBAR, LINKED, NEXUS, type Running, WEBSOCKET, type World } from '../support/worlds.js';

const CREATED = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);

function scenarios(world: World): void {
  let running: Running;
  let house: House;
  let me: Peer;
  let other: Peer;
  let router: Meta;

  beforeAll(async () => {
    running = await world.start();
  }, 30_000);
  afterAll(() => running.dispose());
  beforeEach(async () => {
    house = new House(running);
    [me, other] = await Promise.all([house.connect(), house.connect()]);
    router = meta(me);
  });
  afterEach(async () => expect(await house.end()).toEqual([]));

  const idOf = (peer: Peer): number => peer.session?.id ?? 0;

  it('tells of sessions: those that are there, and those that come and go', async () => {
    const { sessions } = router;
    const events: unknown[] = [];
    await sessions.onJoin(({ session }) => events.push(['joined', session]));
    await sessions.onLeave(({ session }) => events.push(['left', session]));
    expect(await sessions.list()).toEqual(expect.arrayContaining([idOf(me), idOf(other)]));
    expect(await sessions.count()).toBeGreaterThanOrEqual(2);
    expect(await sessions.count({ authroles: ['nobody'] })).toBe(0);
    expect(await sessions.get(idOf(other))).toMatchObject({ session: idOf(other), authmethod: 'anonymous' });
    expect(await failure(sessions.get(4_711))).toMatchObject({ uri: 'wamp.error.no_such_session' });
    const third = await house.connect();
    const id = idOf(third);
    await third.leave();
    await eventually(() => events.length === 2);
    expect(events).toEqual([
      ['joined', id],
      ['left', id],
    ]);
  });

  it('ends sessions: one, and those of an authid', async () => {
    const { sessions } = router;
    const left = new Promise<unknown>((resolve) => other.on('left', resolve));
    await sessions.kill(idOf(other), { reason: 'com.example.bye', message: 'see you' });
    expect(await left).toMatchObject({ code: 'WAMP_ERR_CLOSED', uri: 'com.example.bye' });
    // Crossbar.io ends also the one that asks.
    if (world !== CROSSBAR)
      expect(await failure(sessions.kill(idOf(me)))).toMatchObject({ code: 'WAMP_ERR_APPLICATION' });
    const third = await house.connect();
    const { authid = '' } = await sessions.get(idOf(third));
    const gone = new Promise<unknown>((resolve) => third.on('left', resolve));
    expect(await sessions.killByAuthid(authid)).toBe(1);
    await gone;
    expect(await sessions.killByAuthid('nobody')).toBe(0);
    expect(me.incarnation).toBe(1);
  });

  it('tells of registrations: those that are there, and those that come and go', async () => {
    const { registrations } = router;
    const events: unknown[] = [];
    await registrations.onCreate(({ session, created }) => events.push(['created', session, created.uri]));
    await registrations.onRegister(({ session }) => events.push(['registered', session]));
    await registrations.onUnregister(({ session }) => events.push(['unregistered', session]));
    await registrations.onDelete(({ session }) => events.push(['deleted', session]));
    const exact = await other.register('com.example.meta', () => 5, { invoke: 'roundrobin' });
    const id = await registrations.lookup('com.example.meta');
    if (id === undefined) throw new Error('expected an id');
    expect(await registrations.match('com.example.meta')).toBe(id);
    expect(await registrations.lookup('com.example.meta', { match: 'prefix' })).toBeUndefined();
    expect(await registrations.match('com.example.unknown')).toBeUndefined();
    expect(await registrations.get(id)).toMatchObject({
      id,
      uri: 'com.example.meta',
      match: 'exact',
      invoke: 'roundrobin',
      created: CREATED,
    });
    expect((await registrations.list()).exact).toContain(id);
    expect(await registrations.listCallees(id)).toEqual([idOf(other)]);
    expect(await registrations.countCallees(id)).toBe(1);
    expect(await failure(registrations.get(4_711))).toMatchObject({ uri: 'wamp.error.no_such_registration' });
    await exact.unregister();
    await eventually(() => events.length === 4);
    expect(events).toEqual([
      ['created', idOf(other), 'com.example.meta'],
      ['registered', idOf(other)],
      ['unregistered', idOf(other)],
      ['deleted', idOf(other)],
    ]);
  });

  it('tells of subscriptions: those that are there, and those that come and go', async () => {
    const { subscriptions } = router;
    const events: unknown[] = [];
    await subscriptions.onCreate(({ session, created }) => events.push(['created', session, created.uri]));
    await subscriptions.onSubscribe(({ session }) => events.push(['subscribed', session]));
    await subscriptions.onUnsubscribe(({ session }) => events.push(['unsubscribed', session]));
    await subscriptions.onDelete(({ session }) => events.push(['deleted', session]));
    const prefix = await other.subscribe('com.example.meta.', () => {}, { match: 'prefix' });
    const id = await subscriptions.lookup('com.example.meta.', { match: 'prefix' });
    if (id === undefined) throw new Error('expected an id');
    expect(await subscriptions.match('com.example.meta.news')).toEqual([id]);
    expect(await subscriptions.match('com.example.unknown')).toEqual([]);
    expect(await subscriptions.get(id)).toMatchObject({
      id,
      uri: 'com.example.meta.',
      match: 'prefix',
      created: CREATED,
    });
    expect((await subscriptions.list()).prefix).toContain(id);
    expect(await subscriptions.listSubscribers(id)).toEqual([idOf(other)]);
    // nexus has misspelt it.
    if (world !== NEXUS) expect(await subscriptions.countSubscribers(id)).toBe(1);
    await prefix.unsubscribe();
    await eventually(() => events.length === 4);
    expect(events).toEqual([
      ['created', idOf(other), 'com.example.meta.'],
      ['subscribed', idOf(other)],
      ['unsubscribed', idOf(other)],
      ['deleted', idOf(other)],
    ]);
  });

  it('publishes the testaments of a session that is gone, but for those taken back', async () => {
    const { testaments } = meta(other);
    const heard: unknown[] = [];
    await me.subscribe('com.example.last', ({ args, kwargs }) => heard.push([args, kwargs]));
    await testaments.add('com.example.last', ['taken back']);
    await testaments.flush();
    await testaments.add('com.example.last', ['farewell'], { kwargs: { from: 'other' }, publish: { excludeMe: true } });
    await other.leave();
    await eventually(() => heard.length === 1);
    expect(heard).toEqual([[['farewell'], { from: 'other' }]]);
  });

  it('sends the last event that its publisher wanted retained to whoever subscribes later and asks for it', async () => {
    if (world.retains !== true) return;
    await other.publish('com.example.retained', ['early'], { retain: true, acknowledge: true });
    await other.publish('com.example.retained', ['last'], { retain: true, acknowledge: true });
    const heard: unknown[] = [];
    await me.subscribe('com.example.retained', (event) => heard.push([event.args, event.isRetained]), {
      getRetained: true,
    });
    await eventually(() => heard.length === 1);
    expect(heard).toEqual([[['last'], true]]);
  });

  if (world === CROSSBAR) {
    it('takes back what it has granted: the loop over it fails, and the peer goes on', async () => {
      const loop = other.events('com.example.taken');
      await loop.ready;
      const subscription = await router.subscriptions.lookup('com.example.taken');
      await me.call('wamp.subscription.remove_subscriber', [subscription, idOf(other)]);
      expect(await failure(loop.next())).toMatchObject({ uri: 'wamp.error.no_such_subscription' });
      expect({ declared: other.declared, incarnation: other.incarnation }).toEqual({ declared: [], incarnation: 1 });
    });
  }

  if (world !== CROSSBAR) {
    it('has the events that it was told to keep', async () => {
      const { subscriptions } = router;
      await me.subscribe(KEPT_TOPIC, () => {});
      for (const word of ['one', 'two', 'three']) {
        await other.publish(KEPT_TOPIC, [word], { kwargs: { loud: true }, acknowledge: true });
      }
      const id = (await subscriptions.lookup(KEPT_TOPIC)) ?? 0;
      const kept = await subscriptions.history(id);
      expect(kept.map(({ args, kwargs }) => [args[0], kwargs])).toEqual(
        ['one', 'two', 'three'].map((word) => [word, { loud: true }]),
      );
    });
  }
}

describe(LINKED.name, () => scenarios(LINKED));
describe(WEBSOCKET.name, () => scenarios(WEBSOCKET));
describeWith('nexus', NEXUS.name, () => scenarios(NEXUS));
describeWith('crossbar', CROSSBAR.name, () => scenarios(CROSSBAR));

/** The router ends a session by a word of its own, or in the midst of one: what becomes of the peer and of its siblings. */
import { eventually, failure, House, next } from '../support/house.js';
import { LINKED, type Running, WEBSOCKET } from '../support/worlds.js';

const never = () => new Promise(() => {});

describe.each([LINKED, WEBSOCKET])('$name', (world) => {
  let running: Running;
  let house: House;

  beforeEach(async () => {
    running = await world.start();
    house = new House(running);
  });
  afterEach(async () => {
    expect(await house.end()).toEqual([]);
    await running.dispose();
  });

  /** A peer that offers something, and its sibling. */
  async function family(onAbort = {}) {
    const heard: unknown[] = [];
    const tree = house.tree({
      me: {
        register: { 'com.example.add': () => 5, 'com.example.sleep': never },
        subscribe: { 'com.example.news': ({ args }) => heard.push(args[0]) },
        onAbort,
      },
      sibling: { register: { 'com.example.sibling': () => 'here' } },
    });
    await tree.ready;
    return { tree, heard, ...tree.peers };
  }

  const sessionOf = (peer: { session: { id: number } | undefined }) => peer.session?.id ?? 0;

  it('ABORT: the peer is restarted, its handle stays valid, its sibling is untouched', async () => {
    const { me, sibling, heard } = await family();
    const before = me.session;
    const sleeping = failure(sibling.call('com.example.sleep'));
    const inFlight = failure(me.call('com.example.sleep'));
    await eventually(() => me.stats().invocations === 2);
    const left = next(me, 'left');
    running.abort?.(sessionOf(me), 'com.example.maintenance', 'back in a minute');
    expect(await left).toMatchObject({
      code: 'WAMP_ERR_ABORTED',
      established: true,
      uri: 'com.example.maintenance',
      message: expect.stringContaining('back in a minute'),
    });
    expect(await inFlight).toMatchObject({ code: 'WAMP_ERR_CONNECTION_LOST', mayHaveExecuted: true });
    expect(await sleeping).toMatchObject({ uri: 'wamp.error.canceled' });
    const now = await me.joined();
    expect(now.id).not.toBe(before?.id);
    expect(me.incarnation).toBe(2);
    expect((await sibling.call('com.example.add')).args).toEqual([5]);
    await sibling.publish('com.example.news', ['once']);
    await eventually(() => heard.length > 0);
    expect({ heard, sibling: sibling.incarnation, sessions: me.stats().sessions }).toEqual({
      heard: ['once'],
      sibling: 1,
      sessions: 2,
    });
    expect(running.held?.()).toEqual({ registrations: 3, subscriptions: 1 });
  });

  it.each(['wamp.close.system_shutdown', 'com.example.whatever'])('GOODBYE %s: the peer comes back', async (reason) => {
    const { me, sibling } = await family();
    const left = next(me, 'left');
    running.goodbye?.(sessionOf(me), reason);
    expect(await left).toMatchObject({ code: 'WAMP_ERR_CLOSED', uri: reason });
    await me.joined();
    expect([me.incarnation, sibling.incarnation]).toEqual([2, 1]);
  });

  it.each(['wamp.close.close_realm', 'wamp.close.killed'])(
    'GOODBYE %s, time and again: the peer is parked, and comes back by hand',
    async (reason) => {
      const { tree, me, sibling } = await family();
      me.on('joined', ({ id }) => running.goodbye?.(id, reason));
      const ended = new Promise((resolve) =>
        me.on('exited', ({ fate }) => {
          if (fate === 'parked') resolve(undefined);
        }),
      );
      running.goodbye?.(sessionOf(me), reason);
      await ended;
      // Three tries beyond the first: deployments overlap.
      expect({ incarnation: me.incarnation, status: me.status }).toEqual({ incarnation: 4, status: 'parked' });
      expect(me.lastExit).toMatchObject({ code: 'WAMP_ERR_CLOSED', uri: reason });
      const began = performance.now();
      const errors = await Promise.all([
        failure(me.call('com.example.sibling')),
        failure(me.publish('com.example.news')),
        failure(me.register('com.example.more', () => 1)),
        failure(me.subscribe('com.example.more', () => {})),
      ]);
      expect(performance.now() - began).toBeLessThan(100);
      for (const error of errors) {
        expect(error).toMatchObject({ code: 'WAMP_ERR_PEER_DOWN', cause: me.lastExit });
        expect(error.message).toContain(reason);
      }
      expect(await failure(me.joined())).toBe(me.lastExit);
      expect(sibling.incarnation).toBe(1);
      await me.leave(); // There is nothing to leave.

      const back = me.on('joined', () => {});
      await tree.restartChild('me');
      await me.joined();
      back();
      expect(me.incarnation).toBe(5);
    },
  );

  it.each([
    ['park', 'parked'],
    ['stop', 'stopped'],
  ] as const)('onAbort %s goes before everything else', async (wish, status) => {
    const { me, sibling } = await family({ 'com.example.maintenance': wish });
    running.abort?.(sessionOf(me), 'com.example.maintenance', '');
    await next(me, 'exited');
    expect({ status: me.status, incarnation: me.incarnation }).toEqual({ status, incarnation: 1 });
    expect((await sibling.call('com.example.sibling')).args).toEqual(['here']);
  });

  it('this side may abort: an abnormal end too', async () => {
    const { me, sibling } = await family();
    const left = next(me, 'left');
    expect(me.abort('wamp.error.unavailable', 'the boiler is cold')).toBe(true);
    expect(await left).toMatchObject({ uri: 'wamp.error.unavailable', established: true });
    await me.joined();
    expect([me.incarnation, sibling.incarnation]).toEqual([2, 1]);
  });

  it('a router that stops in good order: everybody is told, and back when it is', async () => {
    const { me, sibling } = await family();
    const reasons = Promise.all([next(me, 'left'), next(sibling, 'left')]);
    await running.stop();
    expect(await reasons).toMatchObject([{ uri: 'wamp.close.system_shutdown' }, { uri: 'wamp.close.system_shutdown' }]);
    const waiting = me.call('com.example.sibling', [], { idempotent: true });
    await eventually(() => me.incarnation > 4);
    await running.start();
    const answer = await waiting.catch((error: unknown) => error);
    expect(answer).toMatchObject(
      answer instanceof Error ? { uri: 'wamp.error.no_such_procedure' } : { args: ['here'] },
    );
    await Promise.all([me.joined(), sibling.joined()]);
    expect(running.held?.()).toEqual({ registrations: 3, subscriptions: 1 });
  });

  it('a session cut while it is being restored loses nothing, and doubles nothing', async () => {
    const { me, sibling, heard } = await family();
    const joins: unknown[] = [];
    const lefts: unknown[] = [];
    me.on('joined', ({ id }) => joins.push(id));
    me.on('left', (reason) => lefts.push(reason));
    await running.kill();
    await running.start();
    // The second of its sessions ends between WELCOME and the last REGISTERED.
    await eventually(() => me.session !== undefined);
    running.abort?.(sessionOf(me), 'com.example.again', '');
    await eventually(() => me.status === 'joined' && joins.length > 0);
    await eventually(() => me.lastExit !== undefined && me.status === 'joined');
    await sibling.joined();
    expect((await sibling.call('com.example.add')).args).toEqual([5]);
    await sibling.publish('com.example.news', ['once']);
    await eventually(() => heard.length > 0);
    expect(heard).toEqual(['once']);
    expect(joins.length - lefts.length).toBe(0);
    expect(running.held?.()).toEqual({ registrations: 3, subscriptions: 1 });
  });
});

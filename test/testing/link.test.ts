import {
  ConnectError,
  ConnectionLost,
  connect,
  msgpack,
  type Peer,
  SessionAborted,
  SessionClosed,
  TimeoutError,
} from '../../src/index.js';
import { router } from '../../src/router/router.js';
import { faulty, type TestBed, testBed, type VirtualClock } from '../../src/testing/index.js';
import { eventually, failure } from '../support/house.js';

const QUICK = { first: 1_000, base: 1_000, max: 1_000 };

/** A bed with one peer that is joined, and offers a procedure. */
async function joined(options: Parameters<typeof testBed>[0] = {}): Promise<{ bed: TestBed; me: Peer }> {
  const bed = await testBed(options);
  const { peers } = bed.peers({
    me: {
      backoff: QUICK,
      register: { 'com.example.echo': ({ args }) => args[0] },
      subscribe: { 'com.example.news': () => {} },
    },
  });
  await bed.joined(peers.me);
  return { bed, me: peers.me };
}

/** The peer is back, and the router has nothing left of the session before. */
async function isBack(bed: TestBed, me: Peer): Promise<void> {
  await bed.joined(me);
  expect((await bed.runUntil(me.call('com.example.echo', [1]))).args).toEqual([1]);
  const { sessions, registrations, subscriptions } = bed.router.stats();
  expect({ sessions, registrations, subscriptions }).toEqual({ sessions: 1, registrations: 1, subscriptions: 1 });
  await bed.stop();
  expect((bed.clock as VirtualClock).pending()).toEqual([]);
}

describe('the verbs of a link', () => {
  it('drop breaks the connection, as a reset does', async () => {
    const { bed, me } = await joined();
    expect(bed.link(me).drop()).toBe(1);
    const { reason } = await bed.nextExit('me');
    expect(reason).toBeInstanceOf(ConnectionLost);
    expect((reason as Error).message).toBe('the connection to linked:router was lost (1006, no close frame)');
    expect((reason as Error).cause).toMatchObject({ code: 'ECONNRESET' });
    expect(bed.link(me).drop()).toBe(0);
    await isBack(bed, me);
  });

  it('close ends it in good order', async () => {
    const { bed, me } = await joined();
    bed.link(me).close();
    expect(((await bed.nextExit('me')).reason as Error).message).toContain(
      'was closed by the router (1001, going away)',
    );
    await isBack(bed, me);
  });

  it('refuse turns connections down, until accept', async () => {
    const { bed, me } = await joined();
    const link = bed.link(me);
    link.refuse();
    link.drop();
    await bed.nextReport('started', { child: 'me' });
    const { reason } = await bed.nextExit('me');
    expect(reason).toBeInstanceOf(ConnectError);
    expect((reason as Error).cause).toMatchObject({ code: 'ECONNREFUSED' });
    link.accept();
    await isBack(bed, me);
  });

  it('stall lets whoever connects wait until his own deadline', async () => {
    const { bed, me } = await joined();
    const link = bed.link(me);
    link.stall();
    link.drop();
    const { at } = await bed.nextReport('started', { child: 'me' });
    const end = await bed.nextExit('me');
    expect(end.reason).toBeInstanceOf(TimeoutError);
    expect(end.at - at).toBe(5_000);
    link.accept();
    await isBack(bed, me);
  });

  it('silence is found out by either end within 15 s, and what the router holds of the session is given up', async () => {
    const { bed, me } = await joined();
    const link = bed.link(me);
    await bed.advance(1_234);
    link.silence();
    const call = failure(me.call('com.example.echo', [1], { timeout: 60_000 }));
    const end = await bed.nextExit('me');
    expect(end.at).toBe(1_234 + 15_000);
    expect((end.reason as Error).message).toContain('no pong within 5000 ms');
    expect(await call).toBeInstanceOf(ConnectionLost);
    expect(bed.router.stats().sessions).toBe(0);
    link.speak();
    await isBack(bed, me);
  });

  it.each(['peer', 'router'] as const)('silence of one end, the %s, is found out as well', async (from) => {
    const { bed, me } = await joined();
    bed.link(me).silence({ from });
    const end = await bed.nextExit('me');
    expect(end.at).toBe(15_000);
    bed.link(me).clear();
    await isBack(bed, me);
  });

  it('silence that is over in time does no harm', async () => {
    const { bed, me } = await joined();
    bed.link(me).silence();
    await bed.advance(9_000);
    bed.link(me).speak();
    await bed.advance(60_000);
    expect([me.status, me.incarnation]).toEqual(['joined', 1]);
    await isBack(bed, me);
  });

  it('silence leaves a dead session at the router, which the next one has to live with', async () => {
    const { bed, me } = await joined({ ping: { interval: 60_000, timeout: 30_000 } });
    const link = bed.link(me);
    link.silence();
    const { incarnation } = me;
    const tree = bed.peers({ other: {} });
    await bed.joined(tree.peers.other);
    me.abort('wamp.error.unavailable');
    await bed.nextExit('me');
    expect(bed.router.stats().sessions).toBe(2);
    link.conditions.silent.peer = false;
    link.conditions.silent.router = false;
    await bed.joined(me);
    expect(me.incarnation).toBe(incarnation + 1);
    expect(me.status).toBe('degraded');
    link.speak();
    await bed.runUntil(() => me.status === 'joined');
    await bed.stop();
  });

  it('silence is never found out without pings', async () => {
    const { bed, me } = await joined({ ping: false });
    bed.link(me).silence();
    await bed.advance(3_600_000);
    expect(me.status).toBe('joined');
    bed.link(me).drop();
    bed.link(me).clear();
    await isBack(bed, me);
  });

  it('delay makes each message take its time, and keeps their order', async () => {
    const { bed, me } = await joined();
    const link = bed.link(me);
    link.delay(100);
    const results = [1, 2, 3].map((number) => me.call('com.example.echo', [number]));
    const began = bed.now;
    for (const [index, result] of results.entries()) expect((await bed.runUntil(result)).args).toEqual([index + 1]);
    // There, to the callee, back, and to the caller.
    expect(bed.now - began).toBe(400);
    link.delay(0, { from: 'router' });
    await bed.runUntil(me.call('com.example.echo', [4]));
    expect(bed.now - began).toBe(600);
    link.drop();
    const { at } = await bed.nextReport('started', { child: 'me' });
    await bed.joined(me);
    // To connect, for HELLO, and for the declared.
    expect(bed.now - at).toBe(300);
    link.delay(0);
    await isBack(bed, me);
  });

  it('hold keeps messages back until release', async () => {
    const { bed, me } = await joined();
    const link = bed.link(me);
    link.hold({ from: 'router' });
    const result = me.call('com.example.echo', ['late']);
    await bed.advance(10_000);
    expect(me.stats().unsettled).toBe(1);
    link.release();
    expect((await bed.runUntil(result)).args).toEqual(['late']);
    expect(bed.now).toBe(10_000);
    await isBack(bed, me);
  });

  it('after ends the connection behind the message that was meant', async () => {
    const { bed, me } = await joined();
    const link = bed.link(me);
    link.after(2, { type: 'CALL', from: 'peer' });
    const first = me.call('com.example.echo', [1]);
    expect((await bed.runUntil(first)).args).toEqual([1]);
    const second = await bed.runUntil(failure(me.call('com.example.echo', [2])));
    expect(second).toMatchObject({ mayHaveExecuted: true });
    await bed.joined(me);
    link.after(1, { type: 'CALL', end: 'close' });
    await bed.runUntil(failure(me.call('com.example.echo', [3])));
    expect((me.lastExit as Error).message).toContain('going away');
    await bed.joined(me);
    link.after(1, { type: 'CALL', end: 'silence' });
    const began = bed.now;
    await bed.runUntil(failure(me.call('com.example.echo', [4])));
    expect(bed.now - began).toBe(15_000);
    link.speak();
    await isBack(bed, me);
  });

  it('lose has messages get lost', async () => {
    const { bed, me } = await joined();
    bed.link(me).lose({ type: 'RESULT' });
    const error = await bed.runUntil(failure(me.call('com.example.echo', [1], { timeout: 500 })));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(bed.messages(me).filter(({ fate }) => fate === 'lost')).toMatchObject([
      { from: 'router', uri: 'com.example.echo', message: { type: 'RESULT', args: [1] } },
    ]);
    await isBack(bed, me);
  });

  it('duplicate has a message arrive twice', async () => {
    const { bed, me } = await joined();
    bed.link(me).duplicate({ type: 'CALL' });
    // The same request id again breaks the protocol.
    await bed.runUntil(failure(me.call('com.example.echo', [1])));
    expect((me.lastExit as Error).message).toContain('wamp.error.protocol_violation');
    await isBack(bed, me);
  });

  it.each(['peer', 'router'] as const)('corrupt has a message of the %s arrive as nonsense', async (from) => {
    const { bed, me } = await joined();
    bed.link(me).corrupt({ from });
    await bed.runUntil(failure(me.call('com.example.echo', [1])));
    expect((me.lastExit as Error).message).toMatch(/protocol_violation|expected/);
    await isBack(bed, me);
  });

  it('abort and goodbye say what a router would', async () => {
    const { bed, me } = await joined();
    bed.link(me).abort('wamp.error.unavailable', 'out of memory');
    const aborted = await bed.nextExit('me');
    expect(aborted.reason).toBeInstanceOf(SessionAborted);
    expect((aborted.reason as Error).message).toContain('out of memory');
    await bed.joined(me);
    bed.link(me).goodbye('wamp.close.system_shutdown');
    const closed = await bed.nextExit('me');
    expect(closed.reason).toBeInstanceOf(SessionClosed);
    await isBack(bed, me);
  });

  it('abortOn refuses a session, or the answer to a challenge', async () => {
    const { bed, me } = await joined();
    bed.link(me).abortOn('HELLO', 'wamp.error.no_such_realm', 'not here');
    bed.link(me).drop();
    await bed.nextExit('me');
    const { reason } = await bed.nextExit('me');
    expect(reason).toMatchObject({ uri: 'wamp.error.no_such_realm' });
    await isBack(bed, me);
  });

  it('say says anything, of any shape', async () => {
    const { bed, me } = await joined();
    bed.link(me).say({ type: 'EVENT', subscription: 9_999, publication: 1, details: {}, args: [] }, [36, 'nonsense']);
    const { reason } = await bed.nextExit('me');
    expect((reason as Error).message).toContain('EVENT');
    await isBack(bed, me);
  });

  it('say which count makes no sense', async () => {
    const { bed, me } = await joined();
    expect(() => bed.link(me).lose({}, 0)).toThrow('lose: expected the count to be');
    expect(() => bed.link(me).after(1.5)).toThrow('after: expected the count to be');
    expect(() => bed.link(me).delay(-1)).toThrow('delay: expected the latency to be');
    await bed.stop();
  });
});

describe('the weather', () => {
  it('is that of all peers, and as far as it lasts of those to come', async () => {
    const bed = await testBed();
    const { peers } = bed.peers({ a: { backoff: QUICK }, b: { backoff: QUICK } });
    await bed.joined(peers.a);
    await bed.joined(peers.b);
    bed.weather.refuse();
    expect(bed.weather.drop()).toBe(2);
    const later = bed.peers({ c: { backoff: QUICK } });
    await bed.advance(20_000);
    expect([peers.a, peers.b, later.peers.c].map(({ status }) => status)).toEqual(['down', 'down', 'down']);
    bed.weather.accept();
    for (const each of [peers.a, peers.b, later.peers.c]) await bed.joined(each);
    bed.weather.delay(50);
    const { peers: last } = bed.peers({ d: {} });
    const began = bed.now;
    await bed.joined(last.d);
    expect(bed.now - began).toBe(200);
    bed.weather.clear();
    expect(bed.weather.abort('wamp.error.unavailable')).toBe(4);
    await bed.settled();
    expect(peers.a.lastExit).toBeInstanceOf(SessionAborted);
    await bed.stop();
  });

  it('has a router that restarts, empty', async () => {
    const { bed, me } = await joined();
    await bed.runUntil(bed.router.kill());
    await bed.runUntil(() => me.lastExit instanceof ConnectError);
    await bed.runUntil(bed.router.start());
    await isBack(bed, me);
  });
});

describe('faulty', () => {
  it('puts faults in front of any router, over real sockets and in real time', async () => {
    const house = await router({ port: 0 });
    const way = faulty(house.url ?? '', { name: 'me' });
    const me = await connect(way, { realm: 'realm1', backoff: { first: 1, base: 1, max: 1 } });
    await me.register('com.example.echo', ({ args }) => args[0]);
    expect((await me.call('com.example.echo', ['over the wire'])).args).toEqual(['over the wire']);
    const lost = new Promise((resolve) => me.on('exited', resolve));
    way.drop();
    await lost;
    await me.joined();
    expect((await me.call('com.example.echo', ['again'])).args).toEqual(['again']);
    expect(way.connections).toBe(2);
    expect(way.messages.map(({ message }) => message?.type)).toContain('INVOCATION');
    way.lose({ type: 'CALL' });
    expect(await failure(me.call('com.example.echo', [1], { timeout: 20 }))).toBeInstanceOf(TimeoutError);
    await me.leave();
    await eventually(() => way.openTransports === 0);
    await house.stop();
  });

  it('finds out about silence in real time, too', async () => {
    const house = await router({ port: 0 });
    const way = faulty(house.url ?? '', { ping: { interval: 20, timeout: 10 } });
    const me = await connect(way, { realm: 'realm1', backoff: { first: 1, base: 1, max: 1 } });
    const lost = new Promise<{ reason: unknown }>((resolve) => me.on('exited', resolve));
    way.silence();
    expect(((await lost).reason as Error).message).toContain('no pong within 10 ms');
    way.speak();
    await me.joined();
    await me.leave();
    await house.stop();
  });

  it('reads serializers of a user’s own when it is given them', async () => {
    const own = { ...msgpack(), subprotocol: 'wamp.2.own' };
    const bed = await testBed({ router: { serializers: [own] } });
    await bed.connect({ serializers: [own] });
    expect(bed.messages('peer').map(({ message }) => message?.type)).toEqual(['HELLO', 'WELCOME']);
    await bed.stop();
  });
});

describe('what a link keeps', () => {
  it('has no signature in it', async () => {
    const { ticket } = await import('../../src/index.js');
    const bed = await testBed({ realms: { locked: { auth: { users: { joe: { ticket: 'my-secret' } } } } } });
    await bed.connect({ authid: 'joe', auth: ticket('my-secret') });
    expect(bed.transcript()).toContain('AUTHENTICATE');
    expect(JSON.stringify(bed.messages())).not.toContain('my-secret');
    await bed.stop();
  });

  it('says what ids stand for, and what became of each message', async () => {
    const { bed, me } = await joined();
    await bed.runUntil(me.publish('com.example.news', ['now'], { acknowledge: true, excludeMe: false }));
    await bed.settled();
    const about = bed.messages(me).map(({ message, uri, from }) => [from, message?.type, uri]);
    expect(about).toEqual(
      expect.arrayContaining([
        ['router', 'SUBSCRIBED', 'com.example.news'],
        ['peer', 'PUBLISH', 'com.example.news'],
        ['router', 'PUBLISHED', 'com.example.news'],
        ['router', 'EVENT', 'com.example.news'],
      ]),
    );
    await bed.stop();
  });
});

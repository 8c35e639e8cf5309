/**
 * What users of WAMP suffered from most, over ten years and a dozen projects: one test for each, of a peer in the situation
 * in which they did. What is a router's to mend is the embedded router's.
 */
import { createServer } from 'node:net';
import { ConnectError, connect, meta, peer, type Report, router, start, supervisor, ticket } from '../../src/index.js';
import type { List } from '../../src/wamp/values.js';
import { settle } from '../actors/scripted.js';
import { NOTHING_LEFT, scripted, WELCOME } from '../peer/scripted-router.js';
import { fallingSilent } from '../support/falling-silent.js';
import { eventually, failure } from '../support/house.js';
import { recordingLogger } from '../support/recording-logger.js';
import { describeWith } from '../support/requirement.js';
import { KEPT_TOPIC, startNexus } from '../support/routers/nexus.js';
import { read } from '../support/source-files.js';

const never = () => new Promise(() => {});
const QUICK = { first: 5, base: 5, max: 20 };

describe('a peer', () => {
  let world: Awaited<ReturnType<typeof scripted>>;
  const begin = async (...options: Parameters<typeof scripted>) => {
    world = await scripted(...options);
    return world;
  };
  afterEach(async () => expect(await world.end()).toEqual(NOTHING_LEFT));

  const sent = (...codes: readonly number[]): readonly List[] =>
    world.router.sent.filter(([code]) => codes.includes(code as number));

  it('P1: has its registrations and subscriptions back after an outage, with their options, and tells of each', async () => {
    const { me } = await (
      await begin({
        register: { 'com.example.add': { handler: () => 5, invoke: 'roundrobin', concurrency: 3 } },
        subscribe: { 'com.example': { handler: () => {}, match: 'prefix' } },
      })
    ).welcome();
    const later = me.subscribe('com.example.news', () => {}, { getRetained: true });
    await world.router.say([33, 3, 103]);
    await later;
    const first = sent(32, 64);
    await world.reconnect();
    await world.welcome();
    expect(sent(32, 64)).toEqual(first);
    expect(first).toEqual([
      [64, 1, { invoke: 'roundrobin', concurrency: 3 }, 'com.example.add'],
      [32, 2, { match: 'prefix' }, 'com.example'],
      [32, 3, { get_retained: true }, 'com.example.news'],
    ]);
    expect(me.declared.map(({ uri, active }) => [uri, active])).toEqual([
      ['com.example.add', true],
      ['com.example', true],
      ['com.example.news', true],
    ]);
  });

  it('P2: settles every request when the connection is lost, and says what may have been done', async () => {
    const { me, router } = await (await begin()).welcome();
    const requests = [
      failure(me.call('com.example.add')),
      failure(me.publish('com.example.news', [], { acknowledge: true })),
    ];
    const waits = [me.register('com.example.me', () => 1), me.subscribe('com.example.news', () => {})];
    await settle();
    router.transport.lose();
    for (const request of requests) {
      expect(await request).toMatchObject({ code: 'WAMP_ERR_CONNECTION_LOST', mayHaveExecuted: true });
    }
    world.clock.increment(100);
    await settle();
    await world.welcome();
    // What is declared is wanted in every session: it has come into force in the next one.
    expect(await Promise.all(waits)).toMatchObject([{ active: true }, { active: true }]);
  });

  it('P7: parks where no later try can succeed, tries on where one can, and the user has the last word', async () => {
    const { me, router, clock } = await begin({ onAbort: { 'com.example.not_today': 'park' } });
    await router.say([3, {}, 'wamp.error.no_such_procedure']);
    expect(me.status).toBe('down');
    clock.increment(100);
    await settle();
    await world.welcome();
    expect(me.status).toBe('joined');
    await router.say([3, {}, 'com.example.not_today']);
    expect(me.status).toBe('parked');
    clock.increment(3_600_000);
    await settle();
    expect(router.transports).toHaveLength(2);
    const lasting = await scripted();
    for (let tries = 0; lasting.me.status !== 'parked'; tries += 1) {
      expect(tries).toBeLessThan(10);
      await lasting.router.say([3, {}, 'wamp.error.no_such_realm']);
      lasting.clock.increment(200);
      await settle();
    }
    expect(await lasting.end()).toEqual(NOTHING_LEFT);
  });

  it('P8: tries again for as long as it takes, one at a time, ever more seldom, and at once when told to', async () => {
    const attempts: number[] = [];
    const { me, router, clock, tree } = await begin({
      backoff: { first: 200, base: 2_000, max: 8_000 },
    });
    router.onOpen = () => {
      attempts.push(clock.now());
      return Promise.reject(new ConnectError('refused', { address: router.address, transient: true }));
    };
    await router.say(WELCOME);
    router.transport.lose();
    await settle();
    while (attempts.length < 40) {
      const before = attempts.length;
      clock.increment(500);
      await settle();
      expect(attempts.length - before).toBeLessThanOrEqual(1);
    }
    const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(8_000);
    expect(gaps.at(-1)).toBeGreaterThan(gaps[0] ?? 0);
    router.onOpen = () => undefined;
    // Now, and not when it is due.
    await tree.terminateChild('me');
    await tree.restartChild('me');
    await settle();
    await world.welcome();
    expect(me.status).toBe('joined');
  });

  it('P11: ends every call at a deadline of its own, whatever the router supports', async () => {
    const { me, clock, router } = await begin();
    await router.say([2, 7, { roles: { broker: {}, dealer: {} } }]);
    const call = failure(me.call('com.example.sleep', [], { timeout: 500 }));
    const unasked = failure(me.call('com.example.sleep'));
    await settle();
    clock.increment(500);
    expect(await call).toMatchObject({ code: 'WAMP_ERR_TIMEOUT', timeout: 500 });
    clock.increment(29_500);
    expect(await unasked).toMatchObject({ code: 'WAMP_ERR_TIMEOUT', timeout: 30_000 });
  });

  it('P12: gives a call up by an AbortSignal, and neither an answer that crosses it nor a router without canceling matters', async () => {
    const { me, router } = await (await begin()).welcome();
    const stop = new AbortController();
    const why = new Error('the user went on');
    const call = failure(me.call('com.example.sleep', [], { signal: stop.signal }));
    await settle();
    stop.abort(why);
    router.transport.receive([50, 1, {}, ['crossed it']]);
    expect(await call).toBe(why);
    await settle();
    expect({ cancels: sent(49).length, late: me.stats().late }).toEqual({ cancels: 1, late: 1 });
    router.transport.lose();
    await settle();
    world.clock.increment(100);
    await settle();
    await router.say([2, 8, { roles: { broker: {}, dealer: {} } }]);
    expect((await failure(me.call('com.example.sleep', [], { signal: AbortSignal.timeout(5) }))).name).toBe(
      'TimeoutError',
    );
    expect(sent(49)).toEqual([]);
    expect(me.status).toBe('joined');
  });

  it('P17: takes requests at any time: they wait for a session, or fail at once, and to leave is a promise that settles', async () => {
    const { me } = await begin();
    const early = me.call('com.example.add', [2, 3]);
    const impatient = await failure(me.call('com.example.add', [2, 3], { whenDown: 'fail' }));
    expect(impatient).toMatchObject({ code: 'WAMP_ERR_PEER_DOWN' });
    await world.welcome();
    await world.router.say([50, 1, {}, [5]]);
    expect((await early).args).toEqual([5]);
    const left = Promise.all([me.leave(), me.leave()]);
    await settle();
    world.clock.increment(2_000);
    await left;
    expect(me.status).toBe('stopped');
  });
});

describe('in a house of the embedded router', () => {
  const ended: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ended.splice(0).reverse()) await end();
  });
  async function open(...options: Parameters<typeof router>) {
    const house = await router({ realm: 'realm1', ...options[0] });
    ended.push(() => house.stop());
    return house;
  }
  async function join(house: Awaited<ReturnType<typeof router>>, options: Partial<Parameters<typeof connect>[1]> = {}) {
    const me = await connect(house, { realm: 'realm1', backoff: QUICK, ...options });
    ended.push(() => me.leave());
    return me;
  }

  it('P3: a connection that died without a word is noticed without traffic, and replaced', async () => {
    const between = await fallingSilent();
    ended.push(() => between.end());
    // Over a WebSocket it is D9's and, at the router, D16's.
    const me = await connect(between.rawSocketUrl, {
      realm: 'realm1',
      rawsocket: { ping: { interval: 150, timeout: 150 } },
      backoff: QUICK,
      subscribe: { 'com.example.news': () => {} },
    });
    ended.push(() => me.leave());
    between.fallSilent();
    const { reason } = await new Promise<{ reason: unknown }>((resolve) => me.on('exited', resolve));
    expect(String(reason)).toContain('within 150 ms');
    between.hear();
    await eventually(() => me.status === 'joined');
    expect(me.declared).toMatchObject([{ uri: 'com.example.news', active: true }]);
  });

  it('P4: a procedure that a session of old still holds comes into force when that is gone', async () => {
    const house = await open();
    const zombie = await join(house);
    await zombie.register('com.example.add', () => 'zombie');
    const me = await join(house, { register: { 'com.example.add': () => 'me' } });
    expect(me.declared).toMatchObject([{ active: false, refused: { uri: 'wamp.error.procedure_already_exists' } }]);
    const caller = await join(house);
    expect((await caller.call('com.example.add')).args).toEqual(['zombie']);
    await zombie.leave();
    await eventually(() => me.status === 'joined');
    expect((await caller.call('com.example.add')).args).toEqual(['me']);
  });

  it('P5: no promise is rejected unhandled, whatever fails while the router is away', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const house = await open();
    const me = await join(house, {
      onLeave: async () => {
        throw new Error('of a hook');
      },
      subscribe: {
        'com.example.news': async () => {
          throw new Error('of a handler');
        },
      },
    });
    me.cast('com.example.unknown');
    void me.progress('com.example.unknown');
    await me.publish('com.example.news', [], { acknowledge: true, excludeMe: false });
    await house.kill();
    me.cast('com.example.unknown', [], { timeout: 20 });
    void me.events('com.example.other');
    await house.start();
    await eventually(() => me.status === 'joined');
    await settle();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('P6: a loop that is slower than its events has a bounded buffer, a policy that was stated, and a counter', async () => {
    const house = await open();
    const [me, publisher] = [await join(house), await join(house)];
    const events = me.events('com.example.news', { buffer: 3, overflow: 'dropOldest' });
    await events.ready;
    for (let at = 0; at < 10; at += 1) await publisher.publish('com.example.news', [at], { acknowledge: true });
    await eventually(() => me.stats().events === 10);
    const seen: unknown[] = [];
    for await (const { args } of events) {
      seen.push(args[0]);
      if (args[0] === 9) break;
    }
    expect({ seen, dropped: me.stats().dropped }).toEqual({ seen: [7, 8, 9], dropped: 7 });
  });

  it('P9: why it could not connect, what was refused and what was thrown can be caught, or is in the log', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => free.once('listening', resolve));
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));
    expect(await failure(connect(`ws://127.0.0.1:${port}/ws`, { realm: 'realm1' }))).toMatchObject({
      code: 'WAMP_ERR_CONNECT',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    const house = await open();
    expect(await failure(connect(house, { realm: 'attic' }))).toMatchObject({ uri: 'wamp.error.no_such_realm' });
    const logger = recordingLogger();
    const me = await join(house, { logger });
    await me.subscribe('com.example.news', () => {
      throw new Error('the boiler is cold');
    });
    await me.publish('com.example.news', [], { acknowledge: true, excludeMe: false });
    await eventually(() => logger.said('an event handler failed').length === 1);
  });

  it('P13: nothing is kept of a caller that left while its call was worked on, nor of a hundred short connections', async () => {
    const house = await open();
    const callee = await join(house);
    let aborted = 0;
    await callee.register('com.example.sleep', ({ signal }) => {
      signal.addEventListener('abort', () => {
        aborted += 1;
      });
      return never();
    });
    for (let times = 0; times < 100; times += 1) {
      const caller = await connect(house, { realm: 'realm1' });
      const call = failure(caller.call('com.example.sleep'));
      await caller.subscribe('com.example.news', () => {});
      await eventually(() => callee.stats().invocations === times + 1);
      await caller.leave();
      await call;
    }
    await eventually(() => aborted === 100);
    const { registrations, subscriptions } = house.stats();
    expect({ registrations, subscriptions, sessions: house.sessions().length }).toEqual({
      registrations: 1,
      subscriptions: 0,
      sessions: 1,
    });
  });

  it('P14: a handler that is slow, or calls back, holds up nobody, and to leave does not hang', async () => {
    const house = await open();
    const [me, other] = [await join(house), await join(house)];
    await me.register('com.example.sleep', never);
    await me.register('com.example.back', async ({ args }) => (await me.call('com.example.echo', args)).args[0]);
    await me.register('com.example.echo', ({ args }) => args[0]);
    await me.subscribe('com.example.news', async () => {
      await never();
    });
    const sleeping = failure(other.call('com.example.sleep'));
    await other.publish('com.example.news', [], { acknowledge: true });
    expect((await other.call('com.example.back', ['again'])).args).toEqual(['again']);
    expect((await other.call('com.example.echo', ['echo'])).args).toEqual(['echo']);
    await me.leave();
    expect(await sleeping).toMatchObject({ uri: 'wamp.error.canceled' });
  });

  it('P15: a burst of some thousand calls is answered whole, and others are served meanwhile', async () => {
    const house = await open();
    const [callee, caller, other] = [await join(house), await join(house), await join(house)];
    await callee.register('com.example.echo', ({ args }) => args[0]);
    const burst = Array.from({ length: 5_000 }, (_, at) => caller.call('com.example.echo', [at]));
    expect((await other.call('com.example.echo', ['other'])).args).toEqual(['other']);
    expect((await Promise.all(burst)).map(({ args }) => args[0])).toEqual(Array.from({ length: 5_000 }, (_, at) => at));
    expect(house.stats().slow).toBe(0);
  });

  it('P16: its types come with the package, for import and for require', () => {
    const { exports, types } = JSON.parse(read('package.json')) as {
      exports: Record<string, string | Record<string, { types: string }>>;
      types: string;
    };
    expect(types).toMatch(/index\.d\.ts$/);
    for (const [name, entry] of Object.entries(exports)) {
      if (typeof entry === 'string') continue;
      for (const way of ['import', 'require']) {
        const at = entry[way];
        if (at !== undefined)
          expect({ name, way, types: at.types }).toMatchObject({ types: expect.stringMatching(/\.d\.ts$/) });
      }
    }
  });

  it('P18: parts of a result are for a loop, which may take its time, with nothing to install', async () => {
    const house = await open();
    const [callee, caller] = [await join(house), await join(house)];
    await callee.register('com.example.count', ({ progress }) => {
      for (let at = 1; at <= 20; at += 1) progress([at]);
      return 'counted';
    });
    const call = caller.progress('com.example.count');
    const parts: unknown[] = [];
    for await (const { args } of call) {
      parts.push(args[0]);
      await new Promise(setImmediate);
    }
    expect(parts).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect((await call.result).args).toEqual(['counted']);
  });

  it('P19: a procedure has a limit of its own: more wait, then are refused, and a failure gives its place back', async () => {
    const house = await open();
    const [callee, caller] = [await join(house), await join(house)];
    let busy = 0;
    let most = 0;
    await callee.register(
      'com.example.fail',
      async () => {
        busy += 1;
        most = Math.max(most, busy);
        await new Promise(setImmediate);
        busy -= 1;
        throw new Error('no');
      },
      { concurrency: 2, queueLimit: 3 },
    );
    for (let round = 0; round < 5; round += 1) {
      const errors = await Promise.all(Array.from({ length: 6 }, () => failure(caller.call('com.example.fail'))));
      expect(errors.map((error) => error['uri']).sort()).toEqual([
        ...Array.from({ length: 5 }, () => 'wamp.error.runtime_error'),
        // The router lets as many wait as the callee would.
        'wamp.error.unavailable',
      ]);
    }
    expect({ busy, most }).toEqual({ busy: 0, most: 2 });
  });

  it('P20: a secret is fetched anew for each session, so that one that expires is renewed by joining again', async () => {
    const users = { alice: { ticket: 'of Monday' } };
    const house = await open({ realm: undefined, realms: { realm1: { auth: { users } } } } as object);
    let asked = 0;
    const tree = start(
      supervisor({
        children: [
          peer('me', {
            url: house,
            realm: 'realm1',
            backoff: QUICK,
            authid: 'alice',
            auth: ticket(async () => {
              asked += 1;
              return 'of Monday';
            }),
          }),
        ],
      }),
    );
    ended.push(() => tree.stop());
    const me = tree.peer('me');
    const first = await me.joined();
    const reports: Report[] = [];
    tree.onReport((report) => reports.push(report));
    // In time, in order: GOODBYE, and a session with what the function says then.
    await tree.terminateChild('me');
    await tree.restartChild('me');
    const second = await me.joined();
    expect({ asked, isNew: second.id !== first.id, sessions: house.sessions().length }).toEqual({
      asked: 2,
      isNew: true,
      sessions: 1,
    });
  });
});

describeWith('nexus', 'on a router that keeps events', () => {
  it('P10: what was missed is known to be missed, and read from the history', async () => {
    const nexus = await startNexus();
    const heard: unknown[] = [];
    const me = await connect(nexus.url, {
      realm: 'realm1',
      backoff: { first: 400, base: 400 },
      subscribe: { [KEPT_TOPIC]: ({ args }) => heard.push(args[0]) },
    });
    const publisher = await connect(nexus.url, { realm: 'realm1' });
    // nexus keeps them as long as anybody subscribes.
    await publisher.subscribe(KEPT_TOPIC, () => {});
    await publisher.publish(KEPT_TOPIC, ['heard'], { acknowledge: true });
    await eventually(() => heard.length === 1);
    const back = new Promise((resolve) => me.on('joined', resolve));
    me.abort('wamp.error.unavailable');
    await publisher.publish(KEPT_TOPIC, ['missed'], { acknowledge: true });
    await back;
    await publisher.publish(KEPT_TOPIC, ['heard again'], { acknowledge: true });
    await eventually(() => heard.length === 2);
    // That there is a gap shows in the number of the incarnation; what was in it, in the router's history.
    expect({ heard, incarnation: me.incarnation }).toEqual({ heard: ['heard', 'heard again'], incarnation: 2 });
    const { subscriptions } = meta(me);
    const kept = await subscriptions.history((await subscriptions.lookup(KEPT_TOPIC)) ?? 0);
    expect(kept.map(({ args }) => args[0])).toEqual(['heard', 'missed', 'heard again']);
    await me.leave();
    await publisher.leave();
    await nexus.dispose();
  }, 60_000);
});

import { cryptosign } from '../../src/auth/cryptosign.js';
import { scram } from '../../src/auth/scram.js';
import { ticket } from '../../src/auth/ticket.js';
import { wampcra } from '../../src/auth/wampcra.js';
import { ApplicationError } from '../../src/errors.js';
import { result } from '../../src/roles/endpoint-result.js';
import type { Endpoint } from '../../src/roles/invocation.js';
import type { Event } from '../../src/roles/subscriber.js';
import { type Entry, eventually, failure, House, next } from '../support/house.js';
import { USERS } from '../support/routers/realms.js';
import { timed } from '../support/timed-connector.js';
import type { Running, World } from '../support/worlds.js';

const never = () => new Promise(() => {});

/** What a promise rejects with, or `undefined`. */
const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/**
 * What a peer's user lives through, whatever router is at the other end.
 *
 * @param entry of the package, by which its peers are had. Default: that of Node
 */
export function scenarios(world: World, entry?: Entry): void {
  let running: Running;
  let house: House;

  beforeAll(async () => {
    running = await world.start();
  }, 30_000);
  afterAll(() => running.dispose());

  beforeEach(() => {
    house = new House(running, entry);
  });
  // Whatever a scenario is about: no promise is left, and nothing of it disturbs the next.
  afterEach(async () => expect(await house.end()).toEqual([]));

  describe('in each of its roles', () => {
    it('a peer is served: calls, invocations, publications and events, with args and kwargs', async () => {
      const [alice, bob] = await Promise.all([house.connect(), house.connect()]);
      const events: Event[] = [];
      const registration = await alice.register('com.example.divide', ({ args, kwargs }) =>
        result([Math.trunc((args[0] as number) / (args[1] as number))], { rest: 1, ...kwargs }),
      );
      const subscription = await alice.subscribe('com.example.news', (event) => events.push(event));

      expect(await bob.call('com.example.divide', [7, 2], { kwargs: { round: true } })).toMatchObject({
        args: [3],
        kwargs: { rest: 1, round: true },
      });
      const publication = await bob.publish('com.example.news', ['hello'], {
        kwargs: { loud: true },
        acknowledge: true,
      });
      expect(await bob.publish('com.example.news', ['again'])).toBeUndefined();
      await eventually(() => events.length === 2);
      expect(events).toMatchObject([
        { args: ['hello'], kwargs: { loud: true }, topic: 'com.example.news', publication },
        { args: ['again'], kwargs: {} },
      ]);

      await registration.unregister();
      await subscription.unsubscribe();
      expect(await failure(bob.call('com.example.divide', [7, 2]))).toMatchObject({
        uri: 'wamp.error.no_such_procedure',
      });
      expect(alice.stats()).toMatchObject({ invocations: 1, events: 2 });
      expect(bob.stats()).toMatchObject({ calls: 2, publications: 2 });
    });

    it('a peer calls and publishes without awaiting it; what fails is counted', async () => {
      const [alice, bob] = await Promise.all([house.connect(), house.connect()]);
      const seen: unknown[] = [];
      await alice.register('com.example.note', ({ args }) => void seen.push(args[0]));
      await alice.subscribe('com.example.news', ({ args }) => seen.push(args[0]));
      bob.cast('com.example.note', ['called']);
      bob.emit('com.example.news', ['published']);
      bob.cast('com.example.unknown');
      await eventually(() => seen.length === 2 && bob.stats().failedCasts === 1);
      expect(seen.sort()).toEqual(['called', 'published']);
      expect(house.log.said('a call that nobody awaits failed')).toHaveLength(1);
    });

    it('a peer does not hear itself, unless it says so', async () => {
      const alice = await house.connect();
      const heard: unknown[] = [];
      await alice.subscribe('com.example.news', ({ args }) => heard.push(args[0]));
      await alice.publish('com.example.news', ['unheard'], { acknowledge: true });
      await alice.publish('com.example.news', ['heard'], { acknowledge: true, excludeMe: false });
      await eventually(() => heard.length === 1);
      expect(heard).toEqual(['heard']);
    });
  });

  describe('an error', () => {
    it('reaches the caller with its URI, args and kwargs; what a handler throws, with its message', async () => {
      const [callee, caller] = await Promise.all([house.connect({ name: 'callee' }), house.connect()]);
      await callee.register('com.example.refuse', () => {
        throw new ApplicationError('com.example.too_big', ['7 is too big'], { limit: 5 });
      });
      await callee.register('com.example.break', async () => {
        throw new Error('the boiler is cold');
      });
      expect(await failure(caller.call('com.example.refuse'))).toMatchObject({
        code: 'WAMP_ERR_APPLICATION',
        uri: 'com.example.too_big',
        args: ['7 is too big'],
        kwargs: { limit: 5 },
        message: 'call of com.example.refuse was answered with com.example.too_big: 7 is too big',
      });
      expect(await failure(caller.call('com.example.break'))).toMatchObject({
        uri: 'wamp.error.runtime_error',
        args: ['the boiler is cold'],
      });
      // The callee's log has it with its stack, once; the one that was meant for the caller is no news there.
      expect(house.log.said('an endpoint failed')).toEqual([
        expect.objectContaining({
          fields: expect.objectContaining({
            peer: 'callee',
            uri: 'com.example.break',
            err: expect.objectContaining({ message: 'the boiler is cold' }),
          }),
        }),
      ]);
    });

    it('of an event handler is logged, and ends neither the subscription nor the peer', async () => {
      const [alice, bob] = await Promise.all([house.connect(), house.connect()]);
      const heard: unknown[] = [];
      await alice.subscribe('com.example.news', () => {
        throw undefined;
      });
      await alice.subscribe('com.example.news', ({ args }) => heard.push(args[0]));
      await bob.publish('com.example.news', [1]);
      await bob.publish('com.example.news', [2]);
      await eventually(() => heard.length === 2);
      expect(house.log.said('an event handler failed')).toHaveLength(2);
      expect(alice.incarnation).toBe(1);
    });

    it('of a value that cannot be sent stays with its call: a thousand others are unharmed', async () => {
      const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
      const cycle: Record<string, unknown> = {};
      cycle['self'] = cycle;
      const answers: Readonly<Record<string, unknown>> = { bigint: 2n ** 64n, cycle, function: () => {} };
      await callee.register('com.example.echo', ({ args }) => answers[String(args[0])] ?? args[0]);

      // Not all at once: a router may refuse calls to a callee that does not read as quickly as they come.
      for (let round = 0; round < 20; round += 1) {
        const good = Array.from({ length: 50 }, (_, index) => caller.call('com.example.echo', [index]));
        const badArguments = Object.values(answers).map((value) =>
          failure(caller.call('com.example.echo', [{ when: value }])),
        );
        const badResults = Object.keys(answers).map((name) => failure(caller.call('com.example.echo', [name])));

        expect((await Promise.all(good)).map(({ args }) => args[0])).toEqual(Array.from({ length: 50 }, (_, i) => i));
        for (const error of await Promise.all(badArguments)) {
          expect(error).toMatchObject({
            code: 'WAMP_ERR_SERIALIZATION',
            path: expect.stringMatching(/^args\[0\]\.when/),
          });
          expect(error.message).toMatch(/^call of com\.example\.echo: args\[0\]\.when/);
        }
        for (const error of await Promise.all(badResults)) {
          expect(error).toMatchObject({ uri: 'wamp.error.invalid_argument' });
          expect(error.message).toMatch(/the result of com\.example\.echo cannot be sent: args\[0\]/);
        }
      }
      expect([callee.incarnation, caller.incarnation]).toEqual([1, 1]);
    });
  });

  describe('a call that is never answered', () => {
    it.each([
      [
        'at its deadline',
        () => ({ timeout: 60 }),
        { code: 'WAMP_ERR_TIMEOUT', operation: 'call of com.example.sleep', timeout: 60 },
      ],
      ['when its signal aborts', () => ({ signal: AbortSignal.timeout(60) }), { name: 'TimeoutError' }],
    ])('rejects %s, and its endpoint is told', async (_when, options, expected) => {
      const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
      let signal: AbortSignal | undefined;
      await callee.register('com.example.sleep', (invocation) => {
        signal = invocation.signal;
        return never();
      });
      const began = performance.now();
      expect(await failure(caller.call('com.example.sleep', [], options()))).toMatchObject(expected);
      expect(performance.now() - began).toBeLessThan(1_000);
      expect(caller.stats()).toMatchObject({ unsettled: 0, givenUp: 1 });
      await eventually(() => signal?.aborted === true);
    });

    it('is not even made when its signal was aborted before', async () => {
      const caller = await house.connect();
      const error = new Error('not any more');
      expect(await failure(caller.call('com.example.sleep', [], { signal: AbortSignal.abort(error) }))).toBe(error);
    });
  });

  describe('a call that is given up', () => {
    it.each([
      ['killnowait', true],
      ['kill', true],
      ['skip', false],
    ] as const)('in mode %s: whether its endpoint is told: %s', async (cancelMode, isTold) => {
      const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
      let signal: AbortSignal | undefined;
      let finish: (value: unknown) => void = () => {};
      await callee.register('com.example.sleep', (invocation) => {
        signal = invocation.signal;
        return new Promise((resolve) => {
          finish = resolve;
        });
      });
      await callee.register('com.example.behind', () => 'all that was said before has come');
      const stop = new AbortController();
      const call = failure(caller.call('com.example.sleep', [], { signal: stop.signal, cancelMode }));
      await eventually(() => signal !== undefined);
      const why = new Error('not any more');
      stop.abort(why);
      expect(await call).toBe(why);
      await caller.call('com.example.behind');
      expect(signal?.aborted).toBe(isTold);
      // What it returns now goes nowhere, and offends nobody.
      finish('late');
      expect((await caller.call('com.example.behind')).args).toEqual(['all that was said before has come']);
      expect([callee.incarnation, caller.incarnation]).toEqual([1, 1]);
    });
  });

  if (world.forwardsTimeouts) {
    describe('a call that the caller gives so long', () => {
      it.each([
        [false, 'the dealer, and its endpoint is interrupted', undefined, 'wamp.error.canceled'],
        [true, 'the callee, which has been told how long', 60, 'wamp.error.timeout'],
      ])('is ended with forwardTimeout %s by %s', async (forwardTimeout, _whom, timeout, uri) => {
        const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
        const told: (number | undefined)[] = [];
        let signal: AbortSignal | undefined;
        await callee.register(
          'com.example.sleep',
          (invocation) => {
            told.push(invocation.timeout);
            signal = invocation.signal;
            return never();
          },
          { forwardTimeout },
        );
        await callee.register('com.example.quick', ({ timeout: given }) => given, { forwardTimeout });
        // The same error in either case: a caller need not know who keeps the time.
        expect(await failure(caller.call('com.example.sleep', [], { dealerTimeout: 60 }))).toMatchObject({
          uri: 'wamp.error.timeout',
        });
        await eventually(() => signal?.aborted === true);
        expect(signal?.reason).toMatchObject({ uri });
        expect(told).toEqual([timeout]);
        // What is answered in time is not ended afterwards, and a call without a timeout has none.
        const answers = [{ dealerTimeout: 60 }, {}].map((options) => caller.call('com.example.quick', [], options));
        expect((await Promise.all(answers)).map(({ args }) => args[0] ?? undefined)).toEqual([timeout, undefined]);
        expect(caller.stats()).toMatchObject({ unsettled: 0, givenUp: 0 });
        expect([callee.incarnation, caller.incarnation]).toEqual([1, 1]);
      });
    });
  }

  describe('a pattern', () => {
    it.each([
      ['prefix', 'com.example.tool', 'com.example.tool.saw', 'com.example.desk'],
      ['wildcard', 'com..saw', 'com.example.saw', 'com.example.saw.old'],
    ] as const)('of procedures: %s %s catches %s, and not %s', async (match, pattern, caught, other) => {
      const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
      await callee.register(pattern, ({ procedure, args }) => [procedure, ...args], { match });
      expect((await caller.call(caught, [1])).args).toEqual([[caught, 1]]);
      expect(await failure(caller.call(other))).toMatchObject({ uri: 'wamp.error.no_such_procedure' });
    });

    it.each([
      ['prefix', 'com.example.tool', 'com.example.tool.saw', 'com.example.desk'],
      ['wildcard', 'com..saw', 'com.example.saw', 'com.example.saw.old'],
    ] as const)('of topics: %s %s catches %s, and not %s', async (match, pattern, caught, other) => {
      const [alice, bob] = await Promise.all([house.connect(), house.connect()]);
      const heard: unknown[] = [];
      await alice.subscribe(pattern, ({ topic, args }) => heard.push([topic, ...args]), { match });
      await bob.publish(other, [1], { acknowledge: true });
      await bob.publish(caught, [2], { acknowledge: true });
      await eventually(() => heard.length > 0);
      expect(heard).toEqual([[caught, 2]]);
    });
  });

  describe('a procedure that is shared', () => {
    it.each([
      ['roundrobin', ['a', 'b', 'a', 'b']],
      ['first', ['a', 'a', 'a', 'a']],
      ['last', ['b', 'b', 'b', 'b']],
    ] as const)('by policy %s is called at %j, and at who is left', async (invoke, expected) => {
      const [a, b, caller] = await Promise.all([house.connect(), house.connect(), house.connect()]);
      await a.register('com.example.who', () => 'a', { invoke });
      await b.register('com.example.who', () => 'b', { invoke });
      const asked: unknown[] = [];
      while (asked.length < 4) asked.push((await caller.call('com.example.who')).args[0]);
      // Where a turn begins is the router's affair.
      expect(invoke === 'roundrobin' ? asked.slice(0, 2).sort() : asked).toEqual(
        invoke === 'roundrobin' ? ['a', 'b'] : expected,
      );
      expect(asked.slice(2)).toEqual(asked.slice(0, 2));
      await a.leave();
      expect((await caller.call('com.example.who')).args).toEqual(['b']);
    });
  });

  if (world.reroutes) {
    describe('a callee that cannot attend to a call', () => {
      it('leaves it to another, and the caller is told when there is none', async () => {
        const [a, b, caller] = await Promise.all([house.connect(), house.connect(), house.connect()]);
        const busy = () => {
          throw new ApplicationError('wamp.error.unavailable', ['busy']);
        };
        await a.register('com.example.who', busy, { invoke: 'first' });
        const second = await b.register('com.example.who', ({ args }) => ['b', ...args], { invoke: 'first' });
        expect((await caller.call('com.example.who', [1])).args).toEqual([['b', 1]]);
        await second.unregister();
        expect(await failure(caller.call('com.example.who'))).toMatchObject({
          uri: 'wamp.error.no_available_callee',
        });
      });
    });
  }

  describe('who calls and who publishes', () => {
    it('is told to the other end if they want that', async () => {
      const [alice, bob] = await Promise.all([house.connect(), house.connect()]);
      const told: unknown[] = [];
      await alice.register('com.example.who', ({ caller }) => caller?.session);
      await alice.subscribe('com.example.news', ({ publisher }) => told.push(publisher?.session));
      expect((await bob.call('com.example.who', [], { discloseMe: true })).args).toEqual([bob.session?.id]);
      await bob.publish('com.example.news', [], { discloseMe: true });
      await eventually(() => told.length === 1);
      expect(told).toEqual([bob.session?.id]);
    });
  });

  describe('a loop over events', () => {
    it('hears what is published, over the end of a session, until it is left', async () => {
      const tree = house.tree({ listener: {} });
      const { listener } = tree.peers;
      const bob = await house.connect();
      await listener.joined();
      const events = listener.events('com.example.news');
      await events.ready;
      const heard: unknown[] = [];
      const loop = (async () => {
        for await (const { args, topic } of events) {
          heard.push([topic, ...args]);
          if (args[0] === 'last') break;
        }
      })();
      await bob.publish('com.example.news', ['first'], { acknowledge: true });
      await eventually(() => heard.length === 1);
      const back = next(listener, 'joined');
      listener.abort('wamp.error.unavailable');
      await back;
      await bob.publish('com.example.news', ['last'], { acknowledge: true });
      await loop;
      await bob.publish('com.example.news', ['unheard'], { acknowledge: true });
      expect(heard).toEqual([
        ['com.example.news', 'first'],
        ['com.example.news', 'last'],
      ]);
      expect({ declared: listener.declared, incarnation: listener.incarnation }).toEqual({
        declared: [],
        incarnation: 2,
      });
    });
  });

  describe('a result in parts', () => {
    const count: Endpoint = ({ args, progress }) => {
      for (let at = 1; at <= Number(args[0]); at += 1) progress([at], { of: args[0] });
      return 'counted';
    };

    it('reaches a loop and a callback, in order, and a caller who wants no parts as a whole', async () => {
      const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
      await callee.register('com.example.count', count);
      const call = caller.progress('com.example.count', [3]);
      const parts: unknown[] = [];
      for await (const { args, kwargs } of call) parts.push([args[0], kwargs['of']]);
      expect(parts).toEqual([
        [1, 3],
        [2, 3],
        [3, 3],
      ]);
      expect((await call.result).args).toEqual(['counted']);

      const told: unknown[] = [];
      const whole = await caller.call('com.example.count', [2], { onProgress: ({ args }) => told.push(args[0]) });
      expect({ told, result: whole.args }).toEqual({ told: [1, 2], result: ['counted'] });
      expect((await caller.call('com.example.count', [2])).args).toEqual(['counted']);
    });

    it('ends at the callee when the loop over it is left', async () => {
      const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
      let signal: AbortSignal | undefined;
      await callee.register('com.example.endless', (invocation) => {
        signal = invocation.signal;
        invocation.progress(['on and on']);
        return never();
      });
      const call = caller.progress('com.example.endless');
      for await (const _ of call) break;
      expect(await failure(call.result)).toMatchObject({ uri: 'wamp.error.canceled' });
      await eventually(() => signal?.aborted === true);
    });
  });

  describe('a call in parts', () => {
    const sum: Endpoint = async ({ parts, progress }) => {
      let total = 0;
      for await (const { args, kwargs } of parts) {
        total += Number(args[0]) * Number(kwargs['times'] ?? 1);
        progress([total]);
      }
      return total;
    };

    if (world.takesParts) {
      it('is added up at the other end, and may be answered bit by bit at the same time', async () => {
        const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
        await callee.register('com.example.sum', sum);
        const call = caller.stream('com.example.sum', [1]);
        expect((await call.next()).value?.args).toEqual([1]);
        await call.send([2], { times: 10 });
        expect((await call.next()).value?.args).toEqual([21]);
        const end = call.end([3]);
        expect((await call.next()).value?.args).toEqual([24]);
        expect((await end).args).toEqual([24]);

        const parts = Array.from({ length: 50 }, (_, at) => [at]);
        const upload = caller.stream('com.example.sum', [], { parts, receiveProgress: false });
        expect((await upload.result).args).toEqual([1225]);
        expect((await caller.call('com.example.sum', [5])).args).toEqual([5]);
        expect(callee.stats().invocations).toBe(3);
      });

      it.each(['killnowait', 'kill'] as const)('that is given up in mode %s ends at the callee', async (cancelMode) => {
        const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
        let loop: Promise<unknown> | undefined;
        await callee.register('com.example.endless', ({ parts, progress }) => {
          progress(['begun']);
          loop = failure(
            (async () => {
              for await (const _ of parts);
            })(),
          );
          return loop;
        });
        const call = caller.stream('com.example.endless', ['on'], { cancelMode });
        for await (const _ of call) break;
        expect(await failure(call.result)).toMatchObject({ uri: 'wamp.error.canceled' });
        expect(await call.send(['and on'])).toBe(false);
        expect(await loop).toMatchObject({ uri: 'wamp.error.canceled' });
        expect([callee.incarnation, caller.incarnation]).toEqual([1, 1]);
      });

      it('may be answered before its end', async () => {
        const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
        await callee.register('com.example.enough', () => 'enough');
        const call = caller.stream('com.example.enough', ['on']);
        let sent = 1;
        while (await call.send(['and on'])) {
          sent += 1;
          // A turn for the callee, which is in this process: nexus ends a call whose callee has too much to read.
          await new Promise(setImmediate);
        }
        expect({ result: (await call.result).args, hasSentMore: sent > 0 }).toEqual({
          result: ['enough'],
          hasSentMore: true,
        });
        // Whatever was still on its way disturbs nobody.
        expect((await caller.call('com.example.enough')).args).toEqual(['enough']);
        expect([callee.incarnation, caller.incarnation]).toEqual([1, 1]);
      });
    } else {
      it('is refused where the router takes none, and costs nobody the session', async () => {
        const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
        await callee.register('com.example.sum', sum);
        const call = caller.stream('com.example.sum', [1]);
        expect(await failure(call.result)).toMatchObject({ uri: 'wamp.error.feature_not_supported' });
        expect((await caller.call('com.example.sum', [5])).args).toEqual([5]);
        expect(caller.incarnation).toBe(1);
      });
    }
  });

  describe('a procedure with a limit', () => {
    it('is never worked on more often than that at a time, and every call is answered', async () => {
      const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
      let busy = 0;
      let most = 0;
      let bothAreIn = () => {};
      const both = new Promise<void>((resolve) => {
        bothAreIn = resolve;
      });
      await callee.register(
        'com.example.heat',
        async ({ args }) => {
          busy += 1;
          most = Math.max(most, busy);
          if (busy === 2) bothAreIn();
          await both;
          await new Promise(setImmediate);
          busy -= 1;
          return args[0];
        },
        { concurrency: 2, queueLimit: 20 },
      );
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, (_, at) => caller.call('com.example.heat', [at])),
      );
      const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
      expect(most).toBe(2);
      // A router that keeps the limit itself refuses what is more.
      expect(refused).toEqual(refused.map(() => expect.objectContaining({ uri: world.tooBusy })));
    });

    it('refuses those for whom there is no place to wait', async () => {
      const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
      await callee.register('com.example.sleep', never, { concurrency: 1, queueLimit: 0 });
      const stop = new AbortController();
      const first = failure(caller.call('com.example.sleep', [], { signal: stop.signal }));
      const second = await failure(caller.call('com.example.sleep'));
      expect(second['uri']).toBe(world.tooBusy ?? 'wamp.error.unavailable');
      stop.abort();
      await first;
    });
  });

  describe('a session that is refused', () => {
    const { ticket: alice, wampcra: bob, scram: dora, cryptosign: erik } = USERS;
    const { scramDialect: dialect = 'standard' } = world;
    /** The second key of RFC 8032, section 7.1: nobody's here. */
    const OTHER_KEY = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
    const DENIED = /^wamp\.error\.(authentication_(failed|denied)|not_authorized)$/;
    const CANARY = 'wrong-secret-7d1f';
    const refusals: [string, () => object, RegExp][] = [
      [
        'for a realm that does not exist',
        () => ({ realm: 'com.example.nowhere' }),
        /^wamp\.error\.(no_such_realm|authentication_failed|no_such_role)$/,
      ],
      [
        'for want of a login',
        () => ({ realm: running.lockedRealm }),
        /^wamp\.error\.(no_such_role|no_auth_method|no_matching_auth_method|authentication_(failed|denied|required)|not_authorized)$/,
      ],
    ];
    if (world.hasUsers) {
      refusals.push(
        [
          'for a wrong ticket',
          () => ({ realm: running.lockedRealm, authid: alice.authid, auth: ticket(CANARY) }),
          DENIED,
        ],
        [
          'for a wrong WAMP-CRA secret',
          () => ({ realm: running.lockedRealm, authid: bob.authid, auth: wampcra(CANARY) }),
          DENIED,
        ],
        [
          'for a wrong SCRAM password',
          () => ({ realm: running.lockedRealm, authid: dora.authid, auth: scram(CANARY, { dialect }) }),
          DENIED,
        ],
        [
          "for a key that is nobody's",
          () => ({ realm: running.lockedRealm, authid: erik.authid, auth: cryptosign({ privateKey: OTHER_KEY }) }),
          DENIED,
        ],
        [
          'for somebody who is not there',
          () => ({ realm: running.lockedRealm, authid: 'nobody', auth: wampcra(CANARY) }),
          DENIED,
        ],
      );
    }

    it.each(refusals)('%s rejects connect() with the true reason, at once', async (_why, options, uri) => {
      const connector = timed(running.url);
      const error = await failure(house.connect(options(), connector));
      expect(performance.now() - connector.lastFrameAt).toBeLessThan(100);
      expect(error).toMatchObject({ code: 'WAMP_ERR_ABORTED', established: false, uri: expect.stringMatching(uri) });
      const { realm, authid } = options() as { realm: string; authid?: string };
      const whose = authid === undefined ? '' : ` of "${authid}"`;
      expect(error.message).toContain(`refused a session${whose} in realm "${realm}"`);
      expect(error.message).toContain(connector.address);
    });

    it.each(refusals)(
      '%s parks a supervised peer: the reason is in its error, the log and the tree',
      async (...row) => {
        const [, options, uri] = row;
        // Some routers call lasting reasons by names of passing ones: the user's word goes before all.
        const onAbort = { 'wamp.error.authentication_failed': 'park' } as const;
        const tree = house.tree({ lost: { ...options(), onAbort }, sibling: {} });
        const { lost, sibling } = tree.peers;
        await sibling.joined();
        const waiting = failure(lost.call('com.example.add', [2, 3]));
        const reason = await failure(lost.joined());
        expect(reason).toMatchObject({ code: 'WAMP_ERR_ABORTED', uri: expect.stringMatching(uri) });
        const { cause, code, message } = await waiting;
        expect({ cause, code }).toEqual({ cause: reason, code: 'WAMP_ERR_PEER_DOWN' });
        expect(message).toContain('restartChild("lost")');
        expect(lost.status).toBe('parked');
        const view = tree.view().supervisor?.children.find(({ id }) => id === 'lost');
        expect(view).toMatchObject({ status: 'parked', lastExit: { reason: `SessionAborted: ${reason.message}` } });
        const parked = house.log.lines.filter(({ message }) => message.startsWith('parked'));
        expect(parked).toEqual([
          expect.objectContaining({
            level: 'error',
            fields: { child: 'lost', reason: `SessionAborted: ${reason.message}` },
          }),
        ]);
        expect(JSON.stringify([house.log.lines, tree.view(), reason.message, message])).not.toContain(CANARY);
        expect({ status: sibling.status, incarnation: sibling.incarnation }).toEqual({
          status: 'joined',
          incarnation: 1,
        });
        // Parked is parked: the next request rejects at once, with the reason.
        expect((await failure(lost.call('com.example.add'))).message).toContain(reason.message);
      },
    );

    if (world.hasUsers) {
      it.each([
        ['a ticket', () => ({ authid: alice.authid, auth: ticket(alice.ticket) })],
        ['WAMP-CRA', () => ({ authid: bob.authid, auth: wampcra(bob.secret) })],
        [
          'a salted WAMP-CRA secret',
          () => ({ authid: USERS.saltedWampcra.authid, auth: wampcra(USERS.saltedWampcra.secret) }),
        ],
        ['a SCRAM password', () => ({ authid: dora.authid, auth: scram(dora.password, { dialect }) })],
        ['a key', () => ({ authid: erik.authid, auth: cryptosign({ privateKey: erik.privateKey }) })],
        [
          'one of several methods on offer',
          () => ({
            authid: erik.authid,
            auth: [cryptosign({ privateKey: erik.privateKey }), scram('unused', { dialect })],
          }),
        ],
      ])('is not, with %s that is right', async (_what, login) => {
        const me = await house.connect({ realm: running.lockedRealm, ...login() });
        expect(me.session).toMatchObject({ realm: running.lockedRealm, authid: login().authid });
      });
    }
  });

  describe('leaving', () => {
    it.each([
      ['says GOODBYE and awaits the answer', {}],
      ['does not await the answer when told so', { wait: false }],
      ['names its reason', { reason: 'wamp.close.system_shutdown' }],
    ])('%s; what was offered is gone, and the peer stays down', async (_title, options) => {
      const tree = house.tree({ me: { register: { 'com.example.add': () => 5 } } });
      const { me } = tree.peers;
      const other = await house.connect();
      await me.joined();
      expect((await other.call('com.example.add')).args).toEqual([5]);
      await me.leave(options);
      expect({ status: me.status, lastExit: me.lastExit }).toEqual({ status: 'stopped', lastExit: 'normal' });
      await eventually(() => me.session === undefined);
      let error = await failure(other.call('com.example.add'));
      // Without the answer the router may be a little behind.
      while (error['uri'] !== 'wamp.error.no_such_procedure') error = await failure(other.call('com.example.add'));
      expect(await failure(me.call('com.example.add'))).toMatchObject({ code: 'WAMP_ERR_PEER_DOWN' });
      expect(await failure(me.joined())).toMatchObject({ code: 'WAMP_ERR_PEER_DOWN' });
    });

    it('settles what is in flight, at both ends', async () => {
      const [callee, caller] = await Promise.all([house.connect(), house.connect()]);
      let signal: AbortSignal | undefined;
      await callee.register('com.example.sleep', (invocation) => {
        signal = invocation.signal;
        return never();
      });
      const call = failure(caller.call('com.example.sleep'));
      await eventually(() => signal !== undefined);
      await caller.leave();
      expect(await call).toMatchObject({ code: 'WAMP_ERR_CONNECTION_LOST', mayHaveExecuted: true });
      await callee.leave();
      expect(signal?.aborted).toBe(true);
    });
  });

  describe('a registration that somebody else holds', () => {
    it('makes the peer degraded, and comes into force when it is free', async () => {
      const holder = await house.connect();
      const held = await holder.register('com.example.add', () => 'holder');
      const tree = house.tree({
        me: { register: { 'com.example.add': () => 'me', 'com.example.other': () => 'other' } },
      });
      const { me } = tree.peers;
      await me.joined();
      expect(me.status).toBe('degraded');
      expect(me.declared).toMatchObject([
        { uri: 'com.example.add', active: false, refused: { uri: 'wamp.error.procedure_already_exists' } },
        { uri: 'com.example.other', active: true, refused: undefined },
      ]);
      expect((await holder.call('com.example.other')).args).toEqual(['other']);
      await held.unregister();
      await eventually(() => me.status === 'joined');
      expect((await holder.call('com.example.add')).args).toEqual(['me']);
      expect(me.incarnation).toBe(1);
    });

    if (world.takesOver) {
      it('is taken over by force, and whoever held it goes on without', async () => {
        const [holder, other, taker] = await Promise.all([house.connect(), house.connect(), house.connect()]);
        const held = await holder.register('com.example.add', () => 'holder');
        await holder.register('com.example.other', () => 'other');
        await taker.register('com.example.add', () => 'taker', { forceReregister: true });
        expect((await other.call('com.example.add')).args).toEqual(['taker']);
        await eventually(() => !held.active);
        expect((await other.call('com.example.other')).args).toEqual(['other']);
        expect(holder.incarnation).toBe(1);
      });
    }

    it('is no longer wanted by a user whom the router has refused', async () => {
      const [holder, other] = await Promise.all([house.connect(), house.connect()]);
      await holder.register('com.example.add', () => 'holder');
      expect(await failure(other.register('com.example.add', () => 'other'))).toMatchObject({
        uri: 'wamp.error.procedure_already_exists',
        message: expect.stringMatching(/^registration of com\.example\.add was answered with wamp\.error\.procedure/),
      });
      expect({ declared: other.declared, status: other.status }).toEqual({ declared: [], status: 'joined' });
    });
  });

  describe('a router that vanishes and comes back after several tries', () => {
    it('has everything again, exactly once, and tells so once', async () => {
      const calls: unknown[] = [];
      const heard: unknown[] = [];
      const joins: number[] = [];
      let signal: AbortSignal | undefined;
      const tree = house.tree({
        server: {
          register: {
            'com.example.count': ({ args }) => calls.push(args[0]),
            'com.example.sleep': (invocation) => {
              signal = invocation.signal;
              // Once it is called again, it answers.
              return invocation.kwargs['again'] === true && calls.includes('again') ? 'awake' : never();
            },
          },
          subscribe: { 'com.example.news': ({ args }) => heard.push(args[0]) },
          onJoin: ({ id }) => joins.push(id),
        },
        client: {},
      });
      const { server, client } = tree.peers;
      await tree.ready;
      const later = await server.register('com.example.later', () => 'later');
      const inFlight = failure(client.call('com.example.sleep'));
      const idempotent = outcome(client.call('com.example.sleep', [], { idempotent: true, kwargs: { again: true } }));
      await eventually(() => server.stats().invocations === 2);
      calls.push('again');
      const lost = [next(server, 'left'), next(client, 'left')];

      const began = performance.now();
      await Promise.all([running.kill(), ...lost]);
      const error = await inFlight;
      expect(performance.now() - began).toBeLessThan(3_000);
      expect(error).toMatchObject({ code: 'WAMP_ERR_CONNECTION_LOST', mayHaveExecuted: true });
      expect(signal?.aborted).toBe(true);
      expect({ active: later.active, session: server.session }).toEqual({ active: false, session: undefined });

      // While it is away: one waits, one does not.
      const waiting = outcome(client.call('com.example.count', ['waited']));
      const impatient = await failure(client.call('com.example.count', ['never'], { whenDown: 'fail' }));
      expect(impatient).toMatchObject({ code: 'WAMP_ERR_PEER_DOWN' });
      await eventually(() => server.incarnation > 4 && client.incarnation > 4);
      expect(client.stats()).toMatchObject({ waiting: 2, unsettled: 2 });
      // Of the tries to come back only those that failed are told of, not each as a loss.
      expect(joins).toHaveLength(1);

      const back = next(server, 'joined');
      await running.start();
      await back;
      for (const error of await Promise.all([waiting, idempotent])) {
        // Where the client was back before the server, the router said so, and that was its answer.
        if (error !== undefined) expect(error).toMatchObject({ uri: 'wamp.error.no_such_procedure' });
      }
      await client.joined();

      calls.length = 0;
      await client.call('com.example.count', ['once']);
      await client.publish('com.example.news', ['once'], { acknowledge: true });
      expect((await client.call('com.example.later')).args).toEqual(['later']);
      await eventually(() => heard.length > 0);
      expect({ calls, heard, active: later.active }).toEqual({ calls: ['once'], heard: ['once'], active: true });
      expect(joins).toHaveLength(2);
      expect(server.stats().sessions).toBe(2);
      expect(house.log.said('joined').filter(({ fields }) => fields['peer'] === 'server')).toHaveLength(2);
      if (running.held !== undefined) expect(await running.held()).toEqual({ registrations: 3, subscriptions: 1 });
    }, 30_000);

    it('stops trying when asked to leave meanwhile', async () => {
      const me = await house.connect({ backoff: { first: 60_000 } });
      const exited = next(me, 'exited');
      await running.kill();
      await exited;
      const waiting = failure(me.call('com.example.add'));
      await me.leave();
      expect(me.status).toBe('stopped');
      expect(await waiting).toMatchObject({ code: 'WAMP_ERR_PEER_DOWN' });
      await running.start();
    }, 30_000);
  });
}

/** The little that shows whether a way and a serializer meet: all kinds of messages and of values, and an end and a new beginning. */
export function essence(world: World): void {
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

  it('any data arrives as it was sent, by calls, errors and events, also in the next session', async () => {
    const data = [null, true, 0, -1, 2 ** 40, 1.5, 'größe', '', [], {}, { a: [{ b: null }], c: 'x'.repeat(5_000) }];
    const octets = new Uint8Array([0, 1, 255]);
    const heard: unknown[] = [];
    const tree = house.tree({
      callee: {
        register: {
          'com.example.echo': ({ args, kwargs }) => result(args, kwargs),
          'com.example.refuse': ({ args, kwargs }) => {
            throw new ApplicationError('com.example.no', args, kwargs);
          },
        },
        subscribe: { 'com.example.news': ({ args, kwargs }) => heard.push([args, kwargs]) },
      },
    });
    const { callee } = tree.peers;
    const caller = await house.connect();
    for (const session of [1, 2]) {
      await callee.joined();
      expect(callee.incarnation).toBe(session);
      const answer = await caller.call('com.example.echo', [...data, octets], { kwargs: { data } });
      expect(answer.args.slice(0, -1)).toEqual(data);
      expect(Buffer.from(answer.args.at(-1) as Uint8Array)).toEqual(Buffer.from(octets));
      expect(answer.kwargs).toEqual({ data });
      expect(await failure(caller.call('com.example.refuse', data, { kwargs: { data } }))).toMatchObject({
        uri: 'com.example.no',
        args: data,
        kwargs: { data },
      });
      await caller.publish('com.example.news', data, { kwargs: { data }, acknowledge: true });
      await eventually(() => heard.length === session);
      expect(heard.at(-1)).toEqual([data, { data }]);
      if (session === 2) break;
      const back = next(callee, 'joined');
      callee.abort('wamp.error.unavailable');
      await back;
    }
  });
}

/**
 * A peer under random use, random faults and virtual time, against what must be true of it in any case: each promise settles, each
 * once; nothing that may not be done twice is; what was taken back is not heard any more; its status is what it is; whatever
 * was, in the end it does what it has declared; and of all that nothing is left.
 */
import fc from 'fast-check';
import type { Invocation, Peer, Registration, Subscription } from '../../src/index.js';
import { type Link, type TestBed, testBed } from '../../src/testing/index.js';
import { modelRuns, tellRuns } from '../support/model-runs.js';

const RUNS = modelRuns(25);
const TOPICS = ['com.t.a', 'com.t.b'];
const PROCEDURES = ['com.p.a', 'com.p.b'];
const ENDPOINTS = ['echo', 'slow', 'never', 'fail', 'parts', 'quit'];
const TYPES = [
  'CALL',
  'RESULT',
  'EVENT',
  'SUBSCRIBED',
  'REGISTERED',
  'UNSUBSCRIBED',
  'UNREGISTERED',
  'INVOCATION',
  'YIELD',
] as const;
const ABORTS = ['wamp.error.runtime_error', 'wamp.close.system_shutdown', 'com.odd'];

interface Heard {
  readonly subscription: Subscription | undefined;
  readonly topic: string;
  isOver: boolean;
  readonly tags: unknown[];
}

interface Offered {
  readonly registration: Registration;
  readonly procedure: string;
}

/** The handle outlives a restart by hand; the tree has to be asked for that. */
class World {
  readonly bed: TestBed;
  readonly me: Peer;
  readonly other: Peer;
  readonly faults: string[] = [];
  readonly #restart: (id: string) => Promise<unknown>;
  readonly #link: Link;
  readonly #open = new Map<string, Promise<void>>();
  readonly #settledTwice: string[] = [];
  readonly #controllers: AbortController[] = [];
  readonly #runs = new Map<string, number>();
  readonly #heard: Heard[] = [];
  readonly #offered: Offered[] = [];
  readonly #loops: { return?(): Promise<unknown> }[] = [];
  #made = 0;
  #mayRepeat = false;
  #isCalm = false;

  constructor(bed: TestBed) {
    this.bed = bed;
    const register = { ...this.#endpoints('com.me') };
    const tree = bed.peers({
      me: {
        register,
        subscribe: { 'com.t.declared': () => {} },
        timeout: 20_000,
        goodbyeTimeout: 500,
        queueLimit: 20,
      },
      other: { register: this.#endpoints('com.other'), timeout: 20_000 },
    });
    this.me = tree.peers.me;
    this.other = tree.peers.other;
    this.#restart = (id) => tree.restartChild(id);
    this.#link = bed.link('me');
  }

  #next(): number {
    this.#made += 1;
    return this.#made;
  }

  #endpoints(prefix: string): Record<string, (invocation: Invocation) => unknown> {
    const count = ({ args: [tag] }: Invocation): void => {
      const key = `${prefix} ${String(tag)}`;
      this.#runs.set(key, (this.#runs.get(key) ?? 0) + 1);
    };
    return {
      [`${prefix}.echo`]: (call) => {
        count(call);
        return call.args[0];
      },
      [`${prefix}.slow`]: async (call) => {
        count(call);
        await this.bed.sleep(300);
        return call.args[0];
      },
      [`${prefix}.never`]: (call) => {
        count(call);
        return new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason)));
      },
      // In the midst of it its session ends.
      [`${prefix}.quit`]: async (call) => {
        count(call);
        if (prefix === 'com.me') this.leave(call.args.length);
        else this.other.abort('com.other.enough');
        await this.bed.sleep(1);
        return call.args[0];
      },
      [`${prefix}.fail`]: (call) => {
        count(call);
        throw new Error('it fails');
      },
      [`${prefix}.parts`]: async (call) => {
        count(call);
        for (let part = 0; part < 3; part += 1) {
          call.progress([call.args[0], part]);
          await this.bed.sleep(20, call.signal);
        }
        return call.args[0];
      },
    };
  }

  /** Watches a promise until it settles. */
  #follow(what: string, promise: Promise<unknown>): void {
    const key = `${this.#next()} ${what}`;
    const settle = () => {
      if (!this.#open.delete(key)) this.#settledTwice.push(key);
    };
    this.#open.set(key, promise.then(settle, settle));
  }

  #signal(how: number): AbortSignal | undefined {
    if (how % 3 !== 0) return undefined;
    const controller = new AbortController();
    this.#controllers.push(controller);
    return controller.signal;
  }

  call(how: number, what: number): void {
    const tag = `call ${this.#next()}`;
    const endpoint = ENDPOINTS[what % ENDPOINTS.length] as string;
    const who = how % 4 === 0 ? this.other : this.me;
    const whom = what % 7 === 0 ? 'me' : 'other';
    const signal = this.#signal(how);
    const idempotent = what % 2 === 0;
    const parts: unknown[] = [];
    const promise = who
      .call(`com.${whom}.${endpoint}`, [tag], {
        ...(how % 5 === 0 && { timeout: 1 + how * 40 }),
        ...(signal && { signal }),
        ...(how % 7 === 0 && { whenDown: 'fail' as const }),
        ...(how % 2 === 0 && { onProgress: ({ args }) => parts.push(args) }),
        ...(idempotent && { idempotent }),
        cancelMode: (['skip', 'kill', 'killnowait'] as const)[how % 3] ?? 'skip',
      })
      .then(({ args }) => {
        expect(args).toEqual([tag]);
        expect(['echo', 'slow', 'parts', 'quit']).toContain(endpoint);
        // A call that was sent again may have been carried out in part before.
        if (how % 2 === 0 && endpoint === 'parts' && !idempotent && !this.#mayRepeat)
          expect(parts).toEqual([0, 1, 2].map((part) => [tag, part]));
      });
    this.#follow(`${tag} of ${whom}.${endpoint}`, this.#noting(promise));
    const executed = () => this.#runs.get(`com.${whom} ${tag}`) ?? 0;
    if (!idempotent)
      this.#checks.push(() => {
        if (!this.#mayRepeat && executed() > 1) this.faults.push(`${tag} was carried out ${executed()} times`);
      });
  }

  readonly #checks: (() => void)[] = [];

  /** An expectation that does not hold is kept; a call that fails is as it should be. */
  async #noting(promise: Promise<unknown>): Promise<void> {
    try {
      await promise;
    } catch (error) {
      if ((error as { matcherResult?: unknown }).matcherResult !== undefined) this.faults.push(String(error));
    }
  }

  stream(how: number, what: number): void {
    const loop =
      what % 2 === 0
        ? this.me.events(TOPICS[how % 2] as string)
        : this.me.progress(`com.other.${ENDPOINTS[how % ENDPOINTS.length]}`, [`loop ${this.#next()}`]);
    this.#loops.push(loop as AsyncIterableIterator<unknown>);
    const run = async () => {
      for await (const _ of loop as AsyncIterable<unknown>) if (how % 6 === 0) break;
    };
    this.#follow('loop', run());
  }

  cancel(how: number): void {
    const [controller] = this.#controllers.splice(how % Math.max(1, this.#controllers.length), 1);
    controller?.abort(new Error('given up'));
  }

  publish(how: number, what: number): void {
    const who = how % 3 === 0 ? this.me : this.other;
    const topic = TOPICS[what % 2] as string;
    const options = { ...(how % 2 === 0 && { acknowledge: true }), ...(what % 5 === 0 && { excludeMe: false }) };
    this.#follow(`publication`, who.publish(topic, [this.#next()], options));
  }

  subscribe(how: number, what: number): void {
    const topic = TOPICS[what % 2] as string;
    const signal = this.#signal(how);
    const heard: { -readonly [K in keyof Heard]: Heard[K] } = {
      subscription: undefined,
      topic,
      isOver: false,
      tags: [],
    };
    const subscribing = this.me.subscribe(
      topic,
      ({ args: [tag] }) => {
        if (heard.isOver) this.faults.push(`a handler of ${topic} hears ${String(tag)} after it was taken away`);
        if (heard.tags.includes(tag) && !this.#mayRepeat) this.faults.push(`${topic}: ${String(tag)} is heard twice`);
        heard.tags.push(tag);
        this.#react(how, heard);
      },
      { ...(signal && { signal }), ...(how % 5 === 0 && { timeout: 1 + how * 40 }) },
    );
    this.#follow(
      `subscription to ${topic}`,
      subscribing.then(
        (subscription) => {
          heard.subscription = subscription;
          this.#heard.push(heard);
        },
        () => {
          heard.isOver = true;
        },
      ),
    );
  }

  /** What some handlers do while they are called. */
  #react(how: number, heard: Heard): void {
    if (this.#isCalm) return;
    if (how % 11 === 1) this.#takeAway(heard);
    if (how % 11 === 2) this.publish(0, 1);
    if (how % 11 === 3) this.call(1, 1);
    if (how % 11 === 4) this.me.abort('com.me.enough');
    if (how % 11 === 6) this.leave(how);
    if (how % 11 === 7) this.drain(1);
    if (how % 11 === 8) this.#controllers.pop()?.abort(new Error('given up by a handler'));
    if (how % 11 === 5) throw new Error('a handler that fails');
  }

  unsubscribe(how: number): void {
    const heard = this.#heard[how % Math.max(1, this.#heard.length)];
    if (heard !== undefined) this.#takeAway(heard);
  }

  #takeAway(heard: Heard): void {
    if (heard.isOver || heard.subscription === undefined) return;
    // No event from here on, whatever is on its way.
    heard.isOver = true;
    this.#follow('unsubscription', heard.subscription.unsubscribe());
  }

  register(how: number, what: number): void {
    const procedure = PROCEDURES[what % 2] as string;
    const signal = this.#signal(how);
    const registering = this.me.register(procedure, ({ args: [tag] }) => tag, {
      ...(signal && { signal }),
      ...(how % 4 === 0 && { forceReregister: true }),
    });
    this.#follow(
      `registration of ${procedure}`,
      registering.then((registration) => {
        this.#offered.push({ registration, procedure });
      }),
    );
  }

  unregister(how: number): void {
    const [offered] = this.#offered.splice(how % Math.max(1, this.#offered.length), 1);
    if (offered !== undefined) this.#follow('unregistration', offered.registration.unregister());
  }

  /** One of what can go wrong. */
  fault(how: number, what: number): void {
    const link = this.#link;
    const type = TYPES[what % TYPES.length] as (typeof TYPES)[number];
    const verbs: (() => unknown)[] = [
      () => link.drop(),
      () => link.close(),
      () => link.silence(what % 2 === 0 ? {} : { from: what % 3 === 0 ? 'peer' : 'router' }),
      () => link.speak(),
      () => link.hold(what % 2 === 0 ? {} : { from: what % 3 === 0 ? 'peer' : 'router' }),
      () => link.release(),
      () => link.delay(what * 10),
      () => link.after(1 + (what % 4), { end: (['drop', 'close', 'silence'] as const)[what % 3] ?? 'drop' }),
      () => link.corrupt({ type }),
      () => link.abort(ABORTS[what % ABORTS.length] as string),
      () => link.goodbye(ABORTS[what % ABORTS.length] as string),
      () => link.refuse(),
      () => link.accept(),
      () => {
        this.#mayRepeat = true;
        link.lose({ type });
      },
      () => {
        this.#mayRepeat = true;
        link.duplicate({ type });
      },
      () => this.bed.router.revokeSubscriptions(() => what % 2 === 0),
      () => this.bed.router.revokeRegistrations(({ session }) => session === this.me.session?.id && what % 2 === 0),
    ];
    verbs[how % verbs.length]?.();
  }

  async restartRouter(how: number): Promise<void> {
    if (how % 2 === 0) this.bed.router.abort(() => true, 'wamp.close.system_shutdown');
    await this.bed.runUntil(this.bed.router.kill());
    await this.bed.advance(how * 20);
    await this.bed.router.start();
  }

  leave(how: number): void {
    this.#follow('leave', this.me.leave(how % 2 === 0 ? {} : { wait: false }));
  }

  drain(how: number): void {
    this.#follow('drain', this.me.drain({ within: how * 50 }));
  }

  abort(): void {
    this.me.abort('com.me.enough', 'for a reason');
  }

  restart(): void {
    if (this.me.status === 'stopped' || this.me.status === 'parked') this.#follow('restart', this.#restart('me'));
  }

  /** True at any moment. */
  check(): void {
    const { status, session } = this.me;
    if (status === 'joined' || status === 'degraded')
      expect({ status, session }).toMatchObject({ session: { id: expect.any(Number) } });
    if (status === 'connecting' || status === 'parked' || status === 'stopped') {
      if (status !== 'connecting') expect({ status, session }).toEqual({ status, session: undefined });
    }
    const { declared } = this.me;
    if (session === undefined) expect(declared.filter(({ active }) => active)).toEqual([]);
    expect(this.#settledTwice).toEqual([]);
    expect(this.faults).toEqual([]);
  }

  /** All is well again: then all comes to its end, and what is declared is in force. */
  async heal(): Promise<void> {
    const { bed, me, other } = this;
    this.#isCalm = true;
    bed.weather.clear();
    bed.weather.accept();
    bed.weather.speak();
    bed.weather.release();
    await bed.advance(60_000);
    if (me.status === 'stopped' || me.status === 'parked') await bed.runUntil(this.#restart('me'));
    await bed.runUntil(me.joined());
    await bed.runUntil(other.joined());
    // Loops over events have no end of their own.
    for (const loop of this.#loops) this.#follow('end of a loop', loop.return?.() ?? Promise.resolve());
    for (const controller of this.#controllers) controller.abort(new Error('at the end'));
    await bed.advance(60_000);
    expect([...this.#open.keys()]).toEqual([]);
    for (const check of this.#checks) check();
    this.check();
    const isAllThere = me.declared.every(({ refused }) => refused === undefined);
    if (isAllThere) expect(me.status).toBe('joined');
    expect(me.stats().unsettled).toBe(0);
  }

  /** What it has declared is in force, as it was declared. */
  async prove(): Promise<void> {
    const { bed, me, other } = this;
    const inactive = me.declared.filter(({ active }) => !active);
    // What the router has taken back comes again with the next session.
    if (inactive.length > 0) {
      bed.link('me').drop();
      await bed.advance(60_000);
      await bed.runUntil(me.joined());
    }
    // Who takes a procedure over from himself has it once.
    const { declared } = me;
    for (const { uri, active, refused } of declared) {
      if (!active) expect(declared.filter((each) => each.uri === uri && each.active)).toHaveLength(1);
      expect({ uri, refused }).toEqual({ uri, refused: active ? undefined : expect.any(Error) });
    }
    for (const { procedure, registration } of this.#offered) {
      if (!registration.active) continue;
      const { args } = await bed.runUntil(other.call(procedure, ['proof']));
      expect(args).toEqual(['proof']);
    }
    for (const topic of TOPICS) {
      const before = this.#heard.map(({ tags }) => tags.length);
      const tag = `proof of ${topic}`;
      await bed.runUntil(other.publish(topic, [tag], { acknowledge: true }));
      await bed.settled();
      for (const [at, heard] of this.#heard.entries()) {
        const more = heard.tags.slice(before[at]).filter((each) => each === tag);
        expect({ topic, more: more.length }).toEqual({
          topic,
          more: heard.topic === topic && !heard.isOver ? 1 : more.length && 1,
        });
      }
    }
    expect(this.faults).toEqual([]);
  }
}

type Verb =
  | 'call'
  | 'stream'
  | 'cancel'
  | 'publish'
  | 'subscribe'
  | 'unsubscribe'
  | 'register'
  | 'unregister'
  | 'fault'
  | 'restartRouter'
  | 'leave'
  | 'drain'
  | 'abort'
  | 'restart';
const VERBS: readonly (readonly [Verb, number])[] = [
  ['call', 8],
  ['stream', 2],
  ['cancel', 3],
  ['publish', 5],
  ['subscribe', 5],
  ['unsubscribe', 4],
  ['register', 3],
  ['unregister', 3],
  ['fault', 7],
  ['restartRouter', 1],
  ['leave', 1],
  ['drain', 1],
  ['abort', 1],
  ['restart', 2],
];

test(
  'a peer settles all it was asked for, does what it has declared, and leaves nothing, whatever happens to it',
  async () => {
    const verb = fc.constantFrom(...VERBS.flatMap(([each, weight]) => Array.from({ length: weight }, () => each)));
    // How much time passes behind a step: mostly none, so that things are on their way.
    const pause = fc.constantFrom(-1, -1, 0, 0, 1, 30, 300, 3_000, 20_000);
    const steps = fc.array(fc.tuple(verb, fc.nat(40), fc.nat(27), pause), { maxLength: 50, size: 'max' });
    const rejections: unknown[] = [];
    const hear = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', hear);
    try {
      await fc.assert(
        fc.asyncProperty(steps, fc.nat(1_000), async (sequence, seed) => {
          const bed = await testBed({ seed });
          const world = new World(bed);
          await bed.runUntil(world.me.joined());
          for (const [each, how, what, wait] of sequence) {
            await world[each](how, what);
            if (wait === 0) await bed.settled();
            else if (wait > 0) await bed.advance(wait);
            if (wait >= 0) world.check();
          }
          await world.heal();
          await world.prove();
          await bed.assertNothingLeft();
          expect(rejections).toEqual([]);
        }),
        RUNS,
      );
    } finally {
      process.off('unhandledRejection', hear);
    }
    tellRuns('peer', RUNS);
  },
  RUNS.timeout,
);

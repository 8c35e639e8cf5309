/**
 * The lean logics against the charts that they stand for: whatever happens to both, and in whatever order, both say the same on the
 * wire, tell the same, set the same timers and end alike. What that has to be is for the tests of `session.ts` and `peer.ts` to say.
 */
import fc from 'fast-check';
import { type AnyActorLogic, createActor, fromTransition } from 'xstate';
import { leanPeer } from '../../actors/lean-peer.js';
import { leanSession } from '../../actors/lean-session.js';
import { type PeerEvent, type PeerHost, peerMachine } from '../../actors/peer.js';
import { type SessionEvent, type SessionInput, sessionMachine } from '../../actors/session.js';
import { Wire } from '../../actors/wire.js';
import type { Answer, AuthMethod } from '../../src/auth/auth-method.js';
import { AuthenticationError, ProtocolError } from '../../src/errors.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import type { List } from '../../src/wamp/values.js';
import { supervised } from '../../supervisors/engine/supervised.js';
import { isExit } from '../../supervisors/exit-reason.js';
import { modelRuns, tellRuns } from '../support/model-runs.js';
import { plainJson, ScriptedTransport } from './scripted.js';

const RUNS = modelRuns(300);
const SECRET = 'canary-secret-5f1b';

const ROLES = { roles: { broker: {}, dealer: {} } };
const MESSAGES: Readonly<Record<string, List>> = {
  WELCOME: [2, 7, ROLES],
  'a WELCOME without roles': [2, 7, {}],
  CHALLENGE: [4, 'one', { challenge: 'c' }],
  'a CHALLENGE of the other method': [4, 'two', {}],
  'a CHALLENGE of no method': [4, 'three', {}],
  GOODBYE: [6, {}, 'wamp.close.goodbye_and_out'],
  'a GOODBYE of its own': [6, { message: 'bye' }, 'wamp.close.system_shutdown'],
  ABORT: [3, { message: 'no' }, 'wamp.error.no_such_realm'],
  HELLO: [1, 'realm1', { roles: { caller: {} } }],
  AUTHENTICATE: [5, 'signature', {}],
  EVENT: [36, 1, 2, {}, ['news']],
  'an EVENT that is a violation': [36, 1, 2, {}, ['violation']],
  'an EVENT that meets a defect': [36, 1, 2, {}, ['defect']],
  'an EVENT on which it leaves': [36, 1, 2, {}, ['leave']],
  'an EVENT on which it aborts': [36, 1, 2, {}, ['abort']],
  RESULT: [50, 1, {}],
};
const message = fc.constantFrom(...Object.keys(MESSAGES));
const listOf = (name: string): List => MESSAGES[name] as List;

/** What happens to a session or a peer, and what does not depend on which of them it is. */
type Happening =
  | { readonly kind: 'receive'; readonly names: readonly string[] }
  | { readonly kind: 'garbage' | 'lose' | 'stop' }
  | { readonly kind: 'time'; readonly by: number }
  /** Of the queue of microtasks. */
  | { readonly kind: 'turns'; readonly count: number }
  /** Settles what waits for the test, the oldest first. */
  | { readonly kind: 'settle'; readonly how: 'resolve' | 'reject' };
type Step<E> = Happening | { readonly kind: 'say'; readonly event: E };

const one = (name: string): Happening => ({ kind: 'receive', names: [name] });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('WELCOME', 'CHALLENGE', 'GOODBYE').map(one) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('receive'), names: fc.array(message, { minLength: 1, maxLength: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('settle'), how: fc.constantFrom('resolve', 'resolve', 'reject') }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('turns'), count: fc.integer({ min: 1, max: 12 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('time'), by: fc.constantFrom(1, 699, 1_300, 1_999, 2_999, 3_001) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('garbage', 'lose', 'lose', 'stop') }) },
);

const TURNS: Happening = { kind: 'turns', count: 12 };
const SETTLED: readonly Happening[] = [{ kind: 'settle', how: 'resolve' }, TURNS];

/** Steps of any kind, mostly after some that lead away from the beginning, which chance alone seldom does. */
function steps<E>(ways: readonly (readonly Step<E>[])[], ...events: E[]): fc.Arbitrary<readonly Step<E>[]> {
  const said = fc.record({ kind: fc.constant('say' as const), event: fc.constantFrom(...events) });
  const step: fc.Arbitrary<Step<E>> = fc.oneof(
    { weight: 5, arbitrary: happening as fc.Arbitrary<Step<E>> },
    { weight: 2, arbitrary: said },
  );
  return fc
    .tuple(fc.constantFrom(...ways), fc.array(step, { maxLength: 12 }))
    .map(([way, others]) => [...way, ...others, { kind: 'turns', count: 20 }]);
}

/** As words, so that two of them can be compared: an error with all that it tells. */
function told(value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message: said, cause, stack: _, ...rest } = value as Error & Record<string, unknown>;
    return { name, said, ...rest, ...(cause === undefined ? {} : { cause: told(cause) }) };
  }
  if (isExit(value)) return { exit: told(value.reason) };
  if (Array.isArray(value)) return value.map(told);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, told(each)]));
}

/** What has happened, in its order. */
class Trace {
  readonly entries: unknown[] = [];

  note(...what: unknown[]): void {
    this.entries.push(told(what));
  }
}

class TracedTransport extends ScriptedTransport {
  readonly #note: (...what: unknown[]) => void;

  constructor(trace: Trace, name: number) {
    super();
    this.#note = (...what) => trace.note(`transport ${name}`, ...what);
  }

  override send(frame: string): void {
    super.send(frame);
    this.#note('sent', this.sent.at(-1), this.state);
  }

  override close(): void {
    this.#note('close');
    super.close();
  }

  override destroy(): void {
    this.#note('destroy');
    super.destroy();
  }
}

/** A method of authentication that does as its plan says, some of it when it is told to. */
interface Plan {
  readonly hello: 'none' | 'at once' | 'later' | 'throws' | 'leaves';
  readonly mutual: boolean;
  readonly confirm: 'none' | 'believes' | 'doubts';
  readonly answer: 'later' | 'throws' | 'unsigned' | 'unsendable';
}

const plan: fc.Arbitrary<Plan> = fc.record({
  hello: fc.constantFrom('none', 'none', 'none', 'at once', 'at once', 'later', 'later', 'throws', 'leaves'),
  mutual: fc.boolean(),
  confirm: fc.constantFrom('none', 'believes', 'doubts'),
  answer: fc.constantFrom('later', 'later', 'later', 'later', 'throws', 'unsigned', 'unsendable'),
});

/** What waits for the test, oldest first. */
type Waiting = { readonly resolve: () => void; readonly reject: () => void }[];

/** What a step happens to. */
interface Stage<E> {
  readonly transport: TracedTransport | undefined;
  readonly clock: VirtualClock;
  readonly waiting: Waiting;
  readonly stop: () => void;
  readonly say: (event: E) => void;
}

async function happen<E>(step: Step<E>, { transport, clock, waiting, stop, say }: Stage<E>): Promise<void> {
  switch (step.kind) {
    case 'receive':
      transport?.receive(...step.names.map(listOf));
      break;
    case 'garbage':
      transport?.receiveFrame('[]');
      break;
    case 'lose':
      transport?.lose();
      break;
    case 'stop':
      stop();
      break;
    case 'say':
      say(step.event);
      break;
    case 'time':
      clock.increment(step.by);
      break;
    case 'settle': {
      const [next] = waiting.splice(0, 1);
      next?.[step.how]();
      break;
    }
    case 'turns':
      await pass(step.count);
  }
}

function methodOf(name: string, made: Plan, trace: Trace, waiting: Waiting, leave: () => void): AuthMethod {
  const later = <T>(value: T) =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ resolve: () => resolve(value), reject: () => reject(new AuthenticationError('not now')) });
    });
  const answer: Answer = {
    signature: SECRET,
    ...(made.answer === 'unsendable' ? { extra: { big: 1n } } : {}),
    ...(made.confirm === 'none'
      ? {}
      : {
          confirm: () => {
            if (made.confirm === 'doubts') throw new Error('another signature');
          },
        }),
  };
  const hello = () => {
    trace.note('asked for HELLO', name);
    if (made.hello === 'throws') throw new Error('no vault');
    if (made.hello === 'leaves') leave();
    const extra = { [name]: SECRET };
    return made.hello === 'later' ? later(extra) : extra;
  };
  return {
    name,
    mutual: made.mutual,
    ...(made.hello === 'none' ? {} : { hello }),
    answer: (challenge, { authextra }) => {
      trace.note('challenged', name, challenge.extra, Object.keys(authextra));
      if (made.answer === 'throws') throw new Error('no key');
      return made.answer === 'later' ? later(answer) : made.answer === 'unsigned' ? ({} as Answer) : answer;
    },
    toJSON: () => ({ name }),
  };
}

/** A table whose entry does as an EVENT says. */
function tableOf(trace: Trace, actor: { leave: () => void; abort: () => void }): SessionInput['table'] {
  return {
    EVENT: ({ args = [] }) => {
      trace.note('took', args);
      if (args[0] === 'violation') throw new ProtocolError('there is no such subscription');
      if (args[0] === 'defect') throw new TypeError('a defect');
      if (args[0] === 'leave') actor.leave();
      if (args[0] === 'abort') actor.abort();
    },
  };
}

interface SessionPlan {
  readonly methods: readonly Plan[];
  readonly isUnsendable: boolean;
  readonly authid?: string | undefined;
  readonly handshakeTimeout?: number | undefined;
}

const sessionPlan: fc.Arbitrary<SessionPlan> = fc.record({
  methods: fc.array(plan, { maxLength: 2 }),
  isUnsendable: fc.integer({ max: 9, min: 0 }).map((of10) => of10 === 0),
  authid: fc.constantFrom(undefined, 'joe'),
  handshakeTimeout: fc.constantFrom(undefined, 3_000),
});

const prepared: readonly Step<SessionEvent>[] = [TURNS, ...SETTLED, ...SETTLED];
const challenged = [...prepared, one('CHALLENGE')];
const established = [...prepared, one('WELCOME')];
const sessionSteps = steps<SessionEvent>(
  [
    [],
    prepared,
    challenged,
    [...challenged, TURNS, ...SETTLED],
    [...challenged, TURNS, ...SETTLED, one('WELCOME')],
    established,
    [...established, { kind: 'say', event: { type: 'session.leave' } }],
  ],
  { type: 'session.join' },
  { type: 'session.leave' },
  { type: 'session.leave', wait: false },
  { type: 'session.leave', reason: 'com.example.bye', message: 'bye' },
  { type: 'session.abort', reason: 'com.example.no', message: 'no' },
);

const pass = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await undefined;
};

/** A session, and an actor above it that hears what it is told. */
class SessionWorld {
  readonly trace = new Trace();
  readonly #clock = new VirtualClock();
  readonly #transport = new TracedTransport(this.trace, 1);
  readonly #waiting: Waiting = [];
  readonly #seen: unknown[] = [];
  readonly #session;

  constructor(logic: AnyActorLogic, { methods, isUnsendable, authid, handshakeTimeout }: SessionPlan) {
    const { trace } = this;
    const above = createActor(
      fromTransition((state, { type, ...event }: { type: string }) => {
        trace.note('told', type, event);
        return state;
      }, undefined),
      {
        clock: this.#clock,
        inspect: (event) => {
          if (event.type === '@xstate.event') this.#seen.push(event.event);
        },
      },
    ).start();
    const say = (event: SessionEvent) => this.#session.send(event);
    const leave = () => say({ type: 'session.leave' });
    const abort = () => say({ type: 'session.abort', reason: 'com.example.no', message: 'no' });
    const input: SessionInput = {
      wire: new Wire(this.#transport, plainJson),
      realm: 'realm1',
      details: { roles: { caller: {} }, ...(isUnsendable ? { big: 1n } : {}) },
      auth: methods.map((each, at) => methodOf(at === 0 ? 'one' : 'two', each, trace, this.#waiting, leave)),
      table: tableOf(trace, { leave, abort }),
      ...(authid === undefined ? {} : { authid }),
      ...(handshakeTimeout === undefined ? {} : { handshakeTimeout }),
    };
    this.#session = createActor(logic, { id: 'session', parent: above, input });
    let value: unknown;
    this.#session.subscribe({
      next: (snapshot) => {
        if (snapshot.value !== value) trace.note('is', snapshot.value);
        value = snapshot.value;
      },
      complete: () => trace.note('ended', this.#session.getSnapshot().status, this.#session.getSnapshot().output),
      error: (error: unknown) => trace.note('broke', error),
    });
    this.#session.start();
    say({ type: 'session.join' });
  }

  async take(step: Step<SessionEvent>): Promise<void> {
    await happen(step, {
      transport: this.#transport,
      clock: this.#clock,
      waiting: this.#waiting,
      stop: () => this.#session.send({ type: 'xstate.stop' }),
      say: (event) => this.#session.send(event),
    });
    const { value, context } = this.#session.getSnapshot();
    const { session, welcome, outcome, goodbyeTimedOut, confirm } = context;
    this.trace.note(value, { session, welcome, outcome, goodbyeTimedOut }, confirm === undefined);
    this.trace.note(this.#clock.timers, this.#clock.next, this.#waiting.length);
  }

  /** What an inspector saw, and what it could persist. */
  get shown(): string {
    const shown = [this.#seen, this.#session.getSnapshot(), this.#session.getPersistedSnapshot()];
    return JSON.stringify(shown, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  }
}

describe('the session', () => {
  it(
    'does as its chart does, whatever happens',
    async () => {
      await fc.assert(
        fc.asyncProperty(sessionPlan, sessionSteps, async (made, taken) => {
          const [chart, lean] = [sessionMachine, leanSession].map((logic) => new SessionWorld(logic, made));
          for (const step of [...taken, { kind: 'turns' as const, count: 20 }])
            await Promise.all([chart?.take(step), lean?.take(step)]);
          expect(lean?.trace.entries).toEqual(chart?.trace.entries);
          expect(lean?.shown).not.toContain(SECRET);
        }),
        RUNS,
      );
      tellRuns('the lean session', RUNS);
    },
    RUNS.timeout,
  );
});

interface PeerPlan {
  /** How many routers there are beside the first. */
  readonly others: number;
  /** What the host answers at once, from within what it is told. */
  readonly established: 'nothing' | 'peer.restored' | 'peer.degraded' | 'peer.leave';
  readonly joined: 'nothing' | 'peer.leave' | 'peer.rejoin' | 'peer.abort' | 'a defect';
  readonly leaving: 'nothing' | 'peer.leave' | 'supervisor.shutdown';
  /** Whether the wrapper is around it that every child of a supervisor has. */
  readonly isSupervised: boolean;
  /** Whether a method of authentication has to prepare HELLO. */
  readonly prepares: boolean;
}

const NO: PeerEvent = { type: 'peer.abort', reason: 'com.example.no', message: 'no' };
const SHUTDOWN: PeerEvent = { type: 'supervisor.shutdown', reason: 'shutdown' };

const peerPlan: fc.Arbitrary<PeerPlan> = fc.record({
  others: fc.integer({ min: 0, max: 2 }),
  established: fc.constantFrom('nothing', 'peer.restored', 'peer.restored', 'peer.degraded', 'peer.leave'),
  joined: fc.constantFrom('nothing', 'nothing', 'nothing', 'peer.leave', 'peer.rejoin', 'peer.abort', 'a defect'),
  leaving: fc.constantFrom('nothing', 'nothing', 'peer.leave', 'supervisor.shutdown'),
  isSupervised: fc.boolean(),
  prepares: fc.boolean(),
});
const opened: readonly Step<PeerEvent>[] = [...SETTLED, ...SETTLED];
const restored: readonly Step<PeerEvent>[] = [
  ...opened,
  one('WELCOME'),
  { kind: 'say', event: { type: 'peer.restored' } },
];
const peerSteps = steps<PeerEvent>(
  [
    [],
    opened,
    [...opened, one('WELCOME')],
    restored,
    [...restored, { kind: 'say', event: { type: 'peer.rejoin' } }],
    [...restored, { kind: 'say', event: { type: 'peer.rejoin' } }, one('GOODBYE'), ...SETTLED],
  ],
  { type: 'peer.restored' },
  { type: 'peer.restored' },
  { type: 'peer.degraded' },
  { type: 'peer.leave' },
  { type: 'peer.leave', wait: false, reason: 'com.example.bye' },
  { type: 'peer.rejoin' },
  { type: 'peer.rejoin' },
  NO,
  SHUTDOWN,
  { type: 'supervisor.shutdown', reason: 'killed' },
);

/** An incarnation of a peer, with a host that writes down what it is told, and opens and answers as its plan and the steps say. */
class PeerWorld {
  readonly trace = new Trace();
  readonly #clock = new VirtualClock();
  readonly #transports: TracedTransport[] = [];
  readonly #waiting: Waiting = [];
  readonly #actor;

  constructor(logic: AnyActorLogic, made: PeerPlan) {
    const { trace } = this;
    const say = (type: string) => {
      if (type === 'nothing') return;
      this.#actor.send(type === 'peer.abort' ? NO : type === 'supervisor.shutdown' ? SHUTDOWN : { type });
    };
    let { others } = made;
    let attempts = 0;
    const host: PeerHost = {
      address: 'ws://127.0.0.1:8080/ws',
      openTimeout: 5_000,
      open: (signal) => {
        attempts += 1;
        const attempt = attempts;
        trace.note('open', attempt, signal.aborted);
        signal.addEventListener('abort', () => trace.note('gave up', attempt));
        return new Promise((resolve, reject) => {
          this.#waiting.push({
            resolve: () => resolve(this.#opened(attempt, made)),
            reject: () => reject(new AuthenticationError(`attempt ${attempt} failed`)),
          });
        });
      },
      get hasNext() {
        trace.note('asked for another router');
        return others > 0;
      },
      passOver(why) {
        others -= 1;
        trace.note('passed over', why);
      },
      outcome(why) {
        trace.note('comes to', why);
        return why;
      },
      established(session, details) {
        trace.note('established', session, details);
        say(made.established);
      },
      joined() {
        trace.note('joined');
        if (made.joined !== 'a defect') say(made.joined);
        // Without the wrapper a chart that throws leaves behind what it has.
        else if (made.isSupervised) throw new TypeError('a defect');
      },
      healed: () => trace.note('healed'),
      leaving() {
        trace.note('leaving');
        say(made.leaving);
      },
      ended: (reason) => trace.note('ended', reason),
      rejoining: () => trace.note('rejoining'),
    };
    this.#actor = createActor(made.isSupervised ? supervised(logic) : logic, { clock: this.#clock, input: { host } });
    this.#actor.subscribe({
      next: ({ value }) => trace.note('is', value),
      complete: () => trace.note('over', this.#actor.getSnapshot().status, this.#actor.getSnapshot().output),
      error: (error: unknown) => trace.note('broke', error),
    });
    this.#actor.start();
  }

  #opened(attempt: number, { prepares }: PeerPlan): SessionInput {
    const transport = new TracedTransport(this.trace, attempt);
    this.#transports.push(transport);
    const leave = () => this.#actor.send({ type: 'peer.leave' });
    const method: Plan = { hello: 'later', mutual: false, confirm: 'none', answer: 'later' };
    return {
      wire: new Wire(transport, plainJson),
      realm: 'realm1',
      details: { roles: { caller: {} } },
      auth: prepares ? [methodOf('one', method, this.trace, this.#waiting, leave)] : [],
      table: tableOf(this.trace, { leave, abort: () => this.#actor.send(NO) }),
    };
  }

  async take(step: Step<PeerEvent>): Promise<void> {
    await happen(step, {
      transport: this.#transports.at(-1),
      clock: this.#clock,
      waiting: this.#waiting,
      stop: () => this.#actor.stop(),
      say: (event) => this.#actor.send(event),
    });
    this.trace.note(this.#actor.getSnapshot().value, this.#clock.timers, this.#clock.next, this.#waiting.length);
    this.trace.note(this.#transports.map(({ state }) => state));
  }
}

describe('an incarnation of a peer', () => {
  it(
    'does as its chart does, whatever happens',
    async () => {
      await fc.assert(
        fc.asyncProperty(peerPlan, peerSteps, async (made, taken) => {
          const [chart, lean] = [peerMachine, leanPeer].map((logic) => new PeerWorld(logic, made));
          for (const step of [...taken, { kind: 'turns' as const, count: 20 }])
            await Promise.all([chart?.take(step), lean?.take(step)]);
          expect(lean?.trace.entries).toEqual(chart?.trace.entries);
        }),
        RUNS,
      );
      tellRuns('the lean peer', RUNS);
    },
    RUNS.timeout,
  );
});

import type { AnyActorLogic, AnyActorRef } from 'xstate';
import type { Milliseconds } from '../clock.js';
import { BadSpec } from '../errors.js';
import type { ExitReason } from '../exit-reason.js';
import { isSupervisor } from '../traits.js';
import type { BackoffOptions } from './backoff.js';
import {
  checkArgs,
  checkBackoff,
  checkBudget,
  checkFunction,
  checkId,
  checkIsSpec,
  checkKnown,
  checkModules,
  checkOneOf,
  checkShutdown,
  checkSignificant,
  checkStart,
  checkWait,
  nameOf,
} from './spec-checks.js';

export { checkBudget };

/**
 * Which ends of a child it is restarted after: `permanent`, any; `transient`, abnormal ones; `temporary`, none.
 *
 * @see OTP Design Principles, "Supervisor Behaviour", "Restart Type"
 */
export type Restart = 'permanent' | 'transient' | 'temporary';

/**
 * How a child is stopped: asked to end, with so long to do it before it is killed, or all the time there is (`infinity`); or killed
 * at once (`brutal_kill`).
 *
 * @see OTP `supervisor`, "Child specification", `shutdown`
 */
export type Shutdown = Milliseconds | 'brutal_kill' | 'infinity';

/** When a supervisor ends since significant children have: never, with any one of them, or with the last. */
export type AutoShutdown = 'never' | 'any_significant' | 'all_significant';
/** What the start of a child waits for: that those before it have started, or that they are ready. */
export type WaitFor = 'started' | 'ready';

/** How many restarts are allowed within how long. One more is one too many. */
export interface Budget {
  /** So many restarts are allowed within `period`: a whole number from 0. */
  readonly intensity: number;
  /** How long a restart counts. */
  readonly period: Milliseconds;
}

/**
 * What a start function returns where nothing is to be started, and what an actor gives as its output while it starts:
 * the child stays down and its spec is kept, except that of a temporary or a dynamic child.
 *
 * @see OTP `supervisor`, `ignore`
 */
export const ignore: unique symbol = Symbol.for('respell.ignore');

/**
 * By which name a spec's logic was looked up, in a tree that is data. A symbol, so that it is no option, and goes along
 * wherever a spec is copied.
 */
export const ACTOR_NAME: unique symbol = Symbol.for('respell.actor-name');

/** What a child is told of itself when it starts. */
export interface ChildIdentity {
  readonly id: string;
  /** The ids from the root's children down to this one, joined by `/`: `upstairs/thermostat`. Unique in a tree. */
  readonly path: string;
  /** 1 for the first start, one more with each restart. */
  readonly incarnation: number;
  /** What the spec's `handle` made for this child, if it has one. */
  readonly handle: ChildHandle | undefined;
  /** The supervisor's `args`, then the spec's, then those given to `startChild`; the same in every incarnation. */
  readonly args: readonly unknown[];
}

/** Makes the logic of one incarnation. A throw is a failed start. */
export type StartFunction = (child: ChildIdentity) => AnyActorLogic | typeof ignore;

/** What a handle is told of the child that it will stand for. */
export interface HandleIdentity {
  readonly id: string;
  readonly path: string;
  /** What the tree was started with: see `StartOptions.environment`. */
  readonly environment: unknown;
}

/** What becomes of a child that has ended. */
export type Fate = 'restarting' | 'parked' | 'stopped';

/**
 * Something that stands for a child over all its incarnations, made once per child and tree. It outlives restarts of
 * the child and of the supervisors above it, and learns of each end. Its functions must not throw.
 */
export interface ChildHandle {
  /** The actor of this incarnation is about to start. */
  started?(incarnation: number, actor: AnyActorRef): void;
  /**
   * The actor of this incarnation has ended. `fate` says whether there will be another. Where a restart was announced
   * and then does not take place, since the child was stopped while it waited, or a supervisor above it was not
   * restarted, this is called once more, with the final fate.
   */
  exited?(reason: ExitReason, fate: Fate): void;
  /** The child's spec has vanished, or the whole tree has ended: nothing more will be heard. */
  disposed?(): void;
  /** Settles when the child has done what it is there for for the first time; a tree is `ready` when all have. */
  readonly ready?: Promise<unknown>;
}

/**
 * How to start, restart and stop one child: OTP's child specification, with an actor's logic in the place of its
 * start function.
 *
 * @see OTP `supervisor`, "Child specification"
 */
export interface ChildSpec {
  /** Unique among its siblings; not empty and without `/`. */
  readonly id: string;
  /** Any XState actor logic, or a function that makes it anew for each start. */
  readonly start: AnyActorLogic | StartFunction;
  /** The logic's input, or a function from {@link ChildIdentity} that makes it anew for each start. */
  readonly input?: unknown;
  /** Default `permanent`. */
  readonly restart?: Restart;
  /** How long the child may take to end when asked to. Default 5,000 for a worker, `infinity` for a supervisor. */
  readonly shutdown?: Shutdown;
  /** Default `worker`; a supervisor's logic is recognised, unless a start function makes it. */
  readonly type?: 'worker' | 'supervisor';
  /** Whether its end by itself may end the supervisor: see `autoShutdown`, which this needs. Default `false`. */
  readonly significant?: boolean;
  /** OTP's list for code change, which JavaScript has not: it is checked and kept. Default: none. */
  readonly modules?: 'dynamic' | readonly string[];

  // What OTP lacks, off unless asked for.

  /** Passed to `start` and `input` with the child's identity. */
  readonly args?: readonly unknown[];
  /**
   * How long it may take to start and, with `ready`, to get ready. A start that takes longer has failed; a child that
   * runs and does not get ready is killed, and ends with the same {@link StartTimedOut}. Default: no limit.
   */
  readonly startTimeout?: Milliseconds;
  /**
   * Whether a snapshot means that the child can do what it is there for. Asked after each of its events until it says
   * yes, once in each incarnation. Default: it is ready as soon as it has started; a supervisor when all below it are.
   */
  readonly ready?: (snapshot: unknown) => boolean;
  /** How long to wait before each restart. Default: not at all. */
  readonly backoff?: BackoffOptions;
  /**
   * A budget of its own: its restarts are then not charged to the supervisor's, and when it is spent the child is
   * parked: down, visible, its siblings untouched, restartable by hand.
   */
  readonly budget?: Budget;
  /**
   * Decides about one exit: which budget its restart is charged to (each object is counted by itself), or `'park'`
   * or `'stop'`. `undefined` leaves it to `restart` and `budget`. A budget does not bring back a child that `restart`
   * leaves down. Also asked about a restart that failed; not asked when the supervisor itself stopped the child.
   */
  readonly judge?: (reason: ExitReason) => Budget | 'park' | 'stop' | undefined;
  /**
   * After so long a parked child is tried once more. If it then ends again before it has lived as long, or before it is
   * `ready`, it is parked again at once. Default: it stays parked until somebody starts it.
   */
  readonly probe?: Milliseconds;
  /** Makes what stands for the child over all its incarnations. */
  readonly handle?: (child: HandleIdentity) => ChildHandle;
  /** Set where the tree is data: see `StartOptions.actors`. */
  readonly [ACTOR_NAME]?: string;
}

/** A spec with every default filled in. */
export interface FullChildSpec
  extends Required<
    Pick<ChildSpec, 'id' | 'start' | 'input' | 'restart' | 'shutdown' | 'type' | 'significant' | 'args'>
  > {
  readonly modules: ChildSpec['modules'] | undefined;
  readonly startTimeout: Milliseconds | undefined;
  readonly ready: ChildSpec['ready'] | undefined;
  readonly probe: Milliseconds | undefined;
  readonly backoff: BackoffOptions | undefined;
  readonly budget: Budget | undefined;
  readonly judge: ChildSpec['judge'] | undefined;
  readonly handle: ChildSpec['handle'] | undefined;
  readonly [ACTOR_NAME]?: string;
}

const RESTARTS: readonly Restart[] = ['permanent', 'transient', 'temporary'];
const TYPES = ['worker', 'supervisor'] as const;
export const AUTO_SHUTDOWNS: readonly AutoShutdown[] = ['never', 'any_significant', 'all_significant'];
export const WAITS: readonly WaitFor[] = ['started', 'ready'];

/** Every option of a child spec, so that one that is misspelt is found. */
export const CHILD_OPTIONS: readonly string[] = Object.keys({
  id: true,
  start: true,
  input: true,
  restart: true,
  shutdown: true,
  type: true,
  significant: true,
  modules: true,
  args: true,
  startTimeout: true,
  ready: true,
  backoff: true,
  budget: true,
  judge: true,
  probe: true,
  handle: true,
} satisfies Record<Exclude<keyof ChildSpec, symbol>, true>);

const INTO_THE_LOGIC = "a supervisor's options go into its logic, start: supervisor({ … })";

/** What is a supervisor's, one level too high. */
const OF_A_SUPERVISOR: Readonly<Record<string, string>> = {
  children: INTO_THE_LOGIC,
  strategy: INTO_THE_LOGIC,
  intensity: INTO_THE_LOGIC,
  period: INTO_THE_LOGIC,
  autoShutdown: INTO_THE_LOGIC,
  waitFor: INTO_THE_LOGIC,
};

/**
 * Checks a spec and fills in what it leaves out. An option that is `undefined` is one that is not given.
 *
 * @param options.where what to call it while its id is not known
 * @param options.autoShutdown of the supervisor that it is for; without it, whether a significant child makes sense there
 *   is not checked
 * @throws {BadSpec} for the first thing that is wrong: an unknown option, then OTP's in OTP's order (id, start, restart,
 *   significant, type, shutdown, modules), then ours
 */
export function fullSpec(
  spec: ChildSpec,
  {
    where = 'child spec',
    autoShutdown,
  }: { readonly where?: string; readonly autoShutdown?: AutoShutdown | undefined } = {},
): FullChildSpec {
  checkIsSpec(spec, where);
  const { id, start, restart = 'permanent', significant = false, modules, args = [] } = spec;
  const { startTimeout, ready, backoff, budget, judge, probe, handle } = spec;
  const child = nameOf(spec, where);
  checkKnown(spec, child, CHILD_OPTIONS, OF_A_SUPERVISOR);
  checkId(id, where);
  checkStart(child, start);
  checkOneOf(`${child}: restart`, restart, RESTARTS, 'invalid_restart_type');
  checkSignificant(child, significant, restart, autoShutdown);
  const { type = typeof start === 'object' && isSupervisor(start) ? 'supervisor' : 'worker' } = spec;
  checkOneOf(`${child}: type`, type, TYPES, 'invalid_child_type');
  const { shutdown = type === 'supervisor' ? 'infinity' : 5_000 } = spec;
  checkShutdown(child, shutdown);
  checkModules(child, modules);
  checkArgs(child, args);
  for (const [name, duration] of Object.entries({ startTimeout, probe })) checkWait(`${child}: ${name}`, duration);
  for (const [name, hook] of Object.entries({ ready, judge, handle })) checkFunction(`${child}: ${name}`, hook);
  if (backoff !== undefined) checkBackoff(`${child}: backoff`, backoff);
  if (budget !== undefined) checkBudget(budget, `${child}: budget`);
  const name = spec[ACTOR_NAME];
  const ours = {
    args,
    backoff,
    budget,
    judge,
    handle,
    startTimeout,
    ready,
    probe,
    ...(name && { [ACTOR_NAME]: name }),
  };
  return { id, start, input: spec.input, restart, shutdown, type, significant, modules, ...ours };
}

/**
 * Checks a supervisor's list of children.
 *
 * @param where what to call the list
 * @throws {BadSpec} for the first bad spec, or a second child with the same id
 */
export function fullSpecs(
  specs: readonly ChildSpec[],
  autoShutdown?: AutoShutdown,
  where = 'children',
): readonly FullChildSpec[] {
  if (!Array.isArray(specs)) {
    throw BadSpec.expected(where, 'a list of child specs', specs, { name: 'bad_start_spec', value: specs });
  }
  const ids = new Set<string>();
  // `map` would pass over a gap in the list.
  return Array.from(specs, (spec: ChildSpec, index) => {
    const full = fullSpec(spec, { where: `${where}[${index}]`, autoShutdown });
    if (ids.has(full.id)) {
      const problem = { name: 'duplicate_child_name', value: full.id } as const;
      throw new BadSpec(`child '${full.id}': expected an id of its own, received one used before`, problem);
    }
    ids.add(full.id);
    return full;
  });
}

/**
 * Checks child specs as a supervisor would, without one: those that it would refuse are refused, with the same error.
 *
 * @param autoShutdown of the supervisor that they are for; without it, whether significant children make sense there is
 *   not checked
 * @throws {BadSpec} for the first thing that is wrong; its `problem` has OTP's name
 * @see OTP `supervisor`, `check_childspecs/2`
 */
export function checkChildSpecs(specs: unknown, autoShutdown?: AutoShutdown): void {
  if (!Array.isArray(specs)) {
    throw BadSpec.expected('checkChildSpecs', 'a list of child specs', specs, { name: 'badarg', value: specs });
  }
  if (autoShutdown !== undefined) {
    checkOneOf('checkChildSpecs: autoShutdown', autoShutdown, AUTO_SHUTDOWNS, 'badarg');
  }
  fullSpecs(specs, autoShutdown);
}

import type { Milliseconds } from './clock.js';
import { CodedError } from './coded-error.js';
import { describeExit, type ExitReason } from './exit-reason.js';
import { isThenable } from './guard.js';
import { nearest } from './nearest.js';

/** A machine in place of an id would otherwise fill the screen. */
const LONGEST_SHOWN = 60;

/** A message that names a thousand children is read by nobody. */
const MOST_NAMED = 5;

/** The root of every error of this engine. What a child fails with is never wrapped, only given as `cause`. */
export abstract class SupervisorError extends CodedError {
  static override readonly name: string = 'SupervisorError';
  abstract override readonly code: `SUPERVISOR_ERR_${string}`;
}

/**
 * What is wrong with a spec, for programs. The names are OTP's wherever OTP has one, also for what has another name here:
 * `invalid_mfa` is a `start` that is neither a logic nor a function, `invalid_child_type` a `type`. Ours alone are
 * `invalid_id`, since OTP takes any term, and `invalid_option`, for an option that OTP does not know or have.
 *
 * @see OTP `supervisor`, `check_childspecs/1` and `start_link/2`
 */
export type SpecProblemName =
  | 'missing_id'
  | 'missing_start'
  | 'invalid_mfa'
  | 'invalid_restart_type'
  | 'invalid_significant'
  | 'invalid_child_type'
  | 'invalid_shutdown'
  | 'invalid_modules'
  | 'invalid_module'
  | 'invalid_child_spec'
  | 'duplicate_child_name'
  | 'badarg'
  | 'bad_combination'
  | 'bad_start_spec'
  | 'invalid_strategy'
  | 'invalid_intensity'
  | 'invalid_period'
  | 'invalid_auto_shutdown'
  | 'invalid_id'
  | 'invalid_option';

/** What is wrong with a spec, for programs: OTP's word for it, and the value. */
export interface SpecProblem {
  readonly name: SpecProblemName;
  /** What was received; for `bad_combination` the pairs that do not go together, as in OTP. */
  readonly value?: unknown;
}

/** A child specification, or a supervisor's options, make no sense. The message names what was expected and received. */
export class BadSpec extends SupervisorError {
  static override readonly name: string = 'BadSpec';
  readonly code = 'SUPERVISOR_ERR_BAD_SPEC';
  readonly #problem: SpecProblem;

  constructor(message: string, problem: SpecProblem = { name: 'invalid_option' }) {
    super(message);
    this.#problem = problem;
  }

  /** The same for programs. Not listed with the error's own properties: a machine in it would fill the screen. */
  get problem(): SpecProblem {
    return this.#problem;
  }

  /** @param where what the value belongs to, such as `child 'thermostat': shutdown` */
  static expected(
    where: string,
    expected: string,
    received: unknown,
    problem: SpecProblem = { name: 'invalid_option', value: received },
  ): BadSpec {
    return new BadSpec(`${where}: expected ${expected}, received ${show(received)}`, problem);
  }

  static unknownOption(where: string, name: string, known: readonly string[]): BadSpec {
    const ours = ELIXIRS.get(name.toLowerCase().replaceAll('_', ''));
    const meant = nearest(name, known);
    const help =
      ours !== undefined && known.some((each) => ours.startsWith(each))
        ? `here it is ${ours}`
        : meant === undefined
          ? `known are ${known.join(', ')}`
          : `did you mean '${meant}'?`;
    return new BadSpec(`${where}: unknown option '${name}'; ${help}`, { name: 'invalid_option', value: name });
  }

  /** A tree that is data speaks of an actor that nobody has given. */
  static unknownActor(where: string, name: string, known: readonly string[]): BadSpec {
    const meant = nearest(name, known);
    const given =
      known.length === 0 ? 'none are given: start(tree, { actors: { … } })' : `there are: ${known.join(', ')}`;
    const help = meant === undefined ? `(${given})` : `did you mean '${meant}'? (${given})`;
    const problem = { name: 'invalid_mfa', value: name } as const;
    return new BadSpec(`${where}: expected the name of one of the actors, received '${name}'; ${help}`, problem);
  }
}

/** There is no such child. The message lists the children there are, and the one that was probably meant. */
export class UnknownChild extends SupervisorError {
  static override readonly name: string = 'UnknownChild';
  readonly code = 'SUPERVISOR_ERR_UNKNOWN_CHILD';
  readonly child: string;

  constructor(child: string, known: readonly string[]) {
    const meant = nearest(child, known);
    const hint = meant === undefined ? '' : `; did you mean '${meant}'?`;
    super(`no child '${child}'${hint} ${known.length === 0 ? '(there are none)' : `(there are: ${known.join(', ')})`}`);
    this.child = child;
  }
}

/** Children of several supervisors have this id. Use one of the `paths` that the message names. */
export class AmbiguousChild extends SupervisorError {
  static override readonly name: string = 'AmbiguousChild';
  readonly code = 'SUPERVISOR_ERR_AMBIGUOUS_CHILD';
  readonly paths: readonly string[];

  constructor(id: string, paths: readonly string[]) {
    super(`'${id}' is the id of ${paths.length} children: use a path, one of ${paths.join(', ')}`);
    this.paths = paths;
  }
}

/**
 * The child exists but is not in a state for what was asked, OTP's `running`, `restarting`, `already_present` ...; ours is
 * `waiting`, for others to get ready.
 */
export class ChildState extends SupervisorError {
  static override readonly name: string = 'ChildState';
  readonly code = 'SUPERVISOR_ERR_CHILD_STATE';
  readonly state: 'running' | 'restarting' | 'waiting' | 'already_started' | 'already_present';

  constructor(path: string, state: ChildState['state'], advice: string) {
    super(`child '${path}' is ${STATES[state]}: ${advice}`);
    this.state = state;
  }
}

const STATES = {
  running: 'running',
  restarting: 'about to be restarted',
  waiting: 'about to be started, when those before it are ready',
  already_started: 'there already, and running',
  already_present: 'there already, though not running',
} as const;

/** A child did not start. `cause` is what its logic failed with; `path` is the child that failed, however deep. */
export class StartFailed extends SupervisorError {
  static override readonly name: string = 'StartFailed';
  readonly code = 'SUPERVISOR_ERR_START_FAILED';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`child '${path}' did not start: ${describeExit(cause)}`, { cause });
    this.path = path;
  }

  /** The failure of a supervisor to start is that of the child below it. */
  static from(path: string, cause: unknown): StartFailed {
    return cause instanceof StartFailed ? cause : new StartFailed(path, cause);
  }
}

/** More restarts were due than allowed: the supervisor has stopped its children and ended. `cause` is the last reason. */
export class GaveUp extends SupervisorError {
  static override readonly name: string = 'GaveUp';
  readonly code = 'SUPERVISOR_ERR_GAVE_UP';
  /** The path of the child whose exit was one too many. */
  readonly child: string;

  constructor(facts: {
    readonly supervisor: string;
    readonly child: string;
    /** The exits of this child, and of all, that called for a restart within `period`. */
    readonly exits: number;
    readonly total: number;
    readonly intensity: number;
    readonly period: Milliseconds;
    readonly cause: unknown;
  }) {
    const { exits, total, intensity } = facts;
    const others = total > exits ? `, all its children together ${total} times` : '';
    super(
      `${facts.supervisor === '' ? 'the root supervisor' : `supervisor '${facts.supervisor}'`} gave up: child ` +
        `'${facts.child}' exited ${exits} ${exits === 1 ? 'time' : 'times'} within ${facts.period} ms${others}, and ` +
        `intensity ${intensity} allows ${intensity} ${intensity === 1 ? 'restart' : 'restarts'}; ` +
        `last reason: ${describeExit(facts.cause)}`,
      { cause: facts.cause },
    );
    this.child = facts.child;
  }
}

/** The supervisor has ended, so nothing can be asked of it. */
export class NotRunning extends SupervisorError {
  static override readonly name: string = 'NotRunning';
  readonly code = 'SUPERVISOR_ERR_NOT_RUNNING';

  constructor(path: string) {
    super(
      path === ''
        ? 'the root supervisor is not running: its tree has ended, or was not started; start() makes a new one'
        : `supervisor '${path}' is not running; restart it with restartChild('${path}')`,
    );
  }
}

/**
 * A child took longer than its `startTimeout` to start or, where its spec has `ready`, to get ready. As a failed start it
 * is the `cause` of {@link StartFailed}; a child that runs is killed with it as its exit reason.
 */
export class StartTimedOut extends SupervisorError {
  static override readonly name: string = 'StartTimedOut';
  readonly code = 'SUPERVISOR_ERR_START_TIMED_OUT';
  readonly path: string;
  readonly timeout: Milliseconds;

  constructor(path: string, timeout: Milliseconds) {
    super(`child '${path}' was not up within its startTimeout of ${timeout} ms: see what it waits for, or allow more`);
    this.path = path;
    this.timeout = timeout;
  }
}

/** A dynamic supervisor has as many children as it may have. Nothing was started. */
export class MaxChildren extends SupervisorError {
  static override readonly name: string = 'MaxChildren';
  readonly code = 'SUPERVISOR_ERR_MAX_CHILDREN';
  /** The supervisor's. */
  readonly path: string;
  readonly maxChildren: number;

  constructor(path: string, maxChildren: number) {
    const who = path === '' ? 'the root supervisor' : `supervisor '${path}'`;
    const children = `${maxChildren} ${maxChildren === 1 ? 'child' : 'children'}`;
    super(`${who} has ${children}, all that maxChildren allows: try again when one has ended, or raise it`);
    this.path = path;
    this.maxChildren = maxChildren;
  }
}

/** Asked of a dynamic child what only children with a lasting spec can do: OTP's `simple_one_for_one`. */
export class DynamicChild extends SupervisorError {
  static override readonly name: string = 'DynamicChild';
  readonly code = 'SUPERVISOR_ERR_DYNAMIC_CHILD';
  readonly path: string;

  constructor(path: string, request: 'restartChild' | 'deleteChild') {
    super(
      `child '${path}' belongs to a dynamic supervisor, so nothing is left of it when it is down: ${request} is not ` +
        'for it; start another with startChild',
    );
    this.path = path;
  }
}

/** A tree will not get `ready`: it ended first, or a child that it waits for did, or time ran out. `cause` is why. */
export class NotReady extends SupervisorError {
  static override readonly name: string = 'NotReady';
  readonly code = 'SUPERVISOR_ERR_NOT_READY';
  /** The paths of the children that are not ready, as far as it is their fault. */
  readonly children: readonly string[];

  constructor(message: string, options: ErrorOptions & { readonly children?: readonly string[] } = {}) {
    const { children = [], ...others } = options;
    super(message, others);
    this.children = children;
  }

  /**
   * @param holding by their paths, those that are waited for, and what is the case with each
   * @param waiting the paths of those that are not started because of them
   */
  static within(limit: Milliseconds, holding: ReadonlyMap<string, string>, waiting: Iterable<string> = []): NotReady {
    const held = Array.from(holding, ([path, why]) => `'${path}' ${why}`);
    const others = Array.from(waiting, (path) => `'${path}'`);
    const them = held.length === 1 ? 'it' : 'them';
    const wait = `${others.length === 1 ? 'waits' : 'wait'}${held.length === 0 ? '' : ` for ${them}`}`;
    const parts = [...named(held), ...(others.length === 0 ? [] : [`${named(others).join(', ')} ${wait}`])];
    const why = parts.length === 0 ? '' : `: ${parts.join('; ')}`;
    return new NotReady(`the tree is not ready within ${limit} ms${why}`, { children: [...holding.keys()] });
  }
}

function named(all: readonly string[]): readonly string[] {
  return all.length <= MOST_NAMED ? all : [...all.slice(0, MOST_NAMED), `and ${all.length - MOST_NAMED} more`];
}

/** A task had not ended when its `timeout`, in milliseconds, was over; it was ended for that reason. */
export class TaskTimedOut extends SupervisorError {
  static override readonly name: string = 'TaskTimedOut';
  readonly code = 'SUPERVISOR_ERR_TASK_TIMED_OUT';
  readonly timeout: Milliseconds;

  constructor(timeout: Milliseconds) {
    super(`the task had not ended after ${timeout} ms, its timeout: see what it waits for, or allow more`);
    this.timeout = timeout;
  }
}

/**
 * Somebody ended a task before it had a result: its tree or supervisor was stopped, or it alone. `cause` is what it failed
 * with, if it did.
 */
export class TaskStopped extends SupervisorError {
  static override readonly name: string = 'TaskStopped';
  readonly code = 'SUPERVISOR_ERR_TASK_STOPPED';
  readonly path: string;
  /** Its exit reason, mostly `shutdown` or `killed`. */
  readonly reason: ExitReason;

  constructor(path: string, reason: ExitReason, options?: ErrorOptions) {
    super(`task '${path}' was ended before it had a result: ${describeExit(reason)}`, options);
    this.path = path;
    this.reason = reason;
  }
}

/** Elixir's names, in lower case and without underscores, where they are not Erlang's. */
const ELIXIRS: ReadonlyMap<string, string> = new Map([
  ['maxrestarts', 'intensity'],
  ['maxseconds', 'period, in milliseconds'],
]);

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (isThenable(value)) return 'a promise';
  if ('getSnapshot' in value && 'send' in value) return 'an actor that was made already';
  const text = describeJson(value);
  if (text !== undefined && text.length <= LONGEST_SHOWN) return text;
  return Array.isArray(value) ? 'a list' : 'an object';
}

function describeJson(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

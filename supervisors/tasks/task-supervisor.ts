import type { Milliseconds } from '../clock.js';
import type { ChildInfo } from '../engine/child.js';
import type { SupervisorLogic } from '../engine/supervisor-logic.js';
import { BadSpec } from '../errors.js';
import { dynamicLogic } from '../kinds/dynamic-supervisor.js';
import type { ChildSpec, Shutdown } from '../spec/child-spec.js';
import type { DynamicSupervisorOptions } from '../spec/dynamic-options.js';
import { checkFunction, checkOneOf, checkOptions, checkShutdown, checkWait } from '../spec/spec-checks.js';
import { locate } from '../tree/locate.js';
import type { Tree } from '../tree/tree.js';
import { TaskCall, type TaskRun } from './task-call.js';

/** What a task supervisor gives tasks that do not say: a property under a well-known symbol, as the other traits are. */
const TASKS = Symbol.for('respell.tasks');

interface TaskDefaults {
  readonly shutdown: Shutdown;
}

/** What `taskSupervisor` takes: how many tasks may run at a time, and how long they get to end. */
export interface TaskSupervisorOptions extends Pick<DynamicSupervisorOptions, 'intensity' | 'period' | 'maxChildren'> {
  /** How long a task may take to end when asked to, if it does not say itself. Default 5,000. */
  readonly shutdown?: Shutdown;
}

/** How one task is run. */
export interface TaskCallOptions extends Pick<ChildSpec, 'shutdown' | 'backoff' | 'budget' | 'judge'> {
  /** Its name among the tasks that run. Default: a number. */
  readonly id?: string;
  /**
   * Whether it is tried again when it has failed: `transient`. That counts against the supervisor's `intensity`, and ends
   * all its tasks when it happens too often, unless the task has a `budget` of its own. Default `temporary`.
   */
  readonly restart?: 'temporary' | 'transient';
  /** Ends the task. */
  readonly signal?: AbortSignal;
  /** How long it may take, all tries together. It is then ended, and has failed with {@link TaskTimedOut}. Default: no limit. */
  readonly timeout?: Milliseconds;
}

/** What is needed of a tree. */
export type TaskTree = Pick<Tree, 'find' | 'view' | 'startChild' | 'terminateChild' | 'root'>;

const OPTIONS = ['intensity', 'period', 'maxChildren', 'shutdown'] satisfies readonly (keyof TaskSupervisorOptions)[];

const TASK_OPTIONS = [
  'id',
  'restart',
  'shutdown',
  'backoff',
  'budget',
  'judge',
  'signal',
  'timeout',
] satisfies readonly (keyof TaskCallOptions)[];

/**
 * A supervisor of tasks that come and go: `runTask` and `startTask` give it some. When it is stopped, each of them is asked
 * to end at the same time; so nothing that was started in passing outlives the tree, or is forgotten by it.
 *
 * @throws {BadSpec} when an option makes no sense
 * @see Elixir `Task.Supervisor`
 */
export function taskSupervisor(options: TaskSupervisorOptions = {}): SupervisorLogic {
  checkOptions('taskSupervisor', options, OPTIONS);
  const { shutdown = 5_000, ...flags } = options;
  checkShutdown('taskSupervisor', shutdown);
  const defaults: TaskDefaults = { shutdown };
  return Object.assign(dynamicLogic('taskSupervisor', flags), { [TASKS]: defaults });
}

/**
 * Runs a function as a task, below a task supervisor, for its result.
 *
 * No end of the task leaves it pending: ended before it has a result, by whomever, it rejects with {@link TaskStopped}.
 *
 * @param supervisor path or unique id of a task supervisor in the tree
 * @returns what the function returns; rejects with what it fails with
 * @throws {TaskTimedOut}, or the reason of the `signal`, at once; the task has as long as its `shutdown` says to end
 * @throws {MaxChildren} when there are as many as the supervisor may have
 * @throws {NotRunning} {UnknownChild} {AmbiguousChild} {BadSpec} {ChildState}
 * @example `await runTask(tree, 'tasks', async ({ signal }) => (await fetch(url, { signal })).json(), { timeout: 5_000 })`
 */
export async function runTask<Output>(
  tree: TaskTree,
  supervisor: string,
  run: TaskRun<Output>,
  options: TaskCallOptions = {},
): Promise<Output> {
  return launch('runTask', tree, supervisor, run, options).call.result;
}

/**
 * The same for a task whose result nobody waits for. That it failed is only reported, to `onReport` and the log.
 *
 * @returns when it has started; rejects when it does not, with the errors of {@link runTask}
 */
export async function startTask(
  tree: TaskTree,
  supervisor: string,
  run: TaskRun<unknown>,
  options: TaskCallOptions = {},
): Promise<ChildInfo> {
  const { call, started } = launch('startTask', tree, supervisor, run, options);
  call.result.catch(() => {});
  const info = await started;
  // Given up before it was its turn.
  if (info.actor === undefined && call.hasGivenUp) await call.result;
  return info;
}

interface Launched<Output> {
  readonly call: TaskCall<Output>;
  readonly started: Promise<ChildInfo>;
}

/** @param where what errors call it */
function launch<Output>(
  where: string,
  tree: TaskTree,
  supervisor: string,
  run: TaskRun<Output>,
  options: TaskCallOptions,
): Launched<Output> {
  const { path, logic } = locate(tree, supervisor);
  const { [TASKS]: defaults } = logic as { readonly [TASKS]?: TaskDefaults };
  if (defaults === undefined) {
    const name = path === '' ? 'the root' : `child '${path}'`;
    throw new BadSpec(
      `${where}: expected a task supervisor, made by taskSupervisor(…); ${name} is another kind of child`,
    );
  }
  if (typeof run !== 'function') throw BadSpec.expected(where, 'a function', run);
  checkOptions(where, options, TASK_OPTIONS);
  const { signal, timeout, restart = 'temporary', shutdown = defaults.shutdown, judge, ...others } = options;
  checkOneOf(`${where}: restart`, restart, ['temporary', 'transient'], 'invalid_restart_type');
  checkShutdown(where, shutdown);
  checkFunction(`${where}: judge`, judge);
  checkWait(`${where}: timeout`, timeout);
  if (signal !== undefined && !(typeof signal === 'object' && signal !== null && 'throwIfAborted' in signal)) {
    throw BadSpec.expected(`${where}: signal`, 'an AbortSignal', signal);
  }
  signal?.throwIfAborted();
  const call = new TaskCall(run, {
    shutdown,
    isRetried: restart === 'transient',
    clock: tree.root.system._clock,
    signal,
    timeout,
    remove: (actor) => void tree.terminateChild(actor).catch(() => {}),
  });
  const started = tree.startChild(
    {
      ...others,
      restart,
      shutdown,
      start: (child) => call.logic(child),
      handle: (child) => call.named(child),
      judge: (reason) => (call.hasGivenUp ? 'stop' : judge?.(reason)),
    },
    path,
  );
  started.catch((error: unknown) => call.failed(error));
  return { call, started };
}

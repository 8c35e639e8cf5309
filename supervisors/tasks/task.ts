import type { ActorLogic, AnyActorRef, Snapshot } from 'xstate';
import type { Milliseconds } from '../clock.js';
import { BadSpec, TaskTimedOut } from '../errors.js';
import { describeExit, type Exit, type ExitReason, exit } from '../exit-reason.js';
import { checkOptions, checkWait } from '../spec/spec-checks.js';
import { SHUTDOWN_TRAIT, type ShutdownEvent } from '../traits.js';

/** What the function of a task is called with, as that of XState's `fromPromise` is. */
export interface TaskScope<Input = unknown> {
  /** Aborts, with an `AbortError`, when the task is asked to stop, is killed, or has run out of time. */
  readonly signal: AbortSignal;
  readonly input: Input;
  readonly self: AnyActorRef;
  readonly system: AnyActorRef['system'];
}

/** What {@link task} runs, once in each incarnation. A throw is the end of the task, with what was thrown as its reason. */
export type TaskFunction<Output, Input = unknown> = (scope: TaskScope<Input>) => PromiseLike<Output> | Output;

/** What {@link task} takes beside its function. */
export interface TaskOptions {
  /** How long it may run. It then fails with {@link TaskTimedOut} at once. Default: no limit. */
  readonly timeout?: Milliseconds;
}

const OPTIONS = ['timeout'] satisfies readonly (keyof TaskOptions)[];

/** A task as a state chart, for an inspector to draw. */
export const TASK_CHART = {
  id: 'task',
  initial: 'running',
  states: {
    running: {
      on: {
        'task.fulfilled': { target: 'done' },
        'task.rejected': { target: 'failed' },
        'task.timedOut': { target: 'failed' },
        'supervisor.shutdown': { target: 'stopping' },
        'xstate.stop': { target: 'killed' },
      },
    },
    stopping: {
      on: {
        'task.fulfilled': { target: 'stopped' },
        'task.rejected': { target: 'stopped' },
        'xstate.stop': { target: 'killed' },
      },
    },
    done: { type: 'final' },
    failed: { type: 'final' },
    stopped: { type: 'final' },
    killed: { type: 'final' },
  },
} as const;

/** The states of a task. The last four are ends. */
export type TaskValue = keyof typeof TASK_CHART.states;

/** It can become JSON where input and output can. The output of a task that was asked to stop is an {@link Exit}. */
export type TaskSnapshot<Output, Input = unknown> = Snapshot<Output | Exit> & {
  readonly value: TaskValue;
  /** While it runs. */
  readonly input: Input | undefined;
};

/** Only the first is for others to send. */
export type TaskEvent =
  | ShutdownEvent
  | { readonly type: 'task.fulfilled' | 'task.rejected' | 'task.timedOut' | 'xstate.stop' };

/** A function as XState has it: an actor logic that ends with what the function returns or throws. What `task` returns. */
export type TaskLogic<Output, Input = unknown> = ActorLogic<TaskSnapshot<Output, Input>, TaskEvent, Input>;

/** What is not for a snapshot: it cannot become JSON, or is nobody's business. */
interface Run {
  readonly abort: AbortController;
  settled: { readonly output: unknown } | { readonly error: unknown } | undefined;
  /** Why it is to stop, once it has been asked to. */
  reason: ExitReason;
}

const runs = new WeakMap<AnyActorRef, Run>();

/**
 * An async function as a child: it ends `normal`, with the result as its output, or with what the function throws or
 * rejects with as its exit reason.
 *
 * Asked to stop, it has as long as its spec's `shutdown` says to heed the signal and settle, in whichever way; it then
 * ends with the reason that it was asked for. A task that is killed ends at once, and what its function still does
 * concerns nobody. XState's `fromPromise` is stopped at once in both cases: it does not take the request.
 *
 * @param run called once for each incarnation
 * @throws {BadSpec}
 * @see Elixir `Task`
 * @example `{ id: 'sync', start: task(async ({ signal }) => { … }), restart: 'transient' }`
 */
export function task<Output, Input = unknown>(
  run: TaskFunction<Output, Input>,
  options: TaskOptions = {},
): TaskLogic<Output, Input> {
  if (typeof run !== 'function') throw BadSpec.expected('task', 'a function', run);
  checkOptions('task', options, OPTIONS);
  const { timeout } = options;
  checkWait('task: timeout', timeout);
  type Next = TaskSnapshot<Output, Input>;
  const ended = { input: undefined, output: undefined, error: undefined };
  const done = (value: TaskValue, output: Output | Exit): Next => ({ ...ended, status: 'done', value, output });
  const failed = (error: unknown): Next => ({ ...ended, status: 'error', value: 'failed', error });
  const logic: TaskLogic<Output, Input> = {
    config: TASK_CHART,
    getInitialSnapshot: (_scope, input) => ({ ...ended, status: 'active', value: 'running', input }),
    start({ status, input }, { self, system }) {
      if (status !== 'active') return;
      begin(self, (signal) => run({ signal, input: input as Input, self, system }));
      // Cancelled by XState when the task ends.
      if (timeout !== undefined) system.scheduler.schedule(self, self, { type: 'task.timedOut' }, timeout, 'timeout');
    },
    transition(snapshot, event, { self }): Next {
      const current = runs.get(self);
      if (snapshot.status !== 'active' || current === undefined) return snapshot;
      const isAsked = snapshot.value === 'stopping';
      switch (event.type) {
        case 'supervisor.shutdown':
          if (isAsked) return snapshot;
          current.reason = event.reason;
          abort(current, `the task was asked to stop: ${describeExit(event.reason)}`);
          return { ...snapshot, value: 'stopping' };
        case 'xstate.stop':
          abort(current, 'the task was killed');
          return { ...ended, status: 'stopped', value: 'killed' };
        case 'task.timedOut': {
          if (isAsked || timeout === undefined) return snapshot;
          const error = new TaskTimedOut(timeout);
          abort(current, error.message);
          return failed(error);
        }
        case 'task.fulfilled':
        case 'task.rejected': {
          const { settled } = current;
          // Somebody else's event: the function has not settled.
          if (settled === undefined) return snapshot;
          if (isAsked) return done('stopped', exit(current.reason));
          return 'error' in settled ? failed(settled.error) : done('done', settled.output as Output);
        }
        default:
          return snapshot;
      }
    },
    getPersistedSnapshot: (snapshot) => ({ ...snapshot }),
    // One that had not ended runs again, from its beginning.
    restoreSnapshot: (snapshot) => {
      const restored = snapshot as TaskSnapshot<Output, Input>;
      return restored.status === 'active' ? { ...restored, value: 'running' } : restored;
    },
  };
  return Object.assign(logic, SHUTDOWN_TRAIT);
}

/** Calls the function, and has the actor told when its promise settles. A throw is a rejection: the task has started. */
function begin(self: AnyActorRef, call: (signal: AbortSignal) => unknown): void {
  const run: Run = { abort: new AbortController(), settled: undefined, reason: undefined };
  runs.set(self, run);
  const settle = (type: TaskEvent['type'], settled: Run['settled']): void => {
    // What comes after a kill, or too late, is dropped.
    if (self.getSnapshot().status !== 'active') return;
    run.settled = settled;
    self.send({ type });
  };
  new Promise((resolve) => resolve(call(run.abort.signal))).then(
    (output) => settle('task.fulfilled', { output }),
    (error: unknown) => settle('task.rejected', { error }),
  );
}

/** As an `AbortError`, since that is what `fetch` and all the others know as the end of what was given up. */
function abort({ abort: controller }: Run, why: string): void {
  controller.abort(new DOMException(why, 'AbortError'));
}

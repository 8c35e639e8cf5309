import type { AnyActorLogic, AnyActorRef } from 'xstate';
import type { Clock, Milliseconds } from '../clock.js';
import { GaveUp, TaskStopped, TaskTimedOut } from '../errors.js';
import type { ExitReason } from '../exit-reason.js';
import { sendExit } from '../links/signals.js';
import {
  type ChildHandle,
  type ChildIdentity,
  type Fate,
  type HandleIdentity,
  ignore,
  type Shutdown,
} from '../spec/child-spec.js';
import { task } from './task.js';

/** What the function of a task is told. */
export interface TaskContext {
  /** Aborts, with an `AbortError`, when the task is to end: it then has as long as its `shutdown` says. */
  readonly signal: AbortSignal;
  /** Its path, and which try this is: `incarnation`. */
  readonly child: ChildIdentity;
}

/**
 * What a task supervisor runs for whoever has asked for it: what it returns is the result. A throw is its failure, or another try with
 * `restart: 'transient'`.
 */
export type TaskRun<Output> = (context: TaskContext) => PromiseLike<Output> | Output;

interface Terms {
  readonly shutdown: Shutdown;
  /** Whether it is tried again when it has failed. */
  readonly isRetried: boolean;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly signal: AbortSignal | undefined;
  readonly timeout: Milliseconds | undefined;
  /** Has the supervisor forget a task that is down but listed. Must not throw. */
  readonly remove: (actor: AnyActorRef) => void;
}

interface Try {
  readonly signal: AbortSignal;
  settled: { readonly output: unknown } | { readonly error: unknown } | undefined;
}

interface Settle<Output> {
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What stands for a task from the call that started it to its end, over all tries: it has the result, and gives up for a
 * caller that does not want to wait any longer. Its promise settles in every case: with the result or the error of the last
 * try, or when the supervisor has no task of that name any more.
 */
export class TaskCall<Output> implements ChildHandle {
  readonly result: Promise<Output>;
  readonly #run: TaskRun<Output>;
  readonly #terms: Terms;
  #path = '';
  #actor: AnyActorRef | undefined;
  #try: Try | undefined;
  /** Of its last end. */
  #reason: ExitReason;
  #settle: Settle<Output> | undefined;
  #isUp = false;
  #timer: unknown;
  #killTimer: unknown;
  #hasGivenUp = false;

  constructor(run: TaskRun<Output>, terms: Terms) {
    this.#run = run;
    this.#terms = terms;
    this.result = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    const { signal, timeout, clock } = terms;
    signal?.addEventListener('abort', this.#aborted);
    if (timeout !== undefined) this.#timer = clock.setTimeout(() => this.#timedOut(timeout), timeout);
  }

  /** Nobody waits for the task any more: it is not to be tried again, whatever it ends with. */
  get hasGivenUp(): boolean {
    return this.#hasGivenUp;
  }

  /** The logic of the next try. It may be asked for after the caller has given up, since the supervisor had other work. */
  logic(child: ChildIdentity): AnyActorLogic | typeof ignore {
    if (this.#hasGivenUp) return ignore;
    return task(async ({ signal }) => {
      const attempt: Try = { signal, settled: undefined };
      this.#try = attempt;
      try {
        const output = await this.#run({ signal, child });
        attempt.settled = { output };
        return output;
      } catch (error) {
        attempt.settled = { error };
        throw error;
      }
    });
  }

  /** It cannot be started. */
  failed(error: unknown): void {
    this.#end()?.reject(error);
  }

  // ---- What its supervisor tells.

  named({ path }: HandleIdentity): this {
    this.#path = path;
    return this;
  }

  started(_incarnation: number, actor: AnyActorRef): void {
    this.#actor = actor;
    this.#isUp = true;
  }

  exited(reason: ExitReason, fate: Fate): void {
    this.#terms.clock.clearTimeout(this.#killTimer);
    this.#isUp = false;
    this.#reason = reason;
    // A temporary task does not come back, though the supervisor above it will.
    if (fate === 'restarting' && this.#terms.isRetried) return;
    // Its budget is spent. Whoever waited for it has the error; nobody comes to restart it.
    if (fate === 'parked' && this.#actor !== undefined) this.#terms.remove(this.#actor);
    this.#finish();
  }

  disposed(): void {
    // It still runs if the supervisors above were killed; otherwise it was to be tried again, and now will not.
    this.#reason = this.#isUp ? 'killed' : 'shutdown';
    this.#finish();
  }

  // ---- How it ends for the caller.

  #finish(): void {
    const settle = this.#end();
    const settled = this.#try?.settled;
    // Also of a task that was asked to stop, and had its result first.
    if (settled !== undefined && 'output' in settled) settle?.resolve(settled.output as Output);
    else settle?.reject(this.#failure());
  }

  /** Why there is no result: the function's own error, unless it was made to end. */
  #failure(): unknown {
    const { settled, signal } = this.#try ?? {};
    const reason = this.#reason;
    if (settled === undefined || 'output' in settled) return new TaskStopped(this.#path, reason);
    const { error } = settled;
    // The supervisor takes the end of another one that gave up for an orderly one.
    if (signal?.aborted !== true && (Object.is(error, reason) || error instanceof GaveUp)) return error;
    const isNews = error !== signal?.reason && !isAbortError(error);
    return new TaskStopped(this.#path, reason, isNews ? { cause: error } : undefined);
  }

  readonly #aborted = (): void => {
    this.#giveUp(this.#terms.signal?.reason, { shutdown: 'given up by its caller' });
  };

  #timedOut(timeout: Milliseconds): void {
    const error = new TaskTimedOut(timeout);
    this.#giveUp(error, error);
  }

  /** The caller is told at once; the task has the time that its spec gives it. The supervisor is not kept waiting by it. */
  #giveUp(error: unknown, reason: ExitReason): void {
    const settle = this.#end();
    if (settle === undefined) return;
    this.#hasGivenUp = true;
    settle.reject(error);
    const actor = this.#actor;
    if (actor === undefined) return;
    const { shutdown, clock, remove } = this.#terms;
    if (actor.getSnapshot().status !== 'active') {
      remove(actor);
      return;
    }
    const isKilled = shutdown === 'brutal_kill' || shutdown === 0;
    sendExit(actor, isKilled ? 'kill' : reason);
    if (typeof shutdown !== 'number' || actor.getSnapshot().status !== 'active') return;
    this.#killTimer = clock.setTimeout(() => sendExit(actor, 'kill'), shutdown);
  }

  /** @returns how to settle the promise, once */
  #end(): Settle<Output> | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#terms.clock.clearTimeout(this.#timer);
    this.#terms.signal?.removeEventListener('abort', this.#aborted);
    return settle;
  }
}

/** By its name: that of another realm, or a library's own, is one as well. */
function isAbortError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
}

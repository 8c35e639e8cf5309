import { type AnyActorRef, createActor } from 'xstate';
import { type Clock, type Milliseconds, systemClock } from '../clock.js';
import { type ExitReason, isExit } from '../exit-reason.js';
import type { Report, ReportFacts } from '../report.js';
import { delay, nextAttempt } from '../spec/backoff.js';
import type { Budget, ChildSpec, Fate } from '../spec/child-spec.js';
import { isRestarted } from '../spec/strategy.js';
import { RestartWindow } from './intensity.js';

/**
 * What a {@link Keeper} takes of a child spec. Its `start` is a logic that takes `supervisor.shutdown` and leaves nothing behind when it
 * ends: a machine with children of its own goes through `supervised`, which a keeper does not bring along.
 */
export type KeptSpec = Pick<
  ChildSpec,
  'id' | 'restart' | 'backoff' | 'ready' | 'judge' | 'probe' | 'handle' | 'input'
> & {
  readonly start: Exclude<ChildSpec['start'], (...args: never[]) => unknown>;
  readonly shutdown: Milliseconds | 'brutal_kill' | 'infinity';
  readonly budget: Budget;
};

export interface KeeperOptions {
  /** Default: real time. */
  readonly clock?: Clock;
  /** From 0 to 1, 1 excluded. Default `Math.random`. */
  readonly random?: () => number;
  /** What the spec's `handle` is told of its surroundings. */
  readonly environment?: unknown;
  /** Hears what becomes of the child. Must not throw. */
  readonly onReport?: (report: Report) => void;
}

/**
 * A supervisor for one child that nobody else is beside: it starts, restarts, parks and stops it as its spec says, by the
 * same decisions as a supervisor of a tree, and needs none. Where there are more, or one is to be looked at, use a tree.
 */
export class Keeper {
  readonly #spec: KeptSpec;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onReport: ((report: Report) => void) | undefined;
  readonly #handle: ReturnType<NonNullable<ChildSpec['handle']>> | undefined;
  #actor: AnyActorRef | undefined;
  #incarnation = 0;
  #startedAt: Milliseconds = 0;
  #isReady = false;
  /** Whether it was parked, and has yet to live as long as its spec says, and to be ready. */
  #isOnTrial = false;
  #attempt = 0;
  readonly #windows = new Map<Budget, RestartWindow>();
  #timer: unknown;
  #stopped: Promise<void> | undefined;
  /** While it is being stopped: told of its end. */
  #isDown: ((reason: ExitReason) => void) | undefined;

  constructor(
    spec: KeptSpec,
    { clock = systemClock, random = Math.random, environment, onReport }: KeeperOptions = {},
  ) {
    this.#spec = spec;
    this.#clock = clock;
    this.#random = random;
    this.#onReport = onReport;
    const { id } = spec;
    this.#handle = spec.handle?.({ id, path: id, environment });
  }

  /** What the spec's `handle` made. */
  get handle(): unknown {
    return this.#handle;
  }

  start(): void {
    const { start, input, ready, id } = this.#spec;
    this.#timer = undefined;
    this.#incarnation += 1;
    this.#isReady = false;
    const incarnation = this.#incarnation;
    const identity = { id, path: id, incarnation, handle: this.#handle, args: [] };
    const actor: AnyActorRef = createActor(start, {
      id: `${id}#${incarnation}`,
      clock: this.#clock,
      input: typeof input === 'function' ? input(identity) : input,
    });
    this.#actor = actor;
    this.#startedAt = this.#clock.now();
    this.#handle?.started?.(incarnation, actor);
    // Whatever it does at once, its end is dealt with when this is done.
    const ended = (reason: ExitReason) => queueMicrotask(() => this.#ended(actor, reason));
    actor.subscribe({
      next: (snapshot: unknown) => {
        this.#isReady ||= ready?.(snapshot) ?? true;
      },
      complete: () => {
        const { output } = actor.getSnapshot();
        ended(isExit(output) ? output.reason : 'normal');
      },
      error: ended,
    });
    actor.start();
    this.#report({ type: 'started', incarnation });
  }

  /** Does not wait any longer with a restart that is due to come. */
  hasten(): void {
    if (this.#actor === undefined && !this.#isOnTrial && this.#cancel()) this.start();
  }

  /** Stops the child for good, as its spec's `shutdown` says. Fulfilled when it is down. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const isAwaited = this.#cancel();
    const actor = this.#actor;
    if (actor === undefined) {
      if (isAwaited) this.#handle?.exited?.('shutdown', 'stopped');
      return;
    }
    const { shutdown, restart } = this.#spec;
    const reason = await new Promise<ExitReason>((resolve) => {
      this.#isDown = resolve;
      const kill = () => {
        resolve('killed');
        actor.stop();
      };
      if (shutdown === 'brutal_kill') kill();
      else {
        if (shutdown !== 'infinity') this.#timer = this.#clock.setTimeout(kill, shutdown);
        actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' });
      }
    });
    this.#cancel();
    this.#leave(reason, 'stopped', true);
    const isExpected = reason === (shutdown === 'brutal_kill' ? 'killed' : 'shutdown');
    if (!isExpected && (restart === 'permanent' || isRestarted('transient', reason)))
      this.#report({ type: 'shutdown error', reason, count: undefined });
  }

  /** @returns whether there was something to wait for */
  #cancel(): boolean {
    const timer = this.#timer;
    this.#clock.clearTimeout(timer);
    this.#timer = undefined;
    return timer !== undefined;
  }

  #ended(actor: AnyActorRef, reason: ExitReason): void {
    if (this.#actor !== actor) return;
    if (this.#isDown !== undefined) {
      this.#isDown(reason);
      return;
    }
    const { backoff = {}, probe } = this.#spec;
    const lifetime = this.#clock.now() - this.#startedAt;
    const fate = this.#fate(reason, lifetime);
    this.#isOnTrial = fate === 'parked' && probe !== undefined;
    let wait = probe ?? 0;
    if (fate === 'restarting') {
      this.#attempt = nextAttempt(backoff, this.#attempt, lifetime);
      wait = delay(backoff, this.#attempt, this.#random());
    }
    if (fate === 'restarting' || this.#isOnTrial) {
      this.#timer = this.#clock.setTimeout(() => {
        if (this.#isOnTrial) this.#report({ type: 'probing' });
        this.start();
      }, wait);
    }
    this.#leave(reason, fate);
    if (fate === 'restarting') this.#report({ type: fate, in: wait, attempt: this.#attempt });
    if (fate === 'parked') this.#report({ type: fate, reason });
  }

  /** What becomes of a child that has ended by itself. */
  #fate(reason: ExitReason, lifetime: Milliseconds): Fate {
    const { restart = 'permanent', budget, probe = 0 } = this.#spec;
    const judged = this.#judge(reason);
    if (judged === 'park') return 'parked';
    if (judged === 'stop' || !isRestarted(restart, reason)) return 'stopped';
    if (this.#isOnTrial) {
      if (!this.#isReady || lifetime < probe) return 'parked';
      this.#attempt = 0;
      this.#windows.clear();
    }
    return this.#charge(judged ?? budget) ? 'restarting' : 'parked';
  }

  #judge(reason: ExitReason): Budget | 'park' | 'stop' | undefined {
    try {
      return this.#spec.judge?.(reason);
    } catch (error) {
      this.#report({ type: 'hook failed', hook: 'judge', error });
      return undefined;
    }
  }

  #charge(budget: Budget): boolean {
    let window = this.#windows.get(budget);
    if (window === undefined) {
      window = new RestartWindow(budget);
      this.#windows.set(budget, window);
    }
    return window.record(this.#clock.now(), this.#spec.id);
  }

  #leave(reason: ExitReason, fate: Fate, isStopped = false): void {
    this.#actor = undefined;
    this.#report({ type: 'exited', reason, cause: reason, fate, isStopped });
    this.#handle?.exited?.(reason, fate);
  }

  #report(facts: ReportFacts): void {
    this.#onReport?.({ path: this.#spec.id, at: this.#clock.now(), ...facts } as Report);
  }
}

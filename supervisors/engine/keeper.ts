import { type AnyActorRef, createActor } from 'xstate';
import type { Clock, Milliseconds } from '../clock.js';
import { type ExitReason, isExit } from '../exit-reason.js';
import type { Report, ReportFacts } from '../report.js';
import { delay, nextAttempt } from '../spec/backoff.js';
import type { Budget, ChildHandle, ChildIdentity, ChildSpec, Fate, HandleIdentity } from '../spec/child-spec.js';
import { isRestarted } from '../spec/strategy.js';
import { RestartWindow } from './intensity.js';

/** A handle that hears of every start and end. */
export type KeptHandle = ChildHandle & Required<Pick<ChildHandle, 'started' | 'exited'>>;

/**
 * What a {@link Keeper} takes of a child spec. Its `start` is a logic that takes `supervisor.shutdown` and leaves nothing behind when it
 * ends: a machine with children of its own goes through `supervised`, which a keeper does not bring along. None of its functions
 * may throw.
 */
export interface KeptSpec<Handle extends KeptHandle = KeptHandle>
  extends Required<Pick<ChildSpec, 'id' | 'restart' | 'shutdown' | 'backoff' | 'budget' | 'ready' | 'judge'>>,
    Pick<ChildSpec, 'probe'> {
  readonly start: Exclude<ChildSpec['start'], (...args: never[]) => unknown>;
  readonly handle: (child: HandleIdentity) => Handle;
  readonly input: (child: ChildIdentity) => unknown;
}

export interface KeeperOptions {
  readonly clock: Clock;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  /** What the spec's `handle` is told of its surroundings. */
  readonly environment?: unknown;
  /** Hears what becomes of the child. Must not throw. */
  readonly onReport: (report: KeptReport) => void;
}

/** What becomes of a child that has no supervisor above it, and is started by nobody else. */
export type KeptReport = Extract<Report, { readonly type: Kept }>;

type Kept = 'started' | 'exited' | 'restarting' | 'parked' | 'probing' | 'shutdown error';

/**
 * A supervisor for one child that nobody else is beside: it starts, restarts, parks and stops it as its spec says, by the
 * same decisions as a supervisor of a tree, and needs none. Where there are more, or one is to be looked at, use a tree.
 */
export class Keeper<Handle extends KeptHandle> {
  /** What the spec's `handle` made. */
  readonly handle: Handle;
  readonly #spec: KeptSpec<Handle>;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onReport: (report: KeptReport) => void;
  #actor: AnyActorRef | undefined;
  #incarnation = 0;
  #startedAt: Milliseconds = 0;
  #isReady = false;
  /** Whether it was parked, and has yet to live as long as its spec says, and to be ready. */
  #isOnTrial = false;
  #attempt = 0;
  readonly #windows = new Map<Budget, RestartWindow>();
  /** While it waits for a start or, when it is being stopped, for the time to kill it. */
  #timer: unknown;
  #stopped: Promise<void> | undefined;
  /** While it is being stopped: told of its end. */
  #isDown: ((reason: ExitReason) => void) | undefined;

  constructor(spec: KeptSpec<Handle>, { clock, random, environment, onReport }: KeeperOptions) {
    this.#spec = spec;
    this.#clock = clock;
    this.#random = random;
    this.#onReport = onReport;
    const { id } = spec;
    this.handle = spec.handle({ id, path: id, environment });
  }

  start(): void {
    const { start, input, ready, id } = this.#spec;
    this.#timer = undefined;
    this.#incarnation += 1;
    this.#isReady = false;
    const { handle } = this;
    const incarnation = this.#incarnation;
    const actor: AnyActorRef = createActor(start, {
      id: `${id}#${incarnation}`,
      clock: this.#clock,
      input: input({ id, path: id, incarnation, handle, args: [] }),
    });
    this.#actor = actor;
    this.#startedAt = this.#clock.now();
    handle.started(incarnation, actor);
    // Whatever it does at once, its end is dealt with when this is done.
    const ended = (reason: ExitReason) => queueMicrotask(() => this.#ended(actor, reason));
    actor.subscribe({
      next: (snapshot: unknown) => {
        this.#isReady ||= ready(snapshot);
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
      if (isAwaited) this.handle.exited('shutdown', 'stopped');
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
    const { backoff, probe } = this.#spec;
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
    const { restart, judge, budget, probe = 0 } = this.#spec;
    const judged = judge(reason);
    if (judged === 'park') return 'parked';
    if (judged === 'stop' || !isRestarted(restart, reason)) return 'stopped';
    if (this.#isOnTrial) {
      if (!this.#isReady || lifetime < probe) return 'parked';
      this.#attempt = 0;
      this.#windows.clear();
    }
    return this.#charge(judged ?? budget) ? 'restarting' : 'parked';
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
    this.handle.exited(reason, fate);
  }

  #report(facts: Extract<ReportFacts, { readonly type: Kept }>): void {
    this.#onReport({ path: this.#spec.id, at: this.#clock.now(), ...facts });
  }
}

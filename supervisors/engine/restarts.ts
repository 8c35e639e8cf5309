import type { AnyActorRef } from 'xstate';
import { BadSpec, GaveUp, StartTimedOut } from '../errors.js';
import type { ExitReason } from '../exit-reason.js';
import { guard, isThenable } from '../guard.js';
import type { AutoShutdown, Budget, WaitFor } from '../spec/child-spec.js';
import { affected, isRestarted, type Strategy } from '../spec/strategy.js';
import type { Child } from './child.js';
import type { Children, Place, Started, Steps } from './children.js';
import { RestartWindow } from './intensity.js';
import type { Stopping } from './stopping.js';
import { type End, endOf } from './supervised.js';

/** Of a supervisor's options, those that say who is restarted, and how often. */
type Rules = Budget & {
  readonly strategy: Strategy;
  readonly autoShutdown: AutoShutdown;
  readonly waitFor: WaitFor;
};

/** What a reaction needs of the engine that it runs in. */
interface Host {
  /** Puts an operation behind all that waits already. */
  readonly push: (work: () => Steps | undefined) => void;
  /** Ends the supervisor, since it has restarted too often. */
  readonly giveUp: (error: GaveUp) => Steps;
  /** Ends the supervisor, since a significant child has ended. */
  readonly shutdown: (reason: ExitReason) => Steps;
}

/**
 * How a supervisor reacts to the end of a child: whether it is restarted, with whom, when, and how often until somebody
 * else shall decide. Every method that takes its time is an operation of the engine, or a part of one.
 *
 * @see OTP `supervisor`, "Restart Strategy and Maximum Intensity" of its design principles
 */
export class Restarts {
  readonly #rules: Rules;
  readonly #place: Place;
  readonly #children: Children;
  readonly #stopping: Stopping;
  readonly #engine: Host;
  readonly #window: RestartWindow;

  constructor(rules: Rules, place: Place, children: Children, stopping: Stopping, engine: Host) {
    this.#rules = rules;
    this.#place = place;
    this.#children = children;
    this.#stopping = stopping;
    this.#engine = engine;
    this.#window = new RestartWindow(rules);
  }

  /** The restarts that count now. */
  recent(): number {
    return this.#window.count(this.#children.clock.now());
  }

  /** An actor has ended, and nobody has dealt with it yet. @returns what is left to do, if it takes time */
  exited(actor: AnyActorRef): Steps | undefined {
    const child = this.#children.ofActor(actor.id);
    const end = endOf(actor);
    // It was stopped in the meantime, since a sibling had ended first.
    if (child?.actor !== actor || end === undefined) return undefined;
    return this.#decide(child, end, isRestarted(child.spec.restart, end.reason));
  }

  /** A child that runs has had its time to get ready. */
  late(child: Child, actor: AnyActorRef): Steps | undefined {
    const { memory, spec } = child;
    // What it did while this waited in the queue counts.
    if (child.actor !== actor || child.isReady || !child.isAlive) return undefined;
    const error = new StartTimedOut(memory.path, spec.startTimeout ?? 0);
    child.last = actor;
    this.#children.halt(child, error);
    return this.#decide(child, { reason: error, cause: error }, isRestarted(spec.restart, error));
  }

  /** Starts those that wait for nobody any more. */
  *advance(): Steps {
    yield* this.#startInOrder((child) => child.status === 'waiting');
  }

  /**
   * A restart has failed, and the message to try again has come round. Which of several does not matter, as in OTP: the first
   * is acted on, and after that the child does not wait any more.
   */
  #tryAgain(id: string): Steps | undefined {
    const child = this.#children.byId.get(id);
    const retry = child?.retry;
    if (child === undefined || retry === undefined || retry.due !== undefined) return undefined;
    this.#children.cancel(child);
    return this.#decide(child, retry.end, true);
  }

  /** The child's backoff is over. */
  #due(child: Child, retry: Child['retry']): Steps | undefined {
    if (retry === undefined || child.retry !== retry) return undefined;
    return this.#now(child);
  }

  /** @param isDue whether `restart` wants the child to be restarted */
  #decide(child: Child, end: End, isDue: boolean): Steps | undefined {
    const judged = this.#judge(child, end.reason);
    if (judged === 'park') return this.#abandon(child, end, 'parked');
    if (judged === 'stop' || !isDue) return this.#abandon(child, end, 'stopped');
    if (child.isOnTrial && this.#hasFailedTrial(child)) return this.#abandon(child, end, 'parked');
    if (child.isOnTrial) child.forgive();
    const budget = judged ?? child.spec.budget;
    if (budget !== undefined) {
      if (!child.charge(budget)) return this.#abandon(child, end, 'parked');
    } else if (!this.#window.record(this.#children.clock.now(), child.id)) {
      return this.#giveUp(child, end);
    }
    this.#children.leave(child, end, 'restarting');
    if (child.spec.backoff !== undefined) return this.#later(child, end);
    if (this.#place.context.isHeard()) child.memory.report({ type: 'restarting', ...child.nextRestart() });
    return this.#now(child);
  }

  /** The usual case, a child that concerns nobody else and starts without delay, is not worth a generator. */
  #now(child: Child): Steps | undefined {
    if (this.#rules.strategy !== 'one_for_one') return this.#finish(this.restartGroup(child));
    if (this.#waits && this.#isHeldUp(child)) {
      this.#children.wait(child);
      return undefined;
    }
    const started = this.#children.begin(child, 'restarting');
    if (started === undefined) return this.#finish(this.#goOn(child));
    this.#started(child, started);
    return undefined;
  }

  *#goOn(child: Child): Steps<Started> {
    const started = yield* this.#children.untilStarted(child, 'restarting');
    this.#started(child, started);
    return started;
  }

  *#finish(steps: Steps<Started>): Steps {
    yield* steps;
  }

  *#later(child: Child, end: End): Steps {
    const { clock } = this.#children;
    const { attempt, in: wait } = child.nextRestart();
    child.memory.report({ type: 'restarting', in: wait, attempt });
    // The others of the group depend on it: they are not left running beside a gap.
    yield* this.#stopGroup(child);
    const retry = {
      end,
      due: clock.now() + wait,
      timer: clock.setTimeout(() => this.#engine.push(() => this.#due(child, retry)), wait),
    };
    child.retry = retry;
  }

  /**
   * Stops those that depend on a child, and starts them and it.
   *
   * @param atOnce a child that is started whoever is not ready
   * @returns how the child's start, or one that failed, has ended
   */
  *restartGroup(child: Child, atOnce?: Child): Steps<Started> {
    yield* this.#stopGroup(child);
    this.#children.cancel(child);
    // Only a child whose start fails waits for another try: should that be one before it, this one is just down.
    this.#children.setStatus(child, 'stopped');
    const group = new Set(this.#group(child));
    return yield* this.#startInOrder((each) => group.has(each), child, atOnce);
  }

  /** Starts some of the children; with `waitFor: 'ready'` those behind one that is not ready wait. */
  *#startInOrder(isDue: (child: Child) => boolean, first?: Child, atOnce?: Child): Steps<Started> {
    let result: Started = 'up';
    let isHeldUp = false;
    for (const child of [...this.#children.byId.values()]) {
      if (isHeldUp && child !== atOnce) {
        if (isDue(child)) this.#children.wait(child);
        continue;
      }
      if (isDue(child)) {
        const started = yield* this.#restart(child);
        if (child === first) result = started;
        if (typeof started !== 'string') return started;
      }
      isHeldUp ||= this.#waits && child.isHoldingUp;
    }
    return result;
  }

  get #waits(): boolean {
    return this.#rules.waitFor === 'ready';
  }

  #isHeldUp(child: Child): boolean {
    for (const earlier of this.#children.byId.values()) {
      if (earlier === child) return false;
      if (earlier.isHoldingUp) return true;
    }
    return false;
  }

  *#restart(child: Child): Steps<Started> {
    const started = yield* this.#children.start(child, 'restarting');
    this.#started(child, started);
    return started;
  }

  /** If a start has failed it is tried again, behind all that waits already, and counted as a restart. */
  #started(child: Child, started: Started): void {
    if (typeof started === 'string') return;
    const end = { reason: started.cause, cause: started.cause, isFailedStart: true };
    const retry = { end, due: undefined, timer: undefined };
    child.retry = retry;
    this.#children.setStatus(child, 'restarting');
    this.#engine.push(() => this.#tryAgain(child.id));
  }

  /** A child stays down. */
  #abandon(child: Child, end: End, fate: 'parked' | 'stopped'): Steps | undefined {
    const isLast = fate === 'stopped' && end.isFailedStart !== true && this.#isLastSignificant(child);
    const group = end.isFailedStart === true ? this.#group(child) : [];
    this.#children.leave(child, end, fate);
    if (fate === 'parked') this.#parked(child, end.reason);
    if (isLast) return this.#engine.shutdown('shutdown');
    // When it just ended it had stopped nobody: those that are down wait for the restart of somebody else.
    return group.length > 0 ? this.#without(child, group) : undefined;
  }

  #parked(child: Child, reason: ExitReason): void {
    child.memory.report({ type: 'parked', reason });
    const { probe: wait } = child.spec;
    if (wait === undefined) return;
    const { clock } = this.#children;
    const timer = clock.setTimeout(() => this.#engine.push(() => this.#probe(child, probe)), wait);
    const probe = { due: clock.now() + wait, timer };
    child.probe = probe;
  }

  /** A parked child is tried once. Whoever is beside it is not touched, as if it were started by hand. */
  #probe(child: Child, probe: Child['probe']): Steps | undefined {
    if (probe === undefined || child.probe !== probe) return undefined;
    child.memory.report({ type: 'probing' });
    child.isOnTrial = true;
    if (this.#waits && this.#isHeldUp(child)) {
      this.#children.wait(child);
      return undefined;
    }
    this.#children.cancel(child);
    this.#children.setStatus(child, 'restarting');
    const started = this.#children.begin(child, 'parked');
    if (started === undefined) return this.#tryOut(child);
    this.#tried(child, started);
    return undefined;
  }

  *#tryOut(child: Child): Steps {
    this.#tried(child, yield* this.#children.untilStarted(child, 'parked'));
  }

  #tried(child: Child, started: Started): void {
    if (typeof started === 'string') return;
    this.#children.settle(child, 'parked', started.cause);
    this.#parked(child, started.cause);
  }

  #hasFailedTrial({ spec, startedAt, isReady }: Child): boolean {
    return !isReady || this.#children.clock.now() - startedAt < (spec.probe ?? 0);
  }

  /** The restart of a child had failed before: those that were stopped with it start without it. */
  *#without(child: Child, group: readonly Child[]): Steps {
    const left = new Set(group.filter((each) => each !== child && each.memory.awaitsRestart));
    yield* this.#startInOrder((each) => left.has(each) && each.actor === undefined);
  }

  /**
   * Whether the supervisor ends with this child, which has ended by itself and is not restarted.
   *
   * @see OTP `supervisor`, "Automatic Shutdown"
   */
  #isLastSignificant(child: Child): boolean {
    const { autoShutdown } = this.#rules;
    if (!child.spec.significant || autoShutdown === 'never') return false;
    if (autoShutdown === 'any_significant') return true;
    for (const other of this.#children.byId.values()) {
      if (other === child || !other.spec.significant) continue;
      if (other.actor !== undefined || other.status === 'restarting' || other.status === 'waiting') return false;
    }
    return true;
  }

  *#stopGroup(child: Child): Steps {
    for (const each of [...this.#group(child)].reverse()) {
      if (each === child) continue;
      const isTemporary = each.spec.restart === 'temporary';
      yield* this.#stopping.stop(each, isTemporary ? 'stopped' : 'restarting');
      if (!isTemporary) this.#children.setStatus(each, 'stopped');
    }
  }

  /** A parked child stays where it is until somebody starts it. */
  #group(child: Child): readonly Child[] {
    const group = affected(this.#rules.strategy, this.#children.byId, child.id);
    return group.filter((each) => each === child || each.status !== 'parked');
  }

  *#giveUp(child: Child, end: End): Steps {
    const { intensity, period } = this.#rules;
    const now = this.#children.clock.now();
    const error = new GaveUp({
      supervisor: this.#place.memory.path,
      child: child.memory.path,
      exits: this.#window.count(now, child.id),
      total: this.#window.count(now),
      intensity,
      period,
      cause: end.cause,
    });
    this.#children.leave(child, end, this.#children.outlook);
    yield* this.#engine.giveUp(error);
  }

  #judge(child: Child, reason: ExitReason): Budget | 'park' | 'stop' | undefined {
    const failed = (error: unknown): void => child.memory.report({ type: 'hook failed', hook: 'judge', error });
    const judged = guard(() => child.spec.judge?.(reason), failed);
    if (!isThenable(judged)) return judged;
    failed(BadSpec.expected(`child '${child.id}': judge`, "to return a budget, 'park', 'stop' or undefined", judged));
    return undefined;
  }
}

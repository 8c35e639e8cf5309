import type { AnyActorRef } from 'xstate';
import type { Child } from './child.js';
import type { Budget } from './child-spec.js';
import type { Children, Place, Steps } from './children.js';
import { GaveUp, type StartFailed } from './errors.js';
import type { ExitReason } from './exit-reason.js';
import { RestartWindow } from './intensity.js';
import { affected, isRestarted, type Strategy } from './strategy.js';
import { type End, endOf } from './supervised.js';

/** Of a supervisor's options, those that say who is restarted, and how often. */
type Rules = Budget & { readonly strategy: Strategy };

/** What a reaction needs of the engine that it runs in. */
interface Host {
  /** Puts an operation behind all that waits already. */
  readonly push: (steps: () => Steps) => void;
  /** Ends the supervisor, since it has restarted too often. */
  readonly giveUp: (error: GaveUp) => Steps;
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
  readonly #engine: Host;
  readonly #window: RestartWindow;

  constructor(rules: Rules, place: Place, children: Children, engine: Host) {
    this.#rules = rules;
    this.#place = place;
    this.#children = children;
    this.#engine = engine;
    this.#window = new RestartWindow(rules);
  }

  /** The restarts that count now. */
  recent(): number {
    return this.#window.count(this.#place.context.clock.now());
  }

  /** An actor has ended, and nobody has dealt with it yet. */
  *exited(actor: AnyActorRef): Steps {
    const child = this.#children.ofActor(actor.id);
    const end = endOf(actor);
    // It was stopped in the meantime, since a sibling had ended first.
    if (child?.actor !== actor || end === undefined) return;
    this.#children.forget(child);
    const isDue = isRestarted(child.spec.restart, end.reason);
    yield* this.#decide(child, end, isDue);
  }

  /** A restart has failed, and the message to try again has come round. */
  *#tryAgain(child: Child, retry: Child['retry']): Steps {
    if (retry === undefined || child.retry !== retry) return;
    this.#children.cancel(child);
    yield* this.#decide(child, retry.end, true);
  }

  /** The child's backoff is over. */
  *#due(child: Child, retry: Child['retry']): Steps {
    if (retry === undefined || child.retry !== retry) return;
    yield* this.restartGroup(child);
  }

  /** @param isDue whether `restart` wants the child to be restarted */
  *#decide(child: Child, end: End, isDue: boolean): Steps {
    const judged = this.#judge(child, end.reason);
    if (judged === 'park') return yield* this.#abandon(child, end, 'parked');
    if (judged === 'stop' || !isDue) return yield* this.#abandon(child, end, 'stopped');
    const budget = judged ?? child.spec.budget;
    if (budget !== undefined) {
      if (!child.charge(budget)) return yield* this.#abandon(child, end, 'parked');
    } else if (!this.#window.record(this.#place.context.clock.now(), child.spec.id)) {
      return yield* this.#giveUp(child, end);
    }
    this.#children.leave(child, end, 'restarting');
    const { attempt, in: wait } = child.nextRestart();
    child.memory.report({ type: 'restarting', in: wait, attempt });
    if (child.spec.backoff === undefined) {
      yield* this.restartGroup(child);
      return;
    }
    // The others of the group depend on it: they are not left running beside a gap.
    yield* this.#stopGroup(child);
    const { clock } = this.#place.context;
    const retry = {
      end,
      due: clock.now() + wait,
      timer: clock.setTimeout(() => this.#engine.push(() => this.#due(child, retry)), wait),
    };
    child.retry = retry;
  }

  /** Stops those that depend on a child, and starts them and it. @returns the failure that ended that, if one did */
  *restartGroup(child: Child): Steps<StartFailed | undefined> {
    yield* this.#stopGroup(child);
    this.#children.cancel(child);
    for (const each of this.#group(child)) {
      const failure = yield* this.#restart(each);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  /** Starts a child. If that fails it is tried again, behind all that waits already, and counted as a restart. */
  *#restart(child: Child): Steps<StartFailed | undefined> {
    const failure = yield* this.#children.start(child, 'restarting');
    if (failure === undefined) return undefined;
    const end = { reason: failure.cause, cause: failure.cause, isFailedStart: true };
    const retry = { end, due: undefined, timer: undefined };
    child.retry = retry;
    this.#children.setStatus(child, 'restarting');
    this.#engine.push(() => this.#tryAgain(child, retry));
    return failure;
  }

  /** A child stays down. Where its restart had failed before, those that were stopped with it start without it. */
  *#abandon(child: Child, end: End, fate: 'parked' | 'stopped'): Steps {
    const group = this.#group(child);
    this.#children.leave(child, end, fate);
    if (fate === 'parked') child.memory.report({ type: 'parked', reason: end.reason });
    // When it just ended it had stopped nobody: those that are down wait for the restart of somebody else.
    if (end.isFailedStart !== true) return;
    for (const each of group) {
      if (each === child || each.actor !== undefined || !each.memory.awaitsRestart) continue;
      if ((yield* this.#restart(each)) !== undefined) return;
    }
  }

  *#stopGroup(child: Child): Steps {
    for (const each of [...this.#group(child)].reverse()) {
      if (each === child) continue;
      const isTemporary = each.spec.restart === 'temporary';
      yield* this.#children.stop(each, isTemporary ? 'stopped' : 'restarting');
      if (!isTemporary) this.#children.setStatus(each, 'stopped');
    }
  }

  /** A parked child stays where it is until somebody starts it. */
  #group(child: Child): readonly Child[] {
    const group = affected(this.#rules.strategy, this.#children.byId, child.spec.id);
    return group.filter((each) => each === child || each.status !== 'parked');
  }

  *#giveUp(child: Child, end: End): Steps {
    const { intensity, period } = this.#rules;
    const now = this.#place.context.clock.now();
    const error = new GaveUp({
      supervisor: this.#place.memory.path,
      child: child.memory.path,
      exits: this.#window.count(now, child.spec.id),
      total: this.#window.count(now),
      intensity,
      period,
      cause: end.cause,
    });
    this.#children.leave(child, end, this.#children.outlook);
    yield* this.#engine.giveUp(error);
  }

  #judge(child: Child, reason: ExitReason): Budget | 'park' | 'stop' | undefined {
    try {
      return child.spec.judge?.(reason);
    } catch (error) {
      child.memory.report({ type: 'hook failed', hook: 'judge', error });
      return undefined;
    }
  }
}

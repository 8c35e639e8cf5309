import type { ExitReason } from '../exit-reason.js';
import { describeExit } from '../exit-reason.js';
import type { Fate, FullChildSpec } from '../spec/child-spec.js';
import { isRestarted } from '../spec/strategy.js';
import { isSupervisor, takesShutdown } from '../traits.js';
import { bereave } from './bereaved.js';
import type { Child } from './child.js';
import { type Children, KILLED, type Steps } from './children.js';
import type { Memory } from './memory.js';
import type { End } from './supervised.js';

/** How a supervisor stops its children: one, all of them in reverse order, all at the same time, or, killed itself, at once. */
export class Stopping {
  readonly #children: Children;
  /** That of the supervisor. */
  readonly #memory: Memory;
  readonly #wake: () => void;
  /** While all are stopped at the same time: what is left, and what went wrong, how often. */
  #together: { readonly waiting: Set<Child>; readonly errors: Map<string, Errors> } | undefined;

  constructor(children: Children, memory: Memory, wake: () => void) {
    this.#children = children;
    this.#memory = memory;
    this.#wake = wake;
  }

  /** Stops a child as its spec says, and waits until it is down. Its own end, not dealt with yet, is absorbed. */
  *stop(child: Child, fate: Fate): Steps {
    this.#children.cancel(child);
    if (child.actor === undefined) {
      if (fate === 'stopped') child.memory.settle('shutdown', 'stopped');
      return;
    }
    if (this.#children.ask(child, fate)) yield* this.#untilDown(child);
    const end = this.#children.gone(child, fate);
    if (end !== undefined && !isExpected(child.spec, end.reason)) {
      child.memory.report({ type: 'shutdown error', reason: end.reason, count: undefined });
    }
  }

  /** Stops all, one after the other, since the supervisor ends. */
  *inReverse(): Steps {
    this.#children.isClosing = true;
    for (const child of this.#children.newestFirst()) {
      // Somebody may terminate the supervisor while it waits: what follows is then stopped for good.
      yield* this.stop(child, this.#children.outlook);
      this.#children.setStatus(child, 'stopped');
    }
  }

  /**
   * Stops all at the same time, since the supervisor ends. What each is given counts from the same moment.
   *
   * @see OTP `supervisor`, `simple_one_for_one`
   */
  *atOnce(): Steps {
    const children = this.#children;
    children.isClosing = true;
    const waiting = new Set<Child>();
    this.#together = { waiting, errors: new Map() };
    for (const child of children.newestFirst()) {
      children.cancel(child);
      if (children.ask(child, children.outlook)) waiting.add(child);
      else this.#down(child);
    }
    let waited = 0;
    while (waiting.size > 0) {
      const next = earliest(waiting);
      const limit = children.limit(next === undefined ? undefined : next - waited);
      try {
        while (waiting.size > 0 && !limit.isOver) yield;
      } finally {
        limit.end();
      }
      if (next === undefined) continue;
      waited = next;
      for (const child of waiting) if (child.spec.shutdown === next) this.#down(child);
    }
    for (const { reason, count } of this.#together.errors.values()) {
      this.#memory.report({ type: 'shutdown error', reason, count });
    }
    this.#together = undefined;
  }

  /**
   * Ends all at once, since the supervisor is killed.
   *
   * @param isHeard whether those that can be asked to end hear of it, and end in their own time
   */
  killed(isHeard: boolean): void {
    const children = this.#children;
    children.isClosing = true;
    for (const child of children.newestFirst()) {
      children.cancel(child);
      const { actor, logic } = child;
      if (actor === undefined) continue;
      if (isHeard && !child.isLinked) this.#abandon(child);
      else if (isHeard && child.isAlive && logic !== undefined && takesShutdown(logic)) {
        children.leave(child, KILLED, children.outlook, true);
        this.#abandon(child);
        bereave(actor, child.spec.shutdown, children.clock);
      } else children.kill(child, KILLED, children.outlook);
    }
  }

  /** The child outlives its supervisor; its successor has nothing to do with it. */
  #abandon({ id, logic, memory }: Child): void {
    memory.exited('killed', this.#children.outlook);
    if (logic !== undefined && isSupervisor(logic)) this.#memory.bequeath(id, this.#children.outlook);
  }

  /** A child's actor has ended. @returns whether that is dealt with, since all are being stopped at the same time */
  noticed(child: Child): boolean {
    if (this.#together?.waiting.has(child) !== true) return false;
    this.#down(child);
    if (this.#together.waiting.size === 0) this.#wake();
    return true;
  }

  /** One of those that are stopped at the same time is down, or its time is over. */
  #down(child: Child): void {
    if (this.#together === undefined) return;
    const { waiting, errors } = this.#together;
    waiting.delete(child);
    const end = this.#children.gone(child, this.#children.outlook);
    this.#children.setStatus(child, 'stopped');
    if (end === undefined || isExpected(child.spec, end.reason)) return;
    const key = describeExit(end.reason);
    errors.set(key, { reason: end.reason, count: (errors.get(key)?.count ?? 0) + 1 });
  }

  /** Waits until the child has ended, at most as long as its spec says. */
  *#untilDown(child: Child): Steps {
    const { shutdown } = child.spec;
    const limit = this.#children.limit(typeof shutdown === 'number' ? shutdown : undefined);
    try {
      while (child.isAlive && !limit.isOver) yield;
    } finally {
      // Also when the supervisor is killed while it waits.
      limit.end();
    }
  }
}

interface Errors {
  readonly reason: ExitReason;
  readonly count: number;
}

function earliest(children: ReadonlySet<Child>): number | undefined {
  let least: number | undefined;
  for (const { spec } of children) {
    if (typeof spec.shutdown === 'number' && (least === undefined || spec.shutdown < least)) least = spec.shutdown;
  }
  return least;
}

/**
 * Whether a child that was asked to stop, or that died just before, ended as it should.
 *
 * @see OTP `supervisor`: the reports of type `shutdown_error`
 */
function isExpected({ restart, shutdown }: FullChildSpec, reason: End['reason']): boolean {
  if (reason === (shutdown === 'brutal_kill' ? 'killed' : 'shutdown')) return true;
  return restart !== 'permanent' && !isRestarted('transient', reason);
}

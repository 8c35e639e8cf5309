import { type AnyActorRef, type AnyActorScope, createActor, type InputFrom } from 'xstate';
import { Child } from './child.js';
import type { ChildIdentity, Fate, FullChildSpec } from './child-spec.js';
import { StartFailed } from './errors.js';
import type { ExitReason } from './exit-reason.js';
import type { Memory, TreeContext } from './memory.js';
import { isRestarted } from './strategy.js';
import { type End, endOf, stopDescendants, supervised } from './supervised.js';
import { isStarting, type ShutdownEvent, takesShutdown } from './traits.js';
import type { ChildStatus } from './view.js';

/** Where a supervisor stands: below another one, or at the root of a tree of its own. */
export interface Place {
  readonly context: TreeContext;
  readonly memory: Memory;
  /** The record that the supervisor above keeps of this one. */
  readonly record: Child | undefined;
}

/** Work that takes several turns: each `yield` waits for the next notice, and what it waits for is checked again. */
export type Steps<T = void> = Generator<void, T, void>;

/** OTP's `count_children`. */
export interface ChildCounts {
  readonly specs: number;
  /** Children that are alive. */
  readonly active: number;
  /** Specs of that type, alive or not. */
  readonly supervisors: number;
  readonly workers: number;
}

const KILLED: End = { reason: 'killed', cause: 'killed' };

/** The children of one supervisor, and how one of them is started and stopped. When, and which, the engine decides. */
export class Children {
  /** In start order. */
  readonly byId = new Map<string, Child>();
  /** How many of them wait for a restart. */
  restarting = 0;
  /** By the id of the actor, `child#incarnation`: the news of an earlier incarnation finds nothing here. */
  readonly #byActor = new Map<string, Child>();
  readonly #scope: AnyActorScope;
  readonly #place: Place;
  readonly #wake: () => void;
  #isClosing = false;

  /** @param wake has the engine look again at what it waits for */
  constructor(scope: AnyActorScope, place: Place, wake: () => void) {
    this.#scope = scope;
    this.#place = place;
    this.#wake = wake;
  }

  /** What they have to expect when their supervisor ends. The supervisor above may yet decide otherwise. */
  get outlook(): Fate {
    const { record } = this.#place;
    return record === undefined ? 'stopped' : (record.leaving ?? 'restarting');
  }

  ofActor(actorId: string): Child | undefined {
    return this.#byActor.get(actorId);
  }

  newestFirst(): readonly Child[] {
    return [...this.byId.values()].reverse();
  }

  count(): ChildCounts {
    const children = [...this.byId.values()];
    const supervisors = children.filter((child) => child.spec.type === 'supervisor').length;
    const active = children.filter((child) => child.isAlive).length;
    return { specs: children.length, active, supervisors, workers: children.length - supervisors };
  }

  add(spec: FullChildSpec): Child {
    const child = new Child(spec, this.#place.memory.child(spec), this.#place.context);
    this.byId.set(spec.id, child);
    return child;
  }

  remove(child: Child): void {
    this.setStatus(child, 'stopped');
    this.byId.delete(child.spec.id);
    this.#place.memory.children.delete(child.spec.id);
    child.memory.dispose();
  }

  setStatus(child: Child, status: ChildStatus): void {
    if (child.status === 'restarting') this.restarting -= 1;
    if (status === 'restarting') this.restarting += 1;
    child.status = status;
  }

  /**
   * Starts a child and waits until it is up.
   *
   * @param fate what becomes of it, if that fails
   */
  *start(child: Child, fate: Fate): Steps<StartFailed | undefined> {
    const { memory } = child;
    const identity = child.nextIdentity(fate === 'restarting');
    this.cancel(child);
    this.setStatus(child, 'starting');
    let failure: { readonly error: unknown } | undefined;
    try {
      const actor = this.#create(child, identity);
      memory.started(actor);
      actor.start();
      while (child.logic !== undefined && isStarting(child.logic, actor.getSnapshot()) && child.isAlive) yield;
      const end = endOf(actor);
      // An actor that is done has started, and then ended: XState has put that into the mailbox.
      if (end !== undefined && actor.getSnapshot().status !== 'done') failure = { error: end.cause };
    } catch (error) {
      failure = { error };
    }
    if (failure === undefined) {
      this.setStatus(child, 'running');
      memory.report({ type: 'started', incarnation: identity.incarnation });
      return undefined;
    }
    const { error } = failure;
    if (child.actor !== undefined && child.isAlive) this.#scope.stopChild(child.actor);
    this.forget(child);
    this.setStatus(child, 'stopped');
    child.remember({ reason: error, cause: error });
    memory.report({ type: 'start failed', incarnation: identity.incarnation, error });
    memory.exited(error, fate);
    if (fate !== 'restarting') memory.settle(error, fate);
    return StartFailed.from(memory.path, error);
  }

  /** Stops a child as its spec says, and waits until it is down. Its own end, not dealt with yet, is absorbed. */
  *stop(child: Child, fate: Fate): Steps {
    this.cancel(child);
    const { actor, spec } = child;
    if (actor === undefined) {
      if (fate === 'stopped') child.memory.settle('shutdown', 'stopped');
      return;
    }
    this.setStatus(child, 'stopping');
    child.leaving = fate;
    const asks = child.logic !== undefined && takesShutdown(child.logic) && spec.shutdown !== 'brutal_kill';
    if (child.isAlive && !asks) {
      const reason = spec.shutdown === 'brutal_kill' ? 'killed' : 'shutdown';
      this.#kill(child, { reason, cause: reason }, fate);
      return;
    }
    if (child.isAlive && spec.shutdown !== 0) {
      actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' } satisfies ShutdownEvent);
      yield* this.#untilDown(child);
    }
    const end = endOf(actor);
    if (end === undefined) {
      this.#kill(child, KILLED, fate);
      child.memory.report({ type: 'shutdown error', reason: KILLED.reason });
      return;
    }
    this.forget(child);
    this.leave(child, end, fate);
    if (!isExpected(spec, end.reason)) child.memory.report({ type: 'shutdown error', reason: end.reason });
  }

  /** Stops all, one after the other, since the supervisor ends. */
  *stopAll(): Steps {
    this.#isClosing = true;
    const fate = this.outlook;
    for (const child of this.newestFirst()) {
      yield* this.stop(child, fate);
      this.setStatus(child, 'stopped');
    }
  }

  /** Stops all at once, since the supervisor is killed. */
  killAll(): void {
    this.#isClosing = true;
    for (const child of this.newestFirst()) {
      this.cancel(child);
      if (child.actor !== undefined) this.#kill(child, KILLED, this.outlook);
    }
  }

  /** The actor is no longer the child's: what it does or says from now on concerns nobody. */
  forget(child: Child): void {
    const { actor } = child;
    if (actor === undefined) return;
    this.#byActor.delete(actor.id);
    child.actor = undefined;
    child.identity = undefined;
    // Of an actor that failed while it started: only its initial actions have run, not the wrapper.
    if (actor.getSnapshot().status === 'error') stopDescendants(actor.getSnapshot());
  }

  /** An incarnation has ended: everybody is told. */
  leave(child: Child, end: End, fate: Fate): void {
    child.leaving = undefined;
    child.remember(end);
    const { reason, cause } = end;
    if (end.isFailedStart !== true) child.memory.report({ type: 'exited', reason, cause, fate });
    child.memory.exited(reason, fate);
    if (fate === 'restarting') this.setStatus(child, 'restarting');
    else this.settle(child, fate, reason);
  }

  /** A child is down, and stays so. */
  settle(child: Child, fate: 'parked' | 'stopped', reason: ExitReason): void {
    this.setStatus(child, fate);
    child.memory.settle(reason, fate);
    // While the supervisor itself ends nothing vanishes: when it is started again the child is there again.
    if (fate === 'stopped' && child.spec.restart === 'temporary' && !this.#isClosing) this.remove(child);
  }

  cancel(child: Child): void {
    if (child.retry?.timer !== undefined) this.#place.context.clock.clearTimeout(child.retry.timer);
    child.retry = undefined;
  }

  #create(child: Child, identity: ChildIdentity): AnyActorRef {
    const { spec } = child;
    const input: unknown = typeof spec.input === 'function' ? inputOf(spec.input, identity) : spec.input;
    const start = typeof spec.start === 'function' ? spec.start(identity) : spec.start;
    if (typeof start === 'symbol') throw new Error('ignore');
    child.logic = start;
    const logic = supervised(start);
    const id = `${spec.id}#${identity.incarnation}`;
    const actor = createActor(logic, { parent: this.#scope.self, id, input: input as InputFrom<typeof logic> });
    child.actor = actor;
    this.#byActor.set(id, child);
    return actor;
  }

  #kill(child: Child, end: End, fate: Fate): void {
    child.leaving = fate;
    if (child.actor !== undefined) this.#scope.stopChild(child.actor);
    this.forget(child);
    this.leave(child, end, fate);
  }

  /** Waits until the child has ended, at most as long as its spec says. */
  *#untilDown(child: Child): Steps {
    if (!child.isAlive) return;
    const { clock } = this.#place.context;
    const { shutdown } = child.spec;
    let isLate = false;
    const late = (): void => {
      isLate = true;
      this.#wake();
    };
    const timer = typeof shutdown === 'number' ? clock.setTimeout(late, shutdown) : undefined;
    try {
      while (child.isAlive && !isLate) yield;
    } finally {
      // Also when the supervisor is killed while it waits.
      if (timer !== undefined) clock.clearTimeout(timer);
    }
  }
}

function inputOf(input: object, identity: ChildIdentity): unknown {
  return (input as (identity: ChildIdentity) => unknown)(identity);
}

/**
 * Whether a child that was asked to stop, or that died just before, ended as it should.
 *
 * @see OTP `supervisor`: the reports of type `shutdown_error`
 */
function isExpected({ restart, shutdown }: FullChildSpec, reason: ExitReason): boolean {
  if (shutdown === 'brutal_kill') return reason === 'killed';
  if (reason === 'shutdown') return true;
  return restart !== 'permanent' && !isRestarted('transient', reason);
}

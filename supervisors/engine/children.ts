import { type AnyActorLogic, type AnyActorRef, type AnyActorScope, createActor, type InputFrom } from 'xstate';
import { BadSpec, GaveUp, StartFailed, StartTimedOut } from '../errors.js';
import type { ExitReason } from '../exit-reason.js';
import { guard } from '../guard.js';
import { type Fate, type FullChildSpec, ignore } from '../spec/child-spec.js';
import { isLogic } from '../spec/spec-checks.js';
import { isReady, isStarting, isSupervisor, type KillEvent, type ShutdownEvent, takesShutdown } from '../traits.js';
import type { ChildStatus } from '../view.js';
import { Child } from './child.js';
import { Limit } from './limit.js';
import type { Memory, TreeContext } from './memory.js';
import { Readiness, watched } from './readiness.js';
import { type End, endOf, rememberReason, stopDescendants, supervised } from './supervised.js';

/** Where a supervisor stands: below another one, or at the root of a tree of its own. */
export interface Place {
  readonly context: TreeContext;
  readonly memory: Memory;
  /** The record that the supervisor above keeps of this one. */
  readonly record: Child | undefined;
}

/** Work that takes several turns: each `yield` waits for the next notice, and what it waits for is checked again. */
export type Steps<T = void> = Generator<void, T, void>;

/** How a start ended. An ignored one leaves the child down. */
export type Started = 'up' | 'ignored' | StartFailed;

/** What a child's news is for. */
interface Host {
  /** Has the engine look again at what it waits for. */
  readonly wake: () => void;
  /** A child that runs has had its time to get ready. */
  readonly late: (child: Child, actor: AnyActorRef) => void;
}

export const KILLED: End = { reason: 'killed', cause: 'killed' };
const GONE: End = { reason: 'noproc', cause: 'noproc' };

/** The children of one supervisor, and how one of them is started. When, and which, the engine decides. */
export class Children {
  /** In start order. */
  readonly byId = new Map<string, Child>();
  /** How many of them wait for a restart. */
  restarting = 0;
  /** How many of them wait until those before them are ready. */
  waiting = 0;
  /** How many of them keep their supervisor from being ready. */
  holdingUp = 0;
  /** Whether one of them has ceased to do so since somebody has looked. */
  isFreed = false;
  /** Whether the supervisor is ending: nothing vanishes then. When it is started again the children are there again. */
  isClosing = false;
  readonly clock: TreeContext['clock'];
  /** By the id of the actor, `child#incarnation`: the news of an earlier incarnation finds nothing here. */
  readonly #byActor = new Map<string, Child>();
  readonly #scope: AnyActorScope;
  readonly #place: Place;
  readonly #isDynamic: boolean;
  readonly #engine: Host;

  /** @param isDynamic whether a child vanishes when it is down for good */
  constructor(scope: AnyActorScope, place: Place, isDynamic: boolean, engine: Host) {
    this.#scope = scope;
    this.#place = place;
    this.#isDynamic = isDynamic;
    this.#engine = engine;
    this.clock = place.context.clock;
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

  add(id: string, spec: FullChildSpec, args: readonly unknown[]): Child {
    const child = new Child(id, spec, args, this.#place.memory.child(id, spec));
    this.byId.set(id, child);
    this.#weigh(child);
    return child;
  }

  remove(child: Child): void {
    this.cancel(child);
    child.isDone = true;
    this.setStatus(child, 'stopped');
    this.byId.delete(child.id);
    this.#place.memory.kept?.delete(child.id);
    this.#place.memory.forget(child.id);
  }

  setStatus(child: Child, status: ChildStatus): void {
    if (child.status === 'restarting') this.restarting -= 1;
    if (status === 'restarting') this.restarting += 1;
    if (child.status === 'waiting') this.waiting -= 1;
    if (status === 'waiting') this.waiting += 1;
    child.status = status;
    this.#weigh(child);
  }

  /** A child is to be started when those before it are ready. */
  wait(child: Child): void {
    this.cancel(child);
    child.memory.expect();
    this.setStatus(child, 'waiting');
  }

  /** A child can do what it is there for. */
  ready(child: Child): void {
    child.isReady = true;
    child.readiness?.end(this.clock);
    this.#weigh(child);
    this.#engine.wake();
  }

  limit(after: number | undefined): Limit {
    return new Limit(this.clock, after, this.#engine.wake);
  }

  /** Starts a child and waits until it is up. @param fate what becomes of it, if that fails */
  *start(child: Child, fate: Fate): Steps<Started> {
    return this.begin(child, fate) ?? (yield* this.untilStarted(child, fate));
  }

  /** Starts a child. @returns how that ended, or `undefined` while it takes its time */
  begin(child: Child, fate: Fate): Started | undefined {
    child.countStart(fate !== 'stopped');
    this.cancel(child);
    child.isReady = false;
    child.isDone = false;
    this.setStatus(child, 'starting');
    try {
      const { start } = child.spec;
      const logic = typeof start === 'function' ? start(child.identity) : start;
      if (logic === ignore) return this.#ignored(child);
      if (typeof start === 'function') checkReturned(child, logic);
      const actor = this.#create(child, logic as AnyActorLogic);
      child.memory.started(actor);
      actor.start();
    } catch (error) {
      return this.#failed(child, error, fate);
    }
    return this.#look(child, fate);
  }

  /** The actor is no longer the child's: what it does or says from now on concerns nobody. */
  forget(child: Child): void {
    const { actor } = child;
    if (actor === undefined) return;
    this.#byActor.delete(actor.id);
    child.actor = undefined;
    child.readiness?.end(this.clock);
    child.readiness = undefined;
    // Of an actor that failed while it started: only its initial actions have run, not the wrapper.
    if (actor.getSnapshot().status === 'error') stopDescendants(actor.getSnapshot());
  }

  /** An incarnation has ended: everybody is told. */
  leave(child: Child, end: End, fate: Fate, isStopped = false): void {
    child.last = child.actor ?? child.last;
    this.forget(child);
    child.leaving = undefined;
    child.remember(end);
    const { reason, cause } = end;
    if (end.isFailedStart !== true) child.memory.report({ type: 'exited', reason, cause, fate, isStopped });
    child.memory.exited(reason, fate);
    if (fate === 'restarting') this.setStatus(child, 'restarting');
    else this.settle(child, fate, reason);
  }

  /** A child is down, and stays so. */
  settle(child: Child, fate: 'parked' | 'stopped', reason: ExitReason): void {
    child.isDone = fate === 'stopped';
    if (child.isDone) child.isOnTrial = false;
    this.setStatus(child, fate);
    child.memory.settle(reason, fate);
    const vanishes = fate === 'stopped' && (this.#isDynamic || child.spec.restart === 'temporary');
    if (vanishes && !this.isClosing) this.remove(child);
  }

  cancel(child: Child): void {
    if (child.retry?.timer !== undefined) this.clock.clearTimeout(child.retry.timer);
    if (child.probe !== undefined) this.clock.clearTimeout(child.probe.timer);
    child.retry = undefined;
    child.probe = undefined;
    // A child that is about to be stopped need not get ready.
    child.readiness?.end(this.clock);
  }

  /**
   * Asks a child to end, if it can be asked and is given the time, and ends it otherwise.
   *
   * @returns whether it has to be waited for: `gone` tells how it went
   */
  ask(child: Child, fate: Fate): boolean {
    const { actor, logic, spec } = child;
    if (actor === undefined || logic === undefined) return false;
    this.setStatus(child, 'stopping');
    child.leaving = fate;
    if (!child.isAlive) {
      // It was not linked, so this is news; of a linked one the notice waits in the queue.
      if (!child.isLinked) this.forget(child);
      return false;
    }
    if (spec.shutdown === 'brutal_kill' || !takesShutdown(logic)) {
      const reason = spec.shutdown === 'brutal_kill' ? 'killed' : 'shutdown';
      this.kill(child, { reason, cause: reason }, fate);
      return false;
    }
    if (spec.shutdown === 0) return false;
    actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' } satisfies ShutdownEvent);
    return child.isAlive;
  }

  /** What is left to do after a child was asked: if it still lives, it is killed. @returns its end, if that is news */
  gone(child: Child, fate: Fate): End | undefined {
    const { actor } = child;
    if (actor === undefined) {
      if (child.leaving === undefined) return undefined;
      this.leave(child, GONE, fate, true);
      return GONE;
    }
    const end = endOf(actor);
    if (end === undefined) {
      this.kill(child, KILLED, fate);
      return KILLED;
    }
    this.leave(child, end, fate, true);
    return end;
  }

  kill(child: Child, end: End, fate: Fate): void {
    child.leaving = fate;
    this.halt(child, end.reason);
    this.leave(child, end, fate, true);
  }

  /** Waits until a child that takes its time is up. */
  *untilStarted(child: Child, fate: Fate): Steps<Started> {
    const { startTimeout } = child.spec;
    const limit = this.limit(startTimeout);
    try {
      for (;;) {
        yield;
        const started = this.#look(child, fate);
        if (started !== undefined) return started;
        if (limit.isOver) return this.#failed(child, new StartTimedOut(child.memory.path, startTimeout ?? 0), fate);
      }
    } finally {
      // Also when the supervisor is killed while it waits.
      limit.end();
    }
  }

  #look(child: Child, fate: Fate): Started | undefined {
    const { actor, logic, memory } = child;
    if (actor === undefined || logic === undefined) return this.#failed(child, 'killed', fate);
    const snapshot: { readonly status: string; readonly output?: unknown; readonly error?: unknown } =
      actor.getSnapshot();
    switch (snapshot.status) {
      case 'active':
        if (isStarting(logic, snapshot)) return undefined;
        break;
      case 'done':
        if (snapshot.output === ignore) return this.#ignored(child);
        // It has started, and then ended: XState has put that into the mailbox.
        break;
      default:
        // A supervisor that has given up was up before: the news of its end is in the mailbox.
        if (!(snapshot.error instanceof GaveUp)) return this.#failed(child, endOf(actor)?.cause, fate);
    }
    this.#up(child, logic, snapshot);
    child.last = undefined;
    memory.report({ type: 'started', incarnation: memory.incarnation });
    return 'up';
  }

  #up(child: Child, logic: AnyActorLogic, snapshot: unknown): void {
    const { actor, readiness, spec, startedAt } = child;
    if (!child.isReady && child.isAlive) {
      child.isReady = readiness === undefined ? isReady(logic, snapshot) : readiness.isReady(snapshot);
    }
    this.setStatus(child, 'running');
    if (child.isReady || actor === undefined || readiness === undefined || spec.startTimeout === undefined) return;
    const left = spec.startTimeout - (this.clock.now() - startedAt);
    readiness.limit(this.clock, left, () => this.#engine.late(child, actor));
  }

  /** Asked after each event of an actor, which may not be the child's any more. */
  #isReadyNow(child: Child, readiness: Readiness, snapshot: unknown): boolean {
    if (child.readiness !== readiness) return true;
    if (!readiness.isReady(snapshot)) return false;
    this.ready(child);
    return true;
  }

  /** After each change of who is ready, or may be. */
  #weigh(child: Child): void {
    const { status } = child;
    const holdsUp = status === 'running' ? !child.isReady : status !== 'stopped' || !child.isDone;
    if (holdsUp === child.holdsUp) return;
    child.holdsUp = holdsUp;
    this.holdingUp += holdsUp ? 1 : -1;
    if (!holdsUp) this.isFreed = true;
  }

  #ignored(child: Child): Started {
    const { memory } = child;
    this.forget(child);
    memory.report({ type: 'ignored', incarnation: memory.incarnation });
    memory.ignored();
    this.settle(child, 'stopped', 'normal');
    return 'ignored';
  }

  #failed(child: Child, error: unknown, fate: Fate): Started {
    const { memory } = child;
    this.halt(child, error);
    this.setStatus(child, 'stopped');
    child.remember({ reason: error, cause: error });
    const isAsked = child.isAsked && fate === 'stopped';
    memory.report({ type: 'start failed', incarnation: memory.incarnation, error, isAsked });
    memory.exited(error, fate);
    if (fate !== 'restarting') memory.settle(error, fate);
    return StartFailed.from(memory.path, error);
  }

  /** Ends what runs of a child, and nobody is told yet. */
  halt(child: Child, reason: ExitReason): void {
    const { actor, logic } = child;
    const isAlive = child.isAlive;
    this.forget(child);
    if (actor === undefined || !isAlive) return;
    if (logic !== undefined && isSupervisor(logic)) actor.send({ type: 'supervisor.kill' } satisfies KillEvent);
    else {
      rememberReason(actor, reason);
      this.#scope.stopChild(actor);
    }
  }

  #create<Start extends AnyActorLogic>(child: Child, start: Start): AnyActorRef {
    const { input, ready } = child.spec;
    child.logic = start;
    child.isLinked = true;
    const parent = this.#scope.self;
    const id = `${child.id}#${child.memory.incarnation}`;
    let logic = supervised(start);
    if (ready !== undefined) {
      const readiness = new Readiness(ready, child.memory);
      child.readiness = readiness;
      logic = watched(logic, (snapshot) => child.isReady || this.#isReadyNow(child, readiness, snapshot));
    }
    // XState spreads the options of every actor, and each that is there costs.
    const options =
      input === undefined
        ? { parent, id }
        : { parent, id, input: (typeof input === 'function' ? inputOf(input, child) : input) as InputFrom<Start> };
    const actor = createActor(logic, options);
    child.actor = actor;
    this.#byActor.set(actor.id, child);
    return actor;
  }
}

/** @throws {BadSpec} unless a start function has returned what it has to */
function checkReturned({ id }: Child, logic: unknown): void {
  if (isLogic(logic)) return;
  // An async function has still to say that it failed: nobody else will listen.
  guard(
    () => logic,
    () => {},
  );
  const problem = { name: 'invalid_mfa', value: logic } as const;
  throw BadSpec.expected(`child '${id}': start`, 'its function to return an actor logic, or ignore', logic, problem);
}

function inputOf(input: object, { identity }: Child): unknown {
  return (input as (identity: Child['identity']) => unknown)(identity);
}

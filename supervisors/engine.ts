import { type AnyActorRef, type AnyActorScope, createActor, type InputFrom } from 'xstate';
import type { SupervisorValue } from './chart.js';
import { Child } from './child.js';
import type { Budget, ChildIdentity, ChildSpec, Fate, FullChildSpec } from './child-spec.js';
import { fullSpec } from './child-spec.js';
import { ChildState, GaveUp, NotRunning, StartFailed, UnknownChild } from './errors.js';
import { type ExitReason, exit } from './exit-reason.js';
import { RestartWindow } from './intensity.js';
import type { Memory, TreeContext } from './memory.js';
import { affected, isRestarted, type Strategy } from './strategy.js';
import { type End, endOf, stopDescendants, supervised } from './supervised.js';
import { isStarting, type ShutdownEvent, takesShutdown } from './traits.js';
import { Queue, soon } from './turns.js';
import type { ChildStatus, SupervisorView } from './view.js';

/** Of `supervisor(...)`, checked and with defaults. */
export interface FullOptions {
  readonly strategy: Strategy;
  readonly intensity: number;
  readonly period: number;
  readonly children: readonly FullChildSpec[];
}

/** One line of OTP's `which_children`. */
export interface ChildInfo {
  readonly id: string;
  readonly path: string;
  readonly type: 'worker' | 'supervisor';
  readonly status: ChildStatus;
  /** The actor, unless the child is down. It is that of one incarnation only. */
  readonly actor: AnyActorRef | undefined;
}

/** OTP's `count_children`. */
export interface ChildCounts {
  readonly specs: number;
  /** Children that are alive. */
  readonly active: number;
  /** Specs of that type, alive or not. */
  readonly supervisors: number;
  readonly workers: number;
}

/** Where a supervisor stands: below another one, or at the root of a tree of its own. */
export interface Place {
  readonly context: TreeContext;
  readonly memory: Memory;
  /** The record that the supervisor above keeps of this one. */
  readonly record: Child | undefined;
}

/** Work that takes several turns: each `yield` waits for the next notice, and what it waits for is checked again. */
type Steps<T = void> = Generator<void, T, void>;

interface Operation {
  readonly steps: () => Steps;
  /** The supervisor has ended before the operation began or ended. */
  readonly abandon?: (error: NotRunning) => void;
}

type Ended = { readonly output: ExitReason } | { readonly error: unknown };

/**
 * What a supervisor does. It does one thing at a time: deaths, retries, requests and the order to stop wait in one
 * queue, behind starts and stops that take their time. An operation is a generator, so it reads as OTP's code does,
 * which waits in the middle of a function for the one message that it needs.
 *
 * Nothing but the first start runs on anybody else's stack.
 */
export class Engine {
  value: SupervisorValue = 'starting';
  /** Set when all children are down and only the actor itself is left to end. */
  ended: Ended | undefined;
  readonly path: string;
  readonly #place: Place;
  readonly #options: FullOptions;
  readonly #scope: AnyActorScope;
  readonly #wake: () => void;
  /** By id, in start order. */
  readonly #children = new Map<string, Child>();
  /** By the id of the actor, `child#incarnation`: the news of an earlier incarnation finds nothing here. */
  readonly #byActor = new Map<string, Child>();
  readonly #inbox = new Queue<Operation>();
  readonly #restarts: RestartWindow;
  #running: { readonly steps: Steps; readonly operation: Operation } | undefined;
  #awake = false;
  #restarting = 0;

  /** @param wake has `turn` called inside the actor, on an empty stack */
  constructor(scope: AnyActorScope, options: FullOptions, place: Place, wake: () => void) {
    this.#scope = scope;
    this.#options = options;
    this.#place = place;
    this.#wake = wake;
    this.path = place.memory.path;
    this.#restarts = new RestartWindow(options);
    this.#inbox.push({ steps: () => this.#init() });
  }

  /** The children now, in start order. */
  get children(): ReadonlyMap<string, Child> {
    return this.#children;
  }

  get place(): Place {
    return this.#place;
  }

  childOf(actor: AnyActorRef): Child | undefined {
    return this.#byActor.get(actor.id);
  }

  /** Goes on with the operation at hand, or else with the next one. */
  turn(): void {
    this.#awake = false;
    if (this.ended !== undefined) return;
    if (this.#running === undefined) {
      const operation = this.#inbox.shift();
      if (operation === undefined) return;
      this.#running = { steps: operation.steps(), operation };
    }
    if (this.#running.steps.next().done !== true) return;
    this.#running = undefined;
    if (this.#hasEnded()) this.#finish();
    else if (this.#inbox.size > 0) this.wake();
  }

  wake(): void {
    if (this.#awake || this.ended !== undefined) return;
    this.#awake = true;
    soon(this.#wake);
  }

  /** XState tells that an actor has ended. */
  noticed(actorId: string): void {
    const { actor } = this.#byActor.get(actorId) ?? {};
    // That of an older actor with the same id would be stale: this one lives.
    if (actor === undefined || endOf(actor) === undefined) return;
    this.#push({ steps: () => this.#exited(actor) });
    // An operation may be waiting for just that.
    this.wake();
  }

  /** The parent, or somebody in its place, asks this supervisor to end. */
  shutdown(reason: ExitReason): void {
    this.#push({ steps: () => this.#shutdown(reason) });
  }

  /** This supervisor is killed: everything below dies with it at once, so that nothing is left without a parent. */
  kill(): void {
    if (this.ended !== undefined) return;
    this.value = 'stopped';
    this.ended = { output: exit('killed') };
    for (const child of [...this.#children.values()].reverse()) {
      this.#cancel(child);
      if (child.actor !== undefined) this.#kill(child, { reason: 'killed', cause: 'killed' }, this.#outlook);
    }
    this.#finish();
  }

  // ---- What OTP's API asks. All of it waits in the queue.

  whichChildren(): Promise<readonly ChildInfo[]> {
    return this.#request(() => [...this.#children.values()].reverse().map(infoOf));
  }

  countChildren(): Promise<ChildCounts> {
    return this.#request(() => {
      const children = [...this.#children.values()];
      const supervisors = children.filter((child) => child.spec.type === 'supervisor').length;
      return {
        specs: children.length,
        active: children.filter((child) => child.isAlive).length,
        supervisors,
        workers: children.length - supervisors,
      };
    });
  }

  startChild(spec: ChildSpec): Promise<ChildInfo> {
    const engine = this;
    return this.#perform(function* () {
      const full = fullSpec(spec);
      const present = engine.#children.get(full.id);
      if (present !== undefined) {
        const state = present.actor === undefined ? 'already_present' : 'already_started';
        throw new ChildState(present.memory.path, state, 'delete it first, or choose another id');
      }
      const child = engine.#add(full);
      const failure = yield* engine.#start(child, 'stopped');
      if (failure === undefined) return infoOf(child);
      engine.#remove(child);
      throw failure;
    });
  }

  restartChild(id: string): Promise<ChildInfo> {
    const engine = this;
    return this.#perform(function* () {
      const child = engine.#child(id);
      if (child.actor !== undefined) throw new ChildState(child.memory.path, 'running', 'terminate it first');
      const waits = child.retry?.due !== undefined;
      if (child.retry !== undefined && !waits) {
        throw new ChildState(child.memory.path, 'restarting', 'its supervisor is already trying');
      }
      child.forgive();
      const failure = yield* waits ? engine.#restartGroup(child) : engine.#start(child, 'stopped');
      if (failure === undefined) return infoOf(child);
      throw failure;
    });
  }

  terminateChild(id: string): Promise<void> {
    const engine = this;
    return this.#perform(function* () {
      const child = engine.#child(id);
      const waited = child.retry !== undefined;
      if (child.actor === undefined) {
        engine.#cancel(child);
        engine.#down(child, 'stopped');
      } else yield* engine.#stop(child, 'stopped');
      if (!waited) return;
      // The retry would have started the rest of its group, too. Without it nobody will.
      for (const other of affected(engine.#options.strategy, engine.#children, id)) {
        if (other.actor === undefined && other.retry === undefined) other.memory.settle('shutdown', 'stopped');
      }
    });
  }

  deleteChild(id: string): Promise<void> {
    return this.#request(() => {
      const child = this.#child(id);
      if (child.actor !== undefined) throw new ChildState(child.memory.path, 'running', 'terminate it first');
      if (child.retry !== undefined) throw new ChildState(child.memory.path, 'restarting', 'terminate it first');
      this.#remove(child);
    });
  }

  view(viewOf: (child: Child) => SupervisorView['children'][number]): SupervisorView {
    const { strategy, intensity, period } = this.#options;
    return {
      strategy,
      intensity,
      period,
      recentRestarts: this.#restarts.count(this.#place.context.clock.now()),
      children: Array.from(this.#children.values(), viewOf),
    };
  }

  // ---- Operations.

  *#init(): Steps {
    const { children } = this.#options;
    this.#place.memory.retain(new Set(children.map((spec) => spec.id)));
    for (const spec of children) this.#add(spec);
    for (const child of this.#children.values()) {
      const failure = yield* this.#start(child, this.#outlook);
      if (failure === undefined) continue;
      yield* this.#stopAll();
      this.value = 'failed';
      this.ended = { error: failure };
      return;
    }
    this.value = 'running';
    if (this.#place.record === undefined) this.#place.context.onStarted();
  }

  *#shutdown(reason: ExitReason): Steps {
    this.value = 'stopping';
    yield* this.#stopAll();
    this.value = 'stopped';
    this.ended = { output: exit(reason) };
  }

  *#exited(actor: AnyActorRef): Steps {
    const child = this.#byActor.get(actor.id);
    const end = endOf(actor);
    // It was stopped in the meantime, since a sibling had ended first.
    if (child?.actor !== actor || end === undefined) return;
    this.#forget(child);
    const isDue = isRestarted(child.spec.restart, end.reason);
    yield* this.#decide(child, end, isDue);
  }

  /** A restart has failed, and the message to try again has come round. */
  *#tryAgain(child: Child, retry: Child['retry']): Steps {
    if (retry === undefined || child.retry !== retry) return;
    this.#cancel(child);
    yield* this.#decide(child, retry.end, true);
  }

  /** The child's backoff is over. */
  *#due(child: Child, retry: Child['retry']): Steps {
    if (retry === undefined || child.retry !== retry) return;
    yield* this.#restartGroup(child);
  }

  *#decide(child: Child, end: End, isDue: boolean): Steps {
    const judged = this.#judge(child, end.reason);
    if (judged === 'park') return this.#park(child, end);
    if (judged === 'stop' || !isDue) return this.#leave(child, end, 'stopped');
    const budget = judged ?? child.spec.budget;
    if (budget !== undefined) {
      if (!child.charge(budget)) return this.#park(child, end);
    } else if (!this.#restarts.record(this.#place.context.clock.now(), child.spec.id)) {
      return yield* this.#giveUp(child, end);
    }
    this.#leave(child, end, 'restarting');
    const { attempt, in: wait } = child.nextRestart();
    child.memory.report({ type: 'restarting', in: wait, attempt });
    if (child.spec.backoff === undefined) {
      yield* this.#restartGroup(child);
      return;
    }
    // The others of the group depend on it: they are not left running beside a gap.
    yield* this.#stopGroup(child);
    const { clock } = this.#place.context;
    const retry = {
      end,
      due: clock.now() + wait,
      timer: clock.setTimeout(() => this.#push({ steps: () => this.#due(child, retry) }), wait),
    };
    child.retry = retry;
  }

  *#restartGroup(child: Child): Steps<StartFailed | undefined> {
    yield* this.#stopGroup(child);
    this.#cancel(child);
    for (const each of this.#group(child)) {
      const failure = yield* this.#start(each, 'restarting');
      if (failure === undefined) continue;
      const end = { reason: failure.cause, cause: failure.cause, isFailedStart: true };
      const retry = { end, due: undefined, timer: undefined };
      each.retry = retry;
      this.#setStatus(each, 'restarting');
      this.#push({ steps: () => this.#tryAgain(each, retry) });
      return failure;
    }
    return undefined;
  }

  *#stopGroup(child: Child): Steps {
    for (const each of [...this.#group(child)].reverse()) {
      if (each === child) continue;
      const isTemporary = each.spec.restart === 'temporary';
      yield* this.#stop(each, isTemporary ? 'stopped' : 'restarting');
      if (isTemporary) this.#remove(each);
      else this.#setStatus(each, 'stopped');
    }
  }

  /** A parked child stays where it is until somebody starts it. */
  #group(child: Child): readonly Child[] {
    const group = affected(this.#options.strategy, this.#children, child.spec.id);
    return group.filter((each) => each === child || each.status !== 'parked');
  }

  *#giveUp(child: Child, end: End): Steps {
    const { intensity, period } = this.#options;
    const now = this.#place.context.clock.now();
    const error = new GaveUp({
      supervisor: this.path,
      child: child.memory.path,
      exits: this.#restarts.count(now, child.spec.id),
      total: this.#restarts.count(now),
      intensity,
      period,
      cause: end.cause,
    });
    this.#leave(child, end, this.#outlook);
    this.value = 'escalating';
    this.#place.memory.report({ type: 'gave up', error });
    yield* this.#stopAll();
    this.value = 'gaveUp';
    this.ended = { error };
  }

  *#stopAll(): Steps {
    const fate = this.#outlook;
    for (const child of [...this.#children.values()].reverse()) {
      yield* this.#stop(child, fate);
      this.#setStatus(child, 'stopped');
    }
  }

  /**
   * Starts the child and waits until it is up.
   *
   * @param fate what becomes of it, if that fails
   */
  *#start(child: Child, fate: Fate): Steps<StartFailed | undefined> {
    const { memory, spec } = child;
    const identity = child.nextIdentity(fate === 'restarting');
    this.#cancel(child);
    this.#setStatus(child, 'starting');
    let failure: { readonly error: unknown } | undefined;
    try {
      const input: unknown = typeof spec.input === 'function' ? inputOf(spec.input, identity) : spec.input;
      const id = `${spec.id}#${identity.incarnation}`;
      const logic = supervised(spec.start);
      const actor = createActor(logic, { parent: this.#scope.self, id, input: input as InputFrom<typeof logic> });
      child.actor = actor;
      this.#byActor.set(id, child);
      memory.started(actor);
      actor.start();
      while (isStarting(spec.start, actor.getSnapshot()) && child.isAlive) yield;
      const end = endOf(actor);
      // An actor that is done has started, and then ended: XState has put that into the mailbox.
      if (end !== undefined && actor.getSnapshot().status !== 'done') failure = { error: end.cause };
    } catch (error) {
      failure = { error };
    }
    if (failure === undefined) {
      this.#setStatus(child, 'running');
      memory.report({ type: 'started', incarnation: identity.incarnation });
      return undefined;
    }
    const { error } = failure;
    if (child.actor !== undefined && child.isAlive) this.#scope.stopChild(child.actor);
    this.#forget(child);
    this.#setStatus(child, 'stopped');
    child.remember({ reason: error, cause: error });
    memory.report({ type: 'start failed', incarnation: identity.incarnation, error });
    memory.exited(error, fate);
    if (fate !== 'restarting') memory.settle(error, fate);
    return StartFailed.from(memory.path, error);
  }

  /** Stops the child as its spec says, and waits until it is down. Its own end, not dealt with yet, is absorbed. */
  *#stop(child: Child, fate: Fate): Steps {
    this.#cancel(child);
    const { actor, spec } = child;
    if (actor === undefined) {
      if (fate === 'stopped') child.memory.settle('shutdown', 'stopped');
      return;
    }
    this.#setStatus(child, 'stopping');
    child.leaving = fate;
    const asks = takesShutdown(spec.start) && spec.shutdown !== 'brutal_kill';
    if (child.isAlive && !asks) {
      const reason = spec.shutdown === 'brutal_kill' ? 'killed' : 'shutdown';
      return this.#kill(child, { reason, cause: reason }, fate);
    }
    if (child.isAlive && spec.shutdown !== 0) {
      actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' } satisfies ShutdownEvent);
      yield* this.#untilDown(child, spec.shutdown);
    }
    const end = endOf(actor);
    if (end === undefined) {
      const killed = { reason: 'killed', cause: 'killed' };
      this.#kill(child, killed, fate);
      child.memory.report({ type: 'shutdown error', reason: 'killed' });
      return;
    }
    this.#forget(child);
    this.#leave(child, end, fate);
    if (!isExpected(spec, end.reason)) child.memory.report({ type: 'shutdown error', reason: end.reason });
  }

  *#untilDown(child: Child, shutdown: FullChildSpec['shutdown']): Steps {
    if (!child.isAlive) return;
    const { clock } = this.#place.context;
    let isLate = false;
    const late = (): void => {
      isLate = true;
      this.wake();
    };
    const timer = typeof shutdown === 'number' ? clock.setTimeout(late, shutdown) : undefined;
    try {
      while (child.isAlive && !isLate) yield;
    } finally {
      if (timer !== undefined) clock.clearTimeout(timer);
    }
  }

  // ---- Single steps.

  /** What the children of this supervisor have to expect when it ends. The supervisor above may yet decide otherwise. */
  get #outlook(): Fate {
    const { record } = this.#place;
    return record === undefined ? 'stopped' : (record.leaving ?? 'restarting');
  }

  #push(operation: Operation): void {
    if (this.ended !== undefined) {
      operation.abandon?.(new NotRunning(this.path));
      return;
    }
    this.#inbox.push(operation);
    this.wake();
  }

  #request<T>(answer: () => T): Promise<T> {
    // biome-ignore lint/correctness/useYield: an operation of one step
    return this.#perform(function* () {
      return answer();
    });
  }

  #perform<T>(steps: () => Steps<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#push({
        *steps() {
          try {
            resolve(yield* steps());
          } catch (error) {
            reject(error);
          }
        },
        abandon: reject,
      });
    });
  }

  #child(id: string): Child {
    const child = this.#children.get(id);
    if (child === undefined) throw new UnknownChild(id, [...this.#children.keys()]);
    return child;
  }

  #add(spec: FullChildSpec): Child {
    const child = new Child(spec, this.#place.memory.child(spec), this.#place.context);
    this.#children.set(spec.id, child);
    return child;
  }

  #remove(child: Child): void {
    this.#setStatus(child, 'stopped');
    this.#children.delete(child.spec.id);
    this.#place.memory.children.delete(child.spec.id);
    child.memory.dispose();
  }

  #setStatus(child: Child, status: ChildStatus): void {
    if (child.status === 'restarting') this.#restarting -= 1;
    if (status === 'restarting') this.#restarting += 1;
    child.status = status;
    if (this.value === 'running' || this.value === 'restarting') {
      this.value = this.#restarting > 0 ? 'restarting' : 'running';
    }
  }

  /** The actor is no longer the child's: what it does or says from now on concerns nobody. */
  #forget(child: Child): void {
    const { actor } = child;
    if (actor === undefined) return;
    this.#byActor.delete(actor.id);
    child.actor = undefined;
    child.identity = undefined;
    stopDescendants(actor);
  }

  #kill(child: Child, end: End, fate: Fate): void {
    const { actor } = child;
    child.leaving = fate;
    if (actor !== undefined) this.#scope.stopChild(actor);
    this.#forget(child);
    this.#leave(child, end, fate);
  }

  /** An incarnation has ended: everybody is told. */
  #leave(child: Child, end: End, fate: Fate): void {
    child.leaving = undefined;
    child.remember(end);
    const { reason, cause } = end;
    if (end.isFailedStart !== true) child.memory.report({ type: 'exited', reason, cause, fate });
    child.memory.exited(end.reason, fate);
    if (fate === 'restarting') this.#setStatus(child, 'restarting');
    else this.#down(child, fate, end.reason);
  }

  #park(child: Child, end: End): void {
    this.#leave(child, end, 'parked');
    child.memory.report({ type: 'parked', reason: end.reason });
  }

  #down(child: Child, fate: 'parked' | 'stopped', reason: ExitReason = 'shutdown'): void {
    this.#setStatus(child, fate);
    child.memory.settle(reason, fate);
    if (fate === 'stopped' && child.spec.restart === 'temporary') this.#remove(child);
  }

  #cancel(child: Child): void {
    if (child.retry?.timer !== undefined) this.#place.context.clock.clearTimeout(child.retry.timer);
    child.retry = undefined;
  }

  #judge(child: Child, reason: ExitReason): Budget | 'park' | 'stop' | undefined {
    try {
      return child.spec.judge?.(reason);
    } catch (error) {
      child.memory.report({ type: 'hook failed', hook: 'judge', error });
      return undefined;
    }
  }

  /** All children are down: nobody waits in vain, and the root's tree is closed. */
  #finish(): void {
    const error = new NotRunning(this.path);
    this.#running?.steps.return();
    this.#running?.operation.abandon?.(error);
    this.#running = undefined;
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) next.abandon?.(error);
    if (this.#place.record !== undefined) return;
    const reason = this.ended !== undefined && 'error' in this.ended ? this.ended.error : 'shutdown';
    this.#place.memory.settle(reason, 'stopped');
    this.#place.memory.dispose();
  }

  #hasEnded(): boolean {
    return this.ended !== undefined;
  }
}

function infoOf(child: Child): ChildInfo {
  const { spec, memory, status, actor } = child;
  return { id: spec.id, path: memory.path, type: spec.type, status, actor };
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

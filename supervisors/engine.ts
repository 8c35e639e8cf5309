import type { AnyActorRef, AnyActorScope } from 'xstate';
import type { SupervisorValue } from './chart.js';
import type { Child, ChildInfo } from './child.js';
import type { ChildSpec, FullChildSpec } from './child-spec.js';
import { fullSpec } from './child-spec.js';
import { type ChildCounts, Children, type Place, type Steps } from './children.js';
import { ChildState, type GaveUp, NotRunning, UnknownChild } from './errors.js';
import { type ExitReason, exit } from './exit-reason.js';
import { Restarts } from './restarts.js';
import { affected, type Strategy } from './strategy.js';
import { endOf } from './supervised.js';
import { Queue, soon } from './turns.js';
import type { SupervisorView } from './view.js';

/** Of `supervisor(...)`, checked and with defaults. */
export interface FullOptions {
  readonly strategy: Strategy;
  readonly intensity: number;
  readonly period: number;
  readonly children: readonly FullChildSpec[];
}

interface Operation {
  readonly steps: () => Steps;
  /** The supervisor has ended before the operation began or ended. */
  readonly abandon?: (error: NotRunning) => void;
}

type Ended = { readonly output: ExitReason } | { readonly error: unknown };

/**
 * What a supervisor does: it starts, answers, and stops; how it reacts to the end of a child is in `Restarts`. It does
 * one thing at a time: deaths, retries, requests and the order to stop wait in one queue, behind starts and stops that
 * take their time. An operation is a generator, so it reads as OTP's code does, which waits in the middle of a function
 * for the one message that it needs.
 *
 * Nothing but the first start runs on anybody else's stack.
 */
export class Engine {
  /** Set when all children are down, and only the actor itself is left to end. */
  ended: Ended | undefined;
  readonly path: string;
  readonly #place: Place;
  readonly #options: FullOptions;
  readonly #wake: () => void;
  readonly #children: Children;
  readonly #inbox = new Queue<Operation>();
  readonly #restarts: Restarts;
  #running: { readonly steps: Steps; readonly operation: Operation } | undefined;
  #awake = false;
  #value: SupervisorValue = 'starting';

  /** @param wake has `turn` called inside the actor, on an empty stack */
  constructor(scope: AnyActorScope, options: FullOptions, place: Place, wake: () => void) {
    this.#children = new Children(scope, place, () => this.wake());
    this.#options = options;
    this.#place = place;
    this.#wake = wake;
    this.path = place.memory.path;
    this.#restarts = new Restarts(options, place, this.#children, {
      push: (steps) => this.#push({ steps }),
      giveUp: (error) => this.#giveUp(error),
    });
    this.#inbox.push({ steps: () => this.#init() });
  }

  get value(): SupervisorValue {
    return this.#value === 'running' && this.#children.restarting > 0 ? 'restarting' : this.#value;
  }

  /** The children now, in start order. */
  get children(): ReadonlyMap<string, Child> {
    return this.#children.byId;
  }

  get place(): Place {
    return this.#place;
  }

  childOf(actor: AnyActorRef): Child | undefined {
    return this.#children.ofActor(actor.id);
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
    const { actor } = this.#children.ofActor(actorId) ?? {};
    // That of an older actor with the same id would be stale: this one lives.
    if (actor === undefined || endOf(actor) === undefined) return;
    this.#push({ steps: () => this.#restarts.exited(actor) });
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
    this.#value = 'stopped';
    this.ended = { output: exit('killed') };
    this.#children.killAll();
    this.#finish();
  }

  // ---- What OTP's API asks. All of it waits in the queue.

  whichChildren(): Promise<readonly ChildInfo[]> {
    return this.#request(() => this.#children.newestFirst().map((child) => child.info()));
  }

  countChildren(): Promise<ChildCounts> {
    return this.#request(() => this.#children.count());
  }

  getChildSpec(id: string): Promise<FullChildSpec> {
    return this.#request(() => this.#child(id).spec);
  }

  startChild(spec: ChildSpec): Promise<ChildInfo> {
    const engine = this;
    return this.#perform(function* () {
      const full = fullSpec(spec);
      const present = engine.#children.byId.get(full.id);
      if (present !== undefined) {
        const state = present.actor === undefined ? 'already_present' : 'already_started';
        throw new ChildState(present.memory.path, state, 'delete it first, or choose another id');
      }
      const child = engine.#children.add(full);
      const failure = yield* engine.#children.start(child, 'stopped');
      if (failure === undefined) return child.info();
      engine.#children.remove(child);
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
      const failure = yield* waits ? engine.#restarts.restartGroup(child) : engine.#children.start(child, 'stopped');
      if (failure === undefined) return child.info();
      throw failure;
    });
  }

  terminateChild(id: string): Promise<void> {
    const engine = this;
    return this.#perform(function* () {
      const child = engine.#child(id);
      const waited = child.retry !== undefined;
      if (child.actor === undefined) {
        engine.#children.cancel(child);
        engine.#children.settle(child, 'stopped', 'shutdown');
      } else yield* engine.#children.stop(child, 'stopped');
      if (!waited) return;
      // The retry would have started the rest of its group, too. Without it nobody will.
      for (const other of affected(engine.#options.strategy, engine.children, id)) {
        if (other.actor === undefined && other.retry === undefined) other.memory.settle('shutdown', 'stopped');
      }
    });
  }

  deleteChild(id: string): Promise<void> {
    return this.#request(() => {
      const child = this.#child(id);
      if (child.actor !== undefined) throw new ChildState(child.memory.path, 'running', 'terminate it first');
      if (child.retry !== undefined) throw new ChildState(child.memory.path, 'restarting', 'terminate it first');
      this.#children.remove(child);
    });
  }

  view(viewOf: (child: Child) => SupervisorView['children'][number]): SupervisorView {
    const { strategy, intensity, period } = this.#options;
    return {
      strategy,
      intensity,
      period,
      recentRestarts: this.#restarts.recent(),
      children: Array.from(this.#children.byId.values(), viewOf),
    };
  }

  // ---- Operations.

  *#init(): Steps {
    const { children } = this.#options;
    this.#place.memory.retain(new Set(children.map((spec) => spec.id)));
    for (const spec of children) this.#children.add(spec);
    for (const child of this.#children.byId.values()) {
      const failure = yield* this.#children.start(child, this.#children.outlook);
      if (failure === undefined) continue;
      yield* this.#children.stopAll();
      this.#value = 'failed';
      this.ended = { error: failure };
      return;
    }
    this.#value = 'running';
    if (this.#place.record === undefined) this.#place.context.onStarted();
  }

  *#shutdown(reason: ExitReason): Steps {
    this.#value = 'stopping';
    yield* this.#children.stopAll();
    this.#value = 'stopped';
    this.ended = { output: exit(reason) };
  }

  *#giveUp(error: GaveUp): Steps {
    this.#value = 'escalating';
    this.#place.memory.report({ type: 'gave up', error });
    yield* this.#children.stopAll();
    this.#value = 'gaveUp';
    this.ended = { error };
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
    const child = this.#children.byId.get(id);
    if (child === undefined) throw new UnknownChild(id, [...this.#children.byId.keys()]);
    return child;
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

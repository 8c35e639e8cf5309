import type { AnyActorRef, AnyActorScope } from 'xstate';
import { type GaveUp, NotRunning } from '../errors.js';
import { type ExitReason, exit } from '../exit-reason.js';
import type { AutoShutdown, FullChildSpec, WaitFor } from '../spec/child-spec.js';
import type { FullDynamic } from '../spec/dynamic-options.js';
import type { Strategy } from '../spec/strategy.js';
import type { SupervisorView } from '../view.js';
import type { SupervisorValue } from './chart.js';
import type { Child } from './child.js';
import { Children, type Place, type Steps } from './children.js';
import { Restarts } from './restarts.js';
import { Stopping } from './stopping.js';
import { Queue, soon, type Worker } from './turns.js';

/** Of `supervisor(...)` or `dynamicSupervisor(...)`, checked and with defaults. */
export interface FullOptions {
  readonly strategy: Strategy;
  readonly intensity: number;
  readonly period: number;
  readonly autoShutdown: AutoShutdown;
  readonly waitFor: WaitFor;
  readonly children: readonly FullChildSpec[];
  /** A dynamic supervisor's own. */
  readonly dynamic: FullDynamic | undefined;
}

/** Something that waits in the queue. @returns what is left to do, if it takes time */
interface Operation {
  readonly begin: () => Steps | undefined;
  /** The supervisor has ended before the operation began or ended. */
  readonly abandon?: (error: NotRunning) => void;
}

/** By far the most frequent operation. */
class Notice implements Operation {
  readonly #restarts: Restarts;
  readonly #actor: AnyActorRef;

  constructor(restarts: Restarts, actor: AnyActorRef) {
    this.#restarts = restarts;
    this.#actor = actor;
  }

  begin(): Steps | undefined {
    return this.#restarts.exited(this.#actor);
  }
}

/** What somebody asks for and waits for. */
class Request<T> implements Operation {
  readonly #answer: () => T | Steps<T>;
  readonly #resolve: (answer: T) => void;
  readonly abandon: (error: unknown) => void;

  constructor(answer: () => T | Steps<T>, resolve: (answer: T) => void, reject: (error: unknown) => void) {
    this.#answer = answer;
    this.#resolve = resolve;
    this.abandon = reject;
  }

  begin(): Steps | undefined {
    try {
      const answer = this.#answer();
      if (isSteps(answer)) return this.#goOn(answer);
      this.#resolve(answer);
    } catch (error) {
      this.abandon(error);
    }
    return undefined;
  }

  *#goOn(steps: Steps<T>): Steps {
    try {
      this.#resolve(yield* steps);
    } catch (error) {
      this.abandon(error);
    }
  }
}

/** No answer is a generator. */
function isSteps<T>(answer: T | Steps<T>): answer is Steps<T> {
  return typeof answer === 'object' && answer !== null && Symbol.iterator in answer && 'throw' in answer;
}

type Ended = { readonly output: ExitReason } | { readonly error: unknown };

/**
 * What a supervisor does: it starts, answers, and stops; how it reacts to the end of a child is in `Restarts`. It does
 * one thing at a time: deaths, retries, requests and the order to stop wait in one queue, behind starts and stops that
 * take their time. An operation that does is a generator, so it reads as OTP's code does, which waits in the middle of a
 * function for the one message that it needs.
 *
 * Nothing but the first start runs on anybody else's stack.
 */
export class Engine implements Worker {
  /** Set when all children are down, and only the actor itself is left to end. */
  ended: Ended | undefined;
  /** Whether all below were ready at one time: it then is, until it ends. */
  isReady = false;
  /** Whether the first turn was taken: only that one is on the stack of whoever starts the supervisor. */
  hasBegun = false;
  readonly path: string;
  readonly place: Place;
  readonly options: FullOptions;
  readonly children: Children;
  readonly restarts: Restarts;
  readonly stopping: Stopping;
  readonly #publish: () => void;
  readonly #inbox = new Queue<Operation>();
  #running: { readonly steps: Steps; readonly operation: Operation } | undefined;
  #isAwake = false;
  #isTurning = false;
  #isFinished = false;
  #killed: { readonly isHeard: boolean } | undefined;
  #value: SupervisorValue = 'starting';
  #published: SupervisorValue = 'starting';
  #isReadyPublished = false;

  /** @param publish has the actor take over what has become of the supervisor */
  constructor(scope: AnyActorScope, options: FullOptions, place: Place, publish: () => void) {
    const wake = (): void => this.wake();
    this.options = options;
    this.place = place;
    this.path = place.memory.path;
    this.children = new Children(scope, place, options.dynamic !== undefined, {
      wake,
      late: (child, actor) => this.#push({ begin: () => this.restarts.late(child, actor) }),
    });
    this.stopping = new Stopping(this.children, place.memory, wake);
    this.restarts = new Restarts(options, place, this.children, this.stopping, {
      push: (begin) => this.#push({ begin }),
      giveUp: (error) => this.#giveUp(error),
      shutdown: (reason) => this.#shutdown(reason),
    });
    this.#publish = publish;
    this.#inbox.push({ begin: () => this.#init() });
  }

  get value(): SupervisorValue {
    return this.#value === 'running' && this.children.restarting > 0 ? 'restarting' : this.#value;
  }

  childOf(actor: AnyActorRef): Child | undefined {
    return this.children.ofActor(actor.id);
  }

  /** Goes on with the operation at hand, or else with the next one. */
  turn(): void {
    this.#isAwake = false;
    this.hasBegun = true;
    if (this.ended !== undefined) return;
    this.#isTurning = true;
    try {
      this.#step();
    } catch (error) {
      // A mistake in the engine itself; the children must not be left running.
      this.stopping.killed(false);
      this.ended = { error };
    }
    this.#isTurning = false;
    if (this.#killed !== undefined) this.#kill(this.#killed);
    if (this.#value === 'running' && !this.#hasEnded()) this.#attend();
    if (this.#hasEnded()) this.#finish();
    else if (this.#running === undefined && this.#inbox.size > 0) this.wake();
    const isNews = this.value !== this.#published || this.isReady !== this.#isReadyPublished;
    if (this.#hasEnded() || isNews) this.publish();
  }

  publish(): void {
    this.#published = this.value;
    this.#isReadyPublished = this.isReady;
    this.#publish();
  }

  wake(): void {
    if (this.#isAwake || this.ended !== undefined) return;
    this.#isAwake = true;
    soon(this);
  }

  /** XState tells that an actor has ended. */
  noticed(actorId: string): void {
    const child = this.children.ofActor(actorId);
    const actor = child?.actor;
    // That of an older actor with the same id would be stale: this one lives.
    if (child === undefined || actor === undefined || actor.getSnapshot().status === 'active') return;
    if (this.stopping.noticed(child)) return;
    if (child.isLinked) this.#push(new Notice(this.restarts, actor));
    // An operation may be waiting for just that.
    this.wake();
  }

  /** A child says that it can do what it is there for, unless its spec says how to tell. */
  readied(actorId: unknown): void {
    const child = typeof actorId === 'string' ? this.children.ofActor(actorId) : undefined;
    if (child !== undefined && child.spec.ready === undefined) this.children.ready(child);
  }

  /** The parent, or somebody in its place, asks this supervisor to end. */
  shutdown(reason: ExitReason): void {
    this.#push({ begin: () => this.#shutdown(reason) });
  }

  /**
   * This supervisor is killed.
   *
   * @param isHeard whether its children hear `killed` through their links, as in OTP. Otherwise all below dies at once, as
   *   XState does it: nothing is left without a parent either way.
   */
  kill(isHeard: boolean): void {
    if (this.ended !== undefined) return;
    this.#killed = { isHeard };
    // By what it does itself, such as starting a child that then stops the tree: it comes to the end of that first.
    if (this.#isTurning) return;
    this.#kill(this.#killed);
    this.#finish();
  }

  /** Has something done in its turn, which may take time. @returns its result, or rejects with what it throws */
  request<T>(answer: () => T | Steps<T>): Promise<T> {
    return new Promise((resolve, reject) => this.#push(new Request(answer, resolve, reject)));
  }

  view(viewOf: (child: Child) => SupervisorView['children'][number]): SupervisorView {
    const { strategy, intensity, period, dynamic } = this.options;
    return {
      strategy: dynamic === undefined ? strategy : 'simple_one_for_one',
      intensity,
      period,
      recentRestarts: this.restarts.recent(),
      children: Array.from(this.children.byId.values(), viewOf),
    };
  }

  #step(): void {
    if (this.#running !== undefined) {
      if (this.#running.steps.next().done === true) this.#running = undefined;
      return;
    }
    const operation = this.#inbox.shift();
    const steps = operation?.begin();
    if (operation === undefined || steps === undefined || steps.next().done === true) return;
    this.#running = { steps, operation };
  }

  /** What follows when a child has become ready, or need not any more. */
  #attend(): void {
    const { children } = this;
    if (children.isFreed && children.waiting > 0) this.#push({ begin: () => this.restarts.advance() });
    children.isFreed = false;
    if (this.isReady || children.holdingUp > 0) return;
    this.isReady = true;
    if (this.place.record === undefined) this.place.context.onReady();
  }

  *#init(): Steps {
    const { children, dynamic, waitFor } = this.options;
    const { memory } = this.place;
    memory.retain(new Set([...children.map((spec) => spec.id), ...(memory.kept?.keys() ?? [])]));
    for (const spec of children) {
      const child = this.children.add(spec.id, spec, spec.args);
      if (waitFor === 'ready') this.children.wait(child);
    }
    for (const child of [...this.children.byId.values()]) {
      const started = yield* this.children.start(child, this.children.outlook);
      if (started === 'up' || started === 'ignored') {
        // The rest starts later: nobody above shall have to wait for what may take long.
        if (waitFor === 'ready' && child.isHoldingUp) break;
        continue;
      }
      yield* this.stopping.inReverse();
      this.#value = 'failed';
      this.ended = { error: started };
      return;
    }
    if (dynamic?.restore === true) yield* this.#restore();
    this.#value = 'running';
    if (this.place.record === undefined) this.place.context.onStarted();
  }

  /** After a restart of its own a dynamic supervisor starts what was there. What does not start then is gone. */
  *#restore(): Steps {
    for (const [id, { spec, args }] of [...(this.place.memory.kept ?? [])]) {
      const child = this.children.add(id, spec, args);
      const started = yield* this.children.start(child, 'stopped');
      if (started !== 'up' && started !== 'ignored') this.children.remove(child);
    }
  }

  *#shutdown(reason: ExitReason): Steps {
    this.#value = 'stopping';
    yield* this.#stopAll();
    this.#value = 'stopped';
    this.ended = { output: exit(reason) };
  }

  *#giveUp(error: GaveUp): Steps {
    this.#value = 'escalating';
    this.place.memory.report({ type: 'gave up', error });
    yield* this.#stopAll();
    this.#value = 'gaveUp';
    this.ended = { error };
  }

  #stopAll(): Steps {
    return this.options.dynamic === undefined ? this.stopping.inReverse() : this.stopping.atOnce();
  }

  #kill({ isHeard }: { readonly isHeard: boolean }): void {
    if (this.ended !== undefined) return;
    // Killed while it starts it has failed to start: to the supervisor above that is something else than an end.
    const hasFailed = isHeard && this.#value === 'starting';
    this.#value = hasFailed ? 'failed' : 'stopped';
    this.ended = hasFailed ? { error: 'killed' } : { output: exit('killed') };
    this.stopping.killed(isHeard);
  }

  #push(operation: Operation): void {
    if (this.ended !== undefined) {
      operation.abandon?.(new NotRunning(this.path));
      return;
    }
    this.#inbox.push(operation);
    this.wake();
  }

  /** All children are down: nobody waits in vain, and the root's tree is closed. */
  #finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    const error = new NotRunning(this.path);
    this.#running?.steps.return();
    this.#running?.operation.abandon?.(error);
    this.#running = undefined;
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) next.abandon?.(error);
    const { memory, record } = this.place;
    if (this.children.outlook === 'stopped') memory.kept = undefined;
    if (record !== undefined && !memory.isBequeathed) return;
    const reason = this.ended !== undefined && 'error' in this.ended ? this.ended.error : 'shutdown';
    memory.settle(reason, 'stopped');
    memory.dispose();
  }

  #hasEnded(): boolean {
    return this.ended !== undefined;
  }
}

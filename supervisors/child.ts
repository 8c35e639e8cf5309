import type { AnyActorLogic, AnyActorRef } from 'xstate';
import { delay, nextAttempt } from './backoff.js';
import type { Budget, ChildIdentity, Fate, FullChildSpec } from './child-spec.js';
import type { Milliseconds } from './clock.js';
import { describeExit } from './exit-reason.js';
import { RestartWindow } from './intensity.js';
import type { Memory, TreeContext } from './memory.js';
import type { End } from './supervised.js';
import type { ChildStatus, ChildView, SupervisorView } from './view.js';

/** A restart that will be tried: at once, through the supervisor's queue, or when its timer fires. */
export interface Retry {
  readonly end: End;
  readonly due: Milliseconds | undefined;
  readonly timer: unknown;
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

/** A child as its supervisor sees it: the spec, and the facts of its present incarnation. It decides nothing. */
export class Child {
  readonly spec: FullChildSpec;
  readonly memory: Memory;
  status: ChildStatus = 'stopped';
  /** Its process, as OTP would say; a dead one is still here until the supervisor has dealt with its end. */
  actor: AnyActorRef | undefined;
  identity: ChildIdentity | undefined;
  /** What its actor was made from. */
  logic: AnyActorLogic | undefined;
  /** While its supervisor stops it: what becomes of it. A supervisor passes that on to the children below it. */
  leaving: Fate | undefined;
  retry: Retry | undefined;
  readonly #context: TreeContext;
  readonly #windows = new Map<Budget, RestartWindow>();
  #attempt = 0;
  #startedAt: Milliseconds = 0;
  #lastExit: ChildView['lastExit'];

  constructor(spec: FullChildSpec, memory: Memory, context: TreeContext) {
    this.spec = spec;
    this.memory = memory;
    this.#context = context;
  }

  get isAlive(): boolean {
    return this.actor?.getSnapshot().status === 'active';
  }

  /**
   * Counts the start that is about to take place.
   *
   * @param isUnasked whether nobody asked for it: it then counts as a restart, if it is not the first start
   */
  nextIdentity(isUnasked: boolean): ChildIdentity {
    const { args } = this.spec;
    if (isUnasked && this.memory.incarnation > 0) this.memory.restarts += 1;
    this.memory.incarnation += 1;
    this.#startedAt = this.#context.clock.now();
    const { id, path, incarnation, handle } = this.memory;
    const identity = { id, path, incarnation, handle, args };
    this.identity = identity;
    return identity;
  }

  remember(end: End): void {
    this.#lastExit = { reason: describeExit(end.cause), at: this.#context.clock.now() };
  }

  /** Charges a restart to a budget of the child's own. */
  charge(budget: Budget): boolean {
    let restarts = this.#windows.get(budget);
    if (restarts === undefined) {
      restarts = new RestartWindow(budget);
      this.#windows.set(budget, restarts);
    }
    return restarts.record(this.#context.clock.now(), this.spec.id);
  }

  /** Which restart in a row the next one is, and how long to wait before it. */
  nextRestart(): { readonly attempt: number; readonly in: Milliseconds } {
    const { backoff } = this.spec;
    this.#attempt = nextAttempt(backoff ?? {}, this.#attempt, this.#context.clock.now() - this.#startedAt);
    const wait = backoff === undefined ? 0 : delay(backoff, this.#attempt, this.#context.random());
    return { attempt: this.#attempt, in: wait };
  }

  /** Somebody starts it by hand: the past is forgotten. */
  forgive(): void {
    this.#windows.clear();
    this.#attempt = 0;
  }

  info(): ChildInfo {
    const { spec, memory, status, actor } = this;
    return { id: spec.id, path: memory.path, type: spec.type, status, actor };
  }

  view(supervisor: SupervisorView | undefined): ChildView {
    const { id, path, incarnation, restarts } = this.memory;
    const snapshot: { readonly value?: unknown } | undefined = this.actor?.getSnapshot();
    return {
      id,
      path,
      type: this.spec.type,
      status: this.status,
      incarnation,
      restarts,
      state: snapshot?.value,
      lastExit: this.#lastExit,
      retryAt: this.retry?.due,
      supervisor,
    };
  }
}

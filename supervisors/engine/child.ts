import type { AnyActorLogic, AnyActorRef } from 'xstate';
import type { Milliseconds } from '../clock.js';
import { describeExit } from '../exit-reason.js';
import { delay, nextAttempt } from '../spec/backoff.js';
import type { Budget, ChildIdentity, Fate, FullChildSpec } from '../spec/child-spec.js';
import type { ChildStatus, ChildView, SupervisorView } from '../view.js';
import { RestartWindow } from './intensity.js';
import type { Memory } from './memory.js';
import type { Readiness } from './readiness.js';
import type { End } from './supervised.js';

/** A restart that will be tried: at once, through the supervisor's queue, or when its timer fires. */
export interface Retry {
  readonly end: End;
  readonly due: Milliseconds | undefined;
  readonly timer: unknown;
}

/** Of a parked child: when it is tried again. */
export interface Probe {
  readonly due: Milliseconds;
  readonly timer: unknown;
}

/** One line of OTP's `which_children`. */
export interface ChildInfo {
  readonly id: string;
  readonly path: string;
  readonly type: 'worker' | 'supervisor';
  readonly status: ChildStatus;
  /** Whether it can do what it is there for. */
  readonly isReady: boolean;
  /** The actor, unless the child is down. It is that of one incarnation only. */
  readonly actor: AnyActorRef | undefined;
}

/**
 * A child as its supervisor sees it: the spec, and the facts of its present incarnation. It decides nothing. There may
 * be very many, so what few children need is made when they need it.
 */
export class Child {
  readonly id: string;
  /** That of a dynamic child may be shared: its `id` is then the template's. */
  readonly spec: FullChildSpec;
  readonly memory: Memory;
  /** All that `start` and `input` are passed. */
  readonly args: readonly unknown[];
  status: ChildStatus = 'stopped';
  /** Its process, as OTP would say; a dead one is still here until the supervisor has dealt with its end. */
  actor: AnyActorRef | undefined;
  /** While it waits for a restart: what it was. */
  last: AnyActorRef | undefined;
  /** What the actor was made from. */
  logic: AnyActorLogic | undefined;
  /** Whether the supervisor hears of its end. */
  isLinked = true;
  /** While its supervisor stops it: what becomes of it. A supervisor passes that on to the children below it. */
  leaving: Fate | undefined;
  retry: Retry | undefined;
  /** Whether this incarnation can do what it is there for. Once it can, it can. */
  isReady = false;
  /** Of a child whose spec says when it is. */
  readiness: Readiness | undefined;
  /** Whether it is down for good, and that is no trouble: it has done its work, or somebody stopped it. */
  isDone = false;
  /** Whether its supervisor cannot be ready because of it: kept, since a supervisor counts these. */
  holdsUp = false;
  probe: Probe | undefined;
  /** Whether it was parked and is being tried: it has yet to live as long as its spec says, and to be ready. */
  isOnTrial = false;
  /** Whether somebody has started it by hand, and so is told if that fails. */
  isAsked = false;
  startedAt: Milliseconds = 0;
  #windows: Map<Budget, RestartWindow> | undefined;
  #attempt = 0;
  #lastEnd: { readonly cause: unknown; readonly at: Milliseconds } | undefined;

  constructor(id: string, spec: FullChildSpec, args: readonly unknown[], memory: Memory) {
    this.id = id;
    this.spec = spec;
    this.args = args;
    this.memory = memory;
  }

  get isAlive(): boolean {
    return this.actor?.getSnapshot().status === 'active';
  }

  /** Whether it stands in the way of those that shall start when it is ready. */
  get isHoldingUp(): boolean {
    // Of one that has just died the supervisor will hear, unless they are not linked.
    return this.holdsUp || (this.actor !== undefined && this.isLinked && !this.isAlive);
  }

  get identity(): ChildIdentity {
    const { id, path, incarnation, handle } = this.memory;
    return { id, path, incarnation, handle, args: this.args };
  }

  /**
   * Counts the start that is about to take place.
   *
   * @param isUnasked whether nobody asked for it: it then counts as a restart, if it is not the first start
   */
  countStart(isUnasked: boolean): void {
    const { memory } = this;
    if (isUnasked && memory.incarnation > 0) memory.restarts += 1;
    memory.incarnation += 1;
    this.startedAt = memory.context.clock.now();
  }

  remember(end: End): void {
    this.#lastEnd = { cause: end.cause, at: this.memory.context.clock.now() };
  }

  /** Charges a restart to a budget of the child's own. */
  charge(budget: Budget): boolean {
    this.#windows ??= new Map();
    let restarts = this.#windows.get(budget);
    if (restarts === undefined) {
      restarts = new RestartWindow(budget);
      this.#windows.set(budget, restarts);
    }
    return restarts.record(this.memory.context.clock.now(), this.id);
  }

  /** Which restart in a row the next one is, and how long to wait before it. */
  nextRestart(): { readonly attempt: number; readonly in: Milliseconds } {
    const { backoff } = this.spec;
    const { clock, random } = this.memory.context;
    this.#attempt = nextAttempt(backoff ?? {}, this.#attempt, clock.now() - this.startedAt);
    const wait = backoff === undefined ? 0 : delay(backoff, this.#attempt, random());
    return { attempt: this.#attempt, in: wait };
  }

  /** Its past is forgotten: it was started by hand, or has lived well since it was tried again. */
  forgive(): void {
    this.isOnTrial = false;
    this.#windows = undefined;
    this.#attempt = 0;
  }

  info(): ChildInfo {
    const { id, spec, memory, status, isReady, actor } = this;
    return { id, path: memory.path, type: spec.type, status, isReady: isReady && status === 'running', actor };
  }

  view(supervisor: SupervisorView | undefined): ChildView {
    const { id, path, incarnation, restarts } = this.memory;
    const end = this.#lastEnd;
    return {
      id,
      path,
      type: this.spec.type,
      status: this.status,
      isReady: this.isReady && this.status === 'running',
      incarnation,
      restarts,
      state: stateOf(this.actor),
      lastExit: end === undefined ? undefined : { reason: describeExit(end.cause), at: end.at },
      retryAt: (this.retry ?? this.probe)?.due,
      supervisor,
    };
  }
}

function stateOf(actor: AnyActorRef | undefined): unknown {
  try {
    return (actor?.getSnapshot() as { readonly value?: unknown } | null | undefined)?.value;
  } catch {
    // A logic of the user's own may have a snapshot that cannot even be looked at. The others shall be seen.
    return undefined;
  }
}

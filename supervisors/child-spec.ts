import type { AnyActorLogic, AnyActorRef } from 'xstate';
import type { BackoffOptions } from './backoff.js';
import type { Milliseconds } from './clock.js';
import type { ExitReason } from './exit-reason.js';

export type Restart = 'permanent' | 'transient' | 'temporary';
export type Shutdown = Milliseconds | 'brutal_kill' | 'infinity';

/** How many restarts are allowed within how long. One more is one too many. */
export interface Budget {
  readonly intensity: number;
  readonly period: Milliseconds;
}

/** What a child is told of itself when it starts. */
export interface ChildIdentity {
  readonly id: string;
  /** The ids from the root's children down to this one, joined by `/`: `upstairs/thermostat`. Unique in a tree. */
  readonly path: string;
  /** 1 for the first start, one more with each restart. */
  readonly incarnation: number;
  /** What the spec's `handle` made for this child, if it has one. */
  readonly handle: ChildHandle | undefined;
}

/** What becomes of a child that has ended. */
export type Fate = 'restarting' | 'parked' | 'stopped';

/**
 * Something that stands for a child over all its incarnations, made once per child and tree. It outlives restarts of
 * the child and of the supervisors above it, and learns of each end. Its functions must not throw.
 */
export interface ChildHandle {
  /** The actor of this incarnation is about to start. */
  started?(incarnation: number, actor: AnyActorRef): void;
  /** The actor of this incarnation has ended. `fate` says whether there will be another. */
  exited?(reason: ExitReason, fate: Fate): void;
  /** Settles when the child has done what it is there for for the first time; a tree is `ready` when all have. */
  readonly ready?: Promise<unknown>;
}

/**
 * How to start, restart and stop one child: OTP's child specification, with an actor's logic in the place of its
 * start function.
 *
 * @see OTP `supervisor`, "Child specification"
 */
export interface ChildSpec {
  /** Unique among its siblings; not empty and without `/`. */
  readonly id: string;
  /** Any XState actor logic. */
  readonly start: AnyActorLogic;
  /** The logic's input, or a function that makes it anew for each start. */
  readonly input?: unknown;
  /** Default `permanent`. */
  readonly restart?: Restart;
  /** How long the child may take to end when asked to. Default 5,000 for a worker, `infinity` for a supervisor. */
  readonly shutdown?: Shutdown;
  /** Default `worker`; a supervisor's logic is recognised. */
  readonly type?: 'worker' | 'supervisor';

  // What OTP lacks, off unless asked for.

  /** How long to wait before each restart. Default: not at all. */
  readonly backoff?: BackoffOptions;
  /**
   * A budget of its own: its restarts are then not charged to the supervisor's, and when it is spent the child is
   * parked: down, visible, its siblings untouched, restartable by hand.
   */
  readonly budget?: Budget;
  /**
   * Decides about one exit: which budget its restart is charged to (each object is counted by itself), or `'park'`
   * or `'stop'`. `undefined` leaves it to `restart` and `budget`. Not asked when the supervisor itself stopped the child.
   */
  readonly judge?: (reason: ExitReason) => Budget | 'park' | 'stop' | undefined;
  /** Makes what stands for the child over all its incarnations. */
  readonly handle?: (identity: { readonly id: string; readonly path: string }) => ChildHandle;
}

import type { Milliseconds } from './clock.js';

/** `waiting`: to be started when the children before it are ready. */
export type ChildStatus = 'waiting' | 'starting' | 'running' | 'restarting' | 'stopping' | 'stopped' | 'parked';

/** One child as data, for a terminal, a page or a test. It holds no actor and no payload, so it can become JSON. */
export interface ChildView {
  readonly id: string;
  readonly path: string;
  readonly type: 'worker' | 'supervisor';
  readonly status: ChildStatus;
  /** Whether it can do what it is there for. While `running` it may yet have to get ready: see `ready` of its spec. */
  readonly isReady: boolean;
  /** 0 before the first start. */
  readonly incarnation: number;
  /** How often it was restarted without being asked, over the whole life of the tree. */
  readonly restarts: number;
  /** The value of its snapshot, if it has one: `joined`, or `{ joined: 'degraded' }`. */
  readonly state: unknown;
  /** Its last end, if it had one. `at` is in the clock's milliseconds. */
  readonly lastExit: { readonly reason: string; readonly at: Milliseconds } | undefined;
  /** While `restarting`, or `parked` with a `probe`: when the next try is due, in the clock's milliseconds. */
  readonly retryAt: Milliseconds | undefined;
  /** A supervisor's own facts and its children in start order. */
  readonly supervisor: SupervisorView | undefined;
}

/** A supervisor as data: its options, what is left of its budget, and its children. */
export interface SupervisorView {
  readonly strategy: string;
  readonly intensity: number;
  readonly period: Milliseconds;
  /** Restarts charged to the shared budget within the last `period`. */
  readonly recentRestarts: number;
  readonly children: readonly ChildView[];
}

import type { Milliseconds } from './clock.js';
import type { GaveUp } from './errors.js';
import type { ExitReason } from './exit-reason.js';
import type { Fate } from './spec/child-spec.js';

/**
 * What has happened in a tree, as data, for a log or an inspector. `path` is the child's, except where a supervisor
 * reports on itself; the root's is `''`. `at` is in the clock's milliseconds.
 *
 * @see OTP `supervisor` reports in "SASL User's Guide"
 */
export type Report = { readonly path: string; readonly at: Milliseconds } & (
  | { readonly type: 'started'; readonly incarnation: number }
  /** Its start function, or the actor while it started, said that there is nothing to start. */
  | { readonly type: 'ignored'; readonly incarnation: number }
  /** `isAsked`: `startChild` or `restartChild` wanted it, and rejects with the same error. */
  | {
      readonly type: 'start failed';
      readonly incarnation: number;
      readonly error: unknown;
      readonly isAsked: boolean;
    }
  /**
   * `reason` decided about the restart; `cause` tells more where a supervisor gave up. `isStopped`: its supervisor stopped
   * it, or was about to when it ended.
   */
  | {
      readonly type: 'exited';
      readonly reason: ExitReason;
      readonly cause: unknown;
      readonly fate: Fate;
      readonly isStopped: boolean;
    }
  /** `in`: milliseconds until the restart, 0 without a backoff. `attempt`: 1 for the first in a row. */
  | { readonly type: 'restarting'; readonly in: Milliseconds; readonly attempt: number }
  | { readonly type: 'parked'; readonly reason: ExitReason }
  /** A parked child is tried once more, as its `probe` says. */
  | { readonly type: 'probing' }
  /**
   * The child was asked to stop, and ended with another reason, or had to be killed. Of a dynamic supervisor's children,
   * which stop together, it is told once for each reason: `path` is then the supervisor's, and `count` how many they were.
   */
  | { readonly type: 'shutdown error'; readonly reason: ExitReason; readonly count: number | undefined }
  | { readonly type: 'gave up'; readonly error: GaveUp }
  /** A function of the user's that must not throw has thrown: a `judge`, or one of a handle's. */
  | { readonly type: 'hook failed'; readonly hook: string; readonly error: unknown }
);

/** A report before its supervisor has said when and of whom. */
export type ReportFacts = Report extends infer R ? (R extends unknown ? Omit<R, 'path' | 'at'> : never) : never;

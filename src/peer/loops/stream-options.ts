/** What becomes of a value for which a full buffer has no place. */
export type Overflow = 'dropOldest' | 'dropNewest' | 'fail';

/** How much waits for a `for await` loop that is slower than what it loops over, and what becomes of the rest. */
export interface StreamOptions {
  /** How many values may wait for the loop. Default 1,000. */
  readonly buffer?: number;
  /**
   * What a full buffer does: `dropOldest` and `dropNewest` lose a value, which is counted, and logged once until the loop
   * has caught up; `fail` ends the loop with `QueueFull`, behind what was buffered.
   */
  readonly overflow?: Overflow;
}

/** What {@link Peer.statuses} takes. */
export interface StatusesOptions extends StreamOptions {
  /** Ends the loop, as `break` does. */
  readonly signal?: AbortSignal;
}

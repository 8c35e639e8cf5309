import type { Milliseconds } from './clock.js';

/** How long to wait before a restart. All are milliseconds. */
export interface BackoffOptions {
  /** The first wait is random between 0 and this. Default 250. */
  readonly first?: Milliseconds;
  /** The second wait is random between 0 and this, the third between 0 and twice this, and so on. Default 1,000. */
  readonly base?: Milliseconds;
  /** No wait is longer. Default 30,000. */
  readonly max?: Milliseconds;
  /** After so long a life the next wait is a first one again. Default 60,000. */
  readonly resetAfter?: Milliseconds;
}

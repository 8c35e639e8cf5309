import type { Milliseconds } from '../clock.js';

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

const DEFAULTS: Required<BackoffOptions> = { first: 250, base: 1_000, max: 30_000, resetAfter: 60_000 };

/**
 * How long to wait before a restart: "full jitter", since peers that lost the same router shall not all come back at
 * the same moment.
 *
 * @param attempt 1 for the first restart in a row
 * @param random between 0 (included) and 1 (excluded)
 */
export function delay(options: BackoffOptions, attempt: number, random: number): Milliseconds {
  const { first, base, max } = { ...DEFAULTS, ...options };
  const longest = attempt <= 1 ? first : base * 2 ** (attempt - 2);
  return Math.floor(random * Math.min(max, longest));
}

/**
 * Which restart in a row the next one is.
 *
 * @param attempt of the last restart, 0 if there was none
 * @param lifetime how long the child has lived since
 */
export function nextAttempt(options: BackoffOptions, attempt: number, lifetime: Milliseconds): number {
  return lifetime >= (options.resetAfter ?? DEFAULTS.resetAfter) ? 1 : attempt + 1;
}

/** What several rounds of one measurement come to. */
export interface Series {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** In the order in which they were measured. */
  readonly rounds: readonly number[];
}

/** @throws {RangeError} without a round */
export function series(rounds: readonly number[]): Series {
  return { median: median(rounds), min: Math.min(...rounds), max: Math.max(...rounds), rounds };
}

/**
 * How much the one is of the other: the ratio of the medians. Its extremes are those of the ratios of each round, since
 * what disturbs a shared machine during a round disturbs both.
 */
export function ratio(one: Series, other: Series): Omit<Series, 'rounds'> {
  const each = one.rounds.map((value, round) => value / (other.rounds[round] ?? Number.NaN));
  return { median: one.median / other.median, min: Math.min(...each), max: Math.max(...each) };
}

function median(values: readonly number[]): number {
  // Of an even number there are two in the middle.
  const upper = -quantile(
    values.map((value) => -value),
    0.5,
  );
  return (quantile(values, 0.5) + upper) / 2;
}

/**
 * The value that a share `q` of all values (0 to 1) does not exceed.
 *
 * @throws {RangeError} of no values
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
  if (found === undefined) throw new RangeError('expected at least one value');
  return found;
}

/** What several rounds of one measurement come to. */
export interface Series extends Range {
  /** In the order in which they were measured. */
  readonly rounds: readonly number[];
}

export interface Range {
  readonly median: number;
  /** The first and the third quartile: half of the rounds are between them, and one bad round changes neither. */
  readonly low: number;
  readonly high: number;
}

/** @throws {RangeError} without a round */
export function series(rounds: readonly number[]): Series {
  return { ...range(rounds), rounds };
}

/**
 * How much the one is of the other: the ratio of the medians. Its quartiles are those of the ratios of each round, since
 * what disturbs a shared machine during a round disturbs both; the range is widened to where it holds the ratio itself.
 */
export function ratio(one: Series, other: Series): Range {
  const each = one.rounds.map((value, round) => value / (other.rounds[round] ?? Number.NaN));
  const { low, high } = range(each);
  const median = one.median / other.median;
  return { median, low: Math.min(low, median), high: Math.max(high, median) };
}

function range(values: readonly number[]): Range {
  return { median: median(values), low: quantile(values, 0.25), high: quantile(values, 0.75) };
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

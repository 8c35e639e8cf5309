import { quantile, ratio, series } from './statistics.js';

describe('series', () => {
  it.each([
    [[7], { median: 7, low: 7, high: 7 }],
    [[3, 1, 2], { median: 2, low: 1, high: 3 }],
    [[4, 1, 2, 8], { median: 3, low: 1, high: 4 }],
    [[5, 900, 3, 4, 6, 0.1, 7], { median: 5, low: 3, high: 7 }],
  ])('of %j', (rounds, expected) => {
    expect(series(rounds)).toEqual({ ...expected, rounds });
  });
});

describe('ratio', () => {
  it('is that of the medians, and ranges over the rounds, each with its own', () => {
    // The second round was slow for both: that says nothing about either.
    expect(ratio(series([10, 5, 12]), series([20, 10, 20]))).toEqual({ median: 0.5, low: 0.5, high: 0.6 });
  });

  it('is in its own range also where most rounds say otherwise', () => {
    expect(ratio(series([1, 1, 8, 8, 8]), series([1, 1, 1, 8, 8]))).toEqual({ median: 8, low: 1, high: 8 });
  });
});

describe('quantile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [0, 1],
    [0.5, 50],
    [0.99, 99],
    [1, 100],
  ])('%d of the whole numbers to 100 is %d', (q, expected) => {
    expect(quantile(hundred, q)).toBe(expected);
  });

  it('of nothing is an error', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

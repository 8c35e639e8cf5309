/** What supervisors decide, as values: who is restarted, how often, after how long. */

import { RestartWindow } from '../../supervisors/engine/intensity.js';
import { delay, nextAttempt } from '../../supervisors/spec/backoff.js';
import { affected, isRestarted } from '../../supervisors/spec/strategy.js';

describe('affected', () => {
  const children = new Map(['a', 'b', 'c'].map((id) => [id, id]));

  test.each([
    ['one_for_one', 'b', ['b']],
    ['rest_for_one', 'b', ['b', 'c']],
    ['one_for_all', 'b', ['a', 'b', 'c']],
    ['rest_for_one', 'deleted', []],
  ] as const)('%s: when %s fails, restarts %j', (strategy, failed, expected) => {
    expect(affected(strategy, children, failed)).toEqual(expected);
  });
});

describe('isRestarted', () => {
  test.each([
    ['permanent', 'normal', true],
    ['transient', 'normal', false],
    ['transient', 'shutdown', false],
    ['transient', { shutdown: 'why' }, false],
    ['transient', 'killed', true],
    ['transient', new Error('boom'), true],
    ['temporary', new Error('boom'), false],
  ] as const)('a %s child that exits with %j: %j', (restart, reason, expected) => {
    expect(isRestarted(restart, reason)).toBe(expected);
  });
});

describe('RestartWindow', () => {
  it('allows as many restarts as its intensity, and not one more', () => {
    const restarts = new RestartWindow({ intensity: 2, period: 5_000 });
    expect([0, 1, 2].map((now) => restarts.record(now, 'a'))).toEqual([true, true, false]);
  });

  it('keeps a restart exactly one period old, and forgets an older one', () => {
    const restarts = new RestartWindow({ intensity: 1, period: 5_000 });
    expect([0, 5_000, 10_001].map((now) => restarts.record(now, 'a'))).toEqual([true, false, true]);
  });

  it('allows none with intensity 0', () => {
    expect(new RestartWindow({ intensity: 0, period: 1 }).record(0, 'a')).toBe(false);
  });

  it('counts by child', () => {
    const restarts = new RestartWindow({ intensity: 9, period: 10 });
    for (const [at, child] of [
      [0, 'a'],
      [5, 'a'],
      [6, 'b'],
      [12, 'a'],
    ] as const)
      restarts.record(at, child);
    expect([restarts.count(12), restarts.count(12, 'a'), restarts.count(12, 'b')]).toEqual([3, 2, 1]);
  });
});

describe('delay', () => {
  test.each([
    [1, 250],
    [2, 1_000],
    [3, 2_000],
    [4, 4_000],
    [7, 30_000],
    [2_000, 30_000],
  ])('attempt %i waits at most %i ms', (attempt, longest) => {
    expect(delay({}, attempt, 0)).toBe(0);
    expect(delay({}, attempt, 0.5)).toBe(longest / 2);
    expect(delay({}, attempt, 1 - Number.EPSILON)).toBeLessThanOrEqual(longest);
  });
});

describe('nextAttempt', () => {
  it('counts on after a short life, and begins again after a long one', () => {
    expect(nextAttempt({}, 4, 59_999)).toBe(5);
    expect(nextAttempt({}, 4, 60_000)).toBe(1);
    expect(nextAttempt({ resetAfter: 10 }, 4, 10)).toBe(1);
  });
});

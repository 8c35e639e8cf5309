import { Rounds } from './rounds.js';

describe('Rounds', () => {
  const rounds = new Rounds(['ours', 'theirs']);
  for (const [rate, cpu] of [
    [10, 4],
    [20, 2],
    [30, 3],
  ] as const) {
    rounds.add('ours', 'calls', { rate, cpu });
    rounds.add('theirs', 'calls', { rate: rate / 2, cpu: undefined });
  }

  it('sets ours beside every other, round by round', () => {
    expect(rounds.section('calls', 'calls a second').rows.slice(0, 2)).toMatchObject([
      { title: 'ours', unit: '1/s', better: 'more', figures: { median: 20, rounds: [10, 20, 30] } },
      { title: 'theirs', figures: { median: 10 }, ratio: { median: 2, low: 2, high: 2 } },
    ]);
  });

  it('leaves out what no system has told', () => {
    expect(rounds.section('calls', 'calls a second').rows.slice(2)).toMatchObject([
      { title: 'ours: processor time for each', unit: 'µs', better: 'less', figures: { median: 3 } },
    ]);
  });

  it('has no row of what was not measured', () => {
    expect(rounds.section('events', 'events a second')).toEqual({ title: 'events a second', rows: [] });
  });
});

import { figure, tableOf, verdictOn } from './report.js';
import { series } from './statistics.js';

describe('tableOf', () => {
  const rows = [
    { title: 'ours', unit: '1/s', better: 'more', figures: series([150, 150, 150]) },
    {
      title: 'theirs',
      unit: '1/s',
      better: 'more',
      figures: series([100, 90, 110]),
      ratio: { median: 1.5, low: 1.4, high: 1.6 },
    },
  ] as const;

  it('puts the ratio where a row has one, below what it is of', () => {
    const table = tableOf(
      [
        { title: 'calls', rows },
        { title: 'events', rows: rows.slice(0, 1) },
      ],
      'ours / it',
      {
        isColoured: false,
      },
    );
    expect(table.split('\n')).toEqual([
      '                           ours / it',
      'calls',
      '  ours    150  1/s  ±0 %',
      '  theirs  100  1/s  ±10 %  1.50  (1.40 to 1.60)  1.50 times better',
      '',
      'events',
      '  ours    150  1/s  ±0 %',
    ]);
  });

  it('has no header where there is nothing to compare with', () => {
    expect(tableOf([{ title: 'calls', rows: rows.slice(0, 1) }], undefined, { isColoured: false })).toMatch(/^calls\n/);
  });
});

describe('verdictOn', () => {
  it.each([
    [1.5, 1.4, 1.6, 'more', '1.50 times better'],
    [0.5, 0.4, 0.6, 'more', '2.00 times worse'],
    [0.5, 0.4, 0.6, 'less', '2.00 times better'],
    [1.5, 1.4, 1.6, 'less', '1.50 times worse'],
    [1.5, 0.9, 1.6, 'more', 'level'],
  ] as const)('a ratio of %d (%d to %d) where %s is better: %s', (median, low, high, better, text) => {
    expect(verdictOn({ median, low, high }, better).text).toBe(text);
  });
});

describe('figure', () => {
  it.each([
    [0.012345, '0.0123'],
    [8.1249, '8.12'],
    [99.95, '100'],
    [250.4, '250'],
    [123_456, '123,000'],
  ])('%d as %s', (value, expected) => {
    expect(figure(value)).toBe(expected);
  });
});

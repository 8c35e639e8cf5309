import { aligned, left, right } from './table.js';

describe('aligned', () => {
  it('puts cells below each other, and lets a line or an open end be as long as it likes', () => {
    const table = aligned([
      [left(''), left('a header that is longer than its column')],
      'a line of its own',
      [left('first'), right('1'), left('x')],
      [left('2nd'), right('1,000'), left('longer')],
    ]);
    expect(table.split('\n')).toEqual([
      '       a header that is longer than its column',
      'a line of its own',
      'first      1  x',
      '2nd    1,000  longer',
    ]);
  });

  it('does not count the codes of a colour', () => {
    expect(
      aligned([
        [left('a', 'green'), right('1')],
        [left('bc'), right('2')],
      ]),
    ).toBe('\x1b[32ma \x1b[0m  1\nbc  2');
  });
});

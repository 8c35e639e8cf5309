import { exposition, type Family } from '../../src/metrics/exposition.js';

const family = (samples: Family['samples']): Family => ({ name: 'some_total', type: 'counter', help: 'Some', samples });

describe('exposition', () => {
  it('writes each metric with its help, its type and its values', () => {
    const text = exposition([
      family([
        { labels: { realm: 'realm1', limit: 'calls' }, value: 3 },
        { labels: {}, value: 0.25 },
      ]),
    ]);
    expect(text).toBe(
      '# HELP some_total Some\n# TYPE some_total counter\nsome_total{realm="realm1",limit="calls"} 3\nsome_total 0.25\n',
    );
  });

  it('writes nothing of a metric without values', () => {
    expect(exposition([family([])])).toBe('');
  });

  test.each([
    ['a "b"', 'a \\"b\\"'],
    ['a\\b', 'a\\\\b'],
    ['a\nb', 'a\\nb'],
  ])('escapes the label %j', (label, escaped) => {
    expect(exposition([family([{ labels: { realm: label }, value: 1 }])])).toContain(`{realm="${escaped}"} 1\n`);
  });

  test.each([
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
    [1e21, '1e+21'],
  ])('writes %s as %s', (value, text) => {
    expect(exposition([family([{ labels: {}, value }])])).toContain(`some_total ${text}\n`);
  });
});

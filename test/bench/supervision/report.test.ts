import { series } from '../statistics.js';
import type { Comparison } from './compare.js';
import { FULL } from './measures.js';
import { report } from './report.js';

const alone: Comparison = {
  quick: false,
  sizes: FULL,
  took: 61_000,
  machine: { cpu: 'Abacus 3', cores: 4, platform: 'linux x64' },
  versions: { node: '22.1.0', v8: '12.4', xstate: '5.33.3' },
  withoutErlang: 'erlang was not found: get it',
  sections: [
    {
      id: 'starts',
      title: 'children started a second',
      unit: '1/s',
      better: 'more',
      rows: [
        {
          kind: 'custom',
          title: 'custom logic',
          ours: series([150_000, 120_000, 160_000, 151_000, 40_000, 149_000, 150_500]),
        },
        { kind: 'machine', title: 'machine', ours: series([9_999, 9_999, 9_999]) },
      ],
    },
  ],
};

const [starts] = alone.sections;
const [custom, machine] = starts!.rows;

const { withoutErlang: _, ...both } = {
  ...alone,
  versions: { ...alone.versions, erlang: { otp: '25', erts: '13.1', flavor: 'jit', schedulers: 4 } },
  sections: [
    {
      ...starts!,
      erlang: series([100_000, 100_000, 100_000]),
      rows: [
        { ...custom!, ratio: { median: 1.5, low: 1.2, high: 1.6 } },
        { ...machine!, ratio: { median: 0.1, low: 0.1, high: 0.1 } },
      ],
    },
  ],
} satisfies Comparison;

const tableOf = (text: string): readonly string[] => text.split('\n\n').slice(1, -1).join('\n\n').split('\n');

describe('report', () => {
  it('puts each row beside Erlang', () => {
    expect(tableOf(report(both, { isColoured: false }))).toEqual([
      '                                         ours / Erlang',
      'children started a second (more is better)',
      '  custom logic      150,000  1/s  ±20 %  1.50  (1.20 to 1.60)  1.50 times better',
      '  machine            10,000  1/s  ±0 %   0.10  (0.10 to 0.10)  10.0 times worse',
      "  Erlang's process  100,000  1/s  ±0 %",
    ]);
  });

  it('names machine and versions above, and says below how to read it', () => {
    const lines = report(both, { isColoured: false }).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      "respell's supervisors beside Erlang/OTP's",
      '  Node 22.1.0 (V8 12.4), XState 5.33.3',
      '  Erlang/OTP 25 (erts 13.1, jit, 4 schedulers)',
      '  Abacus 3, 4 cores, linux x64',
      '  5 rounds in 61 s',
    ]);
    expect(lines.at(-5)).toMatch(/^How to read it: /);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it('shows our figures alone where there is no Erlang', () => {
    const text = report(alone, { isColoured: false });
    expect(tableOf(text)).toEqual([
      'children started a second (more is better)',
      '  custom logic  150,000  1/s  ±20 %',
      '  machine        10,000  1/s  ±0 %',
    ]);
    expect(text).toMatch(/There is nothing to compare with: erlang was not found: get it\n$/);
  });

  it('paints what is ahead green and what is behind yellow, where it may', () => {
    expect(report(both, { isColoured: true })).toContain('\x1b[32m1.50 times better\x1b[0m');
    expect(report(both, { isColoured: true })).toContain('\x1b[33m10.0 times worse\x1b[0m');
  });
});

import { series } from '../statistics.js';
import type { Comparison } from './compare.js';
import { FULL } from './measures.js';
import { report } from './report.js';

const ours = { title: 'respell', unit: '1/s', better: 'more', figures: series([150, 150, 150]) } as const;
const theirs = {
  ...ours,
  title: 'nexus',
  figures: series([100, 100, 100]),
  ratio: { median: 1.5, low: 1.5, high: 1.5 },
};

const both: Comparison = {
  quick: false,
  sizes: FULL,
  took: 61_000,
  machine: { cpu: 'Abacus 3', cores: 4, platform: 'linux x64' },
  versions: { node: '22.1.0', v8: '12.4', nexus: '3.2.2' },
  sections: [{ title: 'calls', rows: [ours, theirs] }],
};

describe('report', () => {
  it('names machine and versions above the table, and says below how to read it', () => {
    const lines = report(both, { isColoured: false }).split('\n');
    expect(lines.slice(0, 9)).toEqual([
      "respell's embedded router beside nexus",
      '  Node 22.1.0 (V8 12.4), nexus 3.2.2',
      '  Abacus 3, 4 cores, linux x64',
      '  5 rounds in 61 s',
      '',
      '                           ours / it',
      'calls',
      '  respell  150  1/s  ±0 %',
      '  nexus    100  1/s  ±0 %  1.50  (1.50 to 1.50)  1.50 times better',
    ]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(112);
  });

  it('says why there is nothing to compare with', () => {
    const { nexus: _, ...versions } = both.versions;
    const alone = {
      ...both,
      versions,
      withoutNexus: 'nexus was not found: get it',
      sections: [{ title: 'calls', rows: [ours] }],
    };
    const text = report(alone, { isColoured: false });
    expect(text).not.toContain('ours / it');
    expect(text).toMatch(/There is no other router to compare with: nexus was not found: get it\n$/);
  });
});

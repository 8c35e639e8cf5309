import { series } from '../statistics.js';
import type { Comparison } from './compare.js';
import { FULL } from './measures.js';
import { report } from './report.js';

const ours = { title: 'respell', unit: '1/s', better: 'more', figures: series([150, 150, 150]) } as const;
const theirs = {
  ...ours,
  title: 'wampy',
  figures: series([100, 100, 100]),
  ratio: { median: 1.5, low: 1.5, high: 1.5 },
};

const all: Comparison = {
  quick: true,
  sizes: FULL,
  took: 9_000,
  machine: { cpu: 'Abacus 3', cores: 4, platform: 'linux x64' },
  versions: { node: '22.1.0', autobahn: '26.3.1', wampy: '8.0.2' },
  sections: [{ title: 'calls', rows: [ours, theirs] }],
};

describe('report', () => {
  it('names machine and versions above the table', () => {
    expect(report(all, { isColoured: false }).split('\n').slice(0, 9)).toEqual([
      "respell's peer beside autobahn-js and wampy",
      '  Node 22.1.0, autobahn-js 26.3.1, wampy 8.0.2',
      '  Abacus 3, 4 cores, linux x64',
      '  5 rounds in 9 s; --quick measures too little for figures to cite',
      '',
      '                           ours / it',
      'calls',
      '  respell  150  1/s  ±0 %',
      '  wampy    100  1/s  ±0 %  1.50  (1.50 to 1.50)  1.50 times better',
    ]);
  });

  it('says why there is nothing to compare with', () => {
    const alone: Comparison = {
      ...all,
      versions: { node: '22.1.0' },
      withoutOthers: 'js-clients was not found: get it',
      sections: [{ title: 'calls', rows: [ours] }],
    };
    expect(report(alone, { isColoured: false })).toMatch(
      /There is no other client to compare with: js-clients was not found: get it\n$/,
    );
  });
});

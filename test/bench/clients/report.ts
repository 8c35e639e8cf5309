/** A comparison of clients as a table for people. */
import { machineLine, type ReportOptions, roundsLine, tableOf } from '../report.js';
import type { Comparison } from './compare.js';

/** At most 110 columns wide. */
export function report(comparison: Comparison, options: ReportOptions): string {
  const { machine, versions, quick, sizes, took, withoutOthers, sections } = comparison;
  const { node, autobahn, wampy } = versions;
  const isAlone = sections.every(({ rows }) => rows.every(({ ratio }) => ratio === undefined));
  const lines = [
    `respell's peer${autobahn === undefined ? '' : ' beside autobahn-js and wampy'}`,
    `  Node ${node}${autobahn === undefined ? '' : `, autobahn-js ${autobahn}, wampy ${wampy}`}`,
    machineLine(machine),
    roundsLine(sizes.rounds, took, quick),
    '',
    tableOf(sections, isAlone ? undefined : 'ours / it', options),
    '',
    'How to read it: each figure is the median of the rounds, with how far half of them lie from it; a ratio is',
    "that of the medians, with the range of half of the rounds' own; where that includes 1 they are level. All have",
    'the same router, callee and publisher, which take their share of the machine: a client’s own processor time',
    'tells more of it than the rate.',
    ...(withoutOthers === undefined ? [] : [`There is no other client to compare with: ${withoutOthers}`]),
  ];
  return `${lines.join('\n')}\n`;
}

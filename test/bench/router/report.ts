/** A comparison of routers as a table for people. */
import { machineLine, type ReportOptions, roundsLine, tableOf } from '../report.js';
import type { Comparison } from './compare.js';

/** At most 110 columns wide. */
export function report(comparison: Comparison, options: ReportOptions): string {
  const isAlone = comparison.sections.every(({ rows }) => rows.every(({ ratio }) => ratio === undefined));
  const table = tableOf(comparison.sections, isAlone ? undefined : 'ours / it', options);
  return `${[...heading(comparison), '', table, '', ...howToRead(comparison, isAlone)].join('\n')}\n`;
}

function heading({ machine, versions, quick, sizes, took }: Comparison): readonly string[] {
  const { node, v8, nexus } = versions;
  return [
    `respell's embedded router${nexus === undefined ? '' : ' beside nexus'}`,
    `  Node ${node} (V8 ${v8})${nexus === undefined ? '' : `, nexus ${nexus}`}`,
    machineLine(machine),
    roundsLine(sizes.rounds, took, quick),
  ];
}

function howToRead({ withoutNexus }: Comparison, isAlone: boolean): readonly string[] {
  return [
    'How to read it: each figure is the median of the rounds, with how far half of them lie from it' +
      (isAlone ? '.' : '; a ratio is'),
    ...(isAlone
      ? []
      : [
          "that of the medians, with the range of half of the rounds' own; where that includes 1 they are level. Rates are",
          'what router and load reach together on this machine: both routers get the same load, from one process. Processor',
          'time is the router’s own, all its threads together: nexus uses as many cores as it finds, respell’s router one.',
        ]),
    ...(withoutNexus === undefined ? [] : [`There is no other router to compare with: ${withoutNexus}`]),
  ];
}

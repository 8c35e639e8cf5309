/** A comparison as a table for people. */
import type { Row, Section as Shown } from '../comparison.js';
import { machineLine, type ReportOptions, roundsLine, tableOf } from '../report.js';
import type { Comparison, Section } from './compare.js';

/** At most 110 columns wide. */
export function report(comparison: Comparison, options: ReportOptions): string {
  const ratios = comparison.versions.erlang === undefined ? undefined : 'ours / Erlang';
  const table = tableOf(comparison.sections.map(shown), ratios, options);
  return `${[...heading(comparison), '', table, '', ...howToRead(comparison)].join('\n')}\n`;
}

function shown({ title, unit, better, rows, erlang }: Section): Shown {
  const theirs: readonly Row[] =
    erlang === undefined ? [] : [{ title: "Erlang's process", unit, better, figures: erlang }];
  return {
    title: `${title} (${better} is better)`,
    rows: [
      ...rows.map(({ title: kind, ours, ...ratio }) => ({ title: kind, unit, better, figures: ours, ...ratio })),
      ...theirs,
    ],
  };
}

function heading({ machine, versions, quick, sizes, took }: Comparison): readonly string[] {
  const { node, v8, xstate, erlang } = versions;
  return [
    `respell's supervisors${erlang === undefined ? '' : " beside Erlang/OTP's"}`,
    `  Node ${node} (V8 ${v8}), XState ${xstate}`,
    ...(erlang === undefined
      ? []
      : [`  Erlang/OTP ${erlang.otp} (erts ${erlang.erts}, ${erlang.flavor}, ${erlang.schedulers} schedulers)`]),
    machineLine(machine),
    roundsLine(sizes.rounds, took, quick),
  ];
}

function howToRead({ withoutErlang }: Comparison): readonly string[] {
  if (withoutErlang !== undefined) {
    return [
      'How to read it: each figure is the median of the rounds, with how far half of them lie from it.',
      `There is nothing to compare with: ${withoutErlang}`,
    ];
  }
  return [
    'How to read it: each figure is the median of the rounds, with how far half of them lie from it; a ratio is',
    "that of the medians, with the range of half of the rounds' own. Ratios count, since both sides take turns",
    "on the same machine; where the range includes 1 they are level. Erlang's process is as lean as custom logic;",
    'machines do more. OTP 25 walks its window at each restart, hence three sizes of it.',
  ];
}

/** A comparison as a table for people. */
import type { Range, Series } from '../statistics.js';
import { aligned, type Cell, left, right } from '../table.js';
import type { Comparison, Row, Section } from './compare.js';

interface ReportOptions {
  /** Whether the terminal shows colours: green where ours is ahead, yellow where Erlang is. */
  readonly isColoured: boolean;
}

/** At most 110 columns wide. */
export function report(comparison: Comparison, { isColoured }: ReportOptions): string {
  const { sections, versions } = comparison;
  const header = [left(''), right(''), left(''), left(''), left('ours / Erlang')];
  const table = sections.flatMap((section, index) => [
    ...(index > 0 ? [''] : versions.erlang === undefined ? [] : [header]),
    `${section.title} (${section.better} is better)`,
    ...section.rows.map((row) => [...figures(row.title, row.ours, section), ...compared(row, section, isColoured)]),
    ...(section.erlang === undefined ? [] : [figures("Erlang's process", section.erlang, section)]),
  ]);
  return `${[...heading(comparison), '', aligned(table), '', ...howToRead(comparison)].join('\n')}\n`;
}

function heading({ machine, versions, quick, sizes, took }: Comparison): readonly string[] {
  const { node, v8, xstate, erlang } = versions;
  return [
    `respell's supervisors${erlang === undefined ? '' : " beside Erlang/OTP's"}`,
    `  Node ${node} (V8 ${v8}), XState ${xstate}`,
    ...(erlang === undefined
      ? []
      : [`  Erlang/OTP ${erlang.otp} (erts ${erlang.erts}, ${erlang.flavor}, ${erlang.schedulers} schedulers)`]),
    `  ${machine.cpu}, ${machine.cores} cores, ${machine.platform}`,
    `  ${sizes.rounds} rounds in ${(took / 1e3).toFixed(0)} s${quick ? '; --quick measures too little for figures to cite' : ''}`,
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

function figures(title: string, { median, low, high }: Series, { unit }: Section): readonly Cell[] {
  const spread = (Math.max(high - median, median - low) / median) * 100;
  return [left(`  ${title}`), right(figure(median)), left(unit), left(`±${spread.toFixed(0)} %`)];
}

function compared({ ratio }: Row, { better }: Section, isColoured: boolean): readonly Cell[] {
  if (ratio === undefined) return [];
  const { text, colour } = verdictOn(ratio, better);
  return [
    right(ratio.median.toFixed(2)),
    left(`(${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`),
    left(text, isColoured ? colour : undefined),
  ];
}

/** What a ratio means where more, or less, is better. */
export function verdictOn(
  ratio: Range,
  better: Section['better'],
): { readonly text: string; readonly colour?: Cell['colour'] } {
  if (ratio.low <= 1 && ratio.high >= 1) return { text: 'level' };
  const gain = better === 'more' ? ratio.median : 1 / ratio.median;
  if (gain >= 1) return { text: `${gain.toPrecision(3)} times better`, colour: 'green' };
  return { text: `${(1 / gain).toPrecision(3)} times worse`, colour: 'yellow' };
}

/** Three digits that count. */
export function figure(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded >= 100 ? rounded.toLocaleString('en') : rounded.toPrecision(3);
}

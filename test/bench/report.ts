/** What was measured as a table for people, at most 110 columns wide. */
import type { Machine, Row, Section } from './comparison.js';
import type { Range } from './statistics.js';
import { aligned, type Cell, left, right } from './table.js';

export interface ReportOptions {
  /** Whether the terminal shows colours: green where ours is ahead, yellow where it is not. */
  readonly isColoured: boolean;
}

/**
 * @param sections each with its rows below it
 * @param ratios what the ratios are of, such as `ours / it`: above their column, if there is one
 */
export function tableOf(
  sections: readonly Section[],
  ratios: string | undefined,
  { isColoured }: ReportOptions,
): string {
  const header = [left(''), right(''), left(''), left(''), left(ratios ?? '')];
  return aligned(
    sections.flatMap(({ title, rows }, index) => [
      ...(index > 0 ? [''] : ratios === undefined ? [] : [header]),
      title,
      ...rows.map((row) => [...figures(row), ...compared(row, isColoured)]),
    ]),
  );
}

export function machineLine({ cpu, cores, platform }: Machine): string {
  return `  ${cpu}, ${cores} cores, ${platform}`;
}

export function roundsLine(rounds: number, took: number, quick: boolean): string {
  const said = quick ? '; --quick measures too little for figures to cite' : '';
  return `  ${rounds} rounds in ${(took / 1e3).toFixed(0)} s${said}`;
}

function figures({ title, unit, figures: { median, low, high } }: Row): readonly Cell[] {
  const spread = (Math.max(high - median, median - low) / median) * 100;
  return [left(`  ${title}`), right(figure(median)), left(unit), left(`±${spread.toFixed(0)} %`)];
}

function compared({ ratio, better }: Row, isColoured: boolean): readonly Cell[] {
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
  better: Row['better'],
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

import { UsageError } from '../errors.js';
import { chartOf } from '../inspector/chart.js';
import { layoutOf } from '../inspector/layout.js';
import { toMermaid } from '../inspector/mermaid.js';
import { toSvg } from '../inspector/svg.js';
import { nearest } from '../wamp/nearest.js';

export const CHART_FORMATS = ['mermaid', 'svg'] as const;
export type ChartFormat = (typeof CHART_FORMATS)[number];

/**
 * What `respell chart NAME` prints.
 *
 * @param logics by name, what has a chart: the session, the peer, the supervisor
 * @throws {UsageError} for another name or format; it says which one was probably meant
 */
export function renderChart(name: string, format: string, logics: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(logics);
  if (!Object.hasOwn(logics, name)) throw new UsageError(unknown('chart', name, names));
  if (!isFormat(format)) throw new UsageError(unknown('format', format, CHART_FORMATS));
  const chart = chartOf(logics[name]);
  if (chart === undefined) throw new UsageError(`'${name}' has no state chart: it is no machine`);
  return format === 'mermaid' ? toMermaid(chart) : toSvg(chart, layoutOf(chart));
}

function isFormat(format: string): format is ChartFormat {
  return (CHART_FORMATS as readonly string[]).includes(format);
}

function unknown(what: string, received: string, known: readonly string[]): string {
  const close = nearest(received.toLowerCase(), known);
  const hint = close === undefined ? '' : `; did you mean '${close}'?`;
  return `expected a ${what}, one of ${known.join(', ')}; received '${received.slice(0, 40)}'${hint}`;
}

/** Prometheus' text format, of which a router needs little: no library for a page of code. */

/** Bounded by nature: no label is ever made of what a client sends. */
export type Labels = Readonly<Record<string, string>>;

/** One metric with all its values. */
export interface Family {
  readonly name: string;
  /** A counter only grows, until the router starts anew. */
  readonly type: 'counter' | 'gauge';
  /** One line. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** What an HTTP answer says that it is. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The text of families that have values. */
export function exposition(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, type, help, samples }) => {
      const lines = samples.map(({ labels, value }) => `${name}${labelsText(labels)} ${valueText(value)}\n`);
      return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

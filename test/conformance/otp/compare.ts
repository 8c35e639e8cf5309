import type { OtpReport, Scenario, Step, TraceEvent, TraceRecord } from './scenario.js';

export interface CompareOptions {
  /** Compare the reports, too; or whether there are the same ones, since supervisors that stop in parallel report so. */
  readonly reports?: boolean | 'in any order';
}

/** The first step that left another trace than the expected one. */
export interface Difference {
  readonly step: number;
  /** `{}` for the start. */
  readonly spec: Partial<Step>;
  readonly expected: unknown;
  readonly actual: unknown;
}

const RANK: Readonly<Record<string, number>> = { init: 0, stopping: 2, exit: 3 };

const rankOf = ({ ev }: TraceEvent): number => RANK[ev] ?? 1;
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byProcess = (a: TraceEvent, b: TraceEvent): number => byText(a.id, b.id) || a.n - b.n || rankOf(a) - rankOf(b);

/** Dynamic children stop in parallel. */
const isParallel = ({ ev, id }: TraceEvent): boolean => id.startsWith('~') && (ev === 'exit' || ev === 'stopping');

/** The events as they are compared: each run of ends of dynamic children is sorted, or all events are. */
function ordered(events: readonly TraceEvent[], isUnordered: boolean): readonly TraceEvent[] {
  if (isUnordered) return [...events].sort(byProcess);
  const result: TraceEvent[] = [];
  for (let first = 0; first < events.length; ) {
    let end = first;
    while (end < events.length && isParallel(events[end] as TraceEvent)) end += 1;
    if (end === first) end += 1;
    result.push(...events.slice(first, end).sort(byProcess));
    first = end;
  }
  return result;
}

function canonical(
  record: TraceRecord | undefined,
  { unordered = false }: Partial<Step>,
  options: CompareOptions,
): { readonly state: unknown } | undefined {
  if (record === undefined) return undefined;
  const { step, op, result, state } = record;
  const compared = {
    step,
    op,
    events: ordered(record.events, unordered).map(({ ev, id, n, reason }) => ({ ev, id, n, reason })),
    result,
    state,
    reports: reportsOf(record.reports ?? [], unordered, options),
  };
  return compared;
}

function reportsOf(
  given: readonly OtpReport[],
  isUnordered: boolean,
  { reports = false }: CompareOptions,
): readonly unknown[] | undefined {
  if (reports === false) return undefined;
  return isUnordered || reports === 'in any order' ? given.map(stable).sort(byText) : given;
}

/**
 * Where two traces of a scenario part. Times are not compared, nor is a state that was not looked at here.
 *
 * @param scenario with the expected trace
 */
export function difference(
  { steps, trace = [] }: Pick<Scenario, 'steps' | 'trace'>,
  actual: readonly TraceRecord[],
  options: CompareOptions = {},
): Difference | undefined {
  for (let step = 0; step < Math.max(trace.length, actual.length); step++) {
    const spec = steps[step - 1] ?? {};
    const [wanted, got] = [canonical(trace[step], spec, options), canonical(actual[step], spec, options)];
    const expected = got !== undefined && got.state === undefined ? { ...wanted, state: undefined } : wanted;
    if (stable(expected) !== stable(got)) return { step, spec, expected, actual: got };
  }
  return undefined;
}

/** JSON whose keys are in order. */
function stable(value: unknown): string {
  const text = JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => byText(a, b)))
      : each,
  );
  return text ?? '';
}

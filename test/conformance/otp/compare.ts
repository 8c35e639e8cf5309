import type { Scenario, Step, TraceEvent, TraceRecord } from './scenario.js';

const RANK: Readonly<Record<string, number>> = { init: 0, stopping: 2, exit: 3 };

function canonical({ step, op, events, result, state }: TraceRecord, { unordered, snapshot }: Partial<Step>): unknown {
  const sorted = (a: TraceEvent, b: TraceEvent): number =>
    a.id.localeCompare(b.id) || a.n - b.n || (RANK[a.ev] ?? 1) - (RANK[b.ev] ?? 1);
  return {
    step,
    op,
    // In Erlang a caller whose supervisor dies while it waits hears why; with us only that it is gone.
    result: Array.isArray(result) && result[0] === 'exit' ? ['exit'] : result,
    events: unordered === true ? [...events].sort(sorted) : events,
    ...(snapshot === false ? {} : { state }),
  };
}

/** The first step that left another trace than in Erlang. Times and reports are not compared. */
export function difference(scenario: Scenario, actual: readonly TraceRecord[]): object | undefined {
  for (const [index, expected] of scenario.trace.entries()) {
    const step = index === 0 ? {} : (scenario.steps[index - 1] ?? {});
    const record = actual[index];
    const [wanted, got] = [canonical(expected, step), record === undefined ? undefined : canonical(record, step)];
    if (stable(wanted) !== stable(got)) return { step, expected: wanted, actual: got };
  }
  return undefined;
}

/** JSON whose keys are in order. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => a.localeCompare(b)))
      : each,
  );
}

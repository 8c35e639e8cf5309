import type { Difference } from './compare.js';
import type { Scenario, TraceEvent } from './scenario.js';
import type { Verdict } from './verdict.js';

const FIELDS = ['step', 'op', 'result', 'events', 'reports', 'state'] as const;

/** A scenario that failed, for a person: what was expected of which step, and what came. */
export function shownFailure({ name, rules = [] }: Scenario, verdict: Verdict & { readonly is: 'failed' }): string {
  const title = `FAILED ${name}${rules.length === 0 ? '' : ` (${rules.join(' ')})`}`;
  if ('error' in verdict) return `${title}\n  ${describe(verdict.error)}\n\n`;
  const { step, spec } = verdict.difference;
  const at = step === 0 ? 'start' : JSON.stringify(spec);
  return `${title}\n  step ${step}: ${at}\n${shownDifference(verdict.difference)}\n`;
}

/** Only what differs. */
function shownDifference({ expected, actual }: Difference): string {
  if (actual === undefined) return '    expected a record of this step, and there is none\n';
  if (expected === undefined) return '    expected no such step\n';
  const [wanted, got] = [expected, actual] as readonly object[] as readonly Readonly<Record<string, unknown>>[];
  return FIELDS.map((field) => {
    const [left, right] = [shown(field, wanted?.[field]), shown(field, got?.[field])];
    return left === right ? '' : `    expected ${field} ${left}\n    actual   ${field} ${right}\n`;
  }).join('');
}

function shown(field: (typeof FIELDS)[number], value: unknown): string {
  if (value === undefined) return 'none';
  if (field === 'events') return (value as readonly TraceEvent[]).map(shownEvent).join(', ') || 'none';
  return JSON.stringify(value);
}

function shownEvent({ ev, id, n, reason }: TraceEvent): string {
  return `${ev} ${id}#${n}${reason === undefined ? '' : ` ${JSON.stringify(reason)}`}`;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `it threw ${JSON.stringify(error)}`;
}

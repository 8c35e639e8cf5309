import { type CompareOptions, type Difference, difference } from './compare.js';
import { run } from './runner.js';
import type { Scenario, TraceRecord } from './scenario.js';

/** What there is to say of one scenario that ran here. */
export type Verdict =
  | { readonly is: 'passed' }
  | { readonly is: 'skipped'; readonly why: string }
  | { readonly is: 'failed'; readonly difference: Difference }
  /** It came to no end, or has what the format does not. */
  | { readonly is: 'failed'; readonly error: unknown };

/** What Erlang does in these is known to be a mistake, which is not repeated here. */
const QUIRK = 'quirk';

/** Runs a scenario, and compares its trace with the one that it brings. */
export async function judge(
  scenario: Scenario,
  options: CompareOptions = {},
): Promise<{ readonly verdict: Verdict; readonly trace: readonly TraceRecord[] }> {
  try {
    const { trace } = await run(scenario);
    return { verdict: verdictOn(scenario, trace, options), trace };
  } catch (error) {
    return { verdict: { is: 'failed', error }, trace: [] };
  }
}

function verdictOn(scenario: Scenario, trace: readonly TraceRecord[], options: CompareOptions): Verdict {
  if (scenario.tags?.includes(QUIRK) === true) return { is: 'skipped', why: 'a known mistake of that Erlang' };
  if (scenario.trace === undefined) return { is: 'skipped', why: 'it brings no trace to compare with' };
  const found = difference(scenario, trace, options);
  return found === undefined ? { is: 'passed' } : { is: 'failed', difference: found };
}

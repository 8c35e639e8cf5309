import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadSpec } from '../../supervisors/index.js';
import { difference } from './otp/compare.js';
import { run } from './otp/runner.js';
import { missingFeature, type Scenario, Unsupported } from './otp/scenario.js';

const scenarios = (file: string): readonly Scenario[] =>
  JSON.parse(readFileSync(join(__dirname, 'data', 'otp', file), 'utf8')) as readonly Scenario[];

type Verdict = { readonly skipped: string } | { readonly failed: object } | 'passed';

async function verdictOf(scenario: Scenario): Promise<Verdict> {
  const missing = missingFeature(scenario);
  if (missing !== undefined) return { skipped: missing };
  try {
    const found = difference(scenario, await run(scenario));
    return found === undefined ? 'passed' : { failed: { name: scenario.name, rules: scenario.rules, ...found } };
  } catch (error) {
    // Options that Erlang refuses when the supervisor starts are refused here where they are written.
    if (error instanceof BadSpec) return { skipped: 'specs and flags that Erlang refuses at run time' };
    if (error instanceof Unsupported) return { skipped: error.feature };
    throw error;
  }
}

/** The traces were recorded from Erlang/OTP 25. What is skipped is counted, so that nothing goes missing unseen. */
describe('the recorded behaviour of OTP', () => {
  test.each([
    [
      'handmade.json',
      {
        passed: 73,
        skipped: {
          'automatic shutdown': 21,
          simple_one_for_one: 10,
          'a start that returns ignore': 5,
          'specs and flags that Erlang refuses at run time': 4,
          'an actor that unlinks': 1,
          'links: trapping children of a killed supervisor': 1,
        },
      },
    ],
    [
      'random.json',
      {
        passed: 59,
        skipped: {
          simple_one_for_one: 36,
          'automatic shutdown': 29,
          'a start that returns ignore': 20,
          'an actor that unlinks': 1,
        },
      },
    ],
  ] as const)('%s: every scenario leaves the same trace, step by step', async (file, expected) => {
    let passed = 0;
    const skipped: Record<string, number> = {};
    const failed: object[] = [];
    for (const scenario of scenarios(file)) {
      const verdict = await verdictOf(scenario);
      if (verdict === 'passed') passed += 1;
      else if ('failed' in verdict) failed.push(verdict.failed);
      else skipped[verdict.skipped] = (skipped[verdict.skipped] ?? 0) + 1;
    }
    process.stdout.write(`${file}: ${passed} passed, ${failed.length} failed, skipped ${JSON.stringify(skipped)}\n`);
    expect(failed).toEqual([]);
    expect({ passed, skipped }).toEqual(expected);
  });
});

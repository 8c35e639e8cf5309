/**
 * The Erlang that is installed as an oracle: scenarios that nobody has recorded run there and here, and leave the same
 * trace. `OTP_SEED` chooses other scenarios, `OTP_SCENARIOS` how many of them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '../support/requirement.js';
import { difference } from './otp/compare.js';
import { inErlang } from './otp/erlang.js';
import { scenarioFrom } from './otp/generator.js';
import { run } from './otp/runner.js';
import type { Scenario, TraceRecord } from './otp/scenario.js';

/** Some of these have found a fault in their time. */
const SEED = Number(process.env['OTP_SEED'] ?? 300_000);
const SCENARIOS = Number(process.env['OTP_SCENARIOS'] ?? 100);
const TIMEOUT_MS = 90_000;

const recorded = ['handmade.json', 'random.json'].flatMap(
  (file) => JSON.parse(readFileSync(join(__dirname, 'data', 'otp', file), 'utf8')) as readonly Scenario[],
);

function differences(
  scenarios: readonly Scenario[],
  traces: ReadonlyMap<string, readonly TraceRecord[]>,
): readonly object[] {
  return scenarios.flatMap((scenario) => {
    const found = difference(scenario, traces.get(scenario.name) ?? [], { reports: true });
    return found === undefined ? [] : [{ name: scenario.name, ...found }];
  });
}

describeWith('erlang', 'Erlang as an oracle', () => {
  // If not, nothing that it says of other scenarios would count.
  it(
    'leaves the recorded traces again',
    async () => {
      const failed = differences(recorded, await inErlang(recorded));
      process.stdout.write(`Erlang: ${recorded.length - failed.length} of ${recorded.length} recorded traces again\n`);
      expect(failed).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'leaves the same trace as these supervisors, step by step, in scenarios from a seed',
    async () => {
      const made = Array.from({ length: SCENARIOS }, (_, index) => ({ ...scenarioFrom(SEED + index), trace: [] }));
      const traces = await inErlang(made);
      const ours = new Map<string, readonly TraceRecord[]>();
      for (const scenario of made) ours.set(scenario.name, (await run(scenario)).trace);
      const scenarios = made.map((scenario) => ({ ...scenario, trace: traces.get(scenario.name) ?? [] }));
      const failed = differences(scenarios, ours);
      const steps = scenarios.reduce((sum, { trace }) => sum + trace.length, 0);
      process.stdout.write(
        `Erlang: ${SCENARIOS - failed.length} of ${SCENARIOS} scenarios from seed ${SEED} the same, ${steps} steps\n`,
      );
      expect(steps).toBeGreaterThan(SCENARIOS);
      expect(failed).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

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
import type { Scenario } from './otp/scenario.js';
import { shownFailure } from './otp/show.js';
import { judge } from './otp/verdict.js';

/** Some of these have found a fault in their time. */
const SEED = Number(process.env['OTP_SEED'] ?? 300_000);
const SCENARIOS = Number(process.env['OTP_SCENARIOS'] ?? 100);
/** How many one Erlang is given. */
const AT_ONCE = 500;
/** For so many; a tenth of it is usual. */
const TIMEOUT_MS = 90_000;

const recorded = ['handmade.json', 'random.json', 'more.json'].flatMap(
  (file) => JSON.parse(readFileSync(join(__dirname, 'data', 'otp', file), 'utf8')) as readonly Scenario[],
);

interface Failed {
  readonly scenario: Scenario;
  readonly failure: string;
}

/** Runs scenarios there and here. @returns how many steps that were, and the scenarios that differ */
async function compared(scenarios: readonly Scenario[]): Promise<{ steps: number; failed: readonly Failed[] }> {
  let steps = 0;
  const failed: Failed[] = [];
  const traces = await inErlang(scenarios);
  for (const { trace: _other, ...made } of scenarios) {
    const scenario = { ...made, trace: traces.get(made.name) ?? [] };
    steps += scenario.trace.length;
    // Several dynamic supervisors may stop at the same time, and report in any order.
    const isParallel = JSON.stringify(made).includes('simple_one_for_one');
    const { verdict } = await judge(scenario, { reports: isParallel ? 'in any order' : true });
    if (verdict.is === 'failed') failed.push({ scenario, failure: shownFailure(scenario, verdict) });
  }
  return { steps, failed };
}

describeWith('erlang', 'Erlang as an oracle', () => {
  // If not, nothing that it says of other scenarios would count.
  it(
    'leaves the recorded traces again',
    async () => {
      const traces = await inErlang(recorded);
      const failed = recorded.flatMap((scenario) => {
        const found = difference(scenario, traces.get(scenario.name) ?? [], { reports: true });
        return found === undefined ? [] : [shownFailure(scenario, { is: 'failed', difference: found })];
      });
      process.stdout.write(`Erlang: ${recorded.length - failed.length} of ${recorded.length} recorded traces again\n`);
      expect(failed).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'leaves the same trace as these supervisors, step by step, in scenarios from a seed',
    async () => {
      let steps = 0;
      const different: Scenario[] = [];
      for (let first = 0; first < SCENARIOS; first += AT_ONCE) {
        const count = Math.min(AT_ONCE, SCENARIOS - first);
        const found = await compared(Array.from({ length: count }, (_, index) => scenarioFrom(SEED + first + index)));
        steps += found.steps;
        different.push(...found.failed.map(({ scenario }) => scenario));
      }
      // Erlang's time is real: where the machine was busy, it may have run out. Alone it has enough.
      const { failed } = await compared(different);
      process.stdout.write(
        `Erlang: ${SCENARIOS - failed.length} of ${SCENARIOS} scenarios from seed ${SEED} the same, ${steps} steps` +
          `${different.length > failed.length ? `, ${different.length - failed.length} only by themselves` : ''}\n`,
      );
      expect(steps).toBeGreaterThan(SCENARIOS);
      expect(failed.map(({ failure }) => failure)).toEqual([]);
    },
    TIMEOUT_MS * Math.ceil(SCENARIOS / AT_ONCE),
  );
});

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Console, Usage } from '../usage.js';
import { parseScenarios, type Scenario, type TraceRecord } from './scenario.js';
import { shownFailure } from './show.js';
import { judge, type Verdict } from './verdict.js';

export const USAGE = 'otp FILE… [--out FILE] [--reports]';

/**
 * Runs every scenario of some files on the supervisors, and says how many left the trace that Erlang did.
 *
 * @returns the exit code: 0 only if none failed
 * @throws {Usage} for arguments or files that are not as they should be, before anything runs
 */
export async function otp(args: readonly string[], { out, err }: Console): Promise<number> {
  const { files, to, reports } = parse(args);
  const scenarios = files.flatMap(read);
  const counts: Record<Verdict['is'], number> = { passed: 0, failed: 0, skipped: 0 };
  const traces: { readonly name: string; readonly trace: readonly TraceRecord[] }[] = [];
  for (const scenario of scenarios) {
    const { verdict, trace } = await judge(scenario, { reports });
    counts[verdict.is] += 1;
    traces.push({ name: scenario.name, trace });
    if (verdict.is === 'failed') out(shownFailure(scenario, verdict));
    if (verdict.is === 'skipped') err(`skipped ${scenario.name}: ${verdict.why}\n`);
  }
  if (to !== undefined) write(to, traces);
  out(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  return counts.failed === 0 ? 0 : 1;
}

function parse(args: readonly string[]): {
  readonly files: readonly string[];
  readonly to: string | undefined;
  readonly reports: boolean;
} {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { out: { type: 'string' }, reports: { type: 'boolean', default: false } },
    });
    if (positionals.length === 0) throw new Error('expected a file of scenarios, received none');
    return { files: positionals, to: values.out, reports: values.reports };
  } catch (error) {
    throw new Usage(`${lineOf(error)}; usage: ${USAGE}`);
  }
}

function read(file: string): readonly Scenario[] {
  try {
    return parseScenarios(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Usage(`${file}: ${lineOf(error)}`);
  }
}

function write(file: string, traces: readonly object[]): void {
  try {
    writeFileSync(file, `[\n${traces.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`);
  } catch (error) {
    throw new Usage(`${file}: ${lineOf(error)}`);
  }
}

function lineOf(error: unknown): string {
  return (error as Error).message.replace(/\s*\n\s*/g, ' ');
}

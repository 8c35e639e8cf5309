import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Console, Usage } from '../usage.js';
import { type FrameCase, parseCases } from './case.js';
import type { Verdict } from './outcome.js';
import { type Report, runAll } from './run.js';
import { shownFailure } from './show.js';

export const USAGE = 'frames FILE… [--out FILE] [--only ID,…]';

/**
 * Sends every frame of some files to the embedded router and to the client, and says how many were met as they should be.
 *
 * @returns the exit code: 0 only if none failed
 * @throws {Usage} for arguments or files that are not as they should be, before anything runs
 */
export async function frames(args: readonly string[], { out, err }: Console): Promise<number> {
  const { files, to, only } = parse(args);
  const cases = files.flatMap(read).filter(({ id }) => only === undefined || only.includes(id));
  const reports = await runAll(cases, (report) => {
    if (report.verdict.is === 'failed') out(shownFailure(report));
  });
  for (const [why, ids] of skipped(reports)) err(`skipped ${ids.length}: ${why} (${ids.join(' ')})\n`);
  for (const line of retries(reports)) err(line);
  if (to !== undefined) write(to, reports);
  const count = (is: Verdict['is']) => reports.filter(({ verdict }) => verdict.is === is).length;
  out(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`);
  return count('failed') === 0 ? 0 : 1;
}

/** The reasons for which cases were skipped, each with the cases. */
function skipped(reports: readonly Report[]): ReadonlyMap<string, readonly string[]> {
  const byReason = new Map<string, string[]>();
  for (const { test, verdict } of reports) {
    if (verdict.is !== 'skipped') continue;
    byReason.set(verdict.why, [...(byReason.get(verdict.why) ?? []), test.id]);
  }
  return byReason;
}

/** `client_retry` is a rule of this project's own: it is told of, and does not fail a case. */
function retries(reports: readonly Report[]): readonly string[] {
  const judged = reports.filter(({ seen }) => seen?.retried !== undefined);
  if (judged.length === 0) return [];
  const others = judged.filter(({ test, seen }) => seen?.retried !== (test.client_retry === 'transient'));
  const lines = others.map(({ test }) => `retried otherwise than as ${test.client_retry}: ${test.id}\n`);
  return [...lines, `client_retry: ${judged.length - others.length} as told, ${others.length} otherwise\n`];
}

function parse(args: readonly string[]): {
  readonly files: readonly string[];
  readonly to: string | undefined;
  readonly only: readonly string[] | undefined;
} {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { out: { type: 'string' }, only: { type: 'string' } },
    });
    if (positionals.length === 0) throw new Error('expected a file of hostile frames, received none');
    return { files: positionals, to: values.out, only: values.only?.split(',') };
  } catch (error) {
    throw new Usage(`${lineOf(error)}; usage: ${USAGE}`);
  }
}

function read(file: string): readonly FrameCase[] {
  try {
    return parseCases(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Usage(`${file}: ${lineOf(error)}`);
  }
}

function write(file: string, reports: readonly Report[]): void {
  const rows = reports.map(({ test, verdict, seen }) => ({ id: test.id, ...verdict, outcome: seen?.outcome }));
  try {
    writeFileSync(file, `[\n${rows.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`);
  } catch (error) {
    throw new Usage(`${file}: ${lineOf(error)}`);
  }
}

function lineOf(error: unknown): string {
  return (error as Error).message.replace(/\s*\n\s*/g, ' ');
}

/** The stdlib supervisor of the Erlang that is installed, as an oracle: `oracle.escript` runs the scenarios on it. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { pathOf } from '../../support/requirement.js';
import type { Scenario, TraceRecord } from './scenario.js';

/** At once. The program is mostly waiting, and has one thread. */
const PARALLEL = 24;
const DEADLINE_MS = 60_000;

/** What is a list in Erlang. Every other array of the format is a tuple. */
const LISTS = ['children', 'steps', 'exits', 'specs', 'omit', 'start', 'list'];

/** The traces that `scenarios` leave in Erlang, by their names. @throws {Error} where Erlang came to no end of one */
export async function inErlang(scenarios: readonly Scenario[]): Promise<ReadonlyMap<string, readonly TraceRecord[]>> {
  if (scenarios.length === 0) return new Map();
  const input = scenarios.map(
    ({ name, tree, steps }) => `{${toErlang(name)},${toErlang(tree)},${toErlang(steps, true)}}.\n`,
  );
  const traces = new Map<string, readonly TraceRecord[]>();
  for (const line of (await oracle(input.join(''))).trimEnd().split('\n')) {
    const { name, trace, error } = JSON.parse(line) as { name: string; trace?: readonly TraceRecord[]; error?: string };
    if (trace === undefined) throw new Error(`Erlang did not finish ${name}: ${error}`);
    traces.set(name, trace);
  }
  return traces;
}

/** A string is an atom, an object a map. */
export function toErlang(value: unknown, isList = false): string {
  if (typeof value === 'string') return `'${value.replace(/['\\]/g, '\\$&')}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) {
    const [open, close] = isList ? '[]' : '{}';
    return `${open}${value.map((each) => toErlang(each)).join()}${close}`;
  }
  if ('list' in value) return toErlang(value.list, true);
  const pairs = Object.entries(value).map(([key, each]) => `${toErlang(key)}=>${toErlang(each, LISTS.includes(key))}`);
  return `#{${pairs.join()}}`;
}

function oracle(input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const escript = join(dirname(pathOf('erlang')), 'escript');
    const erlang = spawn(escript, [join(__dirname, 'oracle.escript'), String(PARALLEL)], { timeout: DEADLINE_MS });
    let [output, errors] = ['', ''];
    erlang.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    erlang.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    erlang.on('error', reject);
    erlang.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`Erlang ended with ${code ?? signal}: ${errors}${output.slice(-2_000)}`));
    });
    // It may end before it has read everything: `close` tells why.
    erlang.stdin.on('error', () => {});
    erlang.stdin.end(input);
  });
}

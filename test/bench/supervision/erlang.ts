/** Erlang's side: `supervision.erl`, compiled to machine code by whoever runs it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { outputOf } from '../child-process.js';
import type { Figures, Sizes } from './measures.js';

const COMPILE_DEADLINE_MS = 30_000;

export interface ErlangVersions {
  readonly otp: string;
  readonly erts: string;
  /** `jit`, or `emu` where Erlang interprets its code. */
  readonly flavor: string;
  readonly schedulers: number;
}

export interface Erlang {
  /** One run of all measures, in a process of its own. */
  measure(sizes: Sizes, deadline: number): Promise<{ readonly figures: Figures; readonly versions: ErlangVersions }>;
  /** Removes what was compiled. */
  dispose(): void;
}

/** @param erl the path of Erlang's program */
export async function compiled(erl: string): Promise<Erlang> {
  const folder = mkdtempSync(join(tmpdir(), 'respell-bench-'));
  const dispose = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const source = join(__dirname, 'supervision.erl');
    await outputOf(join(dirname(erl), 'erlc'), ['-o', folder, source], COMPILE_DEADLINE_MS);
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    async measure({ restarts, shortWindow, longWindow, hugeWindow, latencies, children, repeats }, deadline) {
      const sizes = [restarts, shortWindow, longWindow, hugeWindow, latencies, children, repeats].map(String);
      const args = ['-noshell', '-pa', folder, '-s', 'supervision', 'main', '-extra', ...sizes];
      const { figures, ...versions } = JSON.parse(await outputOf(erl, args, deadline));
      return { figures, versions };
    },
    dispose,
  };
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Codec } from './codecs.js';
import type { Densest, Seen } from './run.js';

/** The heap of the process that decodes, in MiB: what the program itself takes, and little more than a batch may. */
const HEAP = 256;

/** Without a word for so long, it hangs: in milliseconds. A batch takes a second or two. */
const PATIENCE = 120_000;

const ROOT = join(__dirname, '../..');

interface Line {
  readonly seed?: number;
  readonly seen?: Seen;
  readonly peak?: number;
  readonly densest?: Densest;
  readonly failed?: string;
}

/** What the process said, line for line. @throws {Error} with the seed of the batch it was at, when it did not end well */
async function* linesOf(args: readonly string[]): AsyncGenerator<Line> {
  const flags = [`--max-old-space-size=${HEAP}`, '--expose-gc', '--disable-warning=DEP0180'];
  const program = ['--require', 'ts-node/register', join(__dirname, 'child.ts')];
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(process.execPath, [...flags, ...program, ...args], {
    cwd: ROOT,
    env: { ...env, TS_NODE_PROJECT: join(ROOT, 'tsconfig.json') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let last = '';
  child.stderr.on('data', (text: Buffer) => {
    last = (last + text.toString()).slice(-2_000);
  });
  const ended = new Promise<string>((resolve) =>
    child.once('close', (code, signal) => resolve(`${signal ?? `exit ${code}`}`)),
  );
  let seed: number | undefined;
  const at = () => (seed === undefined ? '' : ` in the batch of --seed ${seed}`);
  let patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  try {
    for await (const text of createInterface({ input: child.stdout })) {
      clearTimeout(patience);
      patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      const line = JSON.parse(text) as Line;
      if (line.seed !== undefined) seed = line.seed;
      if (line.failed !== undefined) throw new Error(`${line.failed}${at()}`);
      yield line;
    }
    const how = await ended;
    if (how !== 'exit 0') throw new Error(`the process that decodes ended with ${how}${at()}:\n${last}`);
  } finally {
    clearTimeout(patience);
    child.kill('SIGKILL');
  }
}

/** Feeds a codec with inputs. @throws {Error} when it breaks a promise, its process dies, or it hangs */
export async function feed(
  codec: Codec,
  count: number,
  seed: number,
  onBatch: () => void = () => {},
): Promise<{ readonly seen: Seen; readonly peak: number }> {
  for await (const { seen, peak = 0 } of linesOf(['inputs', codec, String(count), String(seed)])) {
    if (seen !== undefined) return { seen, peak };
    onBatch();
  }
  throw new Error('it ended without a word');
}

/** The densest frames of `size` octets that a codec takes. */
export async function densestOf(codec: Codec, size: number): Promise<readonly Densest[]> {
  const found: Densest[] = [];
  for await (const { densest } of linesOf(['densest', codec, String(size)])) {
    if (densest !== undefined) found.push(densest);
  }
  return found;
}

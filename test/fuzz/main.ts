/**
 * `npm run fuzz -- [--inputs N] [--seed N] [--codec json|msgpack|cbor] [--densest]`: decodes random and mutated frames in
 * a process with a limited heap, and says what it has seen. Ends with 1 when a codec breaks what it promises.
 */
import { parseArgs } from 'node:util';
import { type Codec, isCodec, NAMES } from './codecs.js';
import { densestOf, feed } from './process.js';

export const USAGE = 'npm run fuzz -- [--inputs N] [--seed N] [--codec json|msgpack|cbor] [--densest]';

interface Options {
  readonly inputs: number;
  readonly seed: number;
  readonly codecs: readonly Codec[];
  readonly densest: boolean;
}

/** @throws {Error} that says what was expected */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      inputs: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      codec: { type: 'string' },
      densest: { type: 'boolean', default: false },
    },
  });
  const { inputs, seed, codec, densest } = values;
  for (const [name, value] of Object.entries({ inputs, seed })) {
    if (!/^[1-9]\d{0,14}$/.test(value)) throw new Error(`--${name}: expected a whole number from 1, received ${value}`);
  }
  if (codec !== undefined && !isCodec(codec))
    throw new Error(`--codec: expected ${NAMES.join(', ')}, received ${codec}`);
  return { inputs: Number(inputs), seed: Number(seed), codecs: codec === undefined ? NAMES : [codec], densest };
}

/** @returns the exit code */
export async function main(
  args: readonly string[],
  out = (text: string): unknown => process.stdout.write(text),
  err = (text: string): unknown => process.stderr.write(text),
): Promise<number> {
  let options: Options;
  try {
    options = optionsOf(args);
  } catch (error) {
    err(`fuzz: ${(error as Error).message}; ${USAGE}\n`);
    return 2;
  }
  let failed = 0;
  for (const codec of options.codecs) {
    try {
      for (const line of options.densest ? await densestLines(codec) : [await fed(codec, options)]) out(`${line}\n`);
    } catch (error) {
      failed += 1;
      err(`fuzz: ${codec}: ${(error as Error).message}\n`);
    }
  }
  return failed === 0 ? 0 : 1;
}

async function fed(codec: Codec, { inputs, seed }: Options): Promise<string> {
  const began = performance.now();
  const { seen, peak } = await feed(codec, inputs, seed);
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  return (
    `${codec}: ${seen.inputs} inputs of ${mib(seen.octets)} in ${seconds} s, ${seen.taken} taken; ` +
    `${seen.slowest.toFixed(0)} ms of the processor for the slowest, ` +
    `${(100 * seen.fullest).toFixed(0)} % of the memory that may be taken, ${mib(peak)} for the process`
  );
}

async function densestLines(codec: Codec): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const size of [2 ** 16, 2 ** 20]) {
    for (const { name, times, growth, took } of await densestOf(codec, size)) {
      lines.push(`${codec}, ${size}: ${times} ${name}: ${growth.toFixed(1)} times its length, ${took.toFixed(0)} ms`);
    }
  }
  return lines;
}

const mib = (octets: number) => `${Math.round(octets / 2 ** 20)} MiB`;

if (require.main === module) {
  void main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}

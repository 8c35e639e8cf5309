/** The process that decodes: `child.ts inputs CODEC COUNT SEED` or `child.ts densest CODEC SIZE`. Prints lines of JSON. */
import { type Codec, isCodec } from './codecs.js';
import { BATCH, densest, Inputs, runBatch, type Seen } from './run.js';

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function inputs(codec: Codec, count: number, seed: number): void {
  const seen: Seen = { inputs: 0, octets: 0, taken: 0, slowest: 0, fullest: 0 };
  const prototype = Object.getOwnPropertyNames(Object.prototype).join();
  const source = new Inputs(codec);
  // What the engine compiles and learns at first is not the inputs'.
  runWarm(codec, source);
  for (let at = 0; at * BATCH < count; at += 1) {
    say({ seed: seed + at });
    runBatch(codec, source, seed + at, Math.min(BATCH, count - at * BATCH), seen);
  }
  if (Object.getOwnPropertyNames(Object.prototype).join() !== prototype) throw new Error('Object.prototype changed');
  say({ seen, peak: process.resourceUsage().maxRSS * 1_024 });
}

function runWarm(codec: Codec, source: Inputs): void {
  const seen: Seen = { inputs: 0, octets: 0, taken: 0, slowest: 0, fullest: 0 };
  try {
    runBatch(codec, source, 0, 500, seen);
  } catch {
    // What is wrong with these shows among the others.
  }
}

const [verb, name = '', ...numbers] = process.argv.slice(2);
const [first = 0, second = 0] = numbers.map(Number);
try {
  if (!isCodec(name)) throw new Error(`expected a codec, received ${name}`);
  if (verb === 'inputs') inputs(name, first, second);
  else if (verb === 'densest') for (const each of densest(name, first)) say({ densest: each });
  else throw new Error(`expected inputs or densest, received ${String(verb)}`);
} catch (error) {
  say({ failed: (error as Error).message });
  process.exitCode = 1;
}

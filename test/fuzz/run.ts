/**
 * Decodes one input after the other, and holds what a decoder promises: a message or a ProtocolError, at once, for 16
 * times the input's memory. It runs in a process of its own, with a limited heap and `--expose-gc`.
 */
import { ProtocolError, SerializationError } from '../../src/errors.js';
import { FREE } from '../../src/serializers/cost.js';
import { limitsOf } from '../../src/serializers/limits.js';
import type { Frame } from '../../src/transports/transport.js';
import type { List } from '../../src/wamp/values.js';
import { randomBelow } from '../support/random-below.js';
import { CODECS, type Codec, frameOf } from './codecs.js';
import { DENSE, DenseFrames } from './dense.js';
import { Inputs } from './inputs.js';

/** What may take longest, in milliseconds of the processor's: a busy machine is no fault of the decoder's. */
export const LONGEST = 100;

/** How many inputs are held together while their memory is measured. */
export const BATCH = 2_000;

/** What a message takes that was ever so short: its list, and what the engine learns of its shapes. */
const OF_ITS_OWN = 1_024;

/** What a run has seen. */
export interface Seen {
  inputs: number;
  octets: number;
  taken: number;
  /** Milliseconds of the processor's for the slowest. */
  slowest: number;
  /** The most memory that a batch took, for what it may take. */
  fullest: number;
}

/** What the engine holds after it has cleaned up, in octets. */
function held(): number {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error('expected node --expose-gc');
  gc();
  // What is freed beside the heap is freed in the background: the second waits for that of the first.
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The message, if it is one, and how long that took in milliseconds. */
function decoded(codec: Codec, frame: Frame): { readonly message: List | undefined; readonly took: number } {
  const began = process.cpuUsage();
  let message: List | undefined;
  try {
    message = SERIALIZERS[codec].decode(frame);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw new Error(`decode threw ${String(error)}`, { cause: error });
  }
  const { user, system } = process.cpuUsage(began);
  return { message, took: (user + system) / 1_000 };
}

const SERIALIZERS = { json: CODECS.json(), msgpack: CODECS.msgpack(), cbor: CODECS.cbor() };

/**
 * One batch of random, mutated and dense inputs. The same seed gives the same ones.
 *
 * @throws {Error} with the input that broke a promise
 */
export function runBatch(codec: Codec, inputs: Inputs, seed: number, size: number, seen: Seen): void {
  const below = randomBelow(seed);
  const batch = Array.from({ length: size }, () => {
    const { octets, isDense } = inputs.next(below);
    return { octets, isDense, frame: frameOf(codec, octets) };
  });
  const kept: List[] = [];
  const before = held();
  let allowed = 0;
  for (const { octets, isDense, frame } of batch) {
    const first = orWith(octets, () => decoded(codec, frame));
    const { message } = first;
    let { took } = first;
    // The machine is not its alone.
    for (let again = 0; took > LONGEST / 2 && again < 3; again += 1) took = Math.min(took, decoded(codec, frame).took);
    if (took > LONGEST) throw about(octets, `it took ${took.toFixed(0)} ms`);
    seen.slowest = Math.max(seen.slowest, took);
    seen.inputs += 1;
    seen.octets += octets.length;
    if (message === undefined) continue;
    seen.taken += 1;
    kept.push(message);
    const most = limitsOf(codec, {}).maxGrowth * octets.length;
    allowed += isDense ? Math.max(FREE, most) : most + OF_ITS_OWN;
    // Whatever it takes it can send on, and then takes again as the same.
    if (seen.taken % 8 === 0 && !isDense) orWith(octets, () => expectSame(codec, message));
  }
  const taken = held() - before;
  if (taken > allowed) throw new Error(`${kept.length} messages took ${taken} octets of memory, allowed ${allowed}`);
  if (allowed > 0) seen.fullest = Math.max(seen.fullest, taken / allowed);
}

/** The same value is written alike. -0 is sent as 0. */
function expectSame(codec: Codec, message: List): void {
  const serializer = SERIALIZERS[codec];
  let frame: Frame;
  try {
    frame = serializer.encode(message);
  } catch (error) {
    // JSON reads an escaped U+0000 further on in binary, and 1e999 as what it has no number for.
    if (codec === 'json' && error instanceof SerializationError) return;
    throw error;
  }
  const again = serializer.encode(serializer.decode(frame));
  if (Buffer.compare(Buffer.from(again as string), Buffer.from(frame as string)) !== 0) {
    throw new Error('it is not what it was after it was sent on');
  }
}

/** How the densest frame of one kind that is taken does: how often the unit is in it, what it costs. */
export interface Densest {
  readonly name: string;
  readonly size: number;
  readonly times: number;
  /** Octets of memory for each of the frame. */
  readonly growth: number;
  readonly took: number;
}

/** Of each dense unit as many as are taken in a frame of `size` octets. */
export function* densest(codec: Codec, size: number): Generator<Densest> {
  for (const dense of DENSE[codec]) {
    const frames = new DenseFrames(codec, dense, size);
    const frameWith = (times: number) => frameOf(codec, frames.frame(times));
    const isTaken = (times: number) => decoded(codec, frameWith(times)).message !== undefined;
    let taken = 0;
    let refused = frames.most;
    if (isTaken(refused)) taken = refused;
    while (refused - taken > refused / 32) {
      const middle = Math.floor((taken + refused) / 2);
      if (isTaken(middle)) taken = middle;
      else refused = middle;
    }
    // What the engine knows of keys by then decides, too: it may be a few less the next time.
    let cost = costOf(codec, frameWith(taken));
    for (; cost === undefined; cost = costOf(codec, frameWith(taken))) taken = Math.floor(taken * 0.98);
    yield { name: dense.name, size, times: taken, ...cost };
  }
}

/**
 * What a frame costs, or `undefined` if it is refused. Of a few times the least: the machine is not its alone, and the engine
 * compiles when it likes.
 */
function costOf(codec: Codec, frame: Frame): { readonly growth: number; readonly took: number } | undefined {
  const first = growthOf(codec, frame);
  if (first === undefined) return undefined;
  let { growth, took } = first;
  for (let times = 0; times < 3; times += 1) {
    const again = growthOf(codec, frame);
    growth = Math.min(growth, again?.growth ?? growth);
    took = Math.min(took, again?.took ?? took);
  }
  return { growth, took };
}

function growthOf(codec: Codec, frame: Frame): { readonly growth: number; readonly took: number } | undefined {
  const before = held();
  const { message, took } = decoded(codec, frame);
  const growth = (held() - before) / frame.length;
  return message === undefined ? undefined : { growth, took };
}

function orWith<Value>(octets: Buffer, run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    throw about(octets, (error as Error).message, error);
  }
}

function about(octets: Buffer, what: string, cause?: unknown): Error {
  const shown = octets.length > 400 ? `${octets.subarray(0, 400).toString('hex')}…` : octets.toString('hex');
  return new Error(`${what}: ${octets.length} octets, ${shown}`, { cause });
}

export { Inputs };

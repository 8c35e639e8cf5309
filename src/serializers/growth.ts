import { ProtocolError } from '../errors.js';
import type { Limits } from './limits.js';

/** What any message may take in memory, however short it is: octets. */
export const FREE = 1_048_576;

/**
 * What the parts of a message take in the engine's memory, in octets: measured, and rounded up. A place in a list or
 * dictionary is counted with the list or dictionary; integers, booleans and `null` take nothing but that.
 */
export const COST = {
  place: 8,
  list: 32,
  /** Of a list that is not empty: where its places are. */
  places: 16,
  dict: 56,
  float: 16,
  bigint: 24,
  /** A string of two characters or more, and two octets for each of these. Shorter ones are the engine's own. */
  text: 24,
  /** With its buffer, and an octet for each of its octets. */
  binary: 208,
  /**
   * A dictionary has keys that no other had, in that order: the engine keeps a description of each such shape. They
   * take less memory, but more time than anything else: this is the memory that goes with it at the rate of others.
   */
  shape: 300,
  /** A key of a dictionary with more than {@link LARGE}: a hash table. */
  largeKey: 96,
  /** The first key that looks like an index: a hash table of its own. */
  index: 144,
} as const;

/** From so many keys on the engine keeps no shape of a dictionary. */
export const LARGE = 20;

const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/** Whether a key that begins with this character may be an index of an array. */
export function beginsIndex(code: number): boolean {
  return code <= DIGIT_9 && code >= DIGIT_0;
}

/** How many octets a message of `length` octets may take in memory. */
export function roomFor(length: number, { maxGrowth }: Required<Limits>): number {
  return Math.max(FREE, maxGrowth * length);
}

export function tooMuchCame(length: number, limits: Required<Limits>): ProtocolError {
  return new ProtocolError(
    `expected a message of ${length} octets to take at most ${roomFor(length, limits)} in memory, ` +
      'received one with more lists, dictionaries, new keys and binaries (maxGrowth)',
    { limit: 'maxGrowth' },
  );
}

/** Few: of shapes that come in turn the engine's own tables hold no more, and each of them costs time again. */
const SHAPES = 512;
const knownShapes = new Int32Array(SHAPES);

/** The hash of a dictionary's keys so far, from the hash before, 0 at first, and that of the next key. */
export function shapeWith(shape: number, keyHash: number): number {
  return (Math.imul(shape, 31) + Math.imul(keyHash, 0x9e3779b1)) | 0;
}

/** Whether no dictionary of late had these keys in this order. It is remembered thereby. */
export function isNewShape(shape: number): boolean {
  const place = (shape >>> 8) & (SHAPES - 1);
  if (knownShapes[place] === shape) return false;
  knownShapes[place] = shape;
  return true;
}

/** The most that one octet of a frame can take: an empty binary of CBOR. */
export const WORST = COST.binary + COST.place;

/** In the first octets of a message that is sent, so many, dictionaries are not looked at, and taken for the worst. */
export const UNSEEN = 2_048;

/** What they take there: 130 for each octet, with keys that are new and begin with a digit. */
export const UNSEEN_TAKES = UNSEEN * 130;

interface Sent {
  readonly keys: readonly string[];
  readonly takes: number;
}

/**
 * What dictionaries take where they arrive, at the most, from their keys. On the way out no hash is at hand: the rows of
 * a table are told by having the same keys as the one before at their level. What looks like too much may be less.
 */
export class SentShapes {
  readonly #last: (Sent | undefined)[] = [];

  /** @param level of the dictionary, from 0 */
  takenBy(keys: readonly string[], level: number): number {
    const last = this.#last[level];
    if (last !== undefined && areSame(last.keys, keys)) return last.takes;
    let takes = COST.dict + COST.place * keys.length + COST.largeKey * Math.max(0, keys.length - LARGE);
    let first = COST.shape * Math.min(keys.length, LARGE);
    for (let i = 0; i < keys.length; i += 1) {
      const key = keys[i] as string;
      first += COST.text + 6 * key.length;
      if (beginsIndex(key.charCodeAt(0))) takes += COST.index + COST.largeKey;
    }
    this.#last[level] = { keys, takes };
    return takes + first;
  }

  /** Nothing of what was sent is kept. */
  clear(): void {
    if (this.#last.length > 0) this.#last.length = 0;
  }
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
  const { length } = some;
  if (length !== others.length) return false;
  for (let i = 0; i < length; i += 1) if (some[i] !== others[i]) return false;
  return true;
}

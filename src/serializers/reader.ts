import { ProtocolError } from '../errors.js';
import { type Dict, dict, type List, list } from '../wamp/values.js';
import * as cost from './cost.js';
import { beginsIndex, isNewShape, roomFor, tooMuch } from './growth.js';
import { beyond, type Limits, tooDeep } from './limits.js';

const NOTHING = new Uint8Array(0);

/** Texts of fewer octets are read by hand: to call the engine's decoder costs more. */
const SHORT = 12;

/** Keys of so many octets are remembered: the same ones come with every message. Other texts are not, but for a moment. */
const LONGEST_KEY = 32;
const KEYS = 512;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** By a hash of their octets. Each reader of the process has the use of all. */
const knownKeys = new Array<string | undefined>(KEYS).fill(undefined);

/** A float's octets, in the engine's memory. */
const scratch = new DataView(new ArrayBuffer(8));

/**
 * Reads a message in a binary format. What the formats have in common is here: where the octets come from, texts,
 * lists and dictionaries, and the limits, which are checked before anything is allocated. A list or dictionary of a
 * stated length is taken only if all that has been stated so far can be in the frame, an octet for each element; and
 * what each part takes in memory is counted, against what a frame of that length may take.
 */
export abstract class Reader {
  protected octets: Uint8Array = NOTHING;
  /** Where the next octet is. */
  protected at = 0;
  #limits: Required<Limits> | undefined;
  /** How many elements may still be stated. */
  #elementsLeft = 0;
  /** How many octets of memory may still be taken. */
  #roomLeft = 0;
  /** Whether there may be no room for all that is in the frame. It is the costly part of counting that depends on it. */
  #counts = false;
  /** The hash of the key that was read last. */
  #keyHash = 0;

  /** The format, for messages. */
  protected abstract readonly format: string;

  /** @throws {ProtocolError} when the frame is no list in this format, or exceeds a limit */
  read(frame: Uint8Array, limits: Required<Limits>): List {
    return list(this.readAny(frame, limits));
  }

  /** As {@link read}, of a dictionary. */
  readDict(octets: Uint8Array, limits: Required<Limits>): Dict {
    return dict(this.readAny(octets, limits));
  }

  /** As {@link read}, of either. */
  readAny(frame: Uint8Array, limits: Required<Limits>): unknown {
    const { maxLength, maxDepth } = limits;
    if (frame.length > maxLength) {
      throw beyond('maxLength', `${maxLength} octets`, frame.length);
    }
    this.octets = frame;
    this.at = 0;
    this.#limits = limits;
    this.#elementsLeft = frame.length;
    this.#counts = frame.length * cost.BINARY_WORST > cost.FREE;
    this.#roomLeft = this.#counts ? roomFor(frame.length, limits) : cost.FREE;
    try {
      const message = this.value(maxDepth);
      if (this.at < frame.length) throw this.malformed('something behind the message');
      return message;
    } catch (error) {
      // With a limit of many thousands of levels the engine's stack ends before it.
      if (error instanceof RangeError) throw tooDeep(maxDepth);
      throw error;
    } finally {
      this.octets = NOTHING;
      this.#limits = undefined;
    }
  }

  /**
   * `undefined` is for what some clients send where a value is missing: see {@link entry}.
   *
   * @param levels how many lists and dictionaries may still open in each other
   */
  protected abstract value(levels: number): unknown;

  /** A dictionary's key: a text, and nothing else. */
  protected abstract key(): string;

  /** Octets that are not what they have to be. Nothing of them is quoted: they may hold a secret. */
  protected malformed(what: string): ProtocolError {
    return new ProtocolError(`expected ${this.format}, received ${what} at octet ${this.at}`);
  }

  protected uint8(): number {
    const octet = this.octets[this.at];
    if (octet === undefined) throw this.malformed('the end of the frame');
    this.at += 1;
    return octet;
  }

  protected uint16(): number {
    const at = this.take(2);
    const { octets } = this;
    return ((octets[at] as number) << 8) | (octets[at + 1] as number);
  }

  protected uint32(): number {
    const at = this.take(4);
    const { octets } = this;
    const low = ((octets[at + 1] as number) << 16) | ((octets[at + 2] as number) << 8) | (octets[at + 3] as number);
    return (octets[at] as number) * 2 ** 24 + low;
  }

  /** As a bigint only what is beyond 2^53. */
  protected uint64(): number | bigint {
    const high = this.uint32();
    const low = this.uint32();
    if (high < 2 ** 21) return high * 2 ** 32 + low;
    this.spend(cost.bigint);
    return narrowed((BigInt(high) << 32n) | BigInt(low));
  }

  protected float32(): number {
    this.spend(cost.float);
    scratch.setUint32(0, this.uint32());
    return scratch.getFloat32(0);
  }

  protected float64(): number {
    this.spend(cost.float);
    scratch.setUint32(0, this.uint32());
    scratch.setUint32(4, this.uint32());
    return scratch.getFloat64(0);
  }

  /** The place of the next `length` octets, which are read thereby. @throws {ProtocolError} when there are fewer */
  protected take(length: number): number {
    const { at } = this;
    if (length > this.octets.length - at) throw this.malformed('fewer octets than stated');
    this.at = at + length;
    return at;
  }

  /** A copy: whose the frame's octets are when it has been read, is not known here. */
  protected binary(length: number): Uint8Array {
    const at = this.take(length);
    const copy = this.emptyBinary(length);
    copy.set(this.octets.subarray(at, at + length));
    return copy;
  }

  protected emptyBinary(length: number): Uint8Array {
    this.spend(cost.binary + length);
    return new Uint8Array(length);
  }

  protected text(length: number): string {
    const at = this.take(length);
    if (length > 1) this.spend(cost.text + 2 * length);
    if (length >= SHORT) return this.decoded(this.octets.subarray(at, this.at));
    return this.#ascii(at, length) ?? this.decoded(this.octets.subarray(at, this.at));
  }

  protected keyText(length: number): string {
    const at = this.take(length);
    const { octets } = this;
    const end = at + length;
    let hash = length;
    for (let i = at; i < end; i += 1) hash = (Math.imul(hash, 31) + (octets[i] as number)) | 0;
    this.#keyHash = hash;
    if (length > LONGEST_KEY) {
      this.spend(cost.text + 2 * length);
      return this.decoded(this.octets.subarray(at, end));
    }
    const place = hash & (KEYS - 1);
    const known = knownKeys[place];
    if (known !== undefined && known.length === length) {
      let i = 0;
      while (i < length && known.charCodeAt(i) === octets[at + i]) i += 1;
      if (i === length) return known;
    }
    this.spend(cost.text + 2 * length);
    const key = this.#ascii(at, length);
    if (key === undefined) return this.decoded(this.octets.subarray(at, this.at));
    knownKeys[place] = key;
    return key;
  }

  /** A key that was not read in one piece. */
  protected keyOf(text: string): string {
    let hash = text.length;
    for (let i = 0; i < text.length; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
    this.#keyHash = hash;
    return text;
  }

  /** A list of as many elements as stated. */
  protected list(length: number, levels: number): unknown[] {
    this.#state(length);
    this.opened(levels, length === 0 ? cost.list : cost.list + cost.places + cost.place * length);
    const elements = new Array<unknown>(length);
    for (let i = 0; i < length; i += 1) elements[i] = this.element(levels - 1);
    return elements;
  }

  /** A value in a list, where one that is missing is `null`: it has a place. */
  protected element(levels: number): unknown {
    const value = this.value(levels);
    return value === undefined ? null : value;
  }

  /** A dictionary of as many keys as stated. Of a key that comes twice the last counts, as in JSON. */
  protected dict(length: number, levels: number): Record<string, unknown> {
    this.#state(2 * length);
    this.opened(levels, cost.dict + cost.place * length);
    const dict: Record<string, unknown> = {};
    let state = 0;
    for (let at = 0; at < length; at += 1) state = this.entry(dict, levels - 1, at, state);
    return dict;
  }

  /**
   * A list or dictionary opens.
   *
   * @param octets what it takes in memory
   */
  protected opened(levels: number, octets: number): void {
    if (levels === 0) throw tooDeep(this.#limits?.maxDepth ?? 0);
    this.spend(octets);
  }

  /**
   * Reads a key and its value into `dict`. A key whose value is missing is left out, as JSON's writers do it: `{ match: undefined }`
   * is what clients in JavaScript make of an option that nobody gave, and `null` would be an option of a wrong type.
   *
   * @param at how many keys came before
   * @param state 0 for the first, then what it returned for the one before: the hash of the dictionary's shape, and in
   *   its lowest bit whether one of its keys looked like an index of an array
   */
  protected entry(dict: Record<string, unknown>, levels: number, at: number, state: number): number {
    const key = this.key();
    let shape = 0;
    if (this.#counts) {
      shape = (Math.imul(state, 31) + this.#keyHash) | 0;
      if (at >= cost.LARGE) this.spend(cost.largeKey);
      else if (isNewShape(shape)) this.spend(cost.shape);
    }
    let indexed = state & INDEXED;
    if (beginsIndex(key.charCodeAt(0))) {
      this.spend(indexed === 0 ? cost.index + cost.largeKey : cost.largeKey);
      if (indexed === 0) makeReadyForIndices(dict);
      indexed = INDEXED;
    }
    const value = this.value(levels);
    if (value === undefined) {
      if (Object.hasOwn(dict, key)) delete dict[key];
    } else if (key === '__proto__') {
      // An assignment would set the prototype.
      Object.defineProperty(dict, key, { value, writable: true, enumerable: true, configurable: true });
    } else {
      dict[key] = value;
    }
    return (shape & ~INDEXED) | indexed;
  }

  #state(elements: number): void {
    this.#elementsLeft -= elements;
    if (this.#elementsLeft < 0) throw this.malformed('a length beyond the frame’s');
  }

  /** What comes next takes so many octets of memory. @throws {ProtocolError} when there is no room for them */
  protected spend(octets: number): void {
    this.#roomLeft -= octets;
    if (this.#roomLeft < 0) throw tooMuch(this.octets.length, this.#limits as Required<Limits>);
  }

  #ascii(at: number, length: number): string | undefined {
    const { octets } = this;
    const end = at + length;
    let text = '';
    let i = at;
    for (; i + 4 <= end; i += 4) {
      const first = octets[i] as number;
      const second = octets[i + 1] as number;
      const third = octets[i + 2] as number;
      const fourth = octets[i + 3] as number;
      if ((first | second | third | fourth) > 0x7f) return undefined;
      text += String.fromCharCode(first, second, third, fourth);
    }
    for (; i < end; i += 1) {
      const octet = octets[i] as number;
      if (octet > 0x7f) return undefined;
      text += String.fromCharCode(octet);
    }
    return text;
  }

  /** A text of such octets. */
  protected decoded(octets: Uint8Array): string {
    try {
      return utf8.decode(octets);
    } catch {
      throw this.malformed('a text that is not UTF-8, which ends');
    }
  }
}

/** In the state of a dictionary that is being read. */
const INDEXED = 1;

/** The largest index that an array of the engine has. */
const LAST_INDEX = 4_294_967_294;

/**
 * The engine keeps what stands under `"1000"` in an object as it would in an array: twelve thousand octets for one key.
 * An object that had an index beyond all others keeps indices as it keeps other keys.
 */
function makeReadyForIndices(dict: Record<string, unknown>): void {
  dict[LAST_INDEX] = undefined;
  delete dict[LAST_INDEX];
}

/** A number where that is exact: up to 2^53, which is the largest id. */
export function narrowed(value: bigint): number | bigint {
  return value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : value;
}

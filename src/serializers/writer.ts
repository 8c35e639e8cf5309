import type { List } from '../wamp/values.js';
import * as cost from './cost.js';
import { roomFor } from './growth.js';
import { beyond, type Limits, tooDeep } from './limits.js';
import type { Reader } from './reader.js';
import { SentShapes, UNSEEN, UNSEEN_TAKES } from './sent-shapes.js';
import { asUnfit, isPlain, noData, Unfit, wellFormed } from './unfit.js';

type Dict = Readonly<Record<string, unknown>>;

/** Frames are cut from a slab of so many octets, which is never written to again: a frame needs no copy of its own. */
const SLAB = 8_192;

/** The longest head of any value, in octets. */
const HEAD = 9;

/** Texts of so many characters are written by hand: to call the engine's encoder costs more. */
const SHORT = 40;

const PLACE_TAKES = cost.place + cost.float;

const utf8 = new TextEncoder();

/**
 * Writes one message after the other in a binary format, in one walk that checks as it writes. What the formats have
 * in common is here: which values are data, where the octets go, limits, and the path to what cannot be sent. How a
 * value begins is for the format to say.
 *
 * A message's walk may run the user's code, a getter or a proxy, and that may send: {@link Writer.busy} is for whoever
 * keeps a writer to notice.
 */
export abstract class Writer {
  protected octets = new Uint8Array(SLAB);
  protected view = new DataView(this.octets.buffer);
  /** Where the next octet goes. */
  protected at = 0;
  /** Where this message began. */
  #start = 0;
  #limits: Required<Limits> | undefined;
  /** How many octets of memory the message takes at the most where it arrives, its beginning apart. */
  #taken = 0;
  readonly #shapes = new SentShapes();
  readonly #reader: Reader;

  /** @param reader of the same format */
  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Whether it is in the midst of a message. */
  get busy(): boolean {
    return this.#limits !== undefined;
  }

  /** @throws {SerializationError} with the path of the first value that is no data, or the limit that is exceeded */
  write(message: List | Dict, limits: Required<Limits>): Uint8Array {
    this.#limits = limits;
    this.#taken = 0;
    this.#start = this.at;
    try {
      this.#need(HEAD);
      this.#container(message, limits.maxDepth);
      const length = this.at - this.#start;
      if (length > limits.maxLength) throw new TooLong(limits.maxLength);
      const frame = this.#cut(length);
      if (length * cost.BINARY_WORST > cost.FREE && this.#taken + UNSEEN_TAKES > roomFor(length, limits)) {
        // It may be less: whoever reads it counts exactly.
        this.#reader.readAny(frame, limits);
      }
      return frame;
    } catch (thrown) {
      this.at = this.#start;
      if (this.octets.length > SLAB) this.#use(new Uint8Array(SLAB), 0);
      throw asUnfit(thrown).toError();
    } finally {
      this.#limits = undefined;
      this.#shapes.clear();
    }
  }

  /** The heads of a format: `null` and truth as they are, of the others what comes before their contents. */
  protected abstract readonly null: number;
  protected abstract readonly false: number;
  protected abstract readonly true: number;
  /** @param value an integer, at most 2^53 away from 0 */
  protected abstract integer(value: number): void;
  protected abstract float(value: number): void;
  /** An integer that is further from 0. @throws {Unfit} when the format has no room for it */
  protected abstract bigInteger(value: bigint): void;
  protected abstract textHead(octets: number): void;
  protected abstract binaryHead(octets: number): void;
  protected abstract listHead(elements: number): void;
  protected abstract dictHead(keys: number): void;

  protected octet(value: number): void {
    this.octets[this.at] = value;
    this.at += 1;
  }

  // What follows puts an octet, and behind it a number in as many bits as the name says.

  protected octet8(first: number, value: number): void {
    this.octets[this.at] = first;
    this.octets[this.at + 1] = value;
    this.at += 2;
  }

  protected octet16(first: number, value: number): void {
    this.octets[this.at] = first;
    this.view.setUint16(this.at + 1, value);
    this.at += 3;
  }

  protected octet32(first: number, value: number): void {
    this.octets[this.at] = first;
    this.view.setUint32(this.at + 1, value);
    this.at += 5;
  }

  /** @param value an integer from -(2^63) to 2^64 - 1 that a number holds; of a negative one its two's complement */
  protected octet64(first: number, value: number): void {
    const high = Math.floor(value / 2 ** 32);
    this.octets[this.at] = first;
    this.view.setInt32(this.at + 1, high);
    this.view.setUint32(this.at + 5, value - high * 2 ** 32);
    this.at += 9;
  }

  protected octetBig64(first: number, value: bigint): void {
    this.octets[this.at] = first;
    this.view.setBigUint64(this.at + 1, BigInt.asUintN(64, value));
    this.at += 9;
  }

  protected octetFloat(first: number, value: number): void {
    this.octets[this.at] = first;
    this.view.setFloat64(this.at + 1, value);
    this.at += 9;
  }

  #value(value: unknown, levels: number): void {
    this.#need(HEAD);
    switch (typeof value) {
      case 'string':
        this.#text(value);
        break;
      case 'number':
        if (Number.isInteger(value) && value >= -(2 ** 53) && value <= 2 ** 53) this.integer(value);
        else this.float(value);
        break;
      case 'boolean':
        this.octet(value ? this.true : this.false);
        break;
      case 'object':
        if (value === null) this.octet(this.null);
        else if (value instanceof Uint8Array) this.#binary(value);
        else this.#container(value, levels);
        break;
      case 'bigint':
        if (value >= -(2n ** 53n) && value <= 2n ** 53n) this.integer(Number(value));
        else this.bigInteger(value);
        break;
      default:
        throw noData(value);
    }
  }

  /** @param levels how many may still open, this one included */
  #container(value: object, levels: number): void {
    if (levels === 0) throw asUnfit(tooDeep(this.#within.maxDepth)).within(value);
    if (Array.isArray(value)) this.#list(value, levels - 1);
    else if (isPlain(value)) this.#dict(value as Dict, levels - 1);
    else throw noData(value);
  }

  #list(elements: readonly unknown[], levels: number): void {
    let at: number | undefined;
    try {
      const { length } = elements;
      // Each takes an octet at least.
      if (length > this.#within.maxLength) throw new TooLong(this.#within.maxLength);
      this.#taken += cost.list + cost.places + PLACE_TAKES * length;
      this.listHead(length);
      for (at = 0; at < length; at += 1) this.#value(elements[at], levels);
    } catch (thrown) {
      throw asUnfit(thrown).within(elements, at);
    }
  }

  #dict(dict: Dict, levels: number): void {
    let at: string | undefined;
    try {
      const keys = Object.keys(dict);
      if (this.at - this.#start > UNSEEN) this.#taken += this.#shapes.takenBy(keys, this.#within.maxDepth - levels);
      const head = this.at - this.#start;
      this.dictHead(keys.length);
      const behind = this.at - this.#start;
      let written = 0;
      for (let i = 0; i < keys.length; i += 1) {
        at = keys[i] as string;
        const value = dict[at];
        if (value === undefined) continue;
        written += 1;
        this.#text(at);
        this.#value(value, levels);
      }
      if (written < keys.length) this.#correct(head, behind, written);
    } catch (thrown) {
      throw asUnfit(thrown).within(dict, at);
    }
  }

  /** Writes a dictionary's head anew, since some of its keys were left out. Places count from the message's start. */
  #correct(head: number, behind: number, keys: number): void {
    const end = this.at;
    this.at = this.#start + head;
    this.dictHead(keys);
    const shift = this.#start + behind - this.at;
    if (shift > 0) this.octets.copyWithin(this.at, this.at + shift, end);
    this.at = end - shift;
  }

  #text(text: string): void {
    const { length } = text;
    this.#taken += cost.text + 2 * length;
    if (length > SHORT) {
      this.#longText(text);
      return;
    }
    this.#need(HEAD + 3 * length);
    const head = this.at;
    this.textHead(length);
    const { octets } = this;
    let at = this.at;
    for (let i = 0; i < length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.at = head;
        this.#longText(text);
        return;
      }
      octets[at] = code;
      at += 1;
    }
    this.at = at;
  }

  /** The head is written for a text of ASCII, and anew if it turns out to be another. */
  #longText(text: string): void {
    const { length } = text;
    if (length > this.#within.maxLength) throw new TooLong(this.#within.maxLength);
    this.#need(HEAD + 3 * length);
    const head = this.at;
    this.textHead(length);
    const body = this.at;
    const { written } = utf8.encodeInto(text, this.octets.subarray(body));
    this.#taken += 2 * (written - length);
    if (written !== length) {
      wellFormed(text);
      this.at = head;
      this.textHead(written);
      // A longer head has overwritten the text's beginning.
      if (this.at !== body) utf8.encodeInto(text, this.octets.subarray(this.at));
    }
    this.at += written;
  }

  #binary(octets: Uint8Array): void {
    const { length } = octets;
    if (length > this.#within.maxLength) throw new TooLong(this.#within.maxLength);
    this.#taken += cost.binary + length;
    this.#need(HEAD + length);
    this.binaryHead(length);
    this.octets.set(octets, this.at);
    this.at += length;
  }

  get #within(): Required<Limits> {
    return this.#limits as Required<Limits>;
  }

  /** Makes room for so many octets more. */
  #need(more: number): void {
    if (this.at + more > this.octets.length) this.#grow(more);
  }

  /** A new slab, to which goes what there is of this message. */
  #grow(more: number): void {
    const written = this.at - this.#start;
    // A small value that holds the same one twice, and that again, unfolds without end.
    if (written > this.#within.maxLength) throw new TooLong(this.#within.maxLength);
    const grown = new Uint8Array(Math.max(SLAB, 2 * written + more));
    grown.set(this.octets.subarray(this.#start, this.at));
    this.#use(grown, written);
  }

  #use(octets: Uint8Array<ArrayBuffer>, at: number): void {
    this.octets = octets;
    this.view = new DataView(octets.buffer);
    this.#start = 0;
    this.at = at;
  }

  /** The frame. A long one gets octets of its own if it would keep many more alive. */
  #cut(length: number): Uint8Array {
    const { octets } = this;
    if (octets.length <= SLAB) return new Uint8Array(octets.buffer, this.#start, length);
    this.#use(new Uint8Array(SLAB), 0);
    return octets.length - length > length / 4 ? octets.slice(0, length) : octets.subarray(0, length);
  }
}

/** It is the whole message that is too long, wherever the last straw was. */
class TooLong extends Unfit {
  constructor(most: number) {
    super(beyond('maxLength', `${most} octets`, 'more').message);
  }

  override within(): this {
    return this;
  }
}

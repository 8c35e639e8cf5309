import { ProtocolError } from '../errors.js';
import * as cost from './cost.js';
import { type Limits, limitsOf } from './limits.js';
import { Reader } from './reader.js';
import type { PayloadSerializer } from './serializer.js';
import { Unfit } from './unfit.js';
import { Writer } from './writer.js';

/**
 * WAMP in CBOR: shorter than JSON, and binary travels as it is.
 *
 * Strict in what it sends, as {@link msgpack}: integers up to 2^53 as integers, in the fewest octets, other numbers as
 * 64-bit floats, a bigint as an integer of 64 bits, a `Uint8Array` as a byte string; all lengths are stated, and there are no
 * tags. It refuses what `msgpack` refuses.
 *
 * Tolerant in what it takes: floats of 16, 32 and 64 bits, also where an integer would do; lengths in more octets than
 * they need, or not stated; the tags 64 (octets) and 259 (a map), which some clients send, for what they stand before;
 * `undefined` as `null`. An integer further than 2^53 from 0 arrives as a bigint. Refused are every other tag and simple
 * value, keys that are no strings, and strings that are not UTF-8. Of a key that comes twice the last counts. A key
 * `__proto__` is a property like any other, and sets no prototype.
 *
 * @throws {UsageError} when a limit is no whole number from 1
 * @see WAMP Basic Profile, "Serializers"; RFC 8949
 */
export function cbor(limits: Limits = {}): PayloadSerializer {
  const within = limitsOf('cbor', limits);
  return {
    subprotocol: 'wamp.2.cbor',
    name: 'cbor',

    encode(message) {
      return (writer.busy ? new CborWriter(reader) : writer).write(message, within);
    },

    decode(frame) {
      if (typeof frame === 'string') throw new ProtocolError('wamp.2.cbor: expected binary, received text');
      return reader.read(frame, within);
    },

    encodePayload(payload) {
      return (writer.busy ? new CborWriter(reader) : writer).write(payload, within);
    },

    decodePayload(octets) {
      return reader.readDict(octets, within);
    },
  };
}

// The major types, in the upper three bits of a head.
const UNSIGNED = 0x00;
const NEGATIVE = 0x20;
const BINARY = 0x40;
const TEXT = 0x60;
const LIST = 0x80;
const DICT = 0xa0;
const TAG = 0xc0;

/** In the lower five bits: the length is not stated. */
const INDEFINITE = 31;

/** Elements of a list whose length is not stated. */
const PIECE = 1_024;

const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const UNDEFINED = 0xf7;
const HALF = 0xf9;
const SINGLE = 0xfa;
const DOUBLE = 0xfb;
const BREAK = 0xff;

/** A typed array of octets (RFC 8746). */
const TAG_OCTETS = 64;
/** A map, in so many words. */
const TAG_MAP = 259;

class CborWriter extends Writer {
  protected override readonly null = NULL;
  protected override readonly false = FALSE;
  protected override readonly true = TRUE;

  protected override integer(value: number): void {
    if (value >= 0) this.#head(UNSIGNED, value);
    else this.#head(NEGATIVE, -1 - value);
  }

  protected override float(value: number): void {
    this.octetFloat(DOUBLE, value);
  }

  protected override bigInteger(value: bigint): void {
    const argument = value < 0n ? -1n - value : value;
    if (argument >= 2n ** 64n) {
      throw new Unfit('CBOR has no integer of more than 64 bits, expected a smaller one or a string');
    }
    this.octetBig64((value < 0n ? NEGATIVE : UNSIGNED) | 27, argument);
  }

  protected override textHead(octets: number): void {
    this.#head(TEXT, octets);
  }

  protected override binaryHead(octets: number): void {
    this.#head(BINARY, octets);
  }

  protected override listHead(elements: number): void {
    this.#head(LIST, elements);
  }

  protected override dictHead(keys: number): void {
    this.#head(DICT, keys);
  }

  #head(major: number, argument: number): void {
    if (argument < 24) this.octet(major | argument);
    else if (argument < 0x100) this.octet8(major | 24, argument);
    else if (argument < 0x10000) this.octet16(major | 25, argument);
    else if (argument < 2 ** 32) this.octet32(major | 26, argument);
    else this.octet64(major | 27, argument);
  }
}

class CborReader extends Reader {
  protected override readonly format = 'CBOR';

  protected override value(levels: number): unknown {
    const head = this.uint8();
    const info = head & 31;
    switch (head & 0xe0) {
      case UNSIGNED:
        return info < 24 ? info : this.#integer(info, false);
      case NEGATIVE:
        return info < 24 ? -1 - info : this.#integer(info, true);
      case BINARY:
        return info === INDEFINITE ? this.#joinedBinary() : this.binary(this.#argument(info));
      case TEXT:
        return info === INDEFINITE ? this.#joinedText() : this.text(this.#argument(info));
      case LIST:
        return info === INDEFINITE ? this.#openList(levels) : this.list(this.#argument(info), levels);
      case DICT:
        return info === INDEFINITE ? this.#openDict(levels) : this.dict(this.#argument(info), levels);
      case TAG:
        return this.#tagged(this.#argument(info), levels);
      default:
        return this.#other(head);
    }
  }

  protected override key(): string {
    const head = this.uint8();
    if ((head & 0xe0) !== TEXT) throw this.malformed('a key that is no string');
    const info = head & 31;
    return info === INDEFINITE ? this.keyOf(this.#joinedText()) : this.keyText(this.#argument(info));
  }

  /** What follows a head: a length, a tag's number. What is too large for a double is too large for any frame. */
  #argument(info: number): number {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.uint8();
      case 25:
        return this.uint16();
      case 26:
        return this.uint32();
      case 27:
        return this.uint32() * 2 ** 32 + this.uint32();
      default:
        throw this.malformed('a head that stands for nothing');
    }
  }

  #integer(info: number, negative: boolean): number | bigint {
    const argument = info === 27 ? this.uint64() : this.#argument(info);
    if (!negative) return argument;
    // -1 - 2^53 is no double.
    return typeof argument === 'number' && argument < 2 ** 53 ? -1 - argument : -1n - BigInt(argument);
  }

  /** In pieces, since a list that grows has room for half as much again, and as much as it had while it grows. */
  #openList(levels: number): unknown[] {
    this.opened(levels, cost.list + cost.places);
    const pieces: unknown[][] = [];
    let piece: unknown[] = [];
    while (!this.#broken()) {
      this.spend(cost.place);
      if (piece.length === PIECE) {
        pieces.push(piece);
        piece = [];
      }
      piece.push(this.element(levels - 1));
    }
    if (pieces.length === 0) return piece.slice();
    const whole = new Array<unknown>(pieces.length * PIECE + piece.length);
    pieces.push(piece);
    for (let i = 0; i < pieces.length; i += 1) {
      const part = pieces[i] as unknown[];
      for (let at = 0; at < part.length; at += 1) whole[i * PIECE + at] = part[at];
    }
    return whole;
  }

  #openDict(levels: number): Record<string, unknown> {
    this.opened(levels, cost.dict);
    const dict: Record<string, unknown> = {};
    let state = 0;
    for (let at = 0; !this.#broken(); at += 1) {
      this.spend(cost.place);
      state = this.entry(dict, levels - 1, at, state);
    }
    return dict;
  }

  /** Whether what was opened ends here. */
  #broken(): boolean {
    if (this.octets[this.at] !== BREAK) return false;
    this.at += 1;
    return true;
  }

  #joinedBinary(): Uint8Array {
    const start = this.at;
    const whole = this.emptyBinary(this.#measure(BINARY));
    this.#join(start, BINARY, whole);
    return whole;
  }

  #joinedText(): string {
    const start = this.at;
    const length = this.#measure(TEXT);
    if (length === 0) return '';
    this.spend(cost.text + 2 * length);
    const whole = new Uint8Array(length);
    this.#join(start, TEXT, whole);
    return this.decoded(whole);
  }

  /** Reads a string in pieces, each of a stated length and of the same kind. Returns how long it is. */
  #measure(major: number): number {
    let length = 0;
    while (!this.#broken()) {
      const piece = this.#piece(major);
      const at = this.take(piece);
      length += piece;
      if (major === TEXT && piece > 0 && ((this.octets[at] as number) & 0xc0) === 0x80) {
        throw this.malformed('pieces of a text that part a character');
      }
    }
    return length;
  }

  /** Reads a string that was measured once more, from `start`, into `whole`: so it is copied once. */
  #join(start: number, major: number, whole: Uint8Array): void {
    this.at = start;
    let to = 0;
    while (!this.#broken()) {
      const piece = this.#piece(major);
      const at = this.take(piece);
      for (let i = 0; i < piece; i += 1) whole[to + i] = this.octets[at + i] as number;
      to += piece;
    }
  }

  #piece(major: number): number {
    const head = this.uint8();
    if ((head & 0xe0) !== major) throw this.malformed('a piece of something else within a string');
    return this.#argument(head & 31);
  }

  #tagged(tag: number, levels: number): unknown {
    const head = this.octets[this.at] ?? 0;
    if (tag === TAG_OCTETS && (head & 0xe0) === BINARY) return this.value(levels);
    if (tag === TAG_MAP && (head & 0xe0) === DICT) return this.value(levels);
    throw this.malformed(`tag ${tag}, which means nothing here,`);
  }

  #other(head: number): unknown {
    switch (head) {
      case FALSE:
        return false;
      case TRUE:
        return true;
      case NULL:
        return null;
      case UNDEFINED:
        return undefined;
      case HALF:
        this.spend(cost.float);
        return halfFloat(this.uint16());
      case SINGLE:
        return this.float32();
      case DOUBLE:
        return this.float64();
      case BREAK:
        throw this.malformed('a break where nothing is open');
      default:
        throw this.malformed('a simple value that means nothing here');
    }
  }
}

/** Five bits of exponent, ten of fraction. */
function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1_024 + fraction) * 2 ** (exponent - 25);
}

// One for all: between two messages they hold nothing of any peer's.
const reader = new CborReader();
const writer = new CborWriter(reader);

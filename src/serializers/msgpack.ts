import { ProtocolError } from '../errors.js';
import * as cost from './cost.js';
import { type Limits, limitsOf } from './limits.js';
import { narrowed, Reader } from './reader.js';
import type { PayloadSerializer } from './serializer.js';
import { Unfit } from './unfit.js';
import { Writer } from './writer.js';

/**
 * WAMP in MessagePack: shorter than JSON, and binary travels as it is.
 *
 * Strict in what it sends. Integers up to 2^53 go out as integers, in the fewest octets, other numbers as 64-bit
 * floats, a bigint as an integer of 64 bits, a `Uint8Array` as bin. Properties that are `undefined` are left out.
 * Refused is what would arrive as something else: `undefined` in a list, functions, symbols, objects of a class, `Date`,
 * `Map`, `Set` and `Error` among them, cycles, strings that hold half a surrogate pair, bigints beyond 64 bits. `toJSON`
 * is JSON's, and is not called.
 *
 * Tolerant in what it takes: every length of every form, floats where an integer would do. An integer further than 2^53
 * from 0 arrives as a bigint. Ext 0, which some clients send for `undefined`, arrives as `null`; every other ext is
 * refused, and so are keys that are no strings and strings that are not UTF-8. Of a key that comes twice the last
 * counts. A key `__proto__` is a property like any other, and sets no prototype.
 *
 * @throws {UsageError} when a limit is no whole number from 1
 * @see WAMP Basic Profile, "Serializers"; the MessagePack specification, version 5
 */
export function msgpack(limits: Limits = {}): PayloadSerializer {
  const within = limitsOf('msgpack', limits);
  return {
    subprotocol: 'wamp.2.msgpack',
    name: 'msgpack',

    encode(message) {
      return (writer.busy ? new MessagePackWriter(reader) : writer).write(message, within);
    },

    decode(frame) {
      if (typeof frame === 'string') throw new ProtocolError('wamp.2.msgpack: expected binary, received text');
      return reader.read(frame, within);
    },

    encodePayload(payload) {
      return (writer.busy ? new MessagePackWriter(reader) : writer).write(payload, within);
    },

    decodePayload(octets) {
      return reader.readDict(octets, within);
    },
  };
}

class MessagePackWriter extends Writer {
  protected override readonly null = 0xc0;
  protected override readonly false = 0xc2;
  protected override readonly true = 0xc3;

  protected override integer(value: number): void {
    if (value >= 0) {
      if (value < 0x80) this.octet(value);
      else if (value < 0x100) this.octet8(0xcc, value);
      else if (value < 0x10000) this.octet16(0xcd, value);
      else if (value < 2 ** 32) this.octet32(0xce, value);
      else this.octet64(0xcf, value);
    } else if (value >= -0x20) this.octet(value & 0xff);
    else if (value >= -0x80) this.octet8(0xd0, value & 0xff);
    else if (value >= -0x8000) this.octet16(0xd1, value & 0xffff);
    else if (value >= -(2 ** 31)) this.octet32(0xd2, value >>> 0);
    else this.octet64(0xd3, value);
  }

  protected override float(value: number): void {
    this.octetFloat(0xcb, value);
  }

  protected override bigInteger(value: bigint): void {
    if (value < -(2n ** 63n) || value >= 2n ** 64n) {
      throw new Unfit('MessagePack has no integer of more than 64 bits, expected a smaller one or a string');
    }
    this.octetBig64(value < 0n ? 0xd3 : 0xcf, value);
  }

  protected override textHead(octets: number): void {
    if (octets < 0x20) this.octet(0xa0 | octets);
    else this.#sized(0xd9, octets);
  }

  protected override binaryHead(octets: number): void {
    this.#sized(0xc4, octets);
  }

  protected override listHead(elements: number): void {
    if (elements < 0x10) this.octet(0x90 | elements);
    else if (elements < 0x10000) this.octet16(0xdc, elements);
    else this.octet32(0xdd, elements);
  }

  protected override dictHead(keys: number): void {
    if (keys < 0x10) this.octet(0x80 | keys);
    else if (keys < 0x10000) this.octet16(0xde, keys);
    else this.octet32(0xdf, keys);
  }

  /** @param first the form with a length of one octet; those with two and four follow it */
  #sized(first: number, octets: number): void {
    if (octets < 0x100) this.octet8(first, octets);
    else if (octets < 0x10000) this.octet16(first + 1, octets);
    else this.octet32(first + 2, octets);
  }
}

class MessagePackReader extends Reader {
  protected override readonly format = 'MessagePack';

  protected override value(levels: number): unknown {
    const head = this.uint8();
    if (head < 0x80) return head;
    if (head >= 0xe0) return head - 0x100;
    if (head < 0x90) return this.dict(head & 0x0f, levels);
    if (head < 0xa0) return this.list(head & 0x0f, levels);
    if (head < 0xc0) return this.text(head & 0x1f);
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.binary(this.uint8());
      case 0xc5:
        return this.binary(this.uint16());
      case 0xc6:
        return this.binary(this.uint32());
      case 0xca:
        return this.float32();
      case 0xcb:
        return this.float64();
      case 0xcc:
        return this.uint8();
      case 0xcd:
        return this.uint16();
      case 0xce:
        return this.uint32();
      case 0xcf:
        return this.uint64();
      case 0xd0:
        return (this.uint8() << 24) >> 24;
      case 0xd1:
        return (this.uint16() << 16) >> 16;
      case 0xd2:
        return this.uint32() | 0;
      case 0xd3:
        return this.#signed64();
      case 0xd9:
        return this.text(this.uint8());
      case 0xda:
        return this.text(this.uint16());
      case 0xdb:
        return this.text(this.uint32());
      case 0xdc:
        return this.list(this.uint16(), levels);
      case 0xdd:
        return this.list(this.uint32(), levels);
      case 0xde:
        return this.dict(this.uint16(), levels);
      case 0xdf:
        return this.dict(this.uint32(), levels);
      case 0xc1:
        throw this.malformed('the octet that stands for nothing');
      default:
        return this.#ext(head);
    }
  }

  protected override key(): string {
    const head = this.uint8();
    if (head >= 0xa0 && head < 0xc0) return this.keyText(head & 0x1f);
    if (head === 0xd9) return this.keyText(this.uint8());
    if (head === 0xda) return this.keyText(this.uint16());
    if (head === 0xdb) return this.keyText(this.uint32());
    throw this.malformed('a key that is no string');
  }

  #signed64(): number | bigint {
    const high = this.uint32() | 0;
    const low = this.uint32();
    const value = high * 2 ** 32 + low;
    // As a double it may have been rounded to 2^53 from beyond.
    if (value > -(2 ** 53) && value < 2 ** 53) return value;
    this.spend(cost.bigint);
    return narrowed((BigInt(high) << 32n) | BigInt(low));
  }

  #ext(head: number): undefined {
    let length = 0;
    if (head === 0xc7) length = this.uint8();
    else if (head === 0xc8) length = this.uint16();
    else if (head === 0xc9) length = this.uint32();
    else length = 1 << (head - 0xd4);
    const type = this.uint8();
    if (type !== 0) throw this.malformed(`ext ${(type << 24) >> 24}, which means nothing here,`);
    this.take(length);
    return undefined;
  }
}

// One for all: between two messages they hold nothing of any peer's.
const reader = new MessagePackReader();
const writer = new MessagePackWriter(reader);

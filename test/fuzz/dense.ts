/** What takes most memory or time for its length: parts of frames that are repeated as often as they are taken. */
import type { Codec } from './codecs.js';

/** The octets of the part with this number. */
export type Unit = (at: number) => Buffer;

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const same =
  (text: string): Unit =>
  () =>
    hex(text);
const ascii = (text: string) => Buffer.from(text);
const own = (at: number) => at.toString(36).padStart(4, 'k');
/** Two characters, in some eight thousand ways. */
const short = (at: number) => String.fromCharCode(0x23 + (at % 90), 0x5d + (Math.floor(at / 90) % 33));

/** By what a title says of them. `whole` are those that stand in one dictionary. */
export interface Dense {
  readonly name: string;
  readonly unit: Unit;
  readonly whole?: true;
}

const packed = (head: number, key: string) => Buffer.concat([Buffer.from([head | key.length]), ascii(key)]);
const joined = (...parts: (string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? hex(part) : part)));

/** What MessagePack and CBOR both have, by the heads of their values. */
function binary(dict: number, list: number, text: number, emptyBinary: string, double: string): readonly Dense[] {
  const head = (base: number, size: number) => (base | size).toString(16).padStart(2, '0');
  const key = (name: string) => packed(text, name);
  const dictOf = (...keys: string[]) =>
    joined(head(dict, keys.length), ...keys.flatMap((each) => [key(each), Buffer.from([0])]));
  return [
    { name: 'numbers', unit: same('01') },
    { name: 'empty dictionaries', unit: same(head(dict, 0)) },
    { name: 'empty lists', unit: same(head(list, 0)) },
    { name: 'lists of one', unit: same(`${head(list, 1)}01`) },
    { name: 'lists of two', unit: same(`${head(list, 2)}0102`) },
    { name: 'lists of a list', unit: same(`${head(list, 1)}${head(list, 0)}`) },
    { name: 'lists of a short text', unit: () => joined(head(list, 1), key('ab')) },
    { name: 'short texts', unit: () => key('ab') },
    { name: 'doubles between nulls', unit: (at) => (at % 2 === 0 ? hex(double) : key('')) },
    { name: 'dictionaries of one key', unit: () => dictOf('a') },
    { name: 'dictionaries of an empty key', unit: () => dictOf('') },
    { name: 'dictionaries of a key of their own', unit: (at) => dictOf(own(at)) },
    { name: 'dictionaries of two keys in all ways', unit: (at) => dictOf(short(at)[0] as string, short(at)) },
    { name: 'dictionaries of eight keys, the first their own', unit: (at) => dictOf(own(at), ...'abcdefg') },
    { name: 'dictionaries of an index', unit: () => dictOf('0') },
    { name: 'dictionaries of a large index', unit: () => dictOf('1000') },
    { name: 'dictionaries of an index of their own', unit: (at) => dictOf(String(at)) },
    { name: 'empty binaries', unit: same(emptyBinary) },
    { name: 'keys', unit: (at) => joined(key(own(at)), '00'), whole: true },
    { name: 'keys that are indices', unit: (at) => joined(key(String(at * 7)), '00'), whole: true },
  ];
}

const text =
  (unit: (at: number) => string): Unit =>
  (at) =>
    ascii(unit(at));

export const DENSE: Readonly<Record<Codec, readonly Dense[]>> = {
  msgpack: [
    ...binary(0x80, 0x90, 0xa0, 'c400', 'cb3ff8000000000000'),
    { name: 'single floats', unit: same('ca3fc00000') },
    { name: 'bigints', unit: same('cfffffffffffffffff') },
  ],
  cbor: [
    ...binary(0xa0, 0x80, 0x60, '40', 'fb3ff8000000000000'),
    { name: 'open dictionaries', unit: same('bfff') },
    { name: 'open lists', unit: same('9fff') },
    { name: 'open lists of one', unit: same('9f01ff') },
    { name: 'open binaries', unit: same('5fff') },
    { name: 'open texts', unit: same('7f626162ff') },
    { name: 'half floats', unit: same('f93e00') },
    { name: 'lists of a half float', unit: same('81f93e00') },
    { name: 'dictionaries of an open key', unit: (at) => joined('a17f', packed(0x60, short(at)), 'ff00') },
  ],
  json: [
    { name: 'numbers', unit: text(() => '1') },
    { name: 'empty dictionaries', unit: text(() => '{}') },
    { name: 'empty lists', unit: text(() => '[]') },
    { name: 'lists of one', unit: text(() => '[1]') },
    { name: 'lists of a double', unit: text(() => '[0.5]') },
    { name: 'short texts', unit: text((at) => JSON.stringify(short(at))) },
    { name: 'texts beyond Latin', unit: text(() => '"中"') },
    { name: 'dictionaries of an empty key', unit: text(() => '{"":0}') },
    { name: 'dictionaries of a key of their own', unit: text((at) => `{"${own(at)}":0}`) },
    {
      name: 'dictionaries of two keys in all ways',
      unit: text((at) => `{"${own(at).at(-1)}":0,"${at.toString(36)}":0}`),
    },
    { name: 'dictionaries of an index', unit: text(() => '{"0":0}') },
    { name: 'dictionaries of a larger index', unit: text(() => '{"99":0}') },
    { name: 'empty binaries', unit: text(() => '"\\u0000"') },
    { name: 'short binaries', unit: text(() => '"\\u0000AQID"') },
    { name: 'keys', unit: text((at) => `"${at.toString(36)}k":0`), whole: true },
    { name: 'keys that are indices', unit: text((at) => `"${at * 7}":0`), whole: true },
  ],
};

/** Messages of one dense unit, as often as wanted, and filled up with a binary or a text to a frame of `size` octets. */
export class DenseFrames {
  readonly #codec: Codec;
  readonly #whole: boolean;
  readonly #size: number;
  /** All that have room. */
  readonly #units: Buffer;
  /** Where each unit ends. */
  readonly #ends: number[] = [0];

  constructor(codec: Codec, { unit, whole }: Dense, size: number) {
    this.#codec = codec;
    this.#whole = whole === true;
    this.#size = size;
    const comma = Buffer.from(codec === 'json' ? ',' : '');
    const units: Buffer[] = [];
    for (let end = 0; end <= size - ROOM; ) {
      const next = unit(units.length);
      end += next.length + comma.length;
      this.#ends.push(end);
      units.push(units.length === 0 ? next : Buffer.concat([comma, next]));
    }
    this.#units = Buffer.concat(units);
  }

  /** How many have room. */
  get most(): number {
    return this.#ends.length - 2;
  }

  frame(times: number): Buffer {
    const end = this.#ends[times] ?? 0;
    const missing = this.#size - ROOM - end;
    if (this.#codec === 'json') {
      const body = this.#units.subarray(0, Math.max(0, end - 1));
      const [open, close] = this.#whole ? ['{', '}'] : ['[', ']'];
      return Buffer.concat([ascii(`[36,"${'x'.repeat(missing)}",${open}`), body, ascii(`${close}]`)]);
    }
    const heads =
      this.#codec === 'msgpack'
        ? ({ message: '9324', filler: 'c6', list: 'dd', dict: 'df' } as const)
        : ({ message: '831824', filler: '5a', list: '9a', dict: 'ba' } as const);
    const sized = (head: string, length: number) => joined(head, length.toString(16).padStart(8, '0'));
    const filler = Buffer.concat([sized(heads.filler, missing), Buffer.alloc(missing)]);
    const collection = sized(this.#whole ? heads.dict : heads.list, times);
    return Buffer.concat([hex(heads.message), filler, collection, this.#units.subarray(0, end)]);
  }
}

/** What a frame has besides units and filler, at the most. */
const ROOM = 16;

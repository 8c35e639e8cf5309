/** Messages as octets for programs that load a router: what they cost must be little beside what the router does. */
import { cbor } from '../../../src/serializers/cbor.js';
import { json } from '../../../src/serializers/json.js';
import { msgpack } from '../../../src/serializers/msgpack.js';

type List = readonly unknown[];

export type Serialization = 'json' | 'msgpack' | 'cbor';

/** Stands in a template where each message has an id of its own. No other number of a template is as large. */
export const HOLE = 0xffff_ffff;
const HOLE_DIGITS = Buffer.from(String(HOLE));
const HOLE_OCTETS = Buffer.from([0xff, 0xff, 0xff, 0xff]);

/** The beginning of a message: its type and the id behind it. */
export interface Head {
  type: number;
  id: number;
}

export interface Format {
  readonly subprotocol: string;
  /** For a RawSocket's handshake. */
  readonly rawSocketId: number;
  readonly isText: boolean;
  encode(list: List): Buffer;
  /** Reads the head of the message at `at`, and nothing more of it. */
  readHead(octets: Buffer, at: number, head: Head): void;
}

const octetsOf = (frame: string | Uint8Array): Buffer =>
  typeof frame === 'string' ? Buffer.from(frame) : Buffer.from(frame.buffer, frame.byteOffset, frame.length);

const text = json();
const packed = msgpack();
const concise = cbor();

export const FORMATS: Readonly<Record<Serialization, Format>> = {
  json: {
    subprotocol: 'wamp.2.json',
    rawSocketId: 1,
    isText: true,
    encode: (list) => octetsOf(text.encode(list)),
    readHead: (octets, at, head) => {
      readDigits(octets, at, head);
      head.type = head.id;
      readDigits(octets, next, head);
    },
  },
  msgpack: {
    subprotocol: 'wamp.2.msgpack',
    rawSocketId: 2,
    isText: false,
    encode: (list) => octetsOf(packed.encode(list)),
    readHead: (octets, at, head) => {
      readPacked(octets, at + 1, head);
      head.type = head.id;
      readPacked(octets, next, head);
    },
  },
  cbor: {
    subprotocol: 'wamp.2.cbor',
    rawSocketId: 3,
    isText: false,
    encode: (list) => octetsOf(concise.encode(list)),
    readHead: (octets, at, head) => {
      readConcise(octets, at + 1, head);
      head.type = head.id;
      readConcise(octets, next, head);
    },
  },
};

/** Where what was read last has ended. */
let next = 0;

function readDigits(octets: Buffer, from: number, head: Head): void {
  let at = from;
  let digit = octets[at] as number;
  while (digit < 0x30 || digit > 0x39) digit = octets[++at] as number;
  let value = 0;
  for (; digit >= 0x30 && digit <= 0x39; digit = octets[++at] as number) value = value * 10 + digit - 0x30;
  head.id = value;
  next = at;
}

function readPacked(octets: Buffer, at: number, head: Head): void {
  const first = octets[at] as number;
  // Signed and unsigned forms follow each other; an id is never below 0.
  if (first < 0x80) readBytes(octets, at, 1, head);
  else if (first >= 0xcc && first <= 0xd3) readBytes(octets, at + 1, 2 ** ((first - 0xcc) % 4), head);
  // `[{}]` begins so in a message that has no id there.
  else head.id = 0;
}

function readConcise(octets: Buffer, at: number, head: Head): void {
  const first = octets[at] as number;
  if (first < 0x18) readBytes(octets, at, 1, head);
  else if (first <= 0x1b) readBytes(octets, at + 1, 2 ** (first - 0x18), head);
  else head.id = 0;
}

function readBytes(octets: Buffer, at: number, length: number, head: Head): void {
  let value = 0;
  for (let i = 0; i < length; i += 1) value = value * 256 + (octets[at + i] as number);
  head.id = value;
  next = at + length;
}

/** A client's mask, which both ends have to apply: the same for all frames costs this end nothing, and the other no less. */
export const MASK = Buffer.from([0x6b, 0x1f, 0xd2, 0x95]);

/** How messages are framed on a transport. */
export interface Framing {
  /** Puts a head, and a mask where there is one, before and upon a message. */
  frame(payload: Buffer, isText: boolean): Buffer;
  /** Of the octet at `at` of what `frame` gave, whose message begins at `from`: what to XOR it with. */
  maskAt(at: number, from: number): number;
}

export const RAWSOCKET_FRAMING: Framing = {
  frame(payload) {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(payload.length);
    return Buffer.concat([head, payload]);
  },
  maskAt: () => 0,
};

export const WEBSOCKET_FRAMING: Framing = {
  frame(payload, isText) {
    const { length } = payload;
    const head = Buffer.alloc(length < 126 ? 2 : 4);
    if (length >= 2 ** 16) throw new RangeError('expected a message of less than 64 KiB');
    head[0] = isText ? 0x81 : 0x82;
    head[1] = 0x80 | Math.min(length, 126);
    if (length >= 126) head.writeUInt16BE(length, 2);
    return Buffer.concat([head, MASK, payload.map((octet, at) => octet ^ (MASK[at % 4] as number))]);
  },
  maskAt: (at, from) => MASK[(at - from) % 4] as number,
};

/** A message that is sent many times, each time with another id where `list` has {@link HOLE}. It is framed already. */
export class Template {
  readonly #framed: Buffer;
  readonly #isText: boolean;
  readonly #at: number;
  /** What to XOR the octets of the id with. */
  readonly #mask: readonly number[];

  constructor(format: Format, framing: Framing, list: List) {
    const payload = format.encode(list);
    const hole = format.isText ? HOLE_DIGITS : HOLE_OCTETS;
    const at = payload.indexOf(hole);
    if (at === -1) throw new RangeError('expected a HOLE in the message');
    this.#framed = framing.frame(payload, format.isText);
    this.#isText = format.isText;
    const from = this.#framed.length - payload.length;
    this.#at = from + at;
    this.#mask = [...hole.keys()].map((n) => framing.maskAt(from + at + n, from));
  }

  /** @param id from 1, less than 2^32 */
  with(id: number): Buffer {
    const octets = Buffer.allocUnsafe(this.#framed.length);
    this.#framed.copy(octets);
    const mask = this.#mask;
    let left = id;
    for (let n = mask.length - 1; n >= 0; n -= 1) {
      let octet = left % 256;
      if (this.#isText) {
        // Leading places are spaces, which JSON allows there.
        octet = left === 0 ? 0x20 : 0x30 + (left % 10);
        left = Math.floor(left / 10);
      } else left = Math.floor(left / 256);
      octets[this.#at + n] = octet ^ (mask[n] as number);
    }
    return octets;
  }
}

/**
 * The handshake of a RawSocket: four octets there, four octets back. Decides only; who connects and who listens does the
 * reading and writing.
 *
 * @see WAMP Advanced Profile, "RawSocket Transport"
 */

import { UsageError } from '../errors.js';

/** The first octet of both. No request in HTTP begins with it, so both may be served on one port. */
export const MAGIC = 0x7f;

export const HANDSHAKE_LENGTH = 4;

/** The most that can be announced as the longest frame, in octets. */
export const LONGEST_LIMIT = 2 ** 24;

/** The number that stands for a serializer in the handshake, by its subprotocol. One that is not here is for WebSocket only. */
export const SERIALIZER_ID: Readonly<Record<string, number>> = {
  'wamp.2.json': 1,
  'wamp.2.msgpack': 2,
  'wamp.2.cbor': 3,
};

/**
 * The numbers of serializers, those of a user's own among them.
 *
 * @param own by subprotocol
 * @throws {UsageError} when a number is none that the handshake has room for, or stands for another serializer
 */
export function serializerIds(own: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> {
  const ids: Record<string, number> = { ...SERIALIZER_ID };
  for (const [name, id] of Object.entries(own)) {
    if (!Number.isInteger(id) || id < 1 || id > 15) {
      throw new UsageError(`expected the RawSocket number of ${name} to be from 4 to 15, received ${String(id)}`);
    }
    const known = Object.entries(ids).find(([other, taken]) => (other === name) !== (taken === id));
    if (known !== undefined) {
      throw new UsageError(`the RawSocket number of ${name} cannot be ${id}: that of ${known[0]} is ${known[1]}`);
    }
    ids[name] = id;
  }
  return ids;
}

/** Why a router turns a client down. */
export const REFUSAL = {
  serializer: 1,
  length: 2,
  reserved: 3,
  connections: 4,
} as const;

/** What the standard says that a router means by it. */
export const REFUSAL_MEANING: Readonly<Record<number, string>> = {
  1: 'serializer unsupported',
  2: 'maximum message length unacceptable',
  3: 'use of reserved bits',
  4: 'maximum connection count reached',
};

/** What one side tells the other: how long a frame may be that it takes, in octets, and which serializer is meant. */
export interface Terms {
  readonly maxLength: number;
  readonly serializer: number;
}

/** The least length that can be announced and is enough for frames of `octets`. */
export function announced(octets: number): number {
  const exponent = Math.ceil(Math.log2(octets));
  return 2 ** Math.min(Math.max(exponent, 9), 24);
}

/** A client's request, or a router's consent. `maxLength` is one that {@link announced} gives. */
export function toOctets({ maxLength, serializer }: Terms): Buffer {
  return Buffer.from([MAGIC, ((Math.log2(maxLength) - 9) << 4) | serializer, 0, 0]);
}

/** A router's refusal, for one of the reasons in {@link REFUSAL}. */
export function refusalOctets(reason: number): Buffer {
  return Buffer.from([MAGIC, reason << 4, 0, 0]);
}

/** What a router makes of a client's four octets. Without a reason to give, the connection just ends. */
export type Request = Terms | { readonly refused: number | undefined };

export function readRequest(octets: Uint8Array): Request {
  const [magic, terms = 0] = octets;
  const serializer = terms & 0x0f;
  if (magic !== MAGIC || serializer === 0) return { refused: undefined };
  if (isReservedSet(octets)) return { refused: REFUSAL.reserved };
  return { maxLength: lengthIn(terms), serializer };
}

/** What a client makes of a router's four octets: consent, a refusal with its reason, or no answer in this protocol. */
export type Reply = Terms | { readonly refused: number } | { readonly malformed: string };

/** @param asked the serializer that was asked for: no other can be consented to */
export function readReply(octets: Uint8Array, asked: number): Reply {
  const [magic, terms = 0] = octets;
  if (magic !== MAGIC) return { malformed: `expected an answer that begins with 7f, received ${hex(octets)}` };
  if (isReservedSet(octets)) return { malformed: `expected 0 in the reserved octets, received ${hex(octets)}` };
  const serializer = terms & 0x0f;
  const reason = terms >> 4;
  if (serializer === 0 && reason === 0) return { malformed: `expected consent or a reason, received ${hex(octets)}` };
  if (serializer === 0) return { refused: reason };
  if (serializer !== asked) return { malformed: `expected consent to serializer ${asked}, received ${serializer}` };
  return { maxLength: lengthIn(terms), serializer };
}

function isReservedSet(octets: Uint8Array): boolean {
  return octets[2] !== 0 || octets[3] !== 0;
}

function lengthIn(terms: number): number {
  return 2 ** (9 + (terms >> 4));
}

/** Octets as a person reads them: `7f f1 00 00`. */
function hex(octets: Uint8Array): string {
  return [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join(' ');
}

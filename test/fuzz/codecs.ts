import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import type { Limits } from '../../src/serializers/limits.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import type { Frame } from '../../src/transports/transport.js';

export const CODECS = { json, msgpack, cbor } as const satisfies Record<string, (limits?: Limits) => Serializer>;

export type Codec = keyof typeof CODECS;

export const NAMES = Object.keys(CODECS) as readonly Codec[];

export function isCodec(name: string): name is Codec {
  return Object.hasOwn(CODECS, name);
}

/** A frame as it comes from a transport. */
export const frameOf = (codec: Codec, octets: Buffer): Frame => (codec === 'json' ? octets.toString() : octets);

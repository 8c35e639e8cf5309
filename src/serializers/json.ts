import { ProtocolError } from '../errors.js';
import { dict } from '../wamp/values.js';
import { type JsonBounds, jsonCodec } from './json-codec.js';
import { refuseExcess } from './json-excess.js';
import { JsonMemory } from './json-memory.js';
import { type Limits, limitsOf } from './limits.js';
import type { PayloadSerializer } from './serializer.js';

/** All three limits are kept. */
const BOUNDS: JsonBounds = { refuse: refuseExcess, tally: () => new JsonMemory() };

/**
 * WAMP in JSON, which every router understands.
 *
 * A `Uint8Array` travels as the standard says, as a string of U+0000 and base64, and arrives as a `Uint8Array`. An
 * object with `toJSON`, a `Date` for one, is sent as what that returns. Properties that are `undefined` are left out.
 * Refused is what would arrive as something else: `NaN` and the infinities, `undefined` in a list, bigints, functions,
 * symbols, objects of a class without `toJSON`, `Map` and `Set` among them, cycles, and strings that begin with U+0000
 * or hold half a surrogate pair. -0 arrives as 0, and an integer beyond 2^53 as the double nearest to it.
 *
 * Of a key that comes twice the last counts. A key `__proto__` is a property like any other, and sets no prototype:
 * copy such a dictionary with `{ ...it }`, never with `Object.assign`.
 *
 * @throws {UsageError} when a limit is no whole number from 1
 * @see WAMP Basic Profile, "Serializers"; WAMP Advanced Profile, "Binary support in JSON"
 */
export function json(limits: Limits = {}): PayloadSerializer {
  const { subprotocol, encode, decode, write, read } = jsonCodec(BOUNDS, limitsOf('json', limits));
  return {
    subprotocol,
    name: 'json',
    encode,
    decode,
    encodePayload: (payload) => utf8.encode(write(payload)),
    decodePayload: (octets) => dict(read(textOf(octets))),
  };
}

const utf8 = /* @__PURE__ */ new TextEncoder();
const strictUtf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(octets: Uint8Array): string {
  try {
    return strictUtf8.decode(octets);
  } catch {
    throw new ProtocolError('expected JSON in UTF-8, received other octets');
  }
}

import { ProtocolError } from '../errors.js';
import { type Dict, dict, type List, list } from '../wamp/values.js';
import { fromBase64 } from './base64.js';
import { fitForJson, walkWithin } from './fit-for-json.js';
import { roomFor } from './growth.js';
import { refuseExcess } from './json-excess.js';
import { type Limits, limitsOf } from './limits.js';
import type { PayloadSerializer } from './serializer.js';
import { asUnfit, wellFormed } from './unfit.js';

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
  const within = limitsOf('json', limits);
  return {
    subprotocol: 'wamp.2.json',
    name: 'json',

    encode(message) {
      return write(message, within);
    },

    decode(frame) {
      if (typeof frame !== 'string') throw new ProtocolError('wamp.2.json: expected text, received binary');
      return list(read(frame, within));
    },

    encodePayload(payload) {
      return utf8.encode(write(payload, within));
    },

    decodePayload(octets) {
      return dict(read(textOf(octets), within));
    },
  };
}

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function write(message: List | Dict, within: Required<Limits>): string {
  try {
    const walk = walkWithin(within);
    const text = JSON.stringify(fitForJson(message, walk));
    // JSON.stringify escapes half a surrogate pair, and nothing else begins so but a text that spells the escape out.
    if (text.includes('\\ud')) fitForJson(message, walkWithin(within, true));
    const { length } = text;
    if (length > within.maxLength || walk.taken + 2 * length > roomFor(length, within)) refuseExcess(text, within);
    return text;
  } catch (thrown) {
    throw asUnfit(thrown).toError();
  }
}

function read(text: string, within: Required<Limits>): unknown {
  refuseExcess(text, within);
  const message = parse(text);
  return text.includes('\\u') && SPECIAL.test(text) ? revive(message) : message;
}

function textOf(octets: Uint8Array): string {
  try {
    return strictUtf8.decode(octets);
  } catch {
    throw new ProtocolError('expected JSON in UTF-8, received other octets');
  }
}

/** Binary, or half a surrogate pair, can be in a text only where this is. */
const SPECIAL = /\\u(?:0000|d)/i;

/** Whatever the engine has to say about the text quotes it, and a text may hold a secret. Only the place is told. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = /( at position \d+)( \(.*\))?$/.exec((error as Error).message)?.[1] ?? '';
    throw new ProtocolError(`expected JSON, received ${text === '' ? 'an empty' : 'other'} text${place}`);
  }
}

/** Puts binary where it belongs, in place: what JSON.parse has made is nobody else's. */
function revive(value: unknown): unknown {
  if (typeof value === 'string') {
    if (value.charCodeAt(0) !== 0) return wellFormed(value);
    const octets = fromBase64(value.slice(1));
    if (octets !== undefined) return octets;
    throw new ProtocolError('expected base64 after U+0000, received other text');
  }
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) value[at] = revive(value[at]);
  } else if (typeof value === 'object' && value !== null) {
    const dict = value as Record<string, unknown>;
    // Also of `__proto__`: JSON.parse has made it a property of the dictionary's own.
    for (const key of Object.keys(dict)) dict[wellFormed(key)] = revive(dict[key]);
  }
  return value;
}

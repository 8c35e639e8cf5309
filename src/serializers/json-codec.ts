import { ProtocolError } from '../errors.js';
import { type Dict, type List, list } from '../wamp/values.js';
import { fromBase64 } from './base64.js';
import { fitForJson, type Tally, walkWithin } from './fit-for-json.js';
import type { Limits } from './limits.js';
import type { Serializer } from './serializer.js';
import { asUnfit, wellFormed } from './unfit.js';

/** How closely texts are looked at before anything is made of them. */
export interface JsonBounds {
  /** @throws {ProtocolError} that names the limit which `text` is beyond */
  refuse(text: string, limits: Required<Limits>): void;
  /** Counts what is in a message that is sent, where that may be beyond a limit other than `maxLength` and `maxDepth`. */
  tally?(): Tally & { mayExceed(length: number, limits: Required<Limits>): boolean };
}

export interface JsonCodec extends Serializer {
  write(message: List | Dict): string;
  read(text: string): unknown;
}

/** JSON as WAMP has it, within limits that are kept by `bounds`. */
export function jsonCodec({ refuse, tally: newTally }: JsonBounds, limits: Required<Limits>): JsonCodec {
  const codec: JsonCodec = {
    subprotocol: 'wamp.2.json',

    encode: (message) => codec.write(message),

    decode(frame) {
      if (typeof frame !== 'string') throw new ProtocolError('wamp.2.json: expected text, received binary');
      return list(codec.read(frame));
    },

    write(message) {
      try {
        const tally = newTally?.();
        const text = JSON.stringify(fitForJson(message, walkWithin(limits, false, tally)));
        // JSON.stringify escapes half a surrogate pair, and nothing else begins so but a text that spells the escape out.
        if (text.includes('\\ud')) fitForJson(message, walkWithin(limits, true));
        const { length } = text;
        if (length > limits.maxLength || tally?.mayExceed(length, limits)) refuse(text, limits);
        return text;
      } catch (thrown) {
        throw asUnfit(thrown).toError();
      }
    },

    read(text) {
      refuse(text, limits);
      const message = parse(text);
      return text.includes('\\u') && SPECIAL.test(text) ? revive(message) : message;
    },
  };
  return codec;
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

import { ProtocolError, SerializationError } from '../errors.js';
import { type Dict, dict, type List, list } from '../wamp/values.js';
import { fromBase64 } from './base64.js';
import { fitForJson } from './fit-for-json.js';
import { roomFor, tooMuchCame } from './growth.js';
import { excessIn } from './json-excess.js';
import { type Limits, limitsOf, tooDeepCame, tooLongCame } from './limits.js';
import type { PayloadSerializer } from './serializer.js';
import { growsTooMuch, hasLoneSurrogate } from './unfit.js';

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
  const { message: fit, taken } = fitForJson(message, within);
  const text = stringify(fit);
  // JSON.stringify escapes half a surrogate pair, and nothing else begins so but a text that spells the escape out.
  if (text.includes('\\ud')) fitForJson(message, within, true);
  if (text.length > within.maxLength) {
    const problem = `it is ${text.length} characters long, the limit is ${within.maxLength}`;
    throw new SerializationError('message', problem);
  }
  if (taken > roomFor(text.length, within) && excessIn(text, within) === 'maxGrowth')
    throw growsTooMuch(text.length, within).toError();
  return text;
}

function read(text: string, within: Required<Limits>): unknown {
  if (text.length > within.maxLength) {
    throw tooLongCame(within.maxLength, 'characters', text.length);
  }
  const excess = excessIn(text, within);
  if (excess === 'maxDepth') throw tooDeepCame(within.maxDepth);
  if (excess === 'maxGrowth') throw tooMuchCame(text.length, within);
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

function stringify(message: List | Dict): string {
  try {
    return JSON.stringify(message);
  } catch (cause) {
    throw new SerializationError('message', 'a getter, a proxy or toJSON in it threw when it was read again', {
      cause,
    });
  }
}

/** Whatever the engine has to say about the text quotes it, and a text may hold a secret. Only the place is told. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (text === '') throw new ProtocolError('expected JSON, received an empty text');
    const place = / at position (\d+)(?: \(line \d+ column \d+\))?$/.exec((error as Error).message)?.[1];
    throw new ProtocolError(`expected JSON, received other text${place === undefined ? '' : ` at position ${place}`}`);
  }
}

function reviveList(elements: unknown[]): void {
  for (let i = 0; i < elements.length; i += 1) {
    const element = elements[i];
    const revived = revive(element);
    if (revived !== element) elements[i] = revived;
  }
}

function reviveDict(dict: Record<string, unknown>): void {
  for (const key of Object.keys(dict)) {
    refuseSurrogates(key);
    const value = dict[key];
    const revived = revive(value);
    // Also of `__proto__`: JSON.parse has made it a property of the dictionary's own.
    if (revived !== value) dict[key] = revived;
  }
}

function revive(value: unknown): unknown {
  if (typeof value === 'string') {
    if (value.charCodeAt(0) === 0) return binary(value);
    refuseSurrogates(value);
  } else if (Array.isArray(value)) {
    reviveList(value);
  } else if (typeof value === 'object' && value !== null) {
    reviveDict(value as Record<string, unknown>);
  }
  return value;
}

function refuseSurrogates(text: string): void {
  if (!hasLoneSurrogate(text)) return;
  throw new ProtocolError('expected strings of Unicode, received one with half a surrogate pair');
}

function binary(text: string): Uint8Array {
  const octets = fromBase64(text, 1);
  if (octets !== undefined) return octets;
  throw new ProtocolError('expected base64 after U+0000, received a string that is not');
}

import type { List } from '../wamp/values.js';
import { toBase64 } from './base64.js';
import * as cost from './cost.js';
import { beginsIndex } from './growth.js';
import { beyond, type Limits, tooDeep } from './limits.js';
import { asUnfit, isPlain, noData, Unfit, wellFormed } from './unfit.js';

type Dict = Readonly<Record<string, unknown>>;

/** One message's walk. */
export interface Walk {
  /** How many octets of memory it takes at the most where it arrives, but for two for each character of its text: it begins with new keys. */
  taken: number;
  /**
   * How many more elements may come. A small value that holds the same one twice, and that again, unfolds without end.
   */
  left: number;
  /** The keys of the last dictionary at each level: a table's rows have the same. */
  readonly keys: (readonly string[])[];
  readonly surrogates: boolean;
  readonly limits: Required<Limits>;
}

/** @param surrogates whether to look at every string for half a surrogate pair, which costs more than all the rest */
export function walkWithin(limits: Required<Limits>, surrogates = false): Walk {
  return { taken: cost.FIRST * cost.newKey, left: limits.maxLength, keys: [], surrogates, limits };
}

function fitValue(value: unknown, walk: Walk, depth: number): unknown {
  if (typeof value === 'string') {
    if (value.charCodeAt(0) === 0) throw new Unfit('a string that begins with U+0000 would arrive as binary');
    if (walk.surrogates) wellFormed(value);
    walk.taken += cost.text;
    return value;
  }
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return value;
  if (value instanceof Uint8Array) {
    walk.taken += cost.text + cost.binary;
    return `\0${toBase64(value)}`;
  }
  if (typeof value === 'object') return fitForJson(value, walk, depth);
  throw noData(value);
}

/**
 * Gives back what `JSON.stringify` will write without loss: the list or dictionary itself, or, only where binary or a `toJSON`
 * is in it, a copy of the lists and dictionaries around that. What the user handed in is never changed.
 *
 * @param depth of it, that of the message being 1
 * @throws {Unfit} that knows the way to the first value that JSON would lose or alter
 */
export function fitForJson(value: object, walk: Walk, depth = 1): unknown {
  let at: number | string | undefined;
  try {
    const { maxDepth, maxLength } = walk.limits;
    if (depth > maxDepth) throw tooDeep(maxDepth);
    const { toJSON } = value as Dict;
    if (typeof toJSON === 'function') {
      const made: unknown = toJSON.call(value);
      // That is what it makes of an invalid date, and nobody meant.
      if (made === null && value instanceof Date) throw new Unfit('expected a date, received an invalid one');
      return fitValue(made, walk, depth + 1);
    }
    const isList = Array.isArray(value);
    if (!isList && !isPlain(value)) throw noData(value);
    const keys = isList ? undefined : Object.keys(value);
    const { length } = keys ?? (value as List);
    walk.left -= length;
    if (walk.left < 0) throw beyond('maxLength', `${maxLength} characters`, 'more');
    walk.taken += cost.dict + cost.place + length * (isList ? cost.place : cost.place + cost.text);
    if (keys !== undefined && maxLength - walk.left > cost.FIRST) {
      const last = walk.keys[depth];
      // From the first on: of so many keys the engine has a shape, unless they are very many or look like indices.
      let known = 0;
      while (known < length && known < cost.LARGE) {
        const key = keys[known] as string;
        if (key !== last?.[known] || beginsIndex(key.charCodeAt(0))) break;
        known += 1;
      }
      walk.taken += cost.newKey * (length - known);
      walk.keys[depth] = keys;
    }
    let copy: Record<number | string, unknown> | undefined;
    for (let i = 0; i < length; i += 1) {
      let element: unknown;
      if (keys === undefined) {
        at = i;
        element = (value as List)[i];
      } else {
        const key = keys[i] as string;
        at = key;
        if (walk.surrogates) wellFormed(key);
        element = (value as Dict)[key];
        if (element === undefined) continue;
      }
      const fit = fitValue(element, walk, depth + 1);
      if (copy !== undefined || fit !== element) {
        // With `...` a `__proto__` becomes a property of the copy's own, so that an assignment sets no prototype.
        copy ??= isList ? (value.slice() as never) : { ...value };
        copy[at] = fit;
      }
    }
    return copy ?? value;
  } catch (thrown) {
    throw asUnfit(thrown).within(value, at);
  }
}

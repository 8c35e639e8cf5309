import type { List } from '../wamp/values.js';
import { toBase64 } from './base64.js';
import { beyond, type Limits, tooDeep } from './limits.js';
import { asUnfit, isPlain, noData, Unfit, wellFormed } from './unfit.js';

type Dict = Readonly<Record<string, unknown>>;

/** Counts what a walk comes by. A page has none: what a message takes in memory is of no concern to it. */
export interface Tally {
  text(): void;
  binary(): void;
  list(length: number): void;
  dict(keys: readonly string[], depth: number): void;
}

/** One message's walk. */
export interface Walk {
  /**
   * How many more elements may come. A small value that holds the same one twice, and that again, unfolds without end.
   */
  left: number;
  readonly surrogates: boolean;
  readonly tally: Tally | undefined;
  readonly limits: Required<Limits>;
}

/** @param surrogates whether to look at every string for half a surrogate pair, which costs more than all the rest */
export function walkWithin(limits: Required<Limits>, surrogates: boolean, tally?: Tally): Walk {
  return { left: limits.maxLength, surrogates, tally, limits };
}

function fitValue(value: unknown, walk: Walk, depth: number): unknown {
  if (typeof value === 'string') {
    if (value.charCodeAt(0) === 0) throw new Unfit('with U+0000 first it would arrive as binary');
    if (walk.surrogates) wellFormed(value);
    walk.tally?.text();
    return value;
  }
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return value;
  if (value instanceof Uint8Array) {
    walk.tally?.binary();
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
    if (keys === undefined) walk.tally?.list(length);
    else walk.tally?.dict(keys, depth);
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

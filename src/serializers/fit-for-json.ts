import type { List } from '../wamp/values.js';
import { toBase64 } from './base64.js';
import { COST, SentShapes, UNSEEN_TAKES } from './growth.js';
import type { Limits } from './limits.js';
import {
  asUnfit,
  halfPair,
  hasLoneSurrogate,
  isPlain,
  nameOf,
  noContainer,
  noData,
  notInList,
  stepOf,
  tooDeep,
  Unfit,
} from './unfit.js';

type Dict = Readonly<Record<string, unknown>>;

/** One message's walk, and what it came to: one object for both. */
interface Walk {
  message: List | Dict;
  readonly limits: Required<Limits>;
  /** Whether to look for halves of surrogate pairs, too. */
  readonly surrogates: boolean;
  /**
   * How many more elements may come. A small value that holds the same one twice, and that again, unfolds without end.
   */
  left: number;
  /** How many octets of memory the message takes at the most where it arrives. */
  taken: number;
  /** Made for the first dictionary that is looked at: most messages have none. */
  shapes: SentShapes | undefined;
}

// Of this module's own: to look them up at each value is what a message's walk costs otherwise.
const TEXT_TAKES = COST.text;
const PLACE_TAKES = COST.place;
const LIST_TAKES = COST.list + COST.places + COST.place;

/** What is looked at before dictionaries are, in elements and keys: they fit into {@link UNSEEN_TAKES}. */
const FIRST = 256;

export interface FitForJson {
  readonly message: List | Dict;
  /** How many octets of memory it takes at the most where it arrives. */
  readonly taken: number;
}

/**
 * Gives back what `JSON.stringify` will write without loss: `message` itself, or, only where binary or a `toJSON` is
 * in it, a copy of the lists and dictionaries around that. What the user handed in is never changed.
 *
 * @param surrogates whether to look at every string for half a surrogate pair, which costs more than all the rest
 * @throws {SerializationError} with the path of the first value that JSON would lose or alter
 */
export function fitForJson(message: List | Dict, limits: Required<Limits>, surrogates = false): FitForJson {
  const walk: Walk = { limits, surrogates, left: limits.maxLength, taken: UNSEEN_TAKES, shapes: undefined, message };
  try {
    walk.message = fitContainer(message, walk, 1) as List | Dict;
    return walk;
  } catch (thrown) {
    throw asUnfit(thrown).toError();
  }
}

function fitValue(value: unknown, walk: Walk, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      if (value.charCodeAt(0) === 0) throw new Unfit('a string that begins with U+0000 would arrive as binary');
      if (walk.surrogates) refuseSurrogates(value);
      walk.taken += TEXT_TAKES + 2 * value.length;
      return value;
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new Unfit(`JSON has no ${value}`);
    case 'object':
      if (value === null) return value;
      if (value instanceof Uint8Array) {
        walk.taken += COST.binary + COST.text + 4 * value.length;
        return `\0${toBase64(value)}`;
      }
      return fitContainer(value, walk, depth);
    case 'undefined':
      throw notInList();
    case 'bigint':
      throw new Unfit('JSON has no bigint, expected a number or a string');
    default:
      throw noData(value);
  }
}

function fitContainer(value: object, walk: Walk, depth: number): unknown {
  try {
    if (depth > walk.limits.maxDepth) throw tooDeep(walk.limits.maxDepth);
    const toJSON: unknown = (value as Dict)['toJSON'];
    if (typeof toJSON === 'function') return fitValue(jsonOf(value, toJSON as () => unknown), walk, depth + 1);
    if (Array.isArray(value)) return fitList(value, walk, depth);
    if (isPlain(value)) return fitDict(value as Dict, walk, depth);
    throw noContainer(value);
  } catch (thrown) {
    throw asUnfit(thrown).within(value);
  }
}

function fitList(elements: readonly unknown[], walk: Walk, depth: number): readonly unknown[] {
  spend(walk, elements.length);
  walk.taken += LIST_TAKES + PLACE_TAKES * elements.length;
  let copy: unknown[] | undefined;
  let at = 0;
  try {
    for (; at < elements.length; at += 1) {
      const element = elements[at];
      const fit = fitValue(element, walk, depth + 1);
      if (fit !== element) copy ??= elements.slice();
      if (copy !== undefined) copy[at] = fit;
    }
  } catch (thrown) {
    throw asUnfit(thrown).inside(`[${at}]`);
  }
  return copy ?? elements;
}

function fitDict(dict: Dict, walk: Walk, depth: number): Dict {
  let copy: Record<string, unknown> | undefined;
  let at: string | undefined;
  try {
    if (walk.limits.maxLength - walk.left > FIRST) {
      walk.shapes ??= new SentShapes();
      walk.taken += walk.shapes.takenBy(Object.keys(dict), depth);
    }
    for (const key in dict) {
      if (!Object.hasOwn(dict, key)) continue;
      at = key;
      spend(walk, 1);
      if (walk.surrogates) refuseSurrogates(key);
      const value = dict[key];
      if (value === undefined) continue;
      const fit = fitValue(value, walk, depth + 1);
      // With `...` a `__proto__` becomes a property of the copy's own, so that an assignment sets no prototype.
      if (fit !== value) copy ??= { ...dict };
      if (copy !== undefined) copy[key] = fit;
    }
  } catch (thrown) {
    throw at === undefined ? thrown : asUnfit(thrown).inside(stepOf(at));
  }
  return copy ?? dict;
}

function jsonOf(value: object, toJSON: () => unknown): unknown {
  // JSON makes null of it, which nobody meant.
  if (value instanceof Date && Number.isNaN(value.getTime()))
    throw new Unfit('expected a date, received an invalid one');
  const made = toJSON.call(value);
  if (made === undefined) throw new Unfit(`expected a value, and toJSON of ${nameOf(value)} returned undefined`);
  return made;
}

function refuseSurrogates(text: string): void {
  if (hasLoneSurrogate(text)) throw halfPair();
}

function spend(walk: Walk, elements: number): void {
  walk.left -= elements;
  if (walk.left < 0) throw new Unfit('it has more elements than the longest message has characters');
}

import { SerializationError } from '../errors.js';
import type { List } from '../wamp/values.js';
import { toBase64 } from './base64.js';
import type { Limits } from './limits.js';

type Dict = Readonly<Record<string, unknown>>;

/** One message's walk. */
interface Walk {
  readonly maxDepth: number;
  /** Whether to look for halves of surrogate pairs, too. */
  readonly surrogates: boolean;
  /**
   * How many more elements may come. A small value that holds the same one twice, and that again, unfolds without end.
   */
  left: number;
}

/** Why a value cannot be sent. It gathers where on the way out, the innermost first. */
class Unfit {
  readonly problem: string;
  readonly cause: unknown;
  readonly steps: string[] = [];
  readonly containers: { readonly container: object; readonly stepsInside: number }[] = [];

  constructor(problem: string, cause?: unknown) {
    this.problem = problem;
    this.cause = cause;
  }
}

/**
 * Gives back what `JSON.stringify` will write without loss: `message` itself, or, only where binary or a `toJSON` is
 * in it, a copy of the lists and dictionaries around that. What the user handed in is never changed.
 *
 * @param surrogates whether to look at every string for half a surrogate pair, which costs more than all the rest
 * @throws {SerializationError} with the path of the first value that JSON would lose or alter
 */
export function fitForJson(message: List, limits: Required<Limits>, surrogates = false): List {
  try {
    return fitContainer(message, { maxDepth: limits.maxDepth, surrogates, left: limits.maxLength }, 1) as List;
  } catch (thrown) {
    throw toError(asUnfit(thrown));
  }
}

function fitValue(value: unknown, walk: Walk, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      if (value.charCodeAt(0) === 0) throw new Unfit('a string that begins with U+0000 would arrive as binary');
      if (walk.surrogates) refuseSurrogates(value);
      return value;
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new Unfit(`JSON has no ${value}`);
    case 'object':
      if (value === null) return value;
      if (value instanceof Uint8Array) return `\0${toBase64(value)}`;
      return fitContainer(value, walk, depth);
    case 'undefined':
      throw new Unfit('undefined has no place in a list, expected a value or null');
    case 'bigint':
      throw new Unfit('JSON has no bigint, expected a number or a string');
    default:
      throw new Unfit(`expected data, received a ${typeof value}`);
  }
}

function fitContainer(value: object, walk: Walk, depth: number): unknown {
  let unfit: Unfit;
  try {
    if (depth > walk.maxDepth) throw new Unfit(`lists and dictionaries nest deeper than ${walk.maxDepth} levels`);
    const toJSON: unknown = (value as Dict)['toJSON'];
    if (typeof toJSON === 'function') return fitValue(jsonOf(value, toJSON as () => unknown), walk, depth + 1);
    if (Array.isArray(value)) return fitList(value, walk, depth);
    if (isPlain(value)) return fitDict(value as Dict, walk, depth);
    unfit = new Unfit(`expected a list or a plain dictionary, received ${nameOf(value)}`);
  } catch (thrown) {
    unfit = asUnfit(thrown);
  }
  unfit.containers.push({ container: value, stepsInside: unfit.steps.length });
  throw unfit;
}

function fitList(elements: readonly unknown[], walk: Walk, depth: number): readonly unknown[] {
  spend(walk, elements.length);
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
    throw inside(thrown, `[${at}]`);
  }
  return copy ?? elements;
}

function fitDict(dict: Dict, walk: Walk, depth: number): Dict {
  let copy: Record<string, unknown> | undefined;
  let at: string | undefined;
  try {
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
    throw at === undefined ? thrown : inside(thrown, stepOf(at));
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

/** Whether JavaScript holds in `text` what Unicode does not: half a pair of surrogates, without the other half. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

function refuseSurrogates(text: string): void {
  if (hasLoneSurrogate(text)) throw new Unfit('expected a string of Unicode, received half a surrogate pair in it');
}

/** Made by a literal, by `JSON.parse` or by `Object.create(null)`, here or in another realm of the engine. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function nameOf(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' ? `an object of the class ${name}` : 'an object of a class';
}

function spend(walk: Walk, elements: number): void {
  walk.left -= elements;
  if (walk.left < 0) throw new Unfit('it has more elements than the longest message has characters');
}

function stepOf(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function inside(thrown: unknown, step: string): Unfit {
  const unfit = asUnfit(thrown);
  unfit.steps.push(step);
  return unfit;
}

/** Whatever else is thrown comes from the user's own code. */
function asUnfit(thrown: unknown): Unfit {
  return thrown instanceof Unfit ? thrown : new Unfit('a getter, a proxy or toJSON threw when it was read', thrown);
}

function toError({ problem, cause, steps, containers }: Unfit): SerializationError {
  const path = steps.reverse();
  const seen = new Set<object>();
  for (const { container, stepsInside } of containers.reverse()) {
    if (seen.has(container)) {
      return new SerializationError(path.slice(0, path.length - stepsInside).join(''), 'it contains itself');
    }
    seen.add(container);
  }
  return new SerializationError(path.join('') || 'message', problem, cause === undefined ? {} : { cause });
}

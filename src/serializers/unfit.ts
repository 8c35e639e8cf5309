import { SerializationError } from '../errors.js';
import { roomFor } from './growth.js';
import type { Limits } from './limits.js';

/**
 * Why a value cannot be sent, on its way out of a walk through a message. It gathers where that was, the innermost
 * step first, so that a walk that meets nothing pays nothing for it.
 */
export class Unfit {
  readonly problem: string;
  readonly cause: unknown;
  readonly #steps: string[] = [];
  readonly #containers: { readonly container: object; readonly stepsInside: number }[] = [];

  constructor(problem: string, cause?: unknown) {
    this.problem = problem;
    this.cause = cause;
  }

  /** It was in the element or under the key that `step` names. */
  inside(step: string): this {
    this.#steps.push(step);
    return this;
  }

  /** It was in this list or dictionary. */
  within(container: object): this {
    this.#containers.push({ container, stepsInside: this.#steps.length });
    return this;
  }

  /** To be called once, at the top. What nests too deep because it contains itself is named for that. */
  toError(): SerializationError {
    const path = this.#steps.reverse();
    const seen = new Set<object>();
    for (const { container, stepsInside } of this.#containers.reverse()) {
      if (seen.has(container)) {
        return new SerializationError(path.slice(0, path.length - stepsInside).join(''), 'it contains itself');
      }
      seen.add(container);
    }
    const { problem, cause } = this;
    return new SerializationError(path.join('') || 'message', problem, cause === undefined ? {} : { cause });
  }
}

/** It is the whole message that is too much, wherever the last straw was. */
export class WholeUnfit extends Unfit {
  override inside(): this {
    return this;
  }

  override within(): this {
    return this;
  }
}

/** Whatever else is thrown comes from the user's own code. */
export function asUnfit(thrown: unknown): Unfit {
  return thrown instanceof Unfit ? thrown : new Unfit('a getter, a proxy or toJSON threw when it was read', thrown);
}

/** How a path names a key: `.when`, `["a b"]`. */
export function stepOf(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

export const tooDeep = (levels: number) => new Unfit(`lists and dictionaries nest deeper than ${levels} levels`);
export const growsTooMuch = (length: number, limits: Required<Limits>) =>
  new WholeUnfit(
    `it takes ${length} on the wire, and where it arrives more than ${roomFor(length, limits)} octets of memory: ` +
      'it has too many lists, dictionaries, new keys and binaries for its length (maxGrowth)',
  );
export const notInList = () => new Unfit('undefined has no place in a list, expected a value or null');
export const noData = (value: unknown) => new Unfit(`expected data, received a ${typeof value}`);

export function noContainer(value: object): Unfit {
  return new Unfit(`expected a list or a plain dictionary, received ${nameOf(value)}`);
}

/** What an object is, for a sentence: the name of its class. */
export function nameOf(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' ? `an object of the class ${name}` : 'an object of a class';
}

/** Made by a literal, by a decoder or by `Object.create(null)`, here or in another realm of the engine. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether JavaScript holds in `text` what Unicode does not: half a pair of surrogates, without the other half. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

export const halfPair = () => new Unfit('expected a string of Unicode, received half a surrogate pair in it');

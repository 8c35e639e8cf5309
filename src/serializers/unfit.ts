import { ProtocolError, SerializationError } from '../errors.js';

/**
 * Why a value cannot be sent, on its way out of a walk through a message. It gathers where that was, the innermost
 * step first, so that a walk that meets nothing pays nothing for it.
 */
export class Unfit {
  #problem: string;
  readonly #options: ErrorOptions | undefined;
  #path = '';
  /** The path's length at each list and dictionary that it leads through. */
  readonly #lengths = new Map<object, number>();
  /** How much of the path's end leads on from where a value contains itself. */
  #beyond = 0;

  constructor(problem: string, options?: ErrorOptions) {
    this.#problem = problem;
    this.#options = options;
  }

  /**
   * It was in this list or dictionary: at that place, under that key, or nowhere in particular. What nests too deep because it
   * contains itself is named for that.
   */
  within(container: object, at?: number | string): this {
    this.#path = stepTo(at) + this.#path;
    const again = this.#lengths.get(container);
    if (again !== undefined) {
      this.#problem = 'it contains itself';
      this.#beyond = again;
    }
    this.#lengths.set(container, this.#path.length);
    return this;
  }

  toError(): SerializationError {
    const path = this.#path.slice(0, this.#path.length - this.#beyond);
    return new SerializationError(path || 'message', this.#problem, this.#options);
  }
}

/** What is refused in both directions is said in the same words. Whatever else is thrown comes from the user's own code. */
export function asUnfit(thrown: unknown): Unfit {
  if (thrown instanceof Unfit) return thrown;
  if (thrown instanceof ProtocolError) return new Unfit(thrown.message);
  return new Unfit('a getter, a proxy or toJSON threw', { cause: thrown });
}

/** How a path names a place or a key: `[0]`, `.when`, `["a b"]`. */
function stepTo(at: number | string | undefined): string {
  if (at === undefined) return '';
  return /^[a-z_$][\w$]*$/i.test(`${at}`) ? `.${at}` : `[${JSON.stringify(at)}]`;
}

/** It is no data, or none that the format has. */
export function noData(value: unknown): Unfit {
  return new Unfit(`expected a JSON value or a Uint8Array, received ${nameOf(value)}`);
}

function nameOf(value: unknown): string {
  if (typeof value === 'object') return `an object of the class "${value?.constructor?.name}"`;
  return value === undefined || typeof value === 'number' ? `${value}` : `a ${typeof value}`;
}

/** Made by a literal, by a decoder or by `Object.create(null)`, here or in another realm of the engine. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Gives back `text`.
 *
 * @throws {ProtocolError} when JavaScript holds in it what Unicode does not: half a pair of surrogates, without the other half
 */
export function wellFormed(text: string): string {
  if (!/\p{Surrogate}/u.test(text)) return text;
  throw new ProtocolError('expected Unicode, received half a surrogate pair');
}

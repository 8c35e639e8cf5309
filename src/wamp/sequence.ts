import { ProtocolError } from '../errors.js';
import type { Id } from './values.js';

/** The largest ID. One more than `Number.MAX_SAFE_INTEGER`, and the last integer that a double counts up to. */
export const MAX_ID = 2 ** 53;

function after(id: Id): Id {
  return id === MAX_ID ? 1 : id + 1;
}

/**
 * Checks the ids of the other side's requests.
 *
 * Clients are in the field that number their requests otherwise: at random, or on from an earlier session. For them a
 * router may be lenient; every id is then taken.
 *
 * @see WAMP Basic Profile, "Protocol Errors"
 */
export class RequestIdCheck {
  readonly #lenient: boolean;
  #last: Id = 0;

  /**
   * @param options `strictIds` is true by default
   * @param last the id that was taken last; 0, the default, in a fresh session
   */
  constructor(options: { readonly strictIds?: boolean } = {}, last: Id | 0 = 0) {
    this.#lenient = options.strictIds === false;
    this.#last = last;
  }

  /** Whether each id has to be the one after the last. */
  get isStrict(): boolean {
    return !this.#lenient;
  }

  /** The id that was taken last. With strict ids, whatever is not above it has been used: a late part of a call, say. */
  get last(): Id | 0 {
    return this.#last;
  }

  /**
   * Takes `id` as that of the next request.
   *
   * @throws {ProtocolError} when it is not the one after the last, unless lenient
   */
  expect(id: Id): void {
    const expected = after(this.#last);
    if (id !== expected && !this.#lenient) {
      throw new ProtocolError(`expected request ID ${expected}, the one after the last, received ${id}`);
    }
    this.#last = id;
  }
}

/** To ask the system for each id costs more than the rest of a publication, so it is asked for this many words at once. */
const words = new Uint32Array(512);
/** How many of them were used. */
let used = words.length;

/**
 * A random id of the global scope, uniform over the whole range from 1 to 2^53: a session's or a publication's.
 *
 * From `globalThis.crypto`, which Node and browsers share.
 *
 * @see WAMP Basic Profile, "IDs"
 */
export function randomId(): Id {
  if (used === words.length) {
    crypto.getRandomValues(words);
    used = 0;
  }
  const high = words[used] as number;
  const low = words[used + 1] as number;
  used += 2;
  return idOfWords(high, low);
}

/** 21 bits of one and 32 of the other make 53, so no remainder favours any id. */
export function idOfWords(high: number, low: number): Id {
  return (high & 0x1f_ffff) * 2 ** 32 + low + 1;
}

/** The same from a chance that is given, such as one that can be repeated. */
export function randomIds(random: () => number): () => Id {
  return () => Math.floor(random() * 2 ** 21) * 2 ** 32 + Math.floor(random() * 2 ** 32) + 1;
}

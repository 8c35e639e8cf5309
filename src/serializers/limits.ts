import { ProtocolError } from '../errors.js';
import { A_COUNT, checkOptions, type Kinds } from '../wamp/given.js';

/**
 * How much a serializer takes, in either direction. What goes beyond is refused before anything is made of it.
 *
 * | limit | default | counts |
 * | --- | --- | --- |
 * | `maxLength` | 1,048,576 | octets of a MessagePack or CBOR message, characters of a JSON one |
 * | `maxDepth` | 128 | levels of lists and dictionaries, the message itself being the first |
 * | `maxParts` | 100,000 | lists, dictionaries, their keys, and twice each binary: what costs memory and time beyond its length |
 *
 * By them the largest message that is taken costs some 16 MiB of memory and a tenth of a second, whatever is in it.
 */
export interface Limits {
  /** The longest message: in characters for text, in octets for binary. 1 MiB (1,048,576) by default. */
  readonly maxLength?: number;
  /**
   * How deep lists and dictionaries may nest, the message itself being the first level. 128 by default. Beyond some
   * 4,000 levels `JSON.stringify` exhausts the stack: of a router, say, that forwards what came.
   */
  readonly maxDepth?: number;
  /**
   * How many lists, dictionaries and keys a message may hold; a binary counts as two. 100,000 by default. An empty
   * dictionary is one octet on the wire and 64 in memory.
   */
  readonly maxParts?: number;
}

export const DEFAULT_LIMITS: Required<Limits> = { maxLength: 1_048_576, maxDepth: 128, maxParts: 100_000 };

const KINDS: Kinds<Limits> = { maxLength: A_COUNT, maxDepth: A_COUNT, maxParts: A_COUNT };

/**
 * The limits to use: those given, and the defaults for the others.
 *
 * @param where whose they are, to begin a message with
 * @throws {UsageError} when a limit is no whole number from 1
 */
export function limitsOf(where: string, given: Limits): Required<Limits> {
  checkOptions<Limits>(where, given, KINDS);
  return {
    maxLength: given.maxLength ?? DEFAULT_LIMITS.maxLength,
    maxDepth: given.maxDepth ?? DEFAULT_LIMITS.maxDepth,
    maxParts: given.maxParts ?? DEFAULT_LIMITS.maxParts,
  };
}

export function tooManyPartsCame(most: number): ProtocolError {
  return new ProtocolError(`expected at most ${most} lists, dictionaries, keys and binaries (maxParts), received more`);
}

export function tooDeepCame(most: number): ProtocolError {
  return new ProtocolError(`expected at most ${most} levels of lists and dictionaries, received more`);
}

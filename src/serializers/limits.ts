import { ProtocolError, UsageError } from '../errors.js';
import { show } from '../wamp/values.js';

/**
 * How much a serializer takes, in either direction. What goes beyond is refused before anything is made of it.
 *
 * | limit | default | counts |
 * | --- | --- | --- |
 * | `maxLength` | 1,048,576 | octets of a MessagePack or CBOR message, characters of a JSON one |
 * | `maxDepth` | 128 | levels of lists and dictionaries, the message itself being the first |
 * | `maxGrowth` | 16 | how many times its length a message may take in memory; 1 MiB is free to each |
 *
 * By them the largest message that is taken costs 16 MiB of memory and a tenth of a second, whatever is in it.
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
   * How many times its length a message may take in memory, once it is data. 16 by default; what takes no more than
   * 1 MiB is taken in any case. An empty dictionary is one octet on the wire and 64 in memory: so ever more of them,
   * or lists of one or two small numbers, or tiny binaries, are refused from some 15,000 on. What else a program has
   * to say takes 2 to 10 times its length.
   */
  readonly maxGrowth?: number;
}

/** Those given, as they are, and the defaults for the others. */
export function withDefaults({ maxLength = 1_048_576, maxDepth = 128, maxGrowth = 16 }: Limits): Required<Limits> {
  return { maxLength, maxDepth, maxGrowth };
}

/**
 * The limits to use: those given, and the defaults for the others.
 *
 * @param where whose they are, to begin a message with
 * @throws {UsageError} when a limit is no whole number from 1, or none of them
 */
export function limitsOf(where: string, given: Limits): Required<Limits> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new UsageError(`${where}: expected options, an object, received ${show(given)}`);
  }
  const limits = withDefaults(given);
  for (const [name, value] of Object.entries<number>({ ...given, ...limits })) {
    if (!Object.hasOwn(limits, name)) {
      throw new UsageError(`${where}: unknown option "${name}"; known are ${Object.keys(limits).join(', ')}`);
    }
    if (value === Infinity || (Number.isInteger(value) && value >= 1)) continue;
    throw new UsageError(`${where}: expected ${name} to be a whole number from 1, received ${show(value)}`);
  }
  return limits;
}

/** What is said of a message beyond a limit, in either direction: how much was expected at most, and what came. */
export function beyond(limit: keyof Limits, most: string, received: number | 'more'): ProtocolError {
  return new ProtocolError(`expected at most ${most}, received ${received} (${limit})`, { limit });
}

export function tooDeep(most: number): ProtocolError {
  return beyond('maxDepth', `${most} levels`, 'more');
}

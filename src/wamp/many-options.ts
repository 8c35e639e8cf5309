import { checkOptions, type Kinds } from './given.js';
import { nearest } from './nearest.js';

/**
 * As {@link checkOptions}, for whoever takes so many options that a mistyped one is not found by reading: the error says which one
 * was probably meant.
 *
 * @param beside names that are taken somewhere else, for whoever mistypes one of them
 */
export function checkManyOptions<T>(
  where: string,
  given: unknown,
  kinds: Kinds<T>,
  beside: readonly string[] = [],
): asserts given is T {
  checkOptions(where, given, kinds, (name) => {
    const known = [...Object.keys(kinds), ...beside];
    const meant = nearest(name, known);
    return meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`;
  });
}

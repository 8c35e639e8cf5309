import { boolean, dict, id, idOrZero, integer, list, listOf, oneOf, string, uri } from './values.js';

/**
 * What a field of a message may be, for the `messages` of a role: each takes what came, and gives it back with its type or
 * throws what is wrong. Any function that does so is one.
 */
export const field = { boolean, dict, id, idOrZero, integer, list, listOf, oneOf, string, uri } as const;

import type { Dict, List } from '../wamp/values.js';

/** What stands for a payload, options or details that were not on the wire: one for all, since nobody writes to them. */
export const NO_ARGS: List = Object.freeze([]);
export const NO_KWARGS: Dict = Object.freeze({});

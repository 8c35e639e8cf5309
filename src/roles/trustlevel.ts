import type { Dict } from '../wamp/values.js';

/**
 * How far a router trusts a call or a publication, if it says so: an integer from 0.
 *
 * @param details those of INVOCATION or EVENT
 * @see WAMP Advanced Profile, "Call Trust Levels" and "Publication Trust Levels"
 */
export function trustlevelOf({ trustlevel }: Dict): number | undefined {
  return typeof trustlevel === 'number' && Number.isInteger(trustlevel) && trustlevel >= 0 ? trustlevel : undefined;
}

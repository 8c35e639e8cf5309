import type { SupervisorLogic, TreeSpec } from '../../supervisors/index.js';
import { type PeerTree, type PeerTreeOptions, startPeers } from '../peer/tree.js';

export type { PeerTree as Tree, PeerTreeOptions as StartOptions };

/**
 * Runs a supervisor as the root of a tree, for a page with more than one peer. `supervisor(…)` and all that goes with it is in
 * `respell/supervisors`.
 *
 * @param root what `supervisor(…)` returned, or the same as data
 * @example `const house = start(supervisor({ children: [peer('thermostat', …)] }))`
 */
export function start(root: SupervisorLogic | TreeSpec, options: PeerTreeOptions = {}): PeerTree {
  return startPeers(root, options);
}

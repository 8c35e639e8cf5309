import type { Tree as EngineTree, SupervisorLogic, TreeSpec } from '../../../supervisors/index.js';
import type { CorePeer } from '../../peer/core-peer.js';
import { type PeerTreeOptions, startPeers } from '../../peer/tree.js';

export type { PeerTreeOptions as StartOptions };

/** A tree of supervisors, peers and any other XState actors, that runs. */
export interface Tree extends EngineTree {
  /**
   * The handle of a peer: always the same one, whatever happens to its actor.
   *
   * @param idOrPath its id, or its path (`upstairs/thermostat`) where several have that id
   * @throws {UsageError} when that child is no peer
   */
  peer(idOrPath: string): CorePeer;
}

/**
 * Runs a supervisor as the root of a tree, for a page with more than one peer. `supervisor(…)` and all that goes with it is in
 * `respell/supervisors`.
 *
 * @param root what `supervisor(…)` returned, or the same as data
 * @example `const house = start(supervisor({ children: [peer('thermostat', …)] }))`
 */
export function start(root: SupervisorLogic | TreeSpec, options: PeerTreeOptions = {}): Tree {
  return startPeers(root, options);
}

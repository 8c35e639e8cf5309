import { describeExit, type ExitReason } from '../../supervisors/exit-reason.js';
import { PeerDown } from '../errors.js';

/** How a peer stands that has no session. */
export type Standing = 'down' | 'connecting' | 'leaving' | 'parked' | 'stopped';

/**
 * Why something cannot be had from a peer that has no session, and what to do about it.
 *
 * @param operation what was asked for: `call of com.example.add`
 * @param why the reason of its last end, if there was one
 */
export function peerDown(operation: string, peer: string, standing: Standing, why: ExitReason | undefined): PeerDown {
  return new PeerDown(`${operation}: ${sentence(peer, standing, why)}`, { cause: why });
}

/** How a peer stands that has no session, and why, within a sentence. */
export function standingOf(peer: string, standing: Standing, why?: ExitReason): string {
  return `peer "${peer}" is ${standing}${why === undefined ? '' : `: ${reasonText(why)}`}`;
}

/** What ended a peer, as an error. */
export function endOf(peer: string, why: ExitReason): Error {
  return why instanceof Error ? why : new PeerDown(`peer "${peer}" ended: ${describeExit(why)}`);
}

/** Why a session ended, within a sentence. */
export function reasonText(why: ExitReason): string {
  return why instanceof Error ? why.message : describeExit(why);
}

function sentence(peer: string, standing: Standing, why: ExitReason | undefined): string {
  switch (standing) {
    case 'down':
    case 'connecting':
      return `${standingOf(peer, standing, why)}; leave out whenDown: 'fail' to wait`;
    case 'leaving':
      return `${standingOf(peer, standing)}; connect() again`;
    default:
      if (why === 'normal') return `peer "${peer}" has left; connect() again`;
      return `${standingOf(peer, standing, why)}; restartChild("${peer}"), connect() or start() again`;
  }
}

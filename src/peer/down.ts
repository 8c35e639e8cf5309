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
  return new PeerDown(`${operation}: peer "${peer}" ${sentence(peer, standing, why)}`, { cause: why });
}

/** Why a session ended, within a sentence. */
export function reasonText(why: ExitReason): string {
  return why instanceof Error ? why.message : describeExit(why);
}

function sentence(peer: string, standing: Standing, why: ExitReason | undefined): string {
  const is = `is ${standing}${why === undefined ? '' : `: ${reasonText(why)}`}; `;
  const restart = `restartChild("${peer}") brings it back, or`;
  const again = `${restart}, if connect(…) made it, connect again`;
  switch (standing) {
    case 'down':
    case 'connecting':
      return `${is}leave out whenDown: 'fail' to wait for its session`;
    case 'leaving':
      return 'is leaving; connect again for more';
    case 'parked':
      return `${is}once that is mended, ${again}`;
    case 'stopped':
      if (why === 'normal') return 'has left; connect again for more';
      if (why === 'shutdown') return `was stopped; ${restart} start(…) a new tree if its own has ended`;
      return is + again;
  }
}

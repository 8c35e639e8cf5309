/** The last of a session's work: what is at work is finished, what was sent is answered, and nothing new is begun. */

import type { Clock } from '../../supervisors/clock.js';
import { MILLISECONDS } from '../wamp/given.js';
import type { Milliseconds } from './options.js';
import type { Outbox } from './outbox.js';
import type { PeerLog } from './peer-log.js';
import type { OpenSession } from './session/open-session.js';

/** How long to wait for what is at work. */
export interface DrainOptions {
  /** In all. Default 10,000 ms; what has not come to its end by then is given up. */
  readonly within?: Milliseconds;
}

/** What became of it. */
export interface Drained {
  /** Handlers that were still at work, and requests that were not answered, when the time was over: 0 if all was finished. */
  readonly abandoned: number;
}

export const DRAIN_WITHIN: Milliseconds = 10_000;

export const DRAIN = { within: MILLISECONDS };

/**
 * Waits until a session has nothing to do any more: first for its handlers, which may still ask for things; then for the
 * answers that are due.
 *
 * @param closeRoad no request is taken from now on
 * @param onEnd calls back when the session ends before, or another end of it is wanted. @returns a function that ends that
 */
export function finished(
  { roles }: OpenSession,
  outbox: Outbox,
  within: Milliseconds,
  clock: Clock,
  closeRoad: () => void,
  onEnd: (ended: () => void) => () => void,
): Promise<Drained> {
  const { callee, load } = roles;
  const { onSettled } = load;
  return new Promise((resolve) => {
    let isClosed = false;
    const end = () => {
      stopWatching();
      clock.clearTimeout(timer);
      load.onSettled = onSettled;
      callee.onIdle = undefined;
      outbox.onIdle = undefined;
      resolve({ abandoned: atWork() + outbox.unsettled });
    };
    // An endpoint that was interrupted is at work until it has returned, one that waits for its turn before it has begun.
    const atWork = () => Math.max(callee.working, load.running);
    const look = () => {
      if (atWork() > 0) return;
      if (!isClosed) {
        isClosed = true;
        closeRoad();
      }
      if (outbox.due === 0) end();
    };
    const stopWatching = onEnd(end);
    const timer = clock.setTimeout(end, within);
    load.onSettled = () => {
      onSettled?.();
      look();
    };
    callee.onIdle = look;
    outbox.onIdle = look;
    look();
  });
}

export function tellDrained(log: PeerLog, { abandoned }: Drained): void {
  if (abandoned === 0) log.line('info', 'drained');
  else log.line('warn', 'not all was finished in time that the peer had begun', { abandoned });
}

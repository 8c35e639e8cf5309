import { Inbox, type InboxWire } from '../../../actors/inbox.js';
import * as ADVANCED_ERROR from '../../wamp/uris/advanced-error.js';
import type { Counters } from '../counters.js';
import type { PeerOptions } from '../options.js';
import type { PeerLog } from '../peer-log.js';
import { HIGH_WATER, type OpenSession } from './open-session.js';

/** Whose inbox it is. */
export interface InboxOwner {
  readonly counters: Counters;
  readonly log: PeerLog;
}

/**
 * What comes for the handlers of a session waits in it while too many of them are at work.
 *
 * @param session on a wire that can be paused, as that of a peer with an inbox is
 */
export function inboxOf(session: OpenSession, options: PeerOptions, { counters, log }: InboxOwner): Inbox {
  const { wire, roles } = session;
  const { requests, callee, load } = roles;
  const { concurrency = 1_000, limit = 1_000 } = options.receiveBuffer ?? {};
  const { highWater = HIGH_WATER } = options.sendBuffer ?? {};
  const inbox = new Inbox({ concurrency, limit, highWater }, wire as unknown as InboxWire, {
    get running() {
      return load.running;
    },
    get awaitsReplies() {
      return requests.size > 0;
    },
    knows: (request) => callee.knows(request),
    refuse(invocation) {
      callee.cancel(invocation, false, ADVANCED_ERROR.unavailable, [
        'this peer has more to do than it may; try again later',
      ]);
      counters.refused += 1;
    },
    cancel: (invocation, isAnswered) => callee.cancel(invocation, isAnswered),
    dropped: () => {
      counters.dropped += 1;
    },
    behind: () =>
      log.line(
        'warn',
        'the handlers do not keep up: what comes for them waits, and is not read any more when too much does (receiveBuffer)',
      ),
  });
  load.onSettled = () => inbox.proceed();
  requests.onDue = () => inbox.replyDue();
  return inbox;
}

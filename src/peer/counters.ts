import type { SessionRoles } from '../roles/session-roles.js';
import type { Outbox } from './outbox.js';
import type { OpenSession } from './session/open-session.js';

/** Counted since the peer was declared, over all its sessions. */
export interface PeerStats {
  readonly calls: number;
  readonly publications: number;
  readonly invocations: number;
  readonly events: number;
  /** Requests that have not settled, and those among them that wait for a session, or for room in the present one. */
  readonly unsettled: number;
  readonly waiting: number;
  /** Octets that were sent in the present session and have not left this process. */
  readonly queued: number;
  /** Requests given up by deadline or signal. */
  readonly givenUp: number;
  /** Replies and events that came when nobody waited for them any more. */
  readonly late: number;
  /** Handlers at work in the present session whose promise has not settled, and calls and events that wait for these. */
  readonly working: number;
  readonly held: number;
  /** Events and parts of results for which the buffer of a loop, or the peer's `receiveBuffer`, had no place. */
  readonly dropped: number;
  /** Calls for which `receiveBuffer` had no place: they were answered with `wamp.error.unavailable`. */
  readonly refused: number;
  /** Calls and publications that nobody awaits (`cast`, `emit`) and that failed. */
  readonly failedCasts: number;
  /** What came in and did not fit the contract: events, which are dropped; arguments; results; and results of its own endpoints. */
  readonly violations: number;
  /** Payloads that could not be opened, or came plain where that is refused (option `passthru`). */
  readonly unopened: number;
  /** Sessions joined. */
  readonly sessions: number;
}

/** What a peer counts itself. What its roles and its outbox count is read there; of roles that are gone, it is kept here. */
export class Counters {
  calls = 0;
  publications = 0;
  dropped = 0;
  refused = 0;
  failedCasts = 0;
  violations = 0;
  late = 0;
  sessions = 0;
  #invocations = 0;
  #events = 0;
  #unopened = 0;

  /** Keeps what the roles of a session have counted that has ended. */
  keep({ callee, subscriber, unopened, late }: SessionRoles): void {
    this.#invocations += callee.invocations;
    this.#events += subscriber.events;
    this.late += late;
    this.#unopened += unopened.count;
  }

  /** @param current the present session, if there is one */
  stats({ unsettled, waiting, givenUp }: Outbox, current: OpenSession | undefined): PeerStats {
    const roles = current?.roles;
    return {
      calls: this.calls,
      publications: this.publications,
      invocations: this.#invocations + (roles?.callee.invocations ?? 0),
      events: this.#events + (roles?.subscriber.events ?? 0),
      unsettled,
      waiting,
      queued: current?.wire.queued ?? 0,
      givenUp,
      late: this.late + (roles?.late ?? 0),
      working: roles?.load.running ?? 0,
      held: current?.inbox.waiting ?? 0,
      dropped: this.dropped,
      refused: this.refused,
      failedCasts: this.failedCasts,
      unopened: this.#unopened + (roles?.unopened.count ?? 0),
      violations: this.violations,
      sessions: this.sessions,
    };
  }
}

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

type OfRoles = Pick<PeerStats, 'invocations' | 'events' | 'late' | 'unopened'>;

/** What a peer counts itself. What its roles and its outbox count is read there; of roles that are gone, it is kept here. */
export class Counters implements OfRoles {
  calls = 0;
  publications = 0;
  invocations = 0;
  events = 0;
  late = 0;
  dropped = 0;
  refused = 0;
  failedCasts = 0;
  violations = 0;
  unopened = 0;
  sessions = 0;

  /** Keeps what the roles of a session have counted that has ended. */
  keep(roles: SessionRoles): void {
    Object.assign(this, this.#with(roles));
  }

  /** @param current the present session, if there is one */
  stats({ unsettled, waiting, givenUp }: Outbox, current: OpenSession | undefined): PeerStats {
    const roles = current?.roles;
    return {
      ...this,
      ...(roles && this.#with(roles)),
      unsettled,
      waiting,
      givenUp,
      queued: current?.wire.queued ?? 0,
      working: roles?.load.running ?? 0,
      held: current?.inbox?.waiting ?? 0,
    };
  }

  #with({ callee, subscriber, unopened, late }: SessionRoles): OfRoles {
    return {
      invocations: this.invocations + callee.invocations,
      events: this.events + subscriber.events,
      late: this.late + late,
      unopened: this.unopened + unopened.count,
    };
  }
}

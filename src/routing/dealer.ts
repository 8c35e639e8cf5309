import type { MessageTable } from '../wamp/message.js';
import { Calls, type CallsOptions } from './calls.js';
import type { EntryObserver, EntryTable } from './entry.js';
import { type Grant, grantOf } from './grant.js';
import { type Member, memberOf } from './member.js';
import { Registrations } from './registrations.js';
import type { RouterPeer } from './router-peer.js';
import type { RouterProcedures } from './router-procedure.js';

export interface DealerOptions extends CallsOptions {
  /** How many procedures one session may register. Default 10,000. */
  readonly maxRegistrations?: number;
  /** The time of day, in milliseconds since 1970: since when a registration is there. Default `Date.now`. */
  readonly timeOfDay?: () => number;
}

/**
 * The dealer of one realm: a session's messages go to those who know who has registered what, and which call waits for
 * whom.
 *
 * @see WAMP Basic Profile, "Remote Procedure Calls"
 */
export class Dealer {
  readonly #members = new Map<RouterPeer, Member>();
  readonly #registrations: Registrations;
  readonly #calls: Calls;

  constructor(options: DealerOptions) {
    this.#registrations = new Registrations(options.maxRegistrations, options.timeOfDay);
    this.#calls = new Calls(this.#registrations, options);
  }

  /** How many registrations there are in the realm. */
  get registrationCount(): number {
    return this.#registrations.size;
  }

  /** What is registered, to tell of it. */
  get registrations(): EntryTable {
    return this.#registrations;
  }

  /** Tells of each change of a registration, after the session that brought it about has had its answer. */
  observe(observer: EntryObserver): void {
    this.#registrations.observer = observer;
  }

  /** Procedures that the router answers itself. Their URIs begin with `wamp.`. */
  provide(procedures: RouterProcedures): void {
    this.#calls.provide(procedures);
  }

  /** CALL messages that became an INVOCATION. */
  get calls(): number {
    return this.#calls.made;
  }

  /** How many calls wait for an answer. */
  get inFlight(): number {
    return this.#calls.inFlight;
  }

  /** How many of them wait for a callee whose `concurrency` is not used up. */
  get waiting(): number {
    return this.#calls.waiting;
  }

  /** Answers and parts of calls that came too late, and progress that nobody asked for. */
  get discarded(): number {
    return this.#calls.discarded;
  }

  /** Calls that ended because their `timeout` was over. */
  get timedOut(): number {
    return this.#calls.timedOut;
  }

  /**
   * Begins no more calls: they are answered `wamp.error.unavailable`, but for those of sessions that work on one, which may need them to
   * end it.
   *
   * @param drained called once, when no call is in flight; it may be called from within, and must not call back
   */
  drain(drained: () => void): void {
    this.#calls.drain(drained);
  }

  /** Serves a session from now on. Returns what to do with its messages. */
  join(peer: RouterPeer): MessageTable {
    const member = memberOf(peer);
    this.#members.set(peer, member);
    return {
      REGISTER: (message) => this.#registrations.onRegister(member, message),
      UNREGISTER: (message) => this.#registrations.onUnregister(member, message),
      CALL: (message) => this.#calls.onCall(member, message),
      CANCEL: (message) => this.#calls.onCancel(member, message),
      YIELD: (message) => this.#calls.onYield(member, message),
      ERROR: (message) => this.#calls.onError(member, message),
    };
  }

  /**
   * Forgets a session: its registrations end, those who wait for it receive `wamp.error.canceled`, and those who work
   * for it are interrupted if they can be.
   */
  leave(peer: RouterPeer): void {
    const member = this.#members.get(peer);
    if (member === undefined) return;
    this.#members.delete(peer);
    member.left = true;
    this.#registrations.leave(member);
    this.#calls.leave(member);
  }

  /**
   * Takes registrations back. What their callees work on goes on.
   *
   * @returns how many, each counted once for each callee
   * @see WAMP Advanced Profile, "Registration Revocation"
   */
  revoke(which: (grant: Grant) => boolean, reason: string): number {
    let revoked = 0;
    for (const member of this.#members.values()) {
      for (const registration of [...member.registrations.values()]) {
        if (!which(grantOf(member.peer, registration.id, registration.procedure, registration.match))) continue;
        this.#registrations.revoke(registration, member, reason);
        revoked += 1;
      }
    }
    return revoked;
  }

  /** The earliest deadline of a call in flight, in the clock's milliseconds. */
  nextDeadline(): number | undefined {
    return this.#calls.nextDeadline();
  }

  /** Ends every call whose deadline is `now` or earlier. */
  expire(now: number): void {
    this.#calls.expire(now);
  }
}

import type { LimitName } from '../src/routing/limits.js';
import type { Rights } from '../src/routing/rights.js';
import type { MetaSession } from '../src/routing/session-meta.js';
import type { Copies } from '../src/wamp/copies.js';
import type { Dict, Id, Message, Uri } from '../src/wamp/message.js';
import { RequestIdCheck } from '../src/wamp/sequence.js';
import * as ADVANCED_ERROR from '../src/wamp/uris/advanced-error.js';
import type { Clock, Milliseconds } from '../supervisors/clock.js';
import type { RouterLink } from './admission.js';
import type { AuthenticatedPrincipal } from './authentication.js';
import { quote } from './quote.js';

/** A session as data. */
export interface SessionView {
  readonly id: Id;
  readonly realm: string;
  readonly authid: string;
  readonly authrole: string;
  readonly authmethod: string;
  /** What the client says it is, fit for a terminal. */
  readonly agent: string | undefined;
  /** Where it connects from. */
  readonly address: string;
  /** When it joined, in the clock's milliseconds. */
  readonly since: Milliseconds;
  /** Messages sent to it by broker and dealer. */
  readonly sent: number;
  /** Messages that could not be sent to it: too long, or it was ending. */
  readonly dropped: number;
  /** Octets that wait for it. */
  readonly queued: number;
}

/** What a realm needs to know of a session that joins. */
export interface RealmSessionFacts {
  readonly session: Id;
  readonly principal: AuthenticatedPrincipal;
  /** `HELLO.Details`. */
  readonly details: Dict;
  readonly link: RouterLink;
}

/** How long more may wait for a session than its limit: a burst needs some turns of the loop to get to the socket. */
const GRACE: Milliseconds = 1_000;

/** Beyond so many times the limit there is no grace. */
export const MOST_OVER = 8;

/** One session in its realm: what broker and dealer send to, what the router counts and can end. */
export class RealmSession implements MetaSession {
  readonly session: Id;
  readonly authid: string;
  readonly authrole: string;
  readonly details: Dict;
  readonly requests: RequestIdCheck;
  readonly rights: Rights;
  readonly principal: AuthenticatedPrincipal;
  readonly #link: RouterLink;
  readonly #realm: string;
  readonly #since: Milliseconds;
  readonly #maxQueued: number;
  readonly #dropsEvents: boolean;
  readonly #reached: (limit: LimitName) => void;
  readonly #slow: () => void;
  readonly #clock: Clock;
  #graceTimer: unknown;
  #sent = 0;
  #dropped = 0;
  #ending = false;

  constructor(
    facts: RealmSessionFacts,
    realm: {
      readonly name: string;
      readonly clock: Clock;
      readonly strictIds: boolean;
      readonly maxQueued: number;
      readonly rights: Rights;
      /** Whether events are dropped for a session that does not read, before it is aborted. */
      readonly dropsEvents: boolean;
      readonly reached: (limit: LimitName) => void;
      /** It does not read what it is sent; it is about to be aborted. */
      readonly slow: () => void;
    },
  ) {
    this.session = facts.session;
    this.principal = facts.principal;
    this.authid = facts.principal.authid;
    this.authrole = facts.principal.authrole;
    this.details = facts.details;
    this.requests = new RequestIdCheck({ strictIds: realm.strictIds });
    this.rights = realm.rights;
    this.#link = facts.link;
    this.#realm = realm.name;
    this.#since = realm.clock.now();
    this.#clock = realm.clock;
    this.#maxQueued = realm.maxQueued;
    this.#dropsEvents = realm.dropsEvents;
    this.#reached = realm.reached;
    this.#slow = realm.slow;
  }

  /** Octets that wait for it. */
  get queued(): number {
    return this.#link.queued;
  }

  get view(): SessionView {
    const { agent } = this.details;
    return {
      id: this.session,
      realm: this.#realm,
      authid: this.authid,
      authrole: this.authrole,
      authmethod: this.principal.authmethod,
      agent: typeof agent === 'string' ? quote(agent) : undefined,
      address: this.#link.address,
      since: this.#since,
      sent: this.#sent,
      dropped: this.#dropped,
      queued: this.#link.queued,
    };
  }

  get authmethod(): string {
    return this.principal.authmethod;
  }

  get authprovider(): string {
    return this.principal.authprovider;
  }

  get address(): string {
    return this.#link.address;
  }

  send(message: Message, copies?: Copies): boolean {
    if (this.#ending) return this.#drop();
    const { queued } = this.#link;
    if (queued > this.#maxQueued) {
      if (this.#dropsEvents && message.type === 'EVENT') {
        this.reached('queued');
        return this.#drop();
      }
      if (queued > MOST_OVER * this.#maxQueued) {
        this.#giveUp();
        return this.#drop();
      }
      this.#graceTimer ??= this.#clock.setTimeout(() => this.#endGrace(), GRACE);
    }
    try {
      this.#link.send(message, copies);
    } catch {
      return this.#drop(); // Too long for the wire. Broker and dealer know what that means for others.
    }
    this.#sent += 1;
    return true;
  }

  reached(limit: LimitName): void {
    this.#reached(limit);
  }

  /** Ends the session with ABORT, at once. Not to be called from within broker or dealer. */
  abort(reason: Uri, message: string): void {
    this.#link.abort(reason, message);
  }

  /**
   * Ends the session with GOODBYE. Broker and dealer forget it before this returns, so they must not be in the midst of
   * something that it has to do with.
   */
  goodbye(reason: Uri, message?: string): void {
    this.#link.goodbye(reason, message);
  }

  /** The session is over: nothing more is sent. */
  end(): void {
    this.#ending = true;
    this.#clock.clearTimeout(this.#graceTimer);
  }

  #endGrace(): void {
    this.#graceTimer = undefined;
    if (!this.#ending && this.#link.queued > this.#maxQueued) this.#giveUp();
  }

  /** Whoever does not read would have the router keep all that it is sent. The others must not pay for that. */
  #giveUp(): void {
    this.#ending = true;
    this.reached('queued');
    this.#slow();
    const said = `the session does not read what it is sent: more than ${this.#maxQueued} octets were waiting`;
    // Later: it makes the session leave, and broker and dealer may be in the midst of something.
    queueMicrotask(() => this.abort(ADVANCED_ERROR.networkFailure, said));
  }

  #drop(): false {
    this.#dropped += 1;
    return false;
  }
}

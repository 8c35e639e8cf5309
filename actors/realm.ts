import { assign, type EventObject, fromCallback, setup } from 'xstate';
import { type Logger, SILENT } from '../src/logger.js';
import type { Authorizer } from '../src/routing/authorizer.js';
import { Broker } from '../src/routing/broker.js';
import { Dealer } from '../src/routing/dealer.js';
import type { Histories } from '../src/routing/event-store.js';
import type { Grant } from '../src/routing/grant.js';
import { LIMITS, type LimitName, noHits } from '../src/routing/limits.js';
import { Meta } from '../src/routing/meta.js';
import type { RoleOptions } from '../src/routing/roles.js';
import { announcement } from '../src/wamp/features.js';
import type { Dict, Id, Message, MessageTable, Uri } from '../src/wamp/message.js';
import { randomId, randomIds } from '../src/wamp/sequence.js';
import * as ADVANCED_ERROR from '../src/wamp/uris/advanced-error.js';
import * as CLOSE from '../src/wamp/uris/close.js';
import type { Clock, Milliseconds } from '../supervisors/clock.js';
import { type Exit, exit } from '../supervisors/exit-reason.js';
import type { Channel } from './admission.js';
import { Authenticator, type AuthOptions, type Refusal, type Verdict } from './authentication.js';
import { RealmRights } from './realm-rights.js';
import { RealmSession, type RealmSessionFacts } from './realm-session.js';

/** One realm of the router. */
export interface RealmOptions {
  /** Who may join. Default: everybody, anonymously. */
  readonly auth?: AuthOptions;
  /**
   * What sessions may do, by their `authrole`. A role that is not named cannot join. Default: every role may do everything but use
   * the router's own procedures that act on other sessions (`wamp.session.kill` and its kin).
   */
  readonly roles?: Readonly<Record<string, RoleOptions>>;
  /** Asked what sessions may do, where neither a permission of their role nor an authorizer of its own says so. */
  readonly authorize?: Authorizer | Uri;
  /** How long an authorizer may take, in milliseconds. Default 5,000; then the request is answered `wamp.error.authorization_failed`. */
  readonly authorizeTimeout?: Milliseconds;
  /** Whether a client's request ids have to be sequential, as the standard demands. Default: the router's. */
  readonly strictIds?: boolean;
  /**
   * Whether a client may ask that others are told who it is, by `disclose_me`. Default true; with false such a request is
   * answered `wamp.error.option_disallowed.disclose_me`.
   */
  readonly disclosure?: boolean;
  /**
   * The roles whose sessions may end other sessions, by `wamp.session.kill` and its kin. Default: none; others are answered
   * `wamp.error.not_authorized`.
   */
  readonly mayKill?: readonly string[];
  /**
   * The topics whose last events are kept, in memory, for `wamp.subscription.get_events`: by URI, and with `match: 'prefix'` or
   * `'wildcard'` by pattern. Default: none.
   *
   * @example { 'com.example.news': { limit: 100 }, 'com.example.log.': { limit: 1_000, match: 'prefix' } }
   */
  readonly history?: Histories;
  readonly limits?: RealmLimits;
  /**
   * What becomes of a session that does not read what it is sent, once `limits.queued` octets wait for it: `disconnect`, the default,
   * aborts it after a second; `dropEvents` keeps it, drops events for it until it reads, and aborts it only for what else it does not read.
   */
  readonly slowConsumers?: 'disconnect' | 'dropEvents';
}

/** What one realm, and one session of it, may hold. */
export interface RealmLimits {
  /** Sessions of the realm. Default 10,000. */
  readonly sessions?: number;
  /**
   * Octets that may wait for a session that does not read. Default 1 MiB. With more than that for a second, or eight
   * times as much at once, the session is aborted.
   */
  readonly queued?: number;
  /** Subscriptions of a session. Default 10,000. */
  readonly subscriptions?: number;
  /** Registrations of a session. Default 10,000. */
  readonly registrations?: number;
  /** Calls of a session that are in flight. Default 10,000. */
  readonly calls?: number;
  /**
   * Calls of one procedure that wait at the router while each of its callees has as many as its `concurrency` allows. Where
   * callees say how many they would let wait (`queueLimit`), it is no more than that. Default 1,000; with 0 they are answered
   * `wamp.error.unavailable` at once.
   */
  readonly callsWaiting?: number;
  /**
   * Requests of a session that wait while an authorizer decides about one before them. Default 10,000. From 64 on no more is read
   * from the session; with more than this it is aborted.
   */
  readonly authorizing?: number;
  /** Testaments of a session. Default 100. */
  readonly testaments?: number;
  /** Octets of memory, roughly, that the testaments of a session take. Default 1 MiB. */
  readonly testamentOctets?: number;
  /** Events that are retained. Default 10,000; with more, those go that are the oldest. */
  readonly retained?: number;
  /** Octets of memory, roughly, that retained events take. Default 16 MiB; with more, those go that are the oldest. */
  readonly retainedOctets?: number;
}

/** Counted since the realm started. */
export interface RealmStats {
  /** Now. */
  readonly sessions: number;
  readonly joined: number;
  readonly calls: number;
  readonly callsInFlight: number;
  /** Those of them that wait for a callee whose `concurrency` is not used up. */
  readonly callsWaiting: number;
  readonly publications: number;
  readonly events: number;
  /** Answers that came after their call had ended. */
  readonly discarded: number;
  /** Calls whose `timeout` was over. */
  readonly timedOut: number;
  /** Requests that the session's role did not allow. */
  readonly notAuthorized: number;
  /** Sessions that were aborted since they did not read. */
  readonly slow: number;
  readonly subscriptions: number;
  readonly registrations: number;
  /** Events that are retained, now. */
  readonly retained: number;
  /** Retained events that went since there were too many. */
  readonly forgotten: number;
  /** Events in histories, now. */
  readonly kept: number;
  /** Testaments of sessions that are there. */
  readonly testaments: number;
}

export const NO_STATS: RealmStats = Object.freeze({
  sessions: 0,
  joined: 0,
  calls: 0,
  callsInFlight: 0,
  callsWaiting: 0,
  publications: 0,
  events: 0,
  discarded: 0,
  timedOut: 0,
  notAuthorized: 0,
  slow: 0,
  subscriptions: 0,
  registrations: 0,
  retained: 0,
  forgotten: 0,
  kept: 0,
  testaments: 0,
});

/**
 * What the router can do beyond the basic profile. Nothing stands here that is not tested: clients rely on it.
 *
 * @see WAMP Advanced Profile, "Feature Announcement"
 */
export const ROUTER_ROLES: Dict = announcement(['broker', 'dealer'], {
  broker: [
    'publisher_exclusion',
    'publisher_identification',
    'subscriber_blackwhite_listing',
    'pattern_based_subscription',
    'payload_passthru_mode',
    'subscription_revocation',
    'session_meta_api',
    'subscription_meta_api',
    'event_history',
    'event_retention',
  ],
  dealer: [
    'call_canceling',
    'call_reroute',
    'call_timeout',
    'caller_identification',
    'pattern_based_registration',
    'payload_passthru_mode',
    'progressive_call_invocations',
    'progressive_call_results',
    'registration_revocation',
    'shared_registration',
    'session_meta_api',
    'registration_meta_api',
    'testament_meta_api',
  ],
});

/** A realm that is open: its broker, its dealer, its sessions, and the one timer for the timeouts of its calls. */
export class Realm {
  readonly name: Uri;
  /** Makes ids of the global scope. */
  readonly ids: () => Id;
  /** By session id. */
  readonly sessions = new Map<Id, RealmSession>();
  /** How often which limit was reached. */
  readonly hits = noHits();
  readonly #rights: RealmRights;
  readonly #authenticator: Authenticator;
  readonly #broker: Broker;
  readonly #dealer: Dealer;
  readonly #meta: Meta;
  readonly #clock: Clock;
  readonly #strictIds: boolean;
  readonly #maxSessions: number;
  readonly #maxQueued: number;
  readonly #dropsEvents: boolean;
  #drained: Promise<void> | undefined;
  #joined = 0;
  #slow = 0;
  #timer: unknown;
  #timerDue: Milliseconds = Number.POSITIVE_INFINITY;

  /** @throws {UsageError} when `auth` or `roles` cannot be meant */
  constructor(
    name: Uri,
    options: RealmOptions,
    clock: Clock,
    random?: () => number,
    logger = SILENT,
    open: OpenRealms = new Map(),
  ) {
    const { limits = {}, disclosure = true } = options;
    // Anchored once: what is told of times goes on evenly, however the machine's clock is set.
    const epoch = Date.now() - clock.now();
    const timeOfDay = () => epoch + clock.now();
    const reached = (limit: LimitName) => this.reached(limit);
    this.name = name;
    this.#clock = clock;
    this.#strictIds = options.strictIds ?? true;
    this.#maxSessions = limits.sessions ?? LIMITS.sessions.fallback;
    this.#dropsEvents = options.slowConsumers === 'dropEvents';
    this.#maxQueued = limits.queued ?? LIMITS.queued.fallback;
    this.#authenticator = new Authenticator(name, options.auth, (where, procedure, facts) => {
      const realm = where === name ? this : open.get(where);
      if (realm === undefined) throw new Error(`there is no realm ${where}, whose ${procedure} is to be asked`);
      return realm.#rights.call(procedure, [facts]);
    });
    this.ids = random === undefined ? randomId : randomIds(random);
    this.#broker = new Broker({
      disclosure,
      publicationId: this.ids,
      ...(options.history !== undefined && { histories: options.history }),
      retention: {
        ...(limits.retained !== undefined && { events: limits.retained }),
        ...(limits.retainedOctets !== undefined && { octets: limits.retainedOctets }),
      },
      timeOfDay,
      reached,
      ...(limits.subscriptions !== undefined && { maxSubscriptions: limits.subscriptions }),
    });
    this.#dealer = new Dealer({
      disclosure,
      ...(random !== undefined && { random }),
      now: () => clock.now(),
      timeOfDay,
      deadlineChanged: () => this.#arm(),
      ...(limits.registrations !== undefined && { maxRegistrations: limits.registrations }),
      ...(limits.calls !== undefined && { maxCalls: limits.calls }),
      ...(limits.callsWaiting !== undefined && { maxWaiting: limits.callsWaiting }),
    });
    this.#rights = new RealmRights({
      name,
      options,
      clock,
      logger,
      dealer: this.#dealer,
      ids: this.ids,
      reached,
      ...(limits.authorizing !== undefined && { maxAuthorizing: limits.authorizing }),
    });
    this.#meta = new Meta({
      broker: this.#broker,
      dealer: this.#dealer,
      sessions: this.sessions,
      testaments: {
        ...(limits.testaments !== undefined && { testaments: limits.testaments }),
        ...(limits.testamentOctets !== undefined && { octets: limits.testamentOctets }),
      },
    });
  }

  /** One of the limits was reached by a session of this realm, or by who wanted to join it. */
  reached(limit: LimitName): void {
    this.hits[limit] += 1;
  }

  /** What becomes of a HELLO: WELCOME, CHALLENGE or ABORT. */
  async judge(hello: Message<'HELLO'>, session: Id, channel?: Channel): Promise<Verdict> {
    return this.refusal() ?? this.#authenticator.judge(hello, session, channel);
  }

  /** Whether a client with these `HELLO.Details` would have to be authenticated. */
  takesProofOf(details: Dict): boolean {
    return this.#authenticator.takesProofOf(details);
  }

  /** To be told to who wants to join while there is no room, or the router is about to end. */
  refusal(): Refusal | undefined {
    if (this.#drained !== undefined) {
      const message = 'the router is shutting down, and takes no more sessions';
      return { refused: CLOSE.systemShutdown, message };
    }
    if (this.sessions.size < this.#maxSessions) return undefined;
    this.reached('sessions');
    const message = `this realm takes ${this.#maxSessions} sessions at a time, and has them: try again later`;
    return { refused: ADVANCED_ERROR.unavailable, message };
  }

  /**
   * Takes no more sessions, and begins no more calls.
   *
   * @returns fulfilled when no call is in flight
   */
  drain(): Promise<void> {
    this.#drained ??= new Promise((resolve) => this.#dealer.drain(resolve));
    return this.#drained;
  }

  /** How many calls wait for an answer. */
  get callsInFlight(): number {
    return this.#dealer.inFlight;
  }

  /** Whether sessions of that role may join. */
  hasRole(authrole: string): boolean {
    return this.#rights.hasRole(authrole);
  }

  /** Takes a session in. Returns what to do with its messages; WELCOME has to leave before the first of them is read. */
  join(facts: RealmSessionFacts): MessageTable {
    const session = new RealmSession(facts, {
      name: this.name,
      clock: this.#clock,
      strictIds: this.#strictIds,
      maxQueued: this.#maxQueued,
      rights: this.#rights.of(facts),
      dropsEvents: this.#dropsEvents,
      reached: (limit) => this.reached(limit),
      slow: () => {
        this.#slow += 1;
      },
    });
    this.sessions.set(session.session, session);
    this.#joined += 1;
    const table = { ...this.#broker.join(session), ...this.#dealer.join(session) };
    this.#meta.joined(session);
    return this.#rights.inFrontOf(facts, table);
  }

  /** Forgets a session and all that it held. Does nothing when it is not there. */
  leave(id: Id): void {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    this.sessions.delete(id);
    session.end();
    this.#rights.left(id);
    this.#broker.leave(session);
    this.#dealer.leave(session);
    this.#meta.left(session);
  }

  /** @returns how many were taken back */
  revoke(what: 'registrations' | 'subscriptions', which: (grant: Grant) => boolean, reason: string): number {
    return (what === 'registrations' ? this.#dealer : this.#broker).revoke(which, reason);
  }

  stats(): RealmStats {
    const { store } = this.#broker;
    const { retention } = store;
    return {
      sessions: this.sessions.size,
      joined: this.#joined,
      calls: this.#dealer.calls,
      callsInFlight: this.callsInFlight,
      callsWaiting: this.#dealer.waiting,
      publications: this.#broker.publications,
      events: this.#broker.events,
      discarded: this.#dealer.discarded,
      timedOut: this.#dealer.timedOut,
      notAuthorized: this.#rights.notAuthorized,
      slow: this.#slow,
      subscriptions: this.#broker.subscriptionCount,
      registrations: this.#dealer.registrationCount,
      retained: retention.size,
      forgotten: retention.forgotten,
      kept: store.size,
      testaments: this.#meta.testamentCount,
    };
  }

  /** Ends every session that is still there: without a realm there is nothing to serve it. */
  close(reason: Uri, message: string): void {
    this.#clock.clearTimeout(this.#timer);
    this.#meta.close();
    for (const session of [...this.sessions.values()]) {
      this.leave(session.session);
      session.abort(reason, message);
    }
  }

  toJSON(): { name: Uri; sessions: number } {
    return { name: this.name, sessions: this.sessions.size };
  }

  /** One timer for all calls: it may fire for a call that was answered, but never late. */
  #arm(): void {
    const due = this.#dealer.nextDeadline();
    if (due === undefined || due >= this.#timerDue) return;
    this.#clock.clearTimeout(this.#timer);
    this.#timerDue = due;
    this.#timer = this.#clock.setTimeout(() => this.#fire(), Math.max(1, due - this.#clock.now()));
  }

  #fire(): void {
    this.#timerDue = Number.POSITIVE_INFINITY;
    this.#dealer.expire(this.#clock.now());
    this.#arm();
  }
}

/** The realms of a router that are open, by name. */
export type OpenRealms = Map<Uri, Realm>;

export interface RealmInput {
  readonly name: Uri;
  /** Makes the realm, empty. A function, since inspectors show what an actor is given, and options hold secrets. */
  readonly make: () => Realm;
  /** Where it stands while it is open. */
  readonly open: OpenRealms;
  readonly logger?: Logger;
}

/**
 * A realm as an actor: `open` from its start, until its supervisor asks it to end. A realm that is started again starts
 * empty; whoever was in the one before was aborted.
 */
export const realmMachine = setup({
  types: {
    input: {} as RealmInput,
    context: {} as RealmInput & { readonly reason: unknown },
    events: {} as { type: 'supervisor.shutdown'; reason: unknown },
    output: {} as Exit,
  },
  actors: {
    serve: fromCallback<EventObject, RealmInput>(({ input: { name, make, open, logger = SILENT } }) => {
      const realm = make();
      open.set(name, realm);
      logger.debug({ realm: name }, 'realm opened');
      return () => {
        if (open.get(name) === realm) open.delete(name);
        realm.close(CLOSE.systemShutdown, 'the realm was closed');
        logger.debug({ realm: name }, 'realm closed');
      };
    }),
  },
  actions: {
    noteReason: assign(({ event }) => ({ reason: event.reason })),
  },
}).createMachine({
  id: 'realm',
  context: ({ input }) => ({ ...input, reason: 'normal' }),
  output: ({ context }) => exit(context.reason),
  initial: 'open',
  states: {
    open: {
      invoke: { id: 'serve', src: 'serve', input: ({ context }) => context },
      on: { 'supervisor.shutdown': { target: 'closed', actions: 'noteReason' } },
    },
    closed: { type: 'final' },
  },
});

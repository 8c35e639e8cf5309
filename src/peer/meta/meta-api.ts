/** What `meta(peer)` gives, and takes. */

import type { Dict, Id, List, Uri } from '../../wamp/values.js';
import type { Subscription } from '../granted.js';
import type { PublishOptions, RequestOptions } from '../options.js';
import type {
  HistoricEvent,
  IdLists,
  RegistrationDetails,
  SessionDetails,
  SubscriptionDetails,
} from './meta-answers.js';

/** Which sessions. */
export interface SessionFilter extends RequestOptions {
  /** Only those of one of these roles. */
  readonly authroles?: readonly string[];
}

/** How sessions are ended. */
export interface KillOptions extends RequestOptions {
  /** GOODBYE.Reason. Default `wamp.close.killed`. */
  readonly reason?: Uri;
  /** GOODBYE.Details.message: why, for people. Default none. */
  readonly message?: string;
}

/** How a registration or subscription is looked up by its URI. */
export interface LookupOptions extends RequestOptions {
  /** How the URI was registered or subscribed to. Default `exact`. */
  readonly match?: 'exact' | 'prefix' | 'wildcard';
}

/** When a testament is published: when the session is `destroyed` (the default), or already when it is `detached`. */
export type TestamentScope = 'destroyed' | 'detached';

/** Which testaments are taken back. */
export interface FlushOptions extends RequestOptions {
  /** Default `destroyed`. */
  readonly scope?: TestamentScope;
}

/** What a testament says beside its topic and `args`, and when. */
export interface TestamentOptions extends FlushOptions {
  /** The event's keyword arguments. Default none. */
  readonly kwargs?: Dict;
  /** The options of the publication, as {@link Peer.publish} takes them. */
  readonly publish?: Omit<PublishOptions, keyof RequestOptions | 'kwargs' | 'acknowledge'>;
}

/** Which events of a subscription, and in what order. Routers need not know more than `limit`. */
export interface HistoryOptions extends RequestOptions {
  /** How many events at most. Default: as many as the router gives. */
  readonly limit?: number;
  /** The newest first. */
  readonly reverse?: boolean;
  /** Only events of this topic, where the subscription has a pattern. */
  readonly topic?: Uri;
  /** Events published at this time or later. */
  readonly fromTime?: Date;
  /** Events published later than this. */
  readonly afterTime?: Date;
  /** Events published earlier than this. */
  readonly beforeTime?: Date;
  /** Events published at this time or earlier. */
  readonly untilTime?: Date;
  /** This event, by its publication id, and later ones. */
  readonly fromPublication?: Id;
  /** Events later than this one. */
  readonly afterPublication?: Id;
  /** Events earlier than this one. */
  readonly beforePublication?: Id;
  /** This event and earlier ones. */
  readonly untilPublication?: Id;
}

/** Who left. */
export interface SessionLeft {
  readonly session: Id;
  readonly authid: string | undefined;
  readonly authrole: string | undefined;
}

/** Hears an event of the router's. @throws {ApplicationError} the router refuses the subscription */
export type Heard<T> = (listener: (event: T) => unknown, options?: RequestOptions) => Promise<Subscription>;

/**
 * The sessions of the realm: who is there, who comes and goes; and their end, for those who may.
 *
 * @see WAMP Advanced Profile, "Session Meta API"
 */
export interface SessionMeta {
  count(filter?: SessionFilter): Promise<number>;
  list(filter?: SessionFilter): Promise<readonly Id[]>;
  /** @throws {ApplicationError} `wamp.error.no_such_session` */
  get(session: Id, options?: RequestOptions): Promise<SessionDetails>;
  /** Ends another session. @throws {ApplicationError} `wamp.error.no_such_session`, also for the caller's own */
  kill(session: Id, options?: KillOptions): Promise<void>;
  /** Ends all other sessions of an authid. @returns how many */
  killByAuthid(authid: string, options?: KillOptions): Promise<number>;
  /** Ends all other sessions of a role. @returns how many */
  killByAuthrole(authrole: string, options?: KillOptions): Promise<number>;
  /** Ends all other sessions of the realm. @returns how many */
  killAll(options?: KillOptions): Promise<number>;
  onJoin: Heard<SessionDetails>;
  onLeave: Heard<SessionLeft>;
}

/** What registrations and subscriptions have in common. */
export interface EntryMeta<Details, Change> {
  list(options?: RequestOptions): Promise<IdLists>;
  /** Which one has exactly this URI, by this way of matching. */
  lookup(uri: Uri, options?: LookupOptions): Promise<Id | undefined>;
  /** @throws {ApplicationError} `wamp.error.no_such_registration`, `wamp.error.no_such_subscription` */
  get(id: Id, options?: RequestOptions): Promise<Details>;
  /** There is one for a URI that had none. */
  onCreate: Heard<{ readonly session: Id; readonly created: Details }>;
  /** The last session has gone from one. */
  onDelete: Heard<Change>;
}

/** A session has become a callee of a registration, or is none any more. */
export interface RegistrationChange {
  readonly session: Id;
  readonly registration: Id;
}

/**
 * The registrations of the realm: which procedures there are, and who answers.
 *
 * @see WAMP Advanced Profile, "Registration Meta API"
 */
export interface RegistrationMeta extends EntryMeta<RegistrationDetails, RegistrationChange> {
  /** Which one a call of this procedure would go to. */
  match(procedure: Uri, options?: RequestOptions): Promise<Id | undefined>;
  /** The sessions of its callees. */
  listCallees(registration: Id, options?: RequestOptions): Promise<readonly Id[]>;
  countCallees(registration: Id, options?: RequestOptions): Promise<number>;
  onRegister: Heard<RegistrationChange>;
  onUnregister: Heard<RegistrationChange>;
}

/** A session has become a subscriber of a subscription, or is none any more. */
export interface SubscriptionChange {
  readonly session: Id;
  readonly subscription: Id;
}

/**
 * The subscriptions of the realm: what is listened to, by whom, and what was heard.
 *
 * @see WAMP Advanced Profile, "Subscription Meta API"
 */
export interface SubscriptionMeta extends EntryMeta<SubscriptionDetails, SubscriptionChange> {
  /** Which ones would receive an event of this topic. */
  match(topic: Uri, options?: RequestOptions): Promise<readonly Id[]>;
  /** The sessions of its subscribers. */
  listSubscribers(subscription: Id, options?: RequestOptions): Promise<readonly Id[]>;
  countSubscribers(subscription: Id, options?: RequestOptions): Promise<number>;
  onSubscribe: Heard<SubscriptionChange>;
  onUnsubscribe: Heard<SubscriptionChange>;
  /** The events that the router has kept of a subscription. @see WAMP Advanced Profile, "Event History" */
  history(subscription: Id, options?: HistoryOptions): Promise<readonly HistoricEvent[]>;
}

/**
 * What the router is to publish when the session has gone.
 *
 * @see WAMP Advanced Profile, "Session Testament"
 */
export interface TestamentMeta {
  /**
   * Has the router publish an event when the present session is gone. It belongs to that session: add it again in each
   * (`onJoin` of the peer's options).
   */
  add(topic: Uri, args?: List, options?: TestamentOptions): Promise<void>;
  /** Takes back those of a scope. */
  flush(options?: FlushOptions): Promise<void>;
}

/**
 * What `meta(peer)` gives: what a router can tell of its realm, as functions. Each rejects with {@link ApplicationError} where the
 * router has not that procedure, or does not allow it.
 */
export interface Meta {
  readonly sessions: SessionMeta;
  readonly registrations: RegistrationMeta;
  readonly subscriptions: SubscriptionMeta;
  readonly testaments: TestamentMeta;
}

import { ApplicationError } from '../errors.js';
import type { Copies } from '../wamp/copies.js';
import { announces } from '../wamp/features.js';
import type { Message, MessageTable } from '../wamp/message.js';
import { randomId } from '../wamp/sequence.js';
import { isReserved, type UriPattern } from '../wamp/uri.js';
import * as ERROR from '../wamp/uris/error.js';
import type { Dict, Id, List, Uri } from '../wamp/values.js';
import { type Audience, audienceOf } from './audience.js';
import type { Allowed, Decision } from './authorization.js';
import type { Entry, EntryObserver, EntryTable } from './entry.js';
import { EventStore, type Histories } from './event-store.js';
import { type Grant, grantOf } from './grant.js';
import { LIMITS, LimitReached, type Reached } from './limits.js';
import { passthruOf } from './passthru.js';
import { checkOptions, discloses, NOTHING, refuse, refuseForbidden, refuseInvalid, refuseReserved } from './refusal.js';
import type { RetentionLimits } from './retention.js';
import type { RouterPeer } from './router-peer.js';
import { UriTable } from './uri-table.js';

export interface BrokerOptions {
  /** Makes publication ids. Default: random, from the whole range. */
  readonly publicationId?: () => Id;
  /** How many subscriptions one session may hold. Default 10,000. */
  readonly maxSubscriptions?: number;
  /** Whether a publisher may ask that subscribers are told who it is. Default true. */
  readonly disclosure?: boolean;
  /** The time of day, in milliseconds since 1970: since when a subscription is there. Default `Date.now`. */
  readonly timeOfDay?: () => number;
  /** The topics and patterns whose last events are kept. Each is a subscription of the realm from the start. */
  readonly histories?: Histories;
  readonly retention?: RetentionLimits;
  /** Hears of the events that go since there is no room to keep them. */
  readonly reached?: Reached;
}

/** What a PUBLISH asks for, whoever sends it and when. */
export type Publication = Pick<Message<'PUBLISH'>, 'topic' | 'options' | 'args' | 'kwargs'>;

interface Subscription {
  readonly id: Id;
  readonly topic: Uri;
  readonly match: UriPattern;
  /** In milliseconds since 1970. */
  readonly created: number;
  /** It is there for its history, also without subscribers. */
  readonly isKept: boolean;
  readonly subscribers: Set<RouterPeer>;
}

/**
 * The broker of one realm: who subscribes to what, and who receives an event.
 *
 * All sessions that subscribe to a topic with the same policy share one subscription and its id, so an event is one
 * message however many receive it.
 *
 * @see WAMP Basic Profile, "Publish and Subscribe"
 */
export class Broker {
  /** PUBLISH messages that were accepted. */
  publications = 0;
  /** EVENT messages handed to a session. */
  events = 0;

  readonly #subscriptions = new UriTable<Subscription>();
  readonly #held = new Map<RouterPeer, Map<Id, Subscription>>();
  readonly #publicationId: () => Id;
  readonly #maxSubscriptions: number;
  readonly #disclosure: boolean;
  readonly #byId = new Map<Id, Subscription>();
  readonly #timeOfDay: () => number;
  #observer: EntryObserver = () => {};
  #lastSubscription = 0;
  /** The events that are kept for those who come later. */
  readonly store: EventStore;

  /**
   * What is subscribed to, to tell of it. To watch the router changes nothing that it tells of: subscriptions to its own
   * topics are not told of.
   */
  readonly subscriptions: EntryTable = {
    all: () => [...this.#byId.values()].filter(isTold).map(entryOf),
    byId: (id) => told(this.#byId.get(id)),
    lookup: (match, topic) => told(this.#subscriptions.get(match, topic)),
    matching: (topic) => this.#receiving(topic).filter(isTold).map(entryOf),
  };

  constructor(options: BrokerOptions = {}) {
    this.#publicationId = options.publicationId ?? randomId;
    this.#maxSubscriptions = options.maxSubscriptions ?? LIMITS.subscriptions.fallback;
    this.#disclosure = options.disclosure ?? true;
    this.#timeOfDay = options.timeOfDay ?? Date.now;
    this.store = new EventStore(options.histories, options.retention, options.reached);
    for (const [match, topic] of this.store.kept) this.#create(match, topic, true);
  }

  /** Tells of each change of a subscription, after the session that brought it about has had its answer. */
  observe(observer: EntryObserver): void {
    this.#observer = observer;
  }

  /**
   * Publishes an event of the router's own.
   *
   * @param args what it says: only called if somebody hears it
   */
  announce(topic: Uri, args: () => List): void {
    const receiving = this.#receiving(topic);
    if (receiving.length === 0) return;
    const publication = this.#publicationId();
    const payload = { args: args() };
    for (const each of receiving) {
      const details = each.match === 'exact' ? NOTHING : { topic };
      this.events += dispatch(each, eventOf(each, publication, details, payload), undefined, undefined);
    }
  }

  #receiving(topic: Uri): readonly Subscription[] {
    const exact = this.#subscriptions.exact(topic);
    const patterns = this.#subscriptions.patterns(topic);
    return exact === undefined ? patterns : [exact, ...patterns];
  }

  /** How many subscriptions there are in the realm. */
  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  /** Serves a session from now on. Returns what to do with its messages. */
  join(peer: RouterPeer): MessageTable {
    this.#held.set(peer, new Map());
    return {
      SUBSCRIBE: (message) => this.#onSubscribe(peer, message),
      UNSUBSCRIBE: (message) => this.#onUnsubscribe(peer, message),
      PUBLISH: (message) => this.#onPublish(peer, message),
    };
  }

  /** Forgets a session and all that it subscribed to. */
  leave(peer: RouterPeer): void {
    const held = this.#held.get(peer);
    if (held === undefined) return;
    this.#held.delete(peer);
    // First out of all of them: it hears no word more, also not of its own end.
    for (const subscription of held.values()) this.#drop(subscription, peer);
    for (const subscription of held.values()) this.#tellLeft(subscription, peer);
  }

  /**
   * Takes subscriptions back. A subscriber is told if it announced that it understands.
   *
   * @returns how many, each counted once for each subscriber
   * @see WAMP Advanced Profile, "Subscription Revocation"
   */
  revoke(which: (grant: Grant) => boolean, reason: string): number {
    let revoked = 0;
    for (const [peer, held] of this.#held) {
      for (const subscription of [...held.values()]) {
        const { id, topic, match } = subscription;
        if (!which(grantOf(peer, id, topic, match))) continue;
        held.delete(id);
        this.#drop(subscription, peer);
        revoked += 1;
        if (announces(peer.details, 'subscriber', 'subscription_revocation')) {
          peer.send({ type: 'UNSUBSCRIBED', request: 0, details: { subscription: id, reason } });
        }
        this.#tellLeft(subscription, peer);
      }
    }
    return revoked;
  }

  #onSubscribe(peer: RouterPeer, message: Message<'SUBSCRIBE'>): void {
    const { request, options, topic } = message;
    const held = this.#held.get(peer);
    if (held === undefined) return; // The session has left; this was still on its way.
    peer.requests.expect(request);
    const { rights } = peer;
    let decision: Decision | Promise<Decision>;
    try {
      checkOptions('SUBSCRIBE', options);
      refuseInvalid(topic, options['match'] as UriPattern | undefined);
      decision = rights.of('subscribe', topic, options);
    } catch (error) {
      refuse(peer, 'SUBSCRIBE', request, error);
      return;
    }
    if (decision instanceof Promise) rights.hold(decision, (made) => this.#subscribed(peer, held, message, made));
    else this.#subscribed(peer, held, message, decision);
  }

  #subscribed(
    peer: RouterPeer,
    held: Map<Id, Subscription>,
    { request, options, topic }: Message<'SUBSCRIBE'>,
    decision: Decision,
  ): void {
    try {
      refuseForbidden(decision);
      const before = held.size;
      const subscription = this.#subscribe(peer, held, (options['match'] ?? 'exact') as UriPattern, topic);
      peer.send({ type: 'SUBSCRIBED', request, subscription: subscription.id });
      if (options['get_retained'] === true) this.#sendRetained(subscription, peer);
      if (held.size > before) this.#tellJoined(subscription, peer);
    } catch (error) {
      refuse(peer, 'SUBSCRIBE', request, error);
    }
  }

  #subscribe(peer: RouterPeer, held: Map<Id, Subscription>, match: UriPattern, topic: Uri): Subscription {
    const existing = this.#subscriptions.get(match, topic);
    // Subscribing again is answered with what is there: the client may not remember, or may attach a second handler.
    if (existing !== undefined && held.has(existing.id)) return existing;
    if (held.size >= this.#maxSubscriptions) {
      throw new LimitReached(
        'subscriptions',
        `a session may hold ${this.#maxSubscriptions} subscriptions, and this one does: unsubscribe from some first`,
      );
    }
    const subscription = existing ?? this.#create(match, topic);
    subscription.subscribers.add(peer);
    held.set(subscription.id, subscription);
    return subscription;
  }

  #create(match: UriPattern, topic: Uri, isKept = false): Subscription {
    const id = ++this.#lastSubscription;
    const subscription = { id, topic, match, created: this.#timeOfDay(), isKept, subscribers: new Set<RouterPeer>() };
    this.#subscriptions.set(match, topic, subscription);
    this.#byId.set(id, subscription);
    return subscription;
  }

  #onUnsubscribe(peer: RouterPeer, { request, subscription: id }: Message<'UNSUBSCRIBE'>): void {
    const held = this.#held.get(peer);
    if (held === undefined) return;
    peer.requests.expect(request);
    const subscription = held.get(id);
    if (subscription === undefined) {
      const said = `this session holds no subscription ${id}`;
      refuse(peer, 'UNSUBSCRIBE', request, new ApplicationError(ERROR.noSuchSubscription, [said]));
      return;
    }
    held.delete(id);
    this.#drop(subscription, peer);
    peer.send({ type: 'UNSUBSCRIBED', request });
    this.#tellLeft(subscription, peer);
  }

  #drop(subscription: Subscription, peer: RouterPeer): void {
    subscription.subscribers.delete(peer);
    if (subscription.subscribers.size > 0 || subscription.isKept) return;
    this.#subscriptions.delete(subscription.match, subscription.topic);
    this.#byId.delete(subscription.id);
  }

  #tellJoined(subscription: Subscription, { session }: RouterPeer): void {
    if (!isTold(subscription)) return;
    const entry = entryOf(subscription);
    if (subscription.subscribers.size === 1 && !subscription.isKept) this.#observer('created', session, entry);
    this.#observer('joined', session, entry);
  }

  #tellLeft(subscription: Subscription, { session }: RouterPeer): void {
    if (!isTold(subscription)) return;
    const entry = entryOf(subscription);
    this.#observer('left', session, entry);
    if (!this.#byId.has(subscription.id)) this.#observer('deleted', session, entry);
  }

  #onPublish(peer: RouterPeer, message: Message<'PUBLISH'>): void {
    if (!this.#held.has(peer)) return;
    const { request, options, topic } = message;
    peer.requests.expect(request);
    const { rights } = peer;
    let decision: Decision | Promise<Decision>;
    let passthru: Dict | undefined;
    try {
      passthru = this.#checked(peer, message);
      decision = rights.of('publish', topic, options);
    } catch (error) {
      refusePublish(peer, message, error);
      return;
    }
    if (decision instanceof Promise) rights.hold(decision, (made) => this.#published(peer, message, passthru, made));
    else this.#published(peer, message, passthru, decision);
  }

  #published(peer: RouterPeer, message: Message<'PUBLISH'>, passthru: Dict | undefined, decision: Decision): void {
    try {
      const publication = this.#publish(peer, message, passthru, refuseForbidden(decision));
      // After the events: whoever waits for PUBLISHED may rely on them having left.
      if (acknowledges(message)) peer.send({ type: 'PUBLISHED', request: message.request, publication });
    } catch (error) {
      refusePublish(peer, message, error);
    }
  }

  /**
   * Looks at what a session wants published later: what would be refused then is refused now.
   *
   * @returns whether the session may publish it, as {@link Rights.of} says it
   * @throws {ApplicationError | ProtocolError} as PUBLISH is refused
   */
  check(peer: RouterPeer, publication: Publication): Decision | Promise<Decision> {
    const { topic, options } = publication;
    this.#checked(peer, publication);
    return peer.rights.of('publish', topic, options);
  }

  /**
   * Publishes for a session that has gone what was {@link check | checked} while it was there.
   *
   * @throws {ApplicationError} nobody may be told who publishes, and it asks for that
   */
  publishFor(peer: RouterPeer, publication: Publication, allowed: Allowed): void {
    this.#publish(peer, publication, passthruOf(peer, 'publisher', publication.options, publication), allowed);
  }

  /** @returns the attributes of a payload that passes through */
  #checked(peer: RouterPeer, publication: Publication): Dict | undefined {
    const { topic, options } = publication;
    const passthru = passthruOf(peer, 'publisher', options, publication);
    checkOptions('PUBLISH', options);
    refuseInvalid(topic);
    refuseReserved(topic);
    return passthru;
  }

  /** @throws {ApplicationError} nobody may be told who publishes, and it asks for that */
  checkDisclosure({ options }: Publication, allowed: Allowed): void {
    discloses(options, this.#disclosure, allowed);
  }

  #publish(peer: RouterPeer, message: Publication, passthru: Dict | undefined, allowed: Allowed): Id {
    const { options, topic } = message;
    const excluded = options['exclude_me'] === false ? undefined : peer;
    const audience = audienceOf(options);
    const identity = discloses(options, this.#disclosure, allowed) ? identityOf(peer) : NOTHING;
    const told = passthru === undefined ? identity : { ...identity, ...passthru };
    this.publications += 1;
    const publication = this.#publicationId();
    const exact = this.#subscriptions.exact(topic);
    if (exact !== undefined)
      this.events += dispatch(exact, eventOf(exact, publication, told, message), excluded, audience);
    const patterns = this.#subscriptions.patterns(topic);
    if (patterns.length > 0) {
      const details = { ...told, topic };
      for (const each of patterns) {
        this.events += dispatch(each, eventOf(each, publication, details, message), excluded, audience);
      }
    }
    if (this.store.keeps(message)) {
      const { args, kwargs } = message;
      this.store.keep(
        {
          publication,
          topic,
          at: this.#timeOfDay(),
          details: told,
          ...(args && { args }),
          ...(kwargs && { kwargs }),
          excluded: excluded?.session,
          audience,
        },
        options,
      );
    }
    return publication;
  }

  /** @see WAMP Advanced Profile, "Event Retention" */
  #sendRetained(subscription: Subscription, peer: RouterPeer): void {
    const { match, topic: uri } = subscription;
    for (const event of this.store.retention.for(peer, match, uri)) {
      const { publication, topic, details } = event;
      const told = { ...details, ...(match !== 'exact' && { topic }), retained: true };
      if (peer.send(eventOf(subscription, publication, told, event))) this.events += 1;
    }
  }
}

const isTold = ({ topic }: Subscription): boolean => !isReserved(topic);

const told = (subscription: Subscription | undefined): Entry | undefined =>
  subscription && isTold(subscription) ? entryOf(subscription) : undefined;

function entryOf({ id, topic: uri, match, created, subscribers }: Subscription): Entry {
  return { id, uri, match, created, holders: () => [...subscribers].map(({ session }) => session) };
}

/** One that is neither true nor false asks for something, and is told what is wrong with it. */
function acknowledges({ options }: Message<'PUBLISH'>): boolean {
  return (options['acknowledge'] ?? false) !== false;
}

/** Who did not ask for an acknowledgement hears nothing. */
function refusePublish(peer: RouterPeer, message: Message<'PUBLISH'>, error: unknown): void {
  if (acknowledges(message) || !(error instanceof ApplicationError)) refuse(peer, 'PUBLISH', message.request, error);
}

function eventOf(
  subscription: Subscription,
  publication: Id,
  details: Dict,
  { args, kwargs }: Pick<Message<'PUBLISH'>, 'args' | 'kwargs'>,
): Message<'EVENT'> {
  return { type: 'EVENT', subscription: subscription.id, publication, details, args, kwargs };
}

/** Sends one event to all whom it is for, and says to how many. */
function dispatch(
  { subscribers }: Subscription,
  event: Message<'EVENT'>,
  excluded: RouterPeer | undefined,
  audience: Audience | undefined,
): number {
  // For one alone there is nothing to share.
  const copies: Copies | undefined = subscribers.size > 1 ? new Map() : undefined;
  let sent = 0;
  for (const subscriber of subscribers) {
    if (subscriber === excluded || audience?.(subscriber) === false) continue;
    if (subscriber.send(event, copies)) sent += 1;
  }
  return sent;
}

/** @see WAMP Advanced Profile, "Publisher Identification" */
function identityOf(peer: RouterPeer): Dict {
  return { publisher: peer.session, publisher_authid: peer.authid, publisher_authrole: peer.authrole };
}

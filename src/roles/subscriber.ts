import { ApplicationError, ProtocolError } from '../errors.js';
import { faultInEvent } from '../wamp/attributes.js';
import type { Message, MessageTable } from '../wamp/message.js';
import type { OpenPayload } from '../wamp/payload-scheme.js';
import { isSealed } from '../wamp/sealed-payload.js';
import * as ERROR from '../wamp/uris/error.js';
import type { Dict, Id, List, Uri } from '../wamp/values.js';
import { NO_ARGS, NO_KWARGS } from './empty-payload.js';
import { type Identity, identityOf } from './identity.js';
import type { Load } from './load.js';
import type { Demanded, Opened, PayloadPassthru } from './payload-passthru.js';
import { isPromiseLike } from './promise-like.js';
import { FixedRequest } from './request.js';
import type { Requests } from './requests.js';
import { revocation, revokedId } from './revocation.js';
import type { RolesHost } from './roles-host.js';
import { trustlevelOf } from './trustlevel.js';
import type { Unopened } from './unopened.js';

/** What an event handler receives. */
export interface Event {
  readonly args: List;
  readonly kwargs: Dict;
  /** The topic: the subscription's own, or for a pattern the one the broker names. */
  readonly topic: Uri;
  readonly publication: Id;
  /** Who published it, if the broker tells: because the publisher has asked it to (`discloseMe`), or the router is set up so. */
  readonly publisher: PublisherIdentity | undefined;
  /**
   * How far the broker trusts the publication: from 0, more is more, and what it means is the router's configuration's to say.
   *
   * @see WAMP Advanced Profile, "Publication Trust Levels"
   */
  readonly trustlevel: number | undefined;
  /** Whether it was published before the subscription, and kept for it. */
  readonly isRetained: boolean;
  /** EVENT.Details as they came. */
  readonly details: Dict;
}

/** Who publishes, as far as the broker tells. */
export interface PublisherIdentity extends Identity {}

/** May be async. A throw or rejection is logged; it ends neither the subscription nor the peer. */
export type EventHandler = (event: Event) => unknown;

/** What a peer wants to hear. It outlives sessions; its `id` is that of the session there is now. */
export interface Topic {
  readonly topic: Uri;
  /** The wire's options. */
  readonly options: Dict;
  readonly handler: EventHandler;
  readonly demanded?: Demanded;
  id: Id | undefined;
  /** Told when the router takes it back. */
  onRevoked?: ((why: Error) => void) | undefined;
}

export class Subscribe extends FixedRequest {
  readonly wanted: Topic;

  constructor(wanted: Topic) {
    const { options, topic } = wanted;
    super(`subscription to ${topic}`, { type: 'SUBSCRIBE', options, topic });
    this.wanted = wanted;
  }
}

export class Unsubscribe extends FixedRequest {
  readonly subscription: Id;

  constructor(topic: Uri, subscription: Id) {
    super(`unsubscription from ${topic}`, { type: 'UNSUBSCRIBE', subscription });
    this.subscription = subscription;
  }
}

/** One EVENT for one handler. What most handlers do not ask for is made only for those that do. */
class Received implements Event {
  readonly args: List;
  readonly kwargs: Dict;
  readonly topic: Uri;
  readonly publication: Id;
  readonly details: Dict;

  constructor(args: List, kwargs: Dict, topic: Uri, publication: Id, details: Dict) {
    this.args = args;
    this.kwargs = kwargs;
    this.topic = topic;
    this.publication = publication;
    this.details = details;
  }

  get publisher(): PublisherIdentity | undefined {
    return identityOf(this.details, 'publisher');
  }

  get trustlevel(): number | undefined {
    return trustlevelOf(this.details);
  }

  /** @see WAMP Advanced Profile, "Event Retention" */
  get isRetained(): boolean {
    return this.details['retained'] === true;
  }
}

/** The subscriber role of one session. */
export class Subscriber {
  /** Events that handlers were given, and events that came for a subscription just given up. */
  events = 0;
  late = 0;
  readonly table: MessageTable = {
    SUBSCRIBED: (message) => this.#onSubscribed(message),
    UNSUBSCRIBED: (message) => this.#onUnsubscribed(message),
    EVENT: (message) => this.#onEvent(message),
  };
  readonly #host: RolesHost;
  readonly #requests: Requests;
  readonly #passthru: PayloadPassthru;
  readonly #unopened: Unopened;
  readonly #load: Load;
  // A broker gives the same id to every subscription of one session to one topic, so an id may have several handlers.
  readonly #subscriptions = new Map<Id, Topic[]>();
  /** Handlers that subscribe once more, since the broker has ended what they had. */
  readonly #again = new Map<Topic, Subscribe>();

  constructor(host: RolesHost, requests: Requests, passthru: PayloadPassthru, unopened: Unopened, load: Load) {
    this.#host = host;
    this.#requests = requests;
    this.#passthru = passthru;
    this.#unopened = unopened;
    this.#load = load;
  }

  /** Whether a handler hears it. */
  has(subscription: Id): boolean {
    return this.#subscriptions.has(subscription);
  }

  /**
   * Takes one handler away.
   *
   * @returns the id to unsubscribe from, if that was the last handler of its subscription
   */
  remove(wanted: Topic): Id | undefined {
    const { id } = wanted;
    if (id === undefined) {
      // The answer finds nobody who waits for it, and is undone.
      this.#again.get(wanted)?.reject(undefined);
      return undefined;
    }
    wanted.id = undefined;
    const others = this.#subscriptions.get(id)?.filter((other) => other !== wanted) ?? [];
    if (others.length > 0) {
      this.#subscriptions.set(id, others);
      return undefined;
    }
    this.#subscriptions.delete(id);
    return id;
  }

  #onSubscribed({ request: id, subscription }: Message<'SUBSCRIBED'>): void {
    const request = this.#requests.take('SUBSCRIBE', id);
    if (request === undefined) return;
    const { wanted } = request as Subscribe;
    if (request.settled) {
      // It was given up while the broker worked on it. The id may serve another handler of the same topic.
      if (!this.#subscriptions.has(subscription)) this.#requests.send(new Unsubscribe(wanted.topic, subscription));
      return;
    }
    // The first event may stand right behind: the handler must be in place before anybody's `await` goes on.
    wanted.id = subscription;
    const others = this.#subscriptions.get(subscription);
    if (others === undefined) this.#subscriptions.set(subscription, [wanted]);
    else others.push(wanted);
    request.resolve(undefined);
  }

  #onUnsubscribed({ request, details }: Message<'UNSUBSCRIBED'>): void {
    if (request === 0) {
      this.#onRevoked(details);
      return;
    }
    const unsubscribe = this.#requests.take('UNSUBSCRIBE', request);
    if (unsubscribe === undefined) return;
    this.#resubscribe((unsubscribe as Unsubscribe).subscription);
    unsubscribe.resolve(undefined);
  }

  /** @see WAMP Advanced Profile, "Subscription Revocation" */
  #onRevoked(details: Dict | undefined): void {
    const revoked = revokedId('UNSUBSCRIBED', 'subscription', details);
    const topics = this.#subscriptions.get(revoked);
    if (topics === undefined) return; // It was being taken back by both sides at once.
    this.#subscriptions.delete(revoked);
    for (const wanted of topics) {
      wanted.id = undefined;
      wanted.onRevoked?.(revocation(ERROR.noSuchSubscription, 'subscription', wanted.topic, details));
    }
  }

  /**
   * The broker has just ended a subscription that has handlers again: their SUBSCRIBE was on its way when UNSUBSCRIBE
   * left, and was answered with the same id before. To the broker they are gone, so they ask once more.
   */
  #resubscribe(ended: Id): void {
    const stranded = this.#subscriptions.get(ended);
    if (stranded === undefined) return;
    this.#subscriptions.delete(ended);
    for (const wanted of stranded) {
      wanted.id = undefined;
      const again = new Subscribe(wanted);
      this.#again.set(wanted, again);
      again.onSettled = () => this.#again.delete(wanted);
      // Nobody waits for it: whoever has it hears of a refusal as of a subscription that is taken back.
      again.promise.catch((error: unknown) => {
        if (error instanceof ApplicationError) wanted.onRevoked?.(error);
      });
      this.#requests.send(again);
    }
  }

  #onEvent(message: Message<'EVENT'>): void {
    const { subscription, publication, details, args = NO_ARGS, kwargs = NO_KWARGS } = message;
    const topics = this.#subscriptions.get(subscription);
    if (topics === undefined) {
      this.late += 1;
      return;
    }
    const fault = faultInEvent(details);
    if (fault !== undefined) throw new ProtocolError(fault);
    const opened = isSealed(details, message) ? this.#open(topics, message) : undefined;
    if (opened === null) return;
    const payload: OpenPayload = opened ?? { args, kwargs };
    for (const wanted of topics) {
      // A handler before it, of this same event, may have taken it away.
      if (wanted.id !== subscription) continue;
      const topic = topicOf(wanted, details);
      const unmet = wanted.demanded && this.#passthru.unmet(`an event of ${topic}`, wanted.demanded, opened?.scheme);
      if (unmet !== undefined) {
        this.#unopened.report(wanted, 'an event', topic, unmet);
        continue;
      }
      this.events += 1;
      try {
        const outcome = wanted.handler(new Received(payload.args, payload.kwargs, topic, publication, details));
        if (isPromiseLike(outcome)) {
          this.#load.begin();
          Promise.resolve(outcome).then(this.#load.settle, (error: unknown) => {
            this.#host.failed('event handler', topic, error);
            this.#load.settle();
          });
        }
      } catch (error) {
        this.#host.failed('event handler', topic, error);
      }
    }
  }

  /** Opens the payload of an event, once for all handlers of a subscription. @returns null when it cannot be opened */
  #open(topics: readonly Topic[], message: Message<'EVENT'>): Opened | null {
    const wanted = topics[0] as Topic;
    const { details } = message;
    const uri = topicOf(wanted, details);
    try {
      return this.#passthru.open(`an event of ${uri}`, message, { type: 'PUBLISH', uri });
    } catch (error) {
      this.#unopened.report(wanted, 'an event', uri, error as Error);
      return null;
    }
  }
}

function topicOf({ topic }: Topic, details: Dict): Uri {
  return typeof details['topic'] === 'string' ? details['topic'] : topic;
}

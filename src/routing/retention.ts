import { matchesPrefix, matchesWildcard, type UriPattern } from '../wamp/uri.js';
import type { Uri } from '../wamp/values.js';
import { isFor, type KeptEvent, weightOfEvent } from './kept-event.js';
import { LIMITS, type Reached } from './limits.js';
import type { RouterPeer } from './router-peer.js';

export interface RetentionLimits {
  /** How many events are retained. Default 10,000. */
  readonly events?: number;
  /** How much memory they take, in octets, roughly. Default 16 MiB. */
  readonly octets?: number;
}

/** Of events for some subscribers only, how many are retained for one topic beside the one that is for all. */
const MOST_FOR_SOME = LIMITS.retainedForSome.fallback;

interface Topic {
  /** The oldest first. Only the first may be for all. */
  readonly events: KeptEvent[];
  weight: number;
}

/**
 * The events of a realm that their publishers wanted retained: for each topic the last that was for all, and what came after it
 * for some.
 *
 * When there are too many the topic goes whose last one is the oldest: retention is a service, and no storage.
 *
 * @see WAMP Advanced Profile, "Event Retention"
 */
export class Retention {
  /** Events that went since there were too many. */
  forgotten = 0;
  /** By topic: the one with the oldest last event first. */
  readonly #topics = new Map<Uri, Topic>();
  readonly #maxEvents: number;
  readonly #maxOctets: number;
  readonly #reached: Reached;
  #events = 0;
  #octets = 0;

  /** @param reached hears of each topic that goes, and of each event for some, since there is no room */
  constructor(
    { events = LIMITS.retained.fallback, octets = LIMITS.retainedOctets.fallback }: RetentionLimits = {},
    reached: Reached = () => {},
  ) {
    this.#maxEvents = events;
    this.#maxOctets = octets;
    this.#reached = reached;
  }

  /** How many are retained. */
  get size(): number {
    return this.#events;
  }

  /** Roughly how many octets they take. */
  get octets(): number {
    return this.#octets;
  }

  /** Retains an event, in place of those of its topic that nobody is to be sent any more. */
  retain(event: KeptEvent): void {
    const before = this.#take(event.topic);
    // What is for all comes in place of everything before it.
    const events = event.audience === undefined ? [] : (before?.events ?? []);
    events.push(event);
    const forAll = events[0]?.audience === undefined ? 1 : 0;
    if (events.length > MOST_FOR_SOME + forAll) {
      events.splice(forAll, 1);
      this.#reached('retainedForSome');
    }
    const weight = events.reduce((sum, each) => sum + weightOfEvent(each), 0);
    this.#topics.set(event.topic, { events, weight });
    this.#events += events.length;
    this.#octets += weight;
    for (const oldest of this.#topics.keys()) {
      const isFull = this.#events > this.#maxEvents;
      if (!isFull && this.#octets <= this.#maxOctets) break;
      this.#reached(isFull ? 'retained' : 'retainedOctets');
      this.forgotten += this.#take(oldest)?.events.length ?? 0;
    }
  }

  /** Of each topic that matches, the last event that the subscriber would have received. The oldest topic first. */
  *for(subscriber: RouterPeer, match: UriPattern, uri: Uri): Generator<KeptEvent> {
    for (const topic of this.#matching(match, uri)) {
      const last = topic.events.findLast((event) => isFor(event, subscriber));
      if (last !== undefined) yield last;
    }
  }

  *#matching(match: UriPattern, uri: Uri): Generator<Topic> {
    if (match === 'exact') {
      const topic = this.#topics.get(uri);
      if (topic !== undefined) yield topic;
      return;
    }
    const matches = match === 'prefix' ? matchesPrefix : matchesWildcard;
    for (const [each, topic] of this.#topics) if (matches(uri, each)) yield topic;
  }

  /** Takes a topic out, and returns it. */
  #take(uri: Uri): Topic | undefined {
    const topic = this.#topics.get(uri);
    if (topic === undefined) return undefined;
    this.#topics.delete(uri);
    this.#events -= topic.events.length;
    this.#octets -= topic.weight;
    return topic;
  }
}

import type { Event } from '../../roles/subscriber.js';
import type { Uri } from '../../wamp/values.js';
import { type DeclaringParts, topic } from '../declared/declare.js';
import type { Declared } from '../declared/declared.js';
import type { EventsOptions } from '../options.js';
import type { LoopHost } from './host.js';
import { Stream } from './stream.js';
import { untilOver } from './until-over.js';

/** The events of a topic, for a loop: what {@link Peer.events} gives. It is subscribed until the loop ends, over all sessions. */
export class EventStream<E = Event> extends Stream<E> {
  readonly topic: Uri;
  /** Fulfilled when the router knows the subscription for the first time; rejects when it never will. */
  readonly ready: Promise<void>;
  readonly #host: LoopHost;
  readonly #entry: Declared;

  /** Made by a peer, not by hand. */
  constructor(host: LoopHost, uri: Uri, { signal, ...options }: EventsOptions, parts: DeclaringParts) {
    super(host, 'events', uri, options, 'dropOldest');
    this.topic = uri;
    this.#host = host;
    this.#entry = topic(uri, (event) => this.push(event as E), options, parts);
    const close = (...error: [why?: unknown]) => this.close(...error);
    this.#entry.onRefused = close;
    this.until(signal, untilOver(host, close));
    this.ready = signal?.aborted ? Promise.reject(signal.reason) : host.add(this.#entry, options);
    this.ready.catch(close);
  }

  /** Whether the router knows the subscription in the present session. */
  get active(): boolean {
    return this.#entry.active;
  }

  protected override release(): Promise<void> {
    return this.#host.remove(this.#entry, {}).catch((error: unknown) => this.#host.log.unreturned(this.topic, error));
  }
}

import { isNormal } from '../../../supervisors/exit-reason.js';
import type { Event } from '../../roles/subscriber.js';
import type { Uri } from '../../wamp/values.js';
import { LOCAL_OPTIONS, topic } from '../declared/declare.js';
import type { DeclaredTopic } from '../declared/declared.js';
import type { Guard } from '../guard/guard.js';
import type { PeerLife } from '../life.js';
import type { EventsOptions } from '../options.js';
import { Stream } from './stream.js';

/** The events of a topic, for a loop: what {@link Peer.events} gives. It is subscribed until the loop ends, over all sessions. */
export class EventStream<E = Event> extends Stream<E> {
  readonly topic: Uri;
  /** Fulfilled when the router knows the subscription for the first time; rejects when it never will. */
  readonly ready: Promise<void>;
  readonly #life: PeerLife;
  readonly #entry: DeclaredTopic;
  readonly #forget: () => void;

  /** Made by a peer, not by hand. */
  constructor(life: PeerLife, uri: Uri, { signal, ...options }: EventsOptions, guard: Guard | undefined) {
    super(`events of ${uri}`, options, 'dropOldest');
    this.topic = uri;
    this.#life = life;
    this.#entry = topic(
      uri,
      (event) => this.push(event as E),
      options,
      LOCAL_OPTIONS.EVENTS,
      life.parts.sealing,
      guard,
    );
    this.#entry.onRefused = (why) => this.close(why);
    const onAbort = () => void this.return();
    const stopWatching = life.watchers.on('exited', ({ reason, fate }) => {
      if (fate === 'restarting') return;
      if (fate === 'stopped' && isNormal(reason)) this.close();
      else this.close(life.whyNoSession);
    });
    this.#forget = () => {
      stopWatching();
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) {
      this.close();
      this.ready = Promise.reject(signal.reason);
    } else this.ready = life.add(this.#entry, options);
    this.ready.catch((error: unknown) => this.close(error));
  }

  /** Whether the router knows the subscription in the present session. */
  get active(): boolean {
    return this.#entry.active;
  }

  protected async release(): Promise<void> {
    this.#forget();
    try {
      await this.#life.remove(this.#entry, {});
    } catch (error) {
      this.#life.log.unreturned(this.topic, error);
    }
  }

  protected lost(): void {
    this.#life.counters.dropped += 1;
  }

  protected behind(): void {
    this.#life.log.behind(this.topic, 'events');
  }
}

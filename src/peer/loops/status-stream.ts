import type { PeerLife } from '../life.js';
import type { PeerStatus } from '../status.js';
import { type StatusesOptions, Stream } from './stream.js';

/** The statuses of a peer, over all its incarnations, for a loop: what {@link Peer.statuses} gives. */
export class StatusStream extends Stream<PeerStatus> {
  readonly #life: PeerLife;
  readonly #forget: () => void;

  /** Made by a peer, not by hand. */
  constructor(life: PeerLife, options: StatusesOptions) {
    super('statuses', options, 'dropOldest');
    const { signal } = options;
    this.#life = life;
    const onAbort = () => void this.return();
    // Parked is no end: somebody may bring the peer back by hand, until nobody can any more.
    const stopWatching = [
      life.watchers.on('status', (status) => this.#see(status)),
      life.watchers.on('disposed', () => this.close()),
    ];
    this.#forget = () => {
      for (const stop of stopWatching) stop();
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) {
      this.close();
      return;
    }
    this.#see(life.status);
    if (life.isDisposed) this.close();
  }

  #see(status: PeerStatus): void {
    this.push(status);
    if (status === 'stopped') this.close();
  }

  protected async release(): Promise<void> {
    this.#forget();
  }

  protected lost(): void {
    this.#life.counters.dropped += 1;
  }

  protected behind(): void {
    this.#life.log.statusesBehind();
  }
}

import type { PeerStatus } from '../status.js';
import type { LoopHost } from './host.js';
import { Stream } from './stream.js';
import type { StatusesOptions } from './stream-options.js';

/** The statuses of a peer, over all its incarnations, for a loop: what {@link Peer.statuses} gives. */
export class StatusStream extends Stream<PeerStatus> {
  /** Made by a peer, not by hand. */
  constructor(host: LoopHost, options: StatusesOptions) {
    super(host, 'statuses', undefined, options, 'dropOldest');
    const { watchers } = host;
    const see = (status: PeerStatus) => {
      this.push(status);
      if (status === 'stopped') this.close();
    };
    // Parked is no end: somebody may bring the peer back by hand, until nobody can any more.
    const close = () => this.close();
    this.until(options.signal, watchers.on('status', see), watchers.on('disposed', close));
    see(host.status);
    if (host.isDisposed) close();
  }
}

import type { Declared } from '../declared/declared.js';
import type { RequestOptions } from '../options.js';
import type { Outbox } from '../outbox.js';
import type { PeerLog } from '../peer-log.js';
import type { PeerStatus } from '../status.js';
import type { Watchers } from '../watchers.js';

/** What a loop needs of the peer that it belongs to. */
export interface LoopHost {
  readonly name: string;
  readonly status: PeerStatus;
  /** Whether nothing more will be heard of the peer. */
  readonly isDisposed: boolean;
  /** Why a peer that is over will not join. */
  readonly whyNoSession: Error;
  readonly outbox: Pick<Outbox, 'submit' | 'sendPart' | 'giveUp'>;
  readonly watchers: Pick<Watchers, 'on'>;
  readonly counters: { dropped: number };
  readonly log: Pick<PeerLog, 'behind' | 'unreturned'>;
  /** Puts a subscription in force, and keeps it so over all sessions. */
  add(entry: Declared, options: RequestOptions): Promise<void>;
  /** The inverse of {@link add}. */
  remove(entry: Declared, options: RequestOptions): Promise<void>;
}

import type { Connector } from '../../transports/transport.js';
import type { PeerLog } from '../peer-log.js';

/**
 * The routers that a peer may join. Each incarnation is a round: it begins with the first and tries each of them once; so backoff and
 * budgets are a round's, never one router's.
 */
export interface RouterRound {
  /** The one that the peer is with, or tries; between two rounds the first. */
  readonly present: Connector;
  /** Whether another one is to be tried before this round is lost. The end of a session that was had is the round's. */
  readonly hasNext: boolean;
  /** From the first again, whichever served last. */
  begin(): void;
  /** The present one cannot be had: the next one is. */
  passOver(why: unknown, log?: PeerLog): void;
  /** The present one has sent WELCOME. */
  welcome(): void;
  /** What a round comes to that ends with `why`: that, or all that went wrong in it. */
  outcome<Why>(why: Why): Why | Error;
}

import type { Untyped } from '../../contract/api.js';
import type { Logger } from '../../logger.js';
import { fromCallSite } from '../../peer/call-site.js';
import { type PeerSpecOptions, peerChild } from '../../peer/child.js';
import { onWake } from '../../transports/wake.js';
import { keepJoined } from '../keep-joined.js';
import { CORE } from './kind.js';
import { PAGE, type PeerOf, type PeerOptions } from './peer.js';

/** As {@link PeerOptions}, and what goes with a peer that stands alone. */
export interface ConnectOptions<S = Untyped> extends Omit<PeerOptions<S>, 'url'>, PeerSpecOptions {
  /** Its name in logs and messages. Default `peer`. */
  readonly name?: string;
  /** Hears of joins, exits, restarts and failures of user code. A pino logger fits. Default: silence. */
  readonly logger?: Logger;
}

/**
 * A peer in a page, joined, and kept alive until it leaves: restarted with backoff, at once when the page's network comes back.
 *
 * The first session is not tried twice: if it cannot be had, the promise rejects at once with the true reason.
 *
 * @param url the router: `wss://…` or `ws://…`, or a connector
 * @throws {ConnectError} it could not be connected to; why is kept from pages
 * @throws {SessionAborted} the router's ABORT: no such realm, wrong password
 * @throws {TimeoutError} within 5 s to open and 5 s to join, by default
 */
export async function connect<S = Untyped>(
  url: PeerOptions['url'],
  { name = 'peer', logger, ...options }: ConnectOptions<S>,
): Promise<PeerOf<S>> {
  try {
    const spec = peerChild(name, { ...options, url } as unknown as Parameters<typeof peerChild>[1], PAGE, CORE);
    return (await keepJoined(spec, { logger, hasten: onWake })) as unknown as PeerOf<S>;
  } catch (error) {
    throw fromCallSite(error);
  }
}

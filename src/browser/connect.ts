import type { Untyped } from '../contract/api.js';
import type { Validate } from '../contract/validate.js';
import type { Logger } from '../logger.js';
import { fromCallSite } from '../peer/call-site.js';
import { peerChild } from '../peer/child.js';
import { FULL } from '../peer/full.js';
import type { PeerWith } from '../peer/peer.js';
import { onWake } from '../transports/wake.js';
import { A_LOGGER, AN_OBJECT, unfit } from '../wamp/given.js';
import { keepJoined } from './keep-joined.js';
import { PAGE, type PeerOptions, type PeerSpecOptions, type RouterChoice } from './peer.js';

/** As {@link PeerOptions}, and what goes with a peer that stands alone. */
export interface ConnectOptions<S = Untyped, R = S, V extends Validate = true>
  extends Omit<PeerOptions<S, R, V>, 'url'>,
    PeerSpecOptions {
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
 * @param url the router: `wss://…` or `ws://…`, or a connector; or a list of these, which are tried in turn
 * @throws {ConnectError} it could not be connected to; why is kept from pages
 * @throws {SessionAborted} the router's ABORT: no such realm, wrong password
 * @throws {TimeoutError} within 5 s to open and 5 s to join, by default
 * @throws {UsageError} an option makes no sense
 */
export async function connect<S = Untyped, R = S, V extends Validate = true>(
  url: RouterChoice | readonly RouterChoice[],
  options: ConnectOptions<S, R, V>,
): Promise<PeerWith<S, R, V>> {
  if (!AN_OBJECT.fits(options)) throw unfit('connect', 'its second argument', AN_OBJECT, options);
  const { name = 'peer', logger, ...peerOptions } = options as unknown as ConnectOptions;
  if (logger !== undefined && !A_LOGGER.fits(logger)) throw unfit('connect', 'logger', A_LOGGER, logger);
  try {
    const me = await keepJoined(peerChild(name, { ...peerOptions, url }, PAGE, FULL), { logger, hasten: onWake });
    return me as unknown as PeerWith<S, R, V>;
  } catch (error) {
    throw fromCallSite(error);
  }
}

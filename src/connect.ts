import { supervisor } from '../supervisors/index.js';
import type { Untyped } from './contract/api.js';
import type { Validate } from './contract/validate.js';
import { UsageError } from './errors.js';
import type { Logger } from './logger.js';
import { fromCallSite } from './peer/call-site.js';
import { endOf } from './peer/down.js';
import type { Peer, PeerWith } from './peer/peer.js';
import { type PeerOptions, type PeerSpecOptions, peer, type RouterChoice } from './peer/spec.js';
import { type StartOptions, start, type Tree } from './start.js';
import { A_LOGGER, AN_OBJECT, unfit } from './wamp/given.js';

/** As {@link PeerOptions}, for a peer that is not part of a tree of yours. */
export interface ConnectOptions<S = Untyped, R = S, V extends Validate = true>
  extends Omit<PeerOptions<S, R, V>, 'url'>,
    PeerSpecOptions {
  /** Its name in logs and messages. Default `peer`. */
  readonly name?: string;
  /** Hears of joins, exits, restarts and failures of user code. A pino logger fits. Default: silence. */
  readonly logger?: Logger;
}

const CONNECT_EXPECTS = "options, at least the realm: { realm: 'realm1' }";

/**
 * One peer under a supervisor of its own, joined: the one line for a script. Afterwards it is kept alive like any
 * supervised peer; `leave()` ends it and its supervisor.
 *
 * The first session is not tried twice: if it cannot be had, the promise rejects at once with the true reason.
 *
 * @param url the router: `ws://…`, `wss://…`, `rs://…`, `rss://…`, `unix:/…`, or a connector, such as the embedded router; or a
 *   list of these, which are tried in turn
 * @throws {ConnectError} refused, unknown host, an HTTP status, TLS; of a list, what went wrong with each, in `errors`
 * @throws {SessionAborted} the router's ABORT: no such realm, wrong password
 * @throws {TimeoutError} within 5 s to open and 5 s to join, by default
 * @throws {UsageError} an option makes no sense
 */
export async function connect<S = Untyped, R = S, V extends Validate = true>(
  url: RouterChoice | readonly RouterChoice[],
  options: ConnectOptions<S, R, V>,
): Promise<PeerWith<S, R, V>> {
  // What a contract says is for whoever writes the options.
  try {
    const { me } = await connectIn({}, url, options as unknown as ConnectOptions);
    return me as unknown as PeerWith<S, R, V>;
  } catch (error) {
    throw fromCallSite(error);
  }
}

/** The same in a world of its own: a test's clock, for one. */
export async function connectIn(
  world: Omit<StartOptions, 'logger'>,
  url: RouterChoice | readonly RouterChoice[],
  options: ConnectOptions,
): Promise<{ readonly me: Peer; readonly tree: Tree }> {
  if (options === undefined && AN_OBJECT.fits(url) && 'realm' in (url as object)) {
    throw new UsageError('connect takes two arguments: connect(url, { realm }); received one object with all in it');
  }
  if (!AN_OBJECT.fits(options)) throw unfit('connect', 'its second argument', { expected: CONNECT_EXPECTS }, options);
  const { name = 'peer', logger, ...peerOptions } = options;
  if (logger !== undefined && !A_LOGGER.fits(logger)) throw unfit('connect', 'logger', A_LOGGER, logger);
  const tree = start(
    supervisor({ children: [peer(name, { ...peerOptions, url })] }),
    logger === undefined ? world : { ...world, logger },
  );
  const me = tree.peer(name);
  const failed = new Promise<never>((_resolve, reject) => {
    me.on('exited', ({ reason, fate }) => {
      reject(endOf(name, reason));
      // Nothing else is in this tree: once the peer is over, so is it.
      if (fate === 'stopped') void tree.stop();
    });
  });
  try {
    await Promise.race([me.joined(), failed]);
  } catch (error) {
    await tree.stop();
    throw error;
  }
  failed.catch(() => {});
  return { me, tree };
}

import type { PeerState } from '../../actors/peer.js';
import type { Milliseconds } from '../../supervisors/clock.js';
import type { KeptSpec } from '../../supervisors/engine/keeper.js';
import type { BackoffOptions } from '../../supervisors/spec/backoff.js';
import type { Budget, ChildIdentity, Restart, Shutdown } from '../../supervisors/spec/child-spec.js';
import type { Logger } from '../logger.js';
import type { CorePeer } from './core-peer.js';
import { environmentOf } from './environment.js';
import { PeerLife } from './life.js';
import type { PeerOptions } from './options.js';
import type { PeerParts } from './parts.js';
import type { Platform, Reroute, RouterChoice } from './routers/router-choice.js';
import type { RouterRound } from './routers/router-round.js';
import type { Seals } from './seals.js';
import { CRASHES, verdict } from './verdict.js';

/** How a supervisor treats a peer, where that is to differ from the defaults. */
export interface PeerSpecOptions {
  /** Default `transient`: restarted after every end but a normal one. */
  readonly restart?: Restart;
  /** Default 5,000: enough for GOODBYE and the router's answer. */
  readonly shutdown?: Shutdown;
  /** Default: full jitter, within 250 ms at first, then up to 1 s, 2 s, 4 s … 30 s; from the start after 60 s of life. */
  readonly backoff?: BackoffOptions;
  /** For ends that have no budget of their own. Default 10 restarts in 60 s; then it is parked, its siblings untouched. */
  readonly budget?: Budget;
  /** After so many milliseconds a parked peer is tried once more, time and again. Default: it stays parked until restarted by hand. */
  readonly probe?: Milliseconds;
}

/**
 * How much of a peer there is: the core alone, for a page that has to be small, or all. Each entry of the package chooses one, and
 * so loads no more than that.
 */
export interface PeerKind<P extends PeerParts = PeerParts> {
  /** One incarnation of it, which takes a `PeerInput`. */
  readonly logic: KeptSpec['start'];
  /**
   * Looks at what a user wrote, before anything is started.
   *
   * @throws {UsageError} that says whose option is wrong, what was expected and what came
   */
  check(id: string, options: PeerOptions & PeerSpecOptions, platform: Platform): void;
  /**
   * The routers that its option `url` stands for.
   *
   * @param shared options for the transports of those that have none of their own
   * @param route what to take in place of one; `undefined` leaves it
   * @throws {UsageError} when one of them cannot be meant
   */
  routers(
    url: RouterChoice | readonly RouterChoice[],
    shared: object,
    platform: Platform,
    route?: Reroute,
  ): RouterRound;
  /** What its option `passthru` says. @throws {UsageError} when that makes no sense */
  seals(options: PeerOptions): Seals;
  parts(life: PeerLife<P>, options: PeerOptions, logger: Logger): P;
  /** What its user holds. */
  handle(life: PeerLife<P>): CorePeer;
}

/**
 * A peer as a supervisor's child, on any platform.
 *
 * @throws {UsageError} when an option makes no sense; nothing has been started then
 */
export function peerChild<P extends PeerParts>(
  id: string,
  options: PeerOptions & PeerSpecOptions,
  platform: Platform,
  kind: PeerKind<P>,
): KeptSpec<PeerLife<P>> {
  // What makes no sense is found out here, where the user wrote it, not at the first start.
  kind.check(id, options, platform);
  const { restart = 'transient', shutdown = 5_000, backoff = {}, budget = CRASHES, probe, ...rest } = options;
  const routers = (route?: Reroute) => kind.routers(rest.url, rest, platform, route);
  const peerOptions = { ...rest, routers };
  const { onAbort = {} } = peerOptions;
  return {
    id,
    start: kind.logic,
    restart,
    shutdown,
    backoff,
    budget,
    ready: isJoined,
    ...(probe === undefined ? {} : { probe }),
    judge: (reason) => verdict(reason, onAbort),
    // In a tree that is data one spec may stand for several children, each with an id of its own.
    handle: ({ id: name, path, environment: given }) => {
      const environment = environmentOf(given);
      const parts = (life: PeerLife<P>) => kind.parts(life, peerOptions, environment.logger);
      const life = new PeerLife(name, peerOptions, environment, path, parts);
      life.peer = kind.handle(life);
      return life;
    },
    input: ({ handle }: ChildIdentity) => ({ host: handle }),
  };
}

/** A session is established, and all is declared in it: with `waitFor: 'ready'` a supervisor starts the next child then. */
function isJoined(snapshot: unknown): boolean {
  const { value } = snapshot as { readonly value: PeerState };
  return typeof value === 'object' && (value.connected === 'joined' || value.connected === 'degraded');
}

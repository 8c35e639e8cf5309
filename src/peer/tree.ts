import {
  type ChildView,
  type Clock,
  type StartOptions as EngineOptions,
  type Tree as EngineTree,
  type SupervisorLogic,
  start as startTree,
  systemClock,
  type TreeSpec,
} from '../../supervisors/index.js';
import type { Contract } from '../contract/contract.js';
import type { Received, Validate } from '../contract/validate.js';
import { UsageError } from '../errors.js';
import { type Logger, SILENT } from '../logger.js';
import { lineOf } from '../report-line.js';
import type { Connector } from '../transports/transport.js';
import { A_CLOCK, A_FUNCTION, A_LOGGER, ANYTHING, checkOptions, type Kinds, MILLISECONDS } from '../wamp/given.js';
import { checkManyOptions } from '../wamp/many-options.js';
import { DRAIN, DRAIN_WITHIN, type Drained, type DrainOptions } from './drain.js';
import { type Environment, guarded, type Route } from './environment.js';
import { PeerLife } from './life.js';
import type { ContractOptions, ContractPeer, Peer } from './peer.js';

/** What a tree with peers is started with. */
export interface PeerTreeOptions extends Omit<EngineOptions, 'environment' | 'inspect'> {
  /** Hears of joins, exits, restarts and failures of user code. A pino logger fits. Default: silence. */
  readonly logger?: Logger;
  /**
   * Where the transports of each peer come from, in place of what its `url` says: all of them through one tunnel, or, in a
   * test, from a router in memory. Called once for each router of each peer; `undefined` leaves it at its own connector.
   */
  readonly route?: (route: Route) => Connector | undefined;
}

/** A tree of supervisors, peers and any other XState actors, that runs. */
export interface PeerTree extends EngineTree {
  /**
   * The handle of a peer: always the same one, whatever happens to its actor.
   *
   * @param idOrPath its id, or its path (`upstairs/thermostat`) where several have that id
   * @throws {UsageError} when that child is no peer
   */
  peer(idOrPath: string): Peer;
  /** The same handle as a contract shows it: see {@link Peer.as}. */
  peer<S, R = S, V extends Validate = true>(
    idOrPath: string,
    contract: Contract<S, R>,
    options?: ContractOptions<V>,
  ): ContractPeer<S, Received<S, R, V>>;
  /**
   * Stops everything when it has finished its work: drains the peers, the last first, since those before it may serve it, and then
   * stops the tree.
   *
   * @param options `within` is the time for all of them; default 10,000 ms
   * @returns how much was given up because the time was over
   */
  drain(options?: DrainOptions): Promise<Drained>;
}

export const TREE_OPTIONS: Kinds<PeerTreeOptions> = {
  clock: A_CLOCK,
  onReport: A_FUNCTION,
  random: A_FUNCTION,
  logger: A_LOGGER,
  route: A_FUNCTION,
  actors: ANYTHING,
  readyWithin: MILLISECONDS,
};

/**
 * Runs a supervisor as the root of a tree.
 *
 * @param root what `supervisor(…)` returned, or the same as data, such as the content of a JSON file
 */
export function startPeers(root: SupervisorLogic | TreeSpec, options: PeerTreeOptions = {}): PeerTree {
  checkManyOptions<PeerTreeOptions>('start', options, TREE_OPTIONS);
  const { logger: given = SILENT, route, ...engine } = options;
  const logger = guarded(given);
  const clock: Clock = engine.clock ?? systemClock;
  const random = engine.random ?? Math.random;
  const terminate = (path: string) => tree.terminateChild(path);
  const environment: Environment = { clock, logger, random, terminate, ...(route && { route }) };
  const tree: EngineTree = startTree(root, {
    ...engine,
    environment,
    onReport: (report) => {
      const { level, fields, message } = lineOf(report);
      logger[level](fields, message);
      engine.onReport?.(report);
    },
  });
  const plain = (idOrPath: string): Peer => {
    const handle = tree.handle(idOrPath);
    // Which kind of peer it is, is known to whoever has declared it.
    if (handle instanceof PeerLife) return handle.peer as Peer;
    throw new UsageError(`expected "${idOrPath}" to be a peer, made by peer(…); it is another kind of child`);
  };
  return Object.assign(tree, {
    drain: async (wish: DrainOptions = {}): Promise<Drained> => {
      checkOptions<DrainOptions>('drain', wish, DRAIN);
      return drainTree(tree, clock, wish.within ?? DRAIN_WITHIN);
    },
    // What the handle is seen as is known to whoever asks for it.
    peer: ((idOrPath: string, ...view: [] | Parameters<Peer['as']>) =>
      view.length === 0 ? plain(idOrPath) : plain(idOrPath).as(...view)) as unknown as PeerTree['peer'],
  });
}

async function drainTree(tree: EngineTree, clock: Clock, within: number): Promise<Drained> {
  const until = clock.now() + within;
  let abandoned = 0;
  const isRunning = tree.root.getSnapshot().status === 'active';
  const handles = isRunning ? leavesOf(tree.view()).map(({ path }) => tree.handle(path)) : [];
  for (const life of handles.reverse()) {
    if (!(life instanceof PeerLife) || life.isOver) continue;
    const drained = await life.parts.finishing?.drain(Math.max(1, until - clock.now()), 'stop');
    abandoned += drained?.abandoned ?? 0;
  }
  await tree.stop();
  return { abandoned };
}

/** In the order in which they were started. */
function leavesOf(view: ChildView): ChildView[] {
  return view.supervisor === undefined ? [view] : view.supervisor.children.flatMap(leavesOf);
}

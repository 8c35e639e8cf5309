import type { Tree as EngineTree, SupervisorLogic, TreeSpec } from '../supervisors/index.js';
import { UsageError } from './errors.js';
import type { InspectOptions, Inspector } from './inspector/index.js';
import { SILENT } from './logger.js';
import { guarded } from './peer/environment.js';
import { type PeerTree, type PeerTreeOptions, startPeers, TREE_OPTIONS } from './peer/tree.js';
import { RouterLife } from './router/child.js';
import type { Router } from './router/router.js';
import { AN_OBJECT, type Kinds } from './wamp/given.js';
import { checkManyOptions } from './wamp/many-options.js';

/** What a tree of peers, routers and other actors is started with. */
export interface StartOptions extends PeerTreeOptions {
  /** Serves a page on loopback with the live tree and its state charts; its address is logged and in `tree.inspector`. */
  readonly inspect?: boolean | InspectOptions;
}

/** A tree of supervisors, peers, routers and any other XState actors, that runs. */
export interface Tree extends PeerTree {
  /**
   * The handle of a router: always the same one, whatever happens to its actor.
   *
   * @param idOrPath its id, or its path where several have that id
   * @throws {UsageError} when that child is no router
   */
  router(idOrPath: string): Router;
  /** The inspector that `inspect` asked for, once it serves. It ends with the tree. */
  readonly inspector: Promise<Inspector> | undefined;
}

const KINDS: Kinds<StartOptions> = {
  ...TREE_OPTIONS,
  inspect: {
    expected: 'true, false or an object',
    fits: (value) => typeof value === 'boolean' || AN_OBJECT.fits(value),
  },
};

/**
 * Runs a supervisor as the root of a tree.
 *
 * @param root what `supervisor(…)` returned, or the same as data, such as the content of a JSON file
 * @example `const house = start(supervisor({ children: [peer('thermostat', …)] }), { logger: pino() })`
 */
export function start(root: SupervisorLogic | TreeSpec, options: StartOptions = {}): Tree {
  checkManyOptions<StartOptions>('start', options, KINDS);
  const { inspect: page = false, ...rest } = options;
  const tree = startPeers(root, rest);
  const logger = guarded(options.logger ?? SILENT);
  const inspector = page === false ? undefined : inspectTree(tree, { logger, ...(page === true ? {} : page) });
  const router = (idOrPath: string): Router => {
    const handle = tree.handle(idOrPath);
    if (handle instanceof RouterLife) return handle.router;
    throw new UsageError(`expected "${idOrPath}" to be a router, made by routerSpec(…); it is another kind of child`);
  };
  return Object.assign(tree, { inspector, router });
}

/** Loaded only when asked for: a peer that nobody looks at carries no page. */
function inspectTree(tree: EngineTree, options: InspectOptions): Promise<Inspector> {
  const opening = import('./inspector/index.js').then(({ inspect }) => inspect(tree, options));
  // Whoever asks for it is told why it could not be had; nobody else is disturbed.
  opening.catch((error: unknown) => options.logger?.error({ err: error }, 'the inspector could not be started'));
  void tree.exited.then(() => opening.then((inspector) => inspector.close())).catch(() => {});
  return opening;
}

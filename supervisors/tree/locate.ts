import type { AnyActorLogic } from 'xstate';
import { BadSpec, NotRunning } from '../errors.js';
import type { ChildView } from '../view.js';
import { one } from './addresses.js';
import type { Tree } from './tree.js';

/** A supervisor that runs in a tree now. */
export interface Location {
  readonly path: string;
  readonly logic: AnyActorLogic;
}

/**
 * The supervisor of that path, or else the only one of that id. By its path it is found at once; by its id the whole tree
 * is looked through.
 *
 * @throws {UnknownChild} {AmbiguousChild} {BadSpec}
 * @throws {NotRunning} while it, or the root, is down
 */
export function locate(tree: Pick<Tree, 'find' | 'view'>, idOrPath: string): Location {
  if (typeof tree !== 'object' || tree === null || typeof tree.find !== 'function' || typeof tree.view !== 'function') {
    throw BadSpec.expected('a tree', 'what start(…) returned', tree);
  }
  const path = tree.find(idOrPath) === undefined ? one(idOrPath, [...pathsIn(tree)], (each) => each) : idOrPath;
  const found = tree.find(path);
  if (found === undefined || found.actor.getSnapshot().status !== 'active') throw new NotRunning(path);
  return { path, logic: found.logic };
}

function pathsIn(tree: Pick<Tree, 'view'>): Generator<string> {
  const root = tree.view();
  if (root.status === 'stopped') throw new NotRunning('');
  return pathsBelow(root);
}

function* pathsBelow({ supervisor }: ChildView): Generator<string> {
  for (const child of supervisor?.children ?? []) {
    yield child.path;
    yield* pathsBelow(child);
  }
}

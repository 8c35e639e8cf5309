import type { AnyActorLogic, AnyActorRef } from 'xstate';
import { AmbiguousChild, BadSpec, NotRunning, UnknownChild } from './errors.js';
import type { Tree } from './tree.js';
import type { ChildView } from './view.js';

/** A supervisor that runs in a tree now. */
export interface Location {
  readonly path: string;
  readonly actor: AnyActorRef;
  readonly logic: AnyActorLogic;
}

/**
 * The supervisor of that path, or else the only one of that id. By its path it is found at once; by its id the whole tree
 * is looked through.
 *
 * @throws {UnknownChild} {@link AmbiguousChild}
 * @throws {NotRunning} while it, or a supervisor above it, is down
 */
export function locate(tree: Pick<Tree, 'find' | 'view'>, idOrPath: string): Location {
  if (typeof tree !== 'object' || tree === null || typeof tree.find !== 'function') {
    throw BadSpec.expected('a tree', 'what start(…) returned', tree);
  }
  const path = tree.find(idOrPath) === undefined ? pathOf(tree.view(), idOrPath) : idOrPath;
  const found = tree.find(path);
  if (found === undefined || found.actor.getSnapshot().status !== 'active') throw new NotRunning(path);
  return { path, actor: found.actor, logic: found.logic };
}

function pathOf(root: ChildView, idOrPath: string): string {
  const paths = [...pathsBelow(root)];
  if (paths.includes(idOrPath)) return idOrPath;
  const [path, ...more] = paths.filter((each) => !idOrPath.includes('/') && each.endsWith(`/${idOrPath}`));
  if (path === undefined) throw new UnknownChild(idOrPath, paths);
  if (more.length > 0) throw new AmbiguousChild(idOrPath, [path, ...more]);
  return path;
}

function* pathsBelow({ supervisor }: ChildView): Generator<string> {
  for (const child of supervisor?.children ?? []) {
    yield child.path;
    yield* pathsBelow(child);
  }
}

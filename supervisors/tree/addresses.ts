/** How children are named from outside: by their path, by an id that is unique in the tree, or by their actor. */
import type { Child } from '../engine/child.js';
import type { Engine } from '../engine/engine.js';
import type { ChildRef } from '../engine/requests.js';
import { engineOf } from '../engine/supervisor-logic.js';
import { AmbiguousChild, BadSpec, NotRunning, UnknownChild } from '../errors.js';

/** A child, and the supervisor that it belongs to. */
export interface Located {
  readonly engine: Engine;
  readonly child: Child;
}

/** All children below a supervisor. */
export function* located(engine: Engine): Generator<Located> {
  for (const child of engine.children.byId.values()) {
    yield { engine, child };
    const below = engineBelow(child);
    if (below !== undefined) yield* located(below);
  }
}

/** The child at a path now. */
export function childAt(root: Engine, path: string): Child | undefined {
  return childAtIds(root, path.split('/'));
}

/** The same, of a path that was taken apart before. */
export function childAtIds(root: Engine, path: readonly string[]): Child | undefined {
  let engine: Engine | undefined = root;
  let child: Child | undefined;
  for (const id of path) {
    child = engine?.children.byId.get(id);
    engine = child === undefined ? undefined : engineBelow(child);
  }
  return child;
}

/**
 * Which supervisor is to be asked about a child, and how the child is called there. Whether there is such a child that one
 * says when it comes to the request: it may yet be started by what waits before it.
 *
 * @throws {AmbiguousChild} {NotRunning} {BadSpec}
 */
export function addressOf(root: Engine, ref: ChildRef): { readonly engine: Engine; readonly ref: ChildRef } {
  if (typeof ref === 'object' && ref !== null && '_parent' in ref) {
    const engine = ref._parent === undefined ? undefined : engineOf(ref._parent);
    if (engine !== undefined) return { engine, ref };
  }
  if (typeof ref !== 'string') throw BadSpec.expected('a child', 'its id or path, a string, or its actor', ref);
  const cut = ref.lastIndexOf('/');
  if (cut === 0) return { engine: root, ref: ref.slice(1) };
  const path = ref.slice(0, Math.max(0, cut));
  if (cut !== -1) {
    const above = childAt(root, path);
    const engine = above === undefined ? undefined : engineBelow(above);
    if (engine !== undefined) return { engine, ref: ref.slice(cut + 1) };
    if (above?.spec.type === 'supervisor') throw new NotRunning(path);
  }
  if (cut !== -1 || root.children.byId.has(ref)) return { engine: root, ref };
  const [found, ...more] = [...located(root)].filter(({ child }) => child.id === ref);
  if (more.length > 0 && found !== undefined) {
    throw new AmbiguousChild(
      ref,
      [found, ...more].map(({ child }) => child.memory.path),
    );
  }
  return { engine: found?.engine ?? root, ref };
}

/**
 * The supervisor with a path or a unique id.
 *
 * @throws {UnknownChild} {AmbiguousChild} {NotRunning}; {BadSpec} if it is a worker
 */
export function supervisorAt(root: Engine, idOrPath: unknown): Engine {
  if (typeof idOrPath !== 'string') throw BadSpec.expected('a supervisor', 'its id or path, a string', idOrPath);
  if (idOrPath === '') return root;
  const child = childAt(root, idOrPath) ?? one(idOrPath, [...located(root)], (each) => each.child.memory.path).child;
  const engine = engineBelow(child);
  if (engine !== undefined) return engine;
  if (child.spec.type === 'supervisor') throw new NotRunning(child.memory.path);
  throw BadSpec.expected(`child '${child.memory.path}'`, 'a supervisor', 'a worker');
}

/** The one with this path, or else the only one with this id. */
export function one<T>(idOrPath: unknown, all: readonly T[], pathOf: (each: T) => string): T {
  if (typeof idOrPath !== 'string') throw BadSpec.expected('a child', 'its id or path, a string', idOrPath);
  const exact = all.find((each) => pathOf(each) === idOrPath);
  if (exact !== undefined) return exact;
  const [found, ...more] = all.filter((each) => pathOf(each).endsWith(`/${idOrPath}`) && !idOrPath.includes('/'));
  if (found === undefined) throw new UnknownChild(idOrPath, all.map(pathOf));
  if (more.length > 0) throw new AmbiguousChild(idOrPath, [found, ...more].map(pathOf));
  return found;
}

function engineBelow(child: Child): Engine | undefined {
  return child.actor === undefined ? undefined : engineOf(child.actor);
}

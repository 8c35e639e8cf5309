import type { AnyActorRef } from 'xstate';
import { UsageError } from '../errors.js';
import type { Peer } from '../peer/peer.js';
import type { Tree } from '../start.js';
import { nearest } from '../wamp/nearest.js';
import type { Link } from './link.js';

/** A tree on a test bed, and the ways of its peers. */
export class Resident {
  tree: Tree | undefined;
  readonly links = new Map<string, Link>();
}

/** All trees on a test bed, the oldest first, and the ways of their peers to their routers. */
export class Residents {
  /** Also those of trees that were stopped: what has crossed there can still be looked at. */
  readonly links = new Set<Link>();
  readonly #all: Resident[] = [];

  add(resident: Resident): void {
    this.#all.push(resident);
  }

  /** Takes the trees off the bed, the newest first. */
  *leave(): Generator<Tree> {
    for (const { tree } of this.#all.splice(0).reverse()) if (tree !== undefined) yield tree;
  }

  *trees(): Generator<Tree> {
    for (const { tree } of this.#all) if (tree !== undefined) yield tree;
  }

  /** By the name of its way: two trees may have a peer at the same path. */
  *peers(): Generator<{ readonly name: string; readonly me: Peer }> {
    for (const { tree, links } of this.#all) {
      for (const [path, { name }] of links) {
        const me = tree === undefined ? undefined : peerAt(tree, path);
        if (me !== undefined) yield { name, me };
      }
    }
  }

  /** A name that no way has yet. */
  unique(name: string): string {
    const names = new Set(Array.from(this.links, (link) => link.name));
    for (let count = 1; ; count += 1) {
      const candidate = count === 1 ? name : `${name}-${count}`;
      if (!names.has(candidate)) return candidate;
    }
  }

  /** @throws {UsageError} when there is no such peer, or more than one */
  link(whose: string | Peer): Link {
    const found = typeof whose === 'string' ? this.#named(whose) : this.#of(whose);
    if (found !== undefined) return found;
    const name = typeof whose === 'string' ? whose : whose.name;
    const names = Array.from(this.links, (link) => link.name);
    const meant = nearest(name, names);
    const help = meant === undefined ? `there are: ${names.join(', ') || 'none'}` : `did you mean "${meant}"?`;
    throw new UsageError(`no peer "${name}" is on this test bed; ${help}`);
  }

  /** What runs at a path of any of the trees. */
  actorAt(path: string): AnyActorRef | undefined {
    for (const tree of this.trees()) {
      const found = tree.find(path);
      if (found !== undefined) return found.actor;
    }
    return undefined;
  }

  #named(name: string): Link | undefined {
    const links = [...this.links];
    const exact = links.find((link) => link.name === name);
    if (exact !== undefined) return exact;
    const ending = links.filter((link) => isAt(link.name, name));
    if (ending.length > 1) {
      throw new UsageError(`"${name}" is several peers: ${ending.map((link) => link.name).join(', ')}; give the path`);
    }
    return ending[0];
  }

  #of(me: Peer): Link | undefined {
    for (const { tree, links } of this.#all) {
      for (const [path, link] of links) if (tree !== undefined && peerAt(tree, path) === me) return link;
    }
    return undefined;
  }
}

export function isAt(path: string, idOrPath: string): boolean {
  return path === idOrPath || path.endsWith(`/${idOrPath}`);
}

/** All actors that run in a tree now, below its children as well, by where they are. */
export function actorsOf(tree: Tree): Map<AnyActorRef, string> {
  const all = new Map<AnyActorRef, string>([[tree.root, 'the root']]);
  const below = (actor: AnyActorRef, name: string): void => {
    all.set(actor, name);
    const { children } = actor.getSnapshot() as {
      readonly children?: Readonly<Record<string, AnyActorRef | undefined>>;
    };
    for (const [id, child] of Object.entries(children ?? {})) if (child !== undefined) below(child, `${name}/${id}`);
  };
  const walk = (view: ReturnType<Tree['view']>): void => {
    for (const child of view.supervisor?.children ?? []) {
      const found = tree.find(child.path);
      if (found !== undefined) below(found.actor, child.path);
      walk(child);
    }
  };
  walk(tree.view());
  return all;
}

/** Its handle, unless it was deleted. */
function peerAt(tree: Tree, path: string): Peer | undefined {
  try {
    return tree.peer(path);
  } catch {
    return undefined;
  }
}

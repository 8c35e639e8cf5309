import type { AnyActorRef } from 'xstate';
import type { ExitReason } from '../exit-reason.js';
import type { Fate } from '../spec/child-spec.js';

/** Looks at one path over all incarnations of the child there. Its functions must not throw. */
export interface Watcher {
  /** The actor is about to start. */
  started(incarnation: number, actor: AnyActorRef): void;
  /** It has ended. Said once more when an announced restart does not take place. */
  exited(incarnation: number, reason: ExitReason, fate: Fate): void;
  /** The spec has vanished, or the tree has ended: nothing more comes. */
  vanished(): void;
}

/** The watchers of one tree: also of paths where nothing is, or not yet. */
export class Watchers {
  readonly #byPath = new Map<string, Set<Watcher>>();

  add(path: string, watcher: Watcher): void {
    const present = this.#byPath.get(path);
    if (present === undefined) this.#byPath.set(path, new Set([watcher]));
    else present.add(watcher);
  }

  remove(path: string, watcher: Watcher): void {
    const present = this.#byPath.get(path);
    if (present?.delete(watcher) === true && present.size === 0) this.#byPath.delete(path);
  }

  started(path: string, incarnation: number, actor: AnyActorRef): void {
    for (const watcher of this.#at(path)) watcher.started(incarnation, actor);
  }

  exited(path: string, incarnation: number, reason: ExitReason, fate: Fate): void {
    for (const watcher of this.#at(path)) watcher.exited(incarnation, reason, fate);
  }

  /** @param path the root's, `''`, stands for all */
  vanished(path: string): void {
    const gone = path === '' ? [...this.#byPath.keys()] : [path];
    for (const each of gone) {
      const watchers = this.#at(each);
      this.#byPath.delete(each);
      for (const watcher of watchers) watcher.vanished();
    }
  }

  #at(path: string): Iterable<Watcher> {
    // Mostly there are none at all, and no path is looked up.
    return this.#byPath.size === 0 ? NONE : (this.#byPath.get(path) ?? NONE);
  }
}

const NONE: ReadonlySet<Watcher> = new Set();

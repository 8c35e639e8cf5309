import { type Plan, split } from './plan.js';

interface Kept {
  readonly id: string;
  readonly plan: Plan;
  readonly args: readonly string[];
}

/** What is remembered of a path over all incarnations of what is there, as long as there is a spec of it. */
export class Memory {
  /** What a dynamic supervisor starts again after its own restart, by its path. */
  readonly kept: Map<string, Map<string, Kept>>;
  /** How often the child at a path was started. */
  readonly #starts: Map<string, number>;
  readonly #lastIds: Map<string, number>;

  constructor(from?: Memory) {
    this.kept = new Map(Array.from(from?.kept ?? [], ([path, children]) => [path, new Map(children)]));
    this.#starts = from === undefined ? new Map() : new Map(from.#starts);
    this.#lastIds = from === undefined ? new Map() : new Map(from.#lastIds);
  }

  starts(path: string): number {
    return this.#starts.get(path) ?? 0;
  }

  countStart(path: string): number {
    const count = this.starts(path) + 1;
    this.#starts.set(path, count);
    return count;
  }

  /** The spec of a child vanishes, and with it what was remembered of its path. */
  forget(path: string): void {
    for (const each of [...this.#starts.keys(), ...this.#lastIds.keys(), ...this.kept.keys()]) {
      if (each !== path && !each.startsWith(`${path}/`)) continue;
      this.#starts.delete(each);
      this.#lastIds.delete(each);
      this.kept.delete(each);
    }
  }

  /** A supervisor begins with these children: what else was there is forgotten. */
  retain(path: string, ids: ReadonlySet<string>): void {
    for (const each of [...this.#starts.keys()]) {
      const { above, id } = split(each);
      if (each !== '' && above === path && !ids.has(id)) this.forget(each);
    }
  }

  /** An id for a child that was given none. */
  nextId(path: string, isTaken: (id: string) => boolean): string {
    let id = this.#lastIds.get(path) ?? 0;
    do id += 1;
    while (isTaken(String(id)));
    this.#lastIds.set(path, id);
    return String(id);
  }
}

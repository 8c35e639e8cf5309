import type { World } from './model-world.js';

type Choices = readonly number[];

/**
 * The orders of events that are still to be tried. First those that come from one that went well the longest; of these, those
 * in which least was changed: where something happens unseen, there are very many that come to the same.
 */
export class Orders {
  /** By how far they went, and by how many choices were changed. */
  readonly #waiting = new Map<number, Choices[][]>();

  /**
   * Adds the orders that differ from one that was tried in one choice more.
   *
   * @param trail of the one that was tried, as far as it went
   * @param happened how much then happened as it should
   */
  add(tried: Choices, trail: World['trail'], happened: number): void {
    const changes = tried.filter((choice) => choice > 0).length + 1;
    const byChanges = this.#waiting.get(happened) ?? [];
    this.#waiting.set(happened, byChanges);
    byChanges[changes] ??= [];
    for (let index = trail.length - 1; index >= tried.length; index--) {
      const before = trail.slice(0, index).map(({ chosen }) => chosen);
      for (let other = 1; other < (trail[index]?.of ?? 0); other++) byChanges[changes]?.push([...before, other]);
    }
  }

  take(): Choices | undefined {
    for (const happened of [...this.#waiting.keys()].sort((a, b) => b - a)) {
      for (const orders of this.#waiting.get(happened) ?? []) {
        const next = orders?.shift();
        if (next !== undefined) return next;
      }
      this.#waiting.delete(happened);
    }
    return undefined;
  }
}

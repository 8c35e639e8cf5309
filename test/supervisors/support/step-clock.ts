import type { Clock } from '../../../supervisors/index.js';

/** Time that stands still between timers. */
export class StepClock implements Clock {
  time = 0;
  readonly #resolution: number;
  readonly #timers = new Set<{ readonly at: number; readonly ring: () => void }>();

  /** @param resolution in milliseconds: `now` tells multiples of it */
  constructor(resolution: number) {
    this.#resolution = resolution;
  }

  now(): number {
    return Math.floor(this.time / this.#resolution) * this.#resolution;
  }

  setTimeout(ring: () => void, delay: number): unknown {
    const timer = { at: this.time + delay, ring };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(id: unknown): void {
    this.#timers.delete(id as { at: number; ring: () => void });
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Goes on to the next timer that is due by `until`, and rings it. @returns whether there was one */
  ring(until: number): boolean {
    let first: { readonly at: number; readonly ring: () => void } | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.at < first.at) first = timer;
    if (first === undefined || first.at > until) return false;
    this.#timers.delete(first);
    this.time = first.at;
    first.ring();
    return true;
  }
}

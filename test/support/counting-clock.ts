import type { Clock } from '../../supervisors/clock.js';

/** Time that only the test moves, and that knows which timers are set. */
export class CountingClock implements Clock {
  #now = 0;
  #ids = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly fn: () => void }>();

  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(fn: (...args: never[]) => void, delay: number): unknown {
    this.#ids += 1;
    this.#timers.set(this.#ids, { at: this.#now + delay, fn: fn as () => void });
    return this.#ids;
  }

  clearTimeout(id: unknown): void {
    this.#timers.delete(id as number);
  }

  /** Moves on, and fires what is due, in its order. */
  increment(by: number): void {
    const until = this.#now + by;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      const [id, { at, fn }] = due;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, at);
      fn();
    }
    this.#now = until;
  }
}

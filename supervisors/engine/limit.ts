import type { Clock, Milliseconds } from '../clock.js';

/** A time that a wait may take. End it in any case: it may have a timer. */
export class Limit {
  isOver = false;
  readonly #clock: Clock;
  readonly #timer: unknown;

  /**
   * @param after `undefined`: as long as it likes
   * @param wake is called when it is over
   */
  constructor(clock: Clock, after: Milliseconds | undefined, wake: () => void) {
    this.#clock = clock;
    if (after === undefined) return;
    this.#timer = clock.setTimeout(() => {
      this.isOver = true;
      wake();
    }, after);
  }

  end(): void {
    if (this.#timer !== undefined && !this.isOver) this.#clock.clearTimeout(this.#timer);
  }
}

import type { Milliseconds } from '../clock.js';
import type { Budget } from '../spec/child-spec.js';

/**
 * The restarts of the last `period`. It changes in place, since a window may hold many thousand of them.
 *
 * OTP counts in whole seconds; this counts in whatever the clock says. Otherwise as there: a restart exactly `period`
 * old still counts, and one more than `intensity` is one too many.
 *
 * @see OTP `supervisor`, "Maximum Restart Intensity"
 */
export class RestartWindow {
  readonly #budget: Budget;
  #restarts: { readonly at: Milliseconds; readonly child: string }[] = [];
  /** The restarts before this index are too old. They are dropped when they are more than half. */
  #first = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Records a restart that is about to take place, and tells whether it may. */
  record(now: Milliseconds, child: string): boolean {
    this.#restarts.push({ at: now, child });
    return this.count(now) <= this.#budget.intensity;
  }

  /** How many restarts count now; with `child`, how many of that child. */
  count(now: Milliseconds, child?: string): number {
    while ((this.#restarts[this.#first]?.at ?? now) < now - this.#budget.period) this.#first += 1;
    if (this.#first > this.#restarts.length / 2) {
      this.#restarts = this.#restarts.slice(this.#first);
      this.#first = 0;
    }
    if (child === undefined) return this.#restarts.length - this.#first;
    return this.#restarts.slice(this.#first).filter((restart) => restart.child === child).length;
  }
}

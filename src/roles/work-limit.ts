/** A piece of work that may have to wait for its turn. `start` never throws. */
export interface Startable {
  start(): void;
}

/**
 * How many invocations of one registration are worked on at a time; a bounded number of others waits, in order.
 *
 * It outlives sessions, since work does: what an endpoint still does for a session that is gone takes its place until it
 * is done.
 */
export class WorkLimit<Work extends Startable = Startable> {
  readonly concurrency: number;
  readonly queueLimit: number;
  #busy = 0;
  #isStarting = false;
  // A set, since what waits may be interrupted: it leaves from the middle.
  readonly #waiting = new Set<Work>();

  constructor(concurrency: number, queueLimit: number) {
    this.concurrency = concurrency;
    this.queueLimit = queueLimit;
  }

  get busy(): number {
    return this.#busy;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Starts `work` now, or when it is its turn. @returns false when there is no place even to wait */
  take(work: Work): boolean {
    if (this.#busy < this.concurrency && this.#waiting.size === 0) {
      this.#busy += 1;
      work.start();
    } else if (this.#waiting.size >= this.queueLimit) return false;
    else this.#waiting.add(work);
    return true;
  }

  /** Work that was started is done: what has waited longest is next. */
  done(): void {
    this.#busy -= 1;
    if (this.#isStarting) return; // What was done within its own start: the loop below goes on.
    this.#isStarting = true;
    for (const work of this.#waiting) {
      if (this.#busy >= this.concurrency) break;
      this.#waiting.delete(work);
      this.#busy += 1;
      work.start();
    }
    this.#isStarting = false;
  }

  /** Nobody wants its result any more. What was started goes on until it is done. */
  drop(work: Work): void {
    this.#waiting.delete(work);
  }
}

import type { Clock, Milliseconds } from '../../supervisors/clock.js';

interface Delayed {
  readonly due: Milliseconds;
  readonly arrive: () => void;
}

/** One way of a connection: what goes in comes out in its order, later if it is slow, and not before it is let go if it is held. */
export class Lane {
  readonly #clock: Clock;
  readonly #queue: Delayed[] = [];
  #timer: unknown;
  #isHeld = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How much is on its way. */
  get size(): number {
    return this.#queue.length;
  }

  /** @param latency how long it takes at least; it never overtakes what went in before */
  send(latency: Milliseconds, arrive: () => void): void {
    if (latency === 0 && !this.#isHeld && this.#queue.length === 0) {
      arrive();
      return;
    }
    this.#queue.push({ due: this.#clock.now() + latency, arrive });
    this.#arm();
  }

  hold(): void {
    this.#isHeld = true;
    this.#disarm();
  }

  release(): void {
    this.#isHeld = false;
    this.#flush();
  }

  /** What is on its way is lost. */
  clear(): void {
    this.#queue.length = 0;
    this.#disarm();
  }

  #flush(): void {
    const now = this.#clock.now();
    for (let first = this.#queue[0]; first !== undefined && first.due <= now; first = this.#queue[0]) {
      if (this.#isHeld) return;
      this.#queue.shift();
      first.arrive();
    }
    this.#arm();
  }

  #arm(): void {
    const first = this.#queue[0];
    if (first === undefined || this.#isHeld || this.#timer !== undefined) return;
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#timer = undefined;
        this.#flush();
      },
      Math.max(0, first.due - this.#clock.now()),
    );
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

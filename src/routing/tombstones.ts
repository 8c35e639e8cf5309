import type { Id } from '../wamp/values.js';

/**
 * The invocations of one callee that nobody waits for any more: the call was cancelled, timed out, or its caller left.
 * The callee does not know, so its answer is late, not wrong.
 *
 * Bounded. Beyond `capacity` the oldest is let go, and from then on every id up to that one is forgiven: an innocent
 * callee must not be taken for an offender because the router has forgotten.
 */
export class Tombstones {
  readonly #requests = new Set<Id>();
  readonly #capacity: number;
  /** Every id up to this one is forgiven. */
  #forgiven = 0;

  constructor(capacity = 4_096) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#requests.size;
  }

  add(request: Id): void {
    this.#requests.add(request);
    if (this.#requests.size <= this.#capacity) return;
    for (const oldest of this.#requests) {
      this.#requests.delete(oldest);
      this.#forgiven = Math.max(this.#forgiven, oldest);
      return;
    }
  }

  has(request: Id): boolean {
    return this.#requests.has(request) || request <= this.#forgiven;
  }

  /** The callee has given its last answer. */
  delete(request: Id): void {
    this.#requests.delete(request);
  }
}

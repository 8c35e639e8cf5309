import type { Id } from './values.js';

/**
 * Requests that are over on this side, of which the other side does not know it yet. What still comes of one is late, not
 * wrong: the answer to an invocation that nobody waits for, a further part of a call that was answered.
 *
 * Bounded. Beyond `capacity` the oldest is let go, and from then on every id up to that one is forgiven: the innocent
 * must not be taken for offenders because somebody has forgotten.
 */
export class Tombstones {
  readonly #requests = new Set<Id>();
  readonly #capacity: number;
  readonly #forgives: boolean;
  /** Every id up to this one is forgiven. */
  #forgiven = 0;

  /** @param forgives false where ids do not grow: then an id below one that was let go may be a new one */
  constructor(capacity = 4_096, forgives = true) {
    this.#capacity = capacity;
    this.#forgives = forgives;
  }

  get size(): number {
    return this.#requests.size;
  }

  add(request: Id): void {
    this.#requests.add(request);
    if (this.#requests.size <= this.#capacity) return;
    for (const oldest of this.#requests) {
      this.#requests.delete(oldest);
      if (this.#forgives) this.#forgiven = Math.max(this.#forgiven, oldest);
      return;
    }
  }

  has(request: Id): boolean {
    return this.#requests.has(request) || request <= this.#forgiven;
  }

  /** The other side has said its last of it. */
  delete(request: Id): void {
    this.#requests.delete(request);
  }
}

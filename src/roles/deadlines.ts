export type Milliseconds = number;

/**
 * Deadlines of many requests, as values: no timer stands behind them. Requests with the same length of time expire in
 * the order in which they began, so each length has a queue, and adding, removing and finding the next are cheap.
 */
export class Deadlines<T> {
  readonly #queues = new Map<Milliseconds, Map<T, Milliseconds>>();

  /** `item` expires `timeout` after `now`. `Infinity` never does. */
  add(item: T, timeout: Milliseconds, now: Milliseconds): void {
    if (timeout === Infinity) return;
    let queue = this.#queues.get(timeout);
    if (queue === undefined) {
      queue = new Map();
      this.#queues.set(timeout, queue);
    }
    queue.set(item, now + timeout);
  }

  remove(item: T, timeout: Milliseconds): void {
    const queue = this.#queues.get(timeout);
    if (queue?.delete(item) && queue.size === 0) this.#queues.delete(timeout);
  }

  /** When the first of them expires. */
  next(): Milliseconds | undefined {
    let first: Milliseconds | undefined;
    for (const queue of this.#queues.values()) {
      const [at] = queue.values();
      if (at !== undefined && (first === undefined || at < first)) first = at;
    }
    return first;
  }

  /** Removes and returns what has expired by `now`. */
  expire(now: Milliseconds): T[] {
    const expired: T[] = [];
    for (const [timeout, queue] of this.#queues) {
      for (const [item, at] of queue) {
        if (at > now) break;
        queue.delete(item);
        expired.push(item);
      }
      if (queue.size === 0) this.#queues.delete(timeout);
    }
    return expired;
  }
}

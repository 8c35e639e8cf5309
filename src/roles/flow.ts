/** A value that waits, and the one behind it. */
interface Item<T> {
  value: T | undefined;
  next: Item<T> | undefined;
}

type Result<T> = IteratorResult<T, undefined>;

export const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });

/**
 * Values that come when they come, for a loop that takes them when it can. What waits for the loop is kept in its order; how much that may
 * be is for whoever {@link give}s. Once ended it stays so: the loop receives what was kept, then the error, if there is one.
 */
export abstract class Flow<T> implements AsyncIterable<T> {
  /** What waits, behind one that was handed out: to hand out a value costs the same, however many wait. */
  #handed: Item<T> = { value: undefined, next: undefined };
  #last = this.#handed;
  #buffered = 0;
  readonly #waiters: ((result: Result<T> | Promise<Result<T>>) => void)[] = [];
  #isOver = false;
  /** What the loop fails with, until it has been told. */
  #error: [why?: unknown] = [];

  /** How many values wait for the loop. */
  get buffered(): number {
    return this.#buffered;
  }

  /** Whether nothing more is taken. */
  protected get isOver(): boolean {
    return this.#isOver;
  }

  /** The next value, once there is one; rejects once with the error that ended it. */
  next(): Promise<Result<T>> {
    if (this.#buffered > 0) return Promise.resolve({ done: false, value: this.shift() });
    if (this.#error.length > 0) return this.rejected(this.#error.pop());
    if (this.#isOver) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  protected rejected(error: unknown): Promise<never> {
    return Promise.reject(error);
  }

  /** @returns whether a loop has waited for it; else it is not kept */
  protected handOver(value: T): boolean {
    const waiter = this.#waiters.shift();
    waiter?.({ done: false, value });
    return waiter !== undefined;
  }

  protected keep(value: T): void {
    this.#last = this.#last.next = { value, next: undefined };
    this.#buffered += 1;
  }

  /** Takes out the oldest. There has to be one. */
  protected shift(): T {
    const item = this.#handed.next as Item<T>;
    const value = item.value as T;
    // It stays as the one behind which others wait.
    item.value = undefined;
    this.#handed = item;
    this.#buffered -= 1;
    return value;
  }

  /** What was kept is gone, and the error with it. */
  protected clear(): void {
    while (this.#buffered > 0) this.shift();
    this.#error = [];
  }

  /** No more will come. */
  protected finish(...error: [why?: unknown]): void {
    this.#isOver = true;
    this.#error = error;
    // Who waits has found nothing kept: the first of them is told the error.
    for (const resolve of this.#waiters.splice(0)) resolve(this.next());
  }
}

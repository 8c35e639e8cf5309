import type { Dict, List } from '../wamp/values.js';

/** One part of a call. */
export interface Part {
  readonly args: List;
  readonly kwargs: Dict;
}

interface Waiter {
  readonly resolve: (result: IteratorResult<Part, undefined>) => void;
  readonly reject: (why: Error) => void;
}

const TIDY_FROM = 32;
const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });

/**
 * The parts of a call as they come, for the loop of the endpoint that works on it: a bounded buffer between the two. What
 * ends the call before its last part fails the loop at once, since nobody waits for what would become of the parts before.
 */
export class Parts implements AsyncIterableIterator<Part, undefined> {
  readonly #limit: number;
  #items: Part[] = [];
  #taken = 0;
  #waiters: Waiter[] = [];
  #isOver = false;
  #error: Error | undefined;

  /** @param limit how many parts may wait for the loop */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many wait for the loop. */
  get waiting(): number {
    return this.#items.length - this.#taken;
  }

  /** @returns false when there is no place for it */
  push(part: Part): boolean {
    if (this.#isOver) return true; // Nobody loops any more.
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) waiter.resolve({ done: false, value: part });
    else if (this.waiting >= this.#limit) return false;
    else this.#items.push(part);
    return true;
  }

  /** The last part has come. What waits is handed out still. */
  end(): void {
    this.#isOver = true;
    for (const { resolve } of this.#waiters.splice(0)) resolve(DONE);
  }

  /** The call is over before its last part: the loop fails. */
  fail(why: Error): void {
    if (this.#isOver && this.waiting === 0) return;
    this.#clear();
    this.#isOver = true;
    const [first, ...others] = this.#waiters.splice(0);
    if (first === undefined) this.#error = why;
    else first.reject(why);
    for (const { resolve } of others) resolve(DONE);
  }

  next(): Promise<IteratorResult<Part, undefined>> {
    const part = this.#items[this.#taken];
    if (part !== undefined) {
      this.#taken += 1;
      // Not each time: to take one costs the same, however many wait.
      if (this.#taken >= TIDY_FROM && this.#taken * 2 >= this.#items.length) {
        this.#items.splice(0, this.#taken);
        this.#taken = 0;
      }
      return Promise.resolve({ done: false, value: part });
    }
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) return Promise.reject(error);
    if (this.#isOver) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** The loop was left: what still comes is dropped. */
  return(): Promise<IteratorReturnResult<undefined>> {
    this.#clear();
    this.#error = undefined;
    this.end();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #clear(): void {
    this.#items = [];
    this.#taken = 0;
  }
}

/** Values that come when they come, for a loop that takes them when it can: a bounded buffer between the two. */

import { QueueFull } from '../../errors.js';
import { rejectedAtCallSite } from '../call-site.js';

/** What becomes of a value for which a full buffer has no place. */
export type Overflow = 'dropOldest' | 'dropNewest' | 'fail';

/** How much waits for a `for await` loop that is slower than what it loops over, and what becomes of the rest. */
export interface StreamOptions {
  /** How many values may wait for the loop. Default 1,000. */
  readonly buffer?: number;
  /**
   * What a full buffer does: `dropOldest` and `dropNewest` lose a value, which is counted, and logged once until the loop
   * has caught up; `fail` ends the loop with `QueueFull`, behind what was buffered.
   */
  readonly overflow?: Overflow;
}

/** What {@link Peer.statuses} takes. */
export interface StatusesOptions extends StreamOptions {
  /** Ends the loop, as `break` does. */
  readonly signal?: AbortSignal;
}

export const STREAM_OPTIONS = ['buffer', 'overflow'] as const;
const BUFFER = 1_000;

interface Waiter<T> {
  readonly resolve: (result: IteratorResult<T, undefined> | Promise<never>) => void;
}

const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });
/** So many places that were left are tidied up at once: to hand out a value costs the same, however many wait. */
const TIDY_FROM = 32;

/**
 * An async iterator over what comes. Whatever ends it, ends it once and for all: the loop that is left (`break`, `return`, a
 * throw), the end of what it is of, or an error, which the loop receives behind all that was buffered.
 */
export abstract class Stream<T> implements AsyncIterable<T> {
  /** Values that a full buffer lost. */
  dropped = 0;
  /** What it is a stream of, for messages: `events of com.example.news`. */
  protected readonly what: string;
  readonly #buffer: number;
  readonly #overflow: Overflow;
  readonly #items: (T | undefined)[] = [];
  #head = 0;
  /** Its reason is its user's: nothing of it is changed. */
  readonly #signal: AbortSignal | undefined;
  #waiters: Waiter<T>[] = [];
  #over = false;
  #error: { readonly why: unknown } | undefined;
  #released: Promise<void> | undefined;
  /** Whether the loop has not caught up since a value was lost. */
  #isBehind = false;

  constructor(
    what: string,
    { buffer = BUFFER, overflow, signal }: StreamOptions & { readonly signal?: AbortSignal },
    byDefault: Overflow,
  ) {
    this.what = what;
    this.#signal = signal;
    this.#buffer = buffer;
    this.#overflow = overflow ?? byDefault;
  }

  /** How many values wait for the loop. */
  get buffered(): number {
    return this.#items.length - this.#head;
  }

  /** The next value, once there is one; rejects once with the error that ended it. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.buffered > 0) {
      const value = this.#shift();
      if (this.buffered === 0) this.#isBehind = false;
      return Promise.resolve({ done: false, value });
    }
    const error = this.#error;
    if (error !== undefined) {
      this.#error = undefined;
      return rejectedAtCallSite(error.why, this.#signal);
    }
    if (this.#over) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiters.push({ resolve }));
  }

  /** Ends it at once: what was buffered is gone. What a loop does that is left. Fulfilled when all is given back. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#items.length = 0;
    this.#head = 0;
    this.close();
    this.#error = undefined;
    await this.#released;
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Gives back what the stream holds. Called once, however it ends; never throws or rejects. */
  protected abstract release(why: unknown): Promise<void>;

  /** A value was lost, the first since the loop had last caught up. */
  protected abstract behind(): void;

  /** A value was lost. */
  protected abstract lost(): void;

  protected push(value: T): void {
    if (this.#over) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) waiter.resolve({ done: false, value });
    else if (this.buffered < this.#buffer) this.#items.push(value);
    else if (this.#overflow === 'fail') {
      this.close(
        new QueueFull(
          `${this.what}: ${this.#buffer} wait already, and the loop over them does not keep up; take them quicker, raise buffer, or let overflow drop some`,
        ),
      );
    } else this.#drop(value, this.#overflow);
  }

  /** No more will come. What is buffered is handed out still, then the error, if there is one. */
  protected close(...error: [why?: unknown]): void {
    if (this.#over) return;
    this.#over = true;
    const waiters = this.#waiters;
    this.#waiters = [];
    // Who waits has found the buffer empty.
    if (error.length > 0) {
      const first = waiters.shift();
      if (first === undefined) this.#error = { why: error[0] };
      else first.resolve(rejectedAtCallSite(error[0], this.#signal));
    }
    for (const { resolve } of waiters) resolve(DONE);
    this.#released = this.release(error[0]);
  }

  #drop(value: T, overflow: 'dropOldest' | 'dropNewest'): void {
    if (overflow === 'dropOldest') {
      this.#shift();
      this.#items.push(value);
    }
    this.dropped += 1;
    this.lost();
    if (this.#isBehind) return;
    this.#isBehind = true;
    this.behind();
  }

  #shift(): T {
    const value = this.#items[this.#head] as T;
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head >= TIDY_FROM && this.#head * 2 >= this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return value;
  }
}

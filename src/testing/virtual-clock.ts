import type { Clock, Milliseconds } from '../../supervisors/clock.js';
import { ownerOf, traced } from './trace.js';

/** A timer that is set, as a test may look at it. */
export interface PendingTimer {
  /** When it is due, in the clock's milliseconds. */
  readonly at: Milliseconds;
  /** Who has set it: the first line of the stack that is not of this library, or else the first that is. */
  readonly owner: string;
}

interface Timer {
  readonly at: Milliseconds;
  /** Of two that are due together the one that was set first goes first. */
  readonly order: number;
  readonly fn: () => void;
  readonly set: Error;
  isCleared: boolean;
}

/** As real time has it: a longer delay is cut to 24.8 days. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * Time that moves only when it is told to. It fits wherever the library takes a `clock`, and XState's `createActor`.
 *
 * It knows who has set each of its timers.
 */
export class VirtualClock implements Clock {
  #now: Milliseconds;
  #order = 0;
  #fired = 0;
  /** A binary heap, the earliest first. Those that are cleared are thrown away when they come up. */
  readonly #heap: Timer[] = [];
  #cleared = 0;

  /** @param now what it shows at first. Default 0 */
  constructor(now: Milliseconds = 0) {
    this.#now = now;
  }

  now(): Milliseconds {
    return this.#now;
  }

  setTimeout(fn: (...args: never[]) => void, delay: Milliseconds): unknown {
    const wait = Number.isNaN(delay) ? 0 : Math.min(Math.max(0, delay), LONGEST_DELAY);
    const timer: Timer = {
      at: this.#now + wait,
      order: ++this.#order,
      fn: fn as () => void,
      set: traced(),
      isCleared: false,
    };
    this.#push(timer);
    return timer;
  }

  clearTimeout(id: unknown): void {
    const timer = id as Timer | undefined;
    if (timer === undefined || timer === null || timer.isCleared) return;
    timer.isCleared = true;
    this.#cleared += 1;
    // A call that is answered leaves nothing behind until its deadline.
    if (this.#cleared > 64 && this.#cleared * 2 > this.#heap.length) this.#sweep();
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#heap.length - this.#cleared;
  }

  /** How many have fired so far. */
  get fired(): number {
    return this.#fired;
  }

  /** When the next timer is due, or `undefined` when none is set. */
  get next(): Milliseconds | undefined {
    this.#tidy();
    return this.#heap[0]?.at;
  }

  /** All timers that are set, the earliest first. */
  pending(): PendingTimer[] {
    return this.#heap
      .filter(({ isCleared }) => !isCleared)
      .sort(earlier)
      .map(({ at, set }) => ({ at, owner: ownerOf(set) }));
  }

  /** Moves on to the next timer and fires it. @returns false when there is none */
  fireNext(): boolean {
    this.#tidy();
    const timer = this.#pop();
    if (timer === undefined) return false;
    timer.isCleared = true;
    this.#now = Math.max(this.#now, timer.at);
    this.#fired += 1;
    timer.fn();
    return true;
  }

  /** Moves to a time, past no timer: those that are due until then have to be fired before. Never goes back. */
  moveTo(time: Milliseconds): void {
    this.#now = Math.max(this.#now, time);
  }

  /**
   * Moves on at once and fires what is due, in its order, without a turn of the event loop in between: for a test of what has no
   * promises. A test bed's `advance` is for all the rest.
   */
  increment(by: Milliseconds): void {
    const until = this.#now + by;
    for (let next = this.next; next !== undefined && next <= until; next = this.next) this.fireNext();
    this.moveTo(until);
  }

  toJSON(): { now: Milliseconds; timers: number } {
    return { now: this.#now, timers: this.timers };
  }

  #tidy(): void {
    while (this.#heap[0]?.isCleared) {
      this.#pop();
      this.#cleared -= 1;
    }
  }

  #sweep(): void {
    const kept = this.#heap.filter(({ isCleared }) => !isCleared);
    this.#heap.length = 0;
    this.#cleared = 0;
    for (const timer of kept) this.#push(timer);
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let position = heap.push(timer) - 1;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || earlier(above, timer) <= 0) break;
      heap[position] = above;
      position = parent;
    }
    heap[position] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || last === first) return first;
    let position = 0;
    for (;;) {
      const left = heap[2 * position + 1];
      const right = heap[2 * position + 2];
      const isRight = left !== undefined && right !== undefined && earlier(right, left) < 0;
      const child = isRight ? right : left;
      if (child === undefined || earlier(last, child) <= 0) break;
      heap[position] = child;
      position = 2 * position + (isRight ? 2 : 1);
    }
    heap[position] = last;
    return first;
  }
}

function earlier(one: Timer, other: Timer): number {
  return one.at - other.at || one.order - other.order;
}

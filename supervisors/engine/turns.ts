/** How much is done before timers, sockets and everything else get their turn. */
const RUN = 256;

/** A first-in-first-out queue whose `shift` does not move the rest. */
export class Queue<T> {
  #items: (T | undefined)[] = [];
  #first = 0;

  get size(): number {
    return this.#items.length - this.#first;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#first];
    if (item === undefined) return undefined;
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first === this.#items.length) {
      this.#items.length = 0;
      this.#first = 0;
    } else if (this.#first > RUN && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}

/** Something that has work to do, a little at a time. */
export interface Worker {
  /** Does the next piece of it. */
  turn(): void;
  /** Shows the outside what has changed, once for all turns since the event loop had its own. */
  publish(): void;
}

const due = new Queue<Worker>();
const unpublished = new Set<Worker>();
/** How much of the run is left until the event loop has had its turn. */
let left = RUN;
/** Whether the queue will be looked at anyway. */
let isDraining = false;
let isRefilling = false;

/**
 * Gives `worker` a turn soon, on an empty stack. It takes no timer, which would make a restart a hundred times slower;
 * yet children that fail as soon as they start cannot keep the process from anything else, since after a bounded run the
 * event loop comes first, also where each failure comes in a microtask of its own.
 */
export function soon(worker: Worker): void {
  due.push(worker);
  if (isDraining) return;
  isDraining = true;
  queueMicrotask(drain);
}

function drain(): void {
  for (; left > 0; left--) {
    const worker = due.shift();
    if (worker === undefined) break;
    unpublished.add(worker);
    guarded(worker, 'turn');
  }
  isDraining = due.size > 0;
  if (isRefilling) return;
  isRefilling = true;
  yieldToEventLoop(refill);
}

/** The event loop has had its turn. */
function refill(): void {
  isRefilling = false;
  left = RUN;
  for (const worker of unpublished) guarded(worker, 'publish');
  unpublished.clear();
  if (due.size > 0) drain();
}

function guarded(worker: Worker, work: keyof Worker): void {
  try {
    worker[work]();
  } catch (error) {
    // Only an inspector that somebody attached to a system by hand can be the cause. It must not stop all the others.
    setTimeout(() => {
      throw error;
    });
  }
}

/**
 * `setImmediate` where there is one: a browser has none. That of when the module was loaded, since a test may put one in its
 * place that waits to be told.
 */
const yieldToEventLoop: (work: () => void) => unknown =
  typeof setImmediate === 'function' ? setImmediate : (work) => setTimeout(work, 0);

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
    if (this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}

const due = new Queue<() => void>();
let draining = false;

/**
 * Has `work` done soon, on an empty stack. It takes no timer, which would make a restart a hundred times slower; yet a
 * child that fails as soon as it starts cannot keep the process from anything else, since after a bounded run the
 * event loop comes first.
 */
export function soon(work: () => void): void {
  due.push(work);
  if (draining) return;
  draining = true;
  queueMicrotask(drain);
}

function drain(): void {
  for (let done = 0; done < RUN; done++) {
    const work = due.shift();
    if (work === undefined) {
      draining = false;
      return;
    }
    try {
      work();
    } catch (error) {
      // Only an inspector that somebody attached to a system by hand can be the cause. It must not stop all the others.
      setTimeout(() => {
        throw error;
      });
    }
  }
  if (due.size === 0) draining = false;
  else yieldToEventLoop(drain);
}

/** `setImmediate` where there is one: a browser has none. */
const yieldToEventLoop: (work: () => void) => unknown =
  typeof setImmediate === 'function' ? (work) => setImmediate(work) : (work) => setTimeout(work, 0);

/** What a {@link Deadlines} holds. `position` is its own affair: -1 when it does not hold the item. */
export interface Deadlined {
  /** In the clock's milliseconds. */
  deadline: number;
  position: number;
}

/**
 * Items by deadline, the earliest first: a binary heap whose items know where they stand, so that one is taken out
 * in O(log n) when its call is answered, and nothing of an answered call is kept until its deadline. No timer stands behind it.
 */
export class Deadlines<T extends Deadlined> {
  readonly #heap: T[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The earliest deadline, or `undefined` when there is none. */
  next(): number | undefined {
    return this.#heap[0]?.deadline;
  }

  add(item: T): void {
    this.#heap.push(item);
    this.#rise(item, this.#heap.length - 1);
  }

  /** Does nothing when the item is not there. */
  remove(item: T): void {
    const position = item.position;
    if (position === -1) return;
    item.position = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === item) return;
    this.#rise(last, position);
    this.#sink(last, last.position);
  }

  /** Takes out one item whose deadline is `now` or earlier. */
  takeDue(now: number): T | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.deadline > now) return undefined;
    this.remove(first);
    return first;
  }

  #rise(item: T, from: number): void {
    let position = from;
    while (position > 0) {
      const parentPosition = (position - 1) >> 1;
      const parent = this.#heap[parentPosition];
      if (parent === undefined || parent.deadline <= item.deadline) break;
      this.#place(parent, position);
      position = parentPosition;
    }
    this.#place(item, position);
  }

  #sink(item: T, from: number): void {
    let position = from;
    for (;;) {
      const left = this.#heap[2 * position + 1];
      const right = this.#heap[2 * position + 2];
      const child = right !== undefined && left !== undefined && right.deadline < left.deadline ? right : left;
      if (child === undefined || child.deadline >= item.deadline) break;
      const childPosition = child.position;
      this.#place(child, position);
      position = childPosition;
    }
    this.#place(item, position);
  }

  #place(item: T, position: number): void {
    this.#heap[position] = item;
    item.position = position;
  }
}

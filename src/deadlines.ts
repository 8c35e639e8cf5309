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
    this.#settle(item, this.#heap.length - 1);
  }

  /** Does nothing when the item is not there. */
  remove(item: T): void {
    const { position } = item;
    if (position === -1) return;
    item.position = -1;
    const last = this.#heap.pop();
    if (last !== undefined && last !== item) this.#settle(last, position);
  }

  /** Takes out one item whose deadline is `now` or earlier. */
  takeDue(now: number): T | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.deadline > now) return undefined;
    this.remove(first);
    return first;
  }

  /** Places `item`, from a position that is free: as long as a neighbour there should stand on its other side, that one makes room. */
  #settle(item: T, free: number): void {
    const heap = this.#heap;
    const { deadline } = item;
    for (let position = free; ; ) {
      const parent = position > 0 ? heap[(position - 1) >> 1] : undefined;
      const left = heap[2 * position + 1];
      const right = heap[2 * position + 2];
      const child = right !== undefined && left !== undefined && right.deadline < left.deadline ? right : left;
      let here = item;
      if (parent !== undefined && parent.deadline > deadline) here = parent;
      else if (child !== undefined && child.deadline < deadline) here = child;
      const from = here.position;
      heap[position] = here;
      here.position = position;
      if (here === item) return;
      position = from;
    }
  }
}

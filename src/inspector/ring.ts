/** The last `size` values that were pushed. */
export class Ring<T> {
  readonly #size: number;
  readonly #values: T[] = [];
  #oldest = 0;

  constructor(size: number) {
    this.#size = size;
  }

  push(value: T): void {
    if (this.#values.length < this.#size) {
      this.#values.push(value);
      return;
    }
    this.#values[this.#oldest] = value;
    this.#oldest = (this.#oldest + 1) % this.#size;
  }

  /** Oldest first. */
  values(): readonly T[] {
    return [...this.#values.slice(this.#oldest), ...this.#values.slice(0, this.#oldest)];
  }
}

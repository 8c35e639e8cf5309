import { isPromiseLike } from '../../roles/promise-like.js';

/** Things that are done in the order in which they came, though one may have to wait for what it is done with. */
export class InOrder {
  /** How many wait. */
  waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** Whether what comes now is done at once. */
  get idle(): boolean {
    return this.waiting === 0;
  }

  /** Fulfilled when all that has come so far is done. Never rejects. */
  get done(): Promise<unknown> {
    return this.#last;
  }

  /**
   * Does `next` with `value`: at once where nothing has to be waited for, else once it is there and all that came before is
   * done. What `next` itself takes its time over holds up nobody.
   */
  use<T, R>(value: T | Promise<T>, next: (value: T) => R): R | Promise<Awaited<R>> {
    if (this.idle && !isPromiseLike(value)) return next(value);
    this.waiting += 1;
    const before = this.#last;
    return new Promise<Awaited<R>>((resolve, reject) => {
      const doIt = async () => {
        await before;
        try {
          resolve(next(await value) as Awaited<R>);
        } catch (error) {
          reject(error);
        } finally {
          this.waiting -= 1;
        }
      };
      this.#last = doIt();
    });
  }
}

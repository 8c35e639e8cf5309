/** A promise that is settled from outside, once. */
export class Deferred<T> {
  resolve: (value: T | PromiseLike<T>) => void = () => {};
  reject: (error: unknown) => void = () => {};
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

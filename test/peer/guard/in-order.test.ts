import { InOrder } from '../../../src/peer/guard/in-order.js';

/** A promise that is fulfilled by hand. */
function promised<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('InOrder', () => {
  it('does at once what has nothing to wait for', () => {
    const order = new InOrder();
    expect(order.use(2, (two) => two + 1)).toBe(3);
    expect(() =>
      order.use(2, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(order.idle).toBe(true);
  });

  it('does things in the order in which they came, whatever each has to wait for', async () => {
    const order = new InOrder();
    const done: string[] = [];
    const [first, second] = [promised<string>(), promised<string>()];
    void order.use(first.promise, (name) => done.push(name));
    void order.use(second.promise, (name) => done.push(name));
    void order.use('third', (name) => done.push(name));
    expect(order.waiting).toBe(3);
    second.resolve('second');
    await second.promise;
    expect(done).toEqual([]);
    first.resolve('first');
    await order.done;
    expect(done).toEqual(['first', 'second', 'third']);
    expect(order.idle).toBe(true);
  });

  it('is held up by none that fails, and by nothing that takes its time over what it does', async () => {
    const order = new InOrder();
    const rejected = order.use(Promise.reject(new Error('no')), () => 1);
    const threw = order.use(Promise.resolve(), () => {
      throw new Error('neither');
    });
    const forever = order.use(Promise.resolve(), () => new Promise(() => {}));
    const last = order.use(Promise.resolve(4), (four) => four);
    await expect(rejected).rejects.toThrow('no');
    await expect(threw).rejects.toThrow('neither');
    expect(await last).toBe(4);
    void forever;
  });
});

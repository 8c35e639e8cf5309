import { Queue, soon } from '../../supervisors/turns.js';

describe('Queue', () => {
  it('gives back what went in, in order', () => {
    const queue = new Queue<number>();
    const out: (number | undefined)[] = [];
    for (let item = 0; item < 10; item++) {
      queue.push(item);
      if (item % 2 === 1) out.push(queue.shift());
    }
    expect(queue.size).toBe(5);
    while (queue.size > 0) out.push(queue.shift());
    expect(out).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(queue.shift()).toBeUndefined();
  });
});

describe('soon', () => {
  it('does the work on an empty stack, in order, without a timer', async () => {
    const done: string[] = [];
    soon(() => {
      done.push('first');
      soon(() => done.push('third'));
    });
    soon(() => done.push('second'));
    expect(done).toEqual([]);
    await Promise.resolve();
    expect(done).toEqual(['first', 'second', 'third']);
  });

  it('lets the event loop have its turn after a bounded run', async () => {
    let runs = 0;
    const again = (): void => {
      runs += 1;
      if (runs < 1_000) soon(again);
    };
    soon(again);
    await Promise.resolve();
    expect(runs).toBe(256);
    while (runs < 1_000) await new Promise((resolve) => setImmediate(resolve));
  });
});

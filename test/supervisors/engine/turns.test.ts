import { Queue, soon, type Worker } from '../../../supervisors/engine/turns.js';

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

const eventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Has nothing to show. */
const worker = (turn: () => void): Worker => ({ turn, publish() {} });

describe('soon', () => {
  beforeEach(eventLoop);

  it('does the work on an empty stack, in order, without a timer', async () => {
    const done: string[] = [];
    soon(
      worker(() => {
        done.push('first');
        soon(worker(() => done.push('third')));
      }),
    );
    soon(worker(() => done.push('second')));
    expect(done).toEqual([]);
    await Promise.resolve();
    expect(done).toEqual(['first', 'second', 'third']);
  });

  it('lets the event loop have its turn after a bounded run', async () => {
    let runs = 0;
    const again = worker(() => {
      runs += 1;
      if (runs < 1_000) soon(again);
    });
    soon(again);
    await Promise.resolve();
    expect(runs).toBe(256);
    while (runs < 1_000) await eventLoop();
  });

  it('lets the event loop have its turn, too, when each turn is asked for in a microtask of its own', async () => {
    let [runs, isOver] = [0, false];
    const again = worker(() => {
      runs += 1;
      if (!isOver) queueMicrotask(() => queueMicrotask(() => soon(again)));
    });
    soon(again);
    await eventLoop();
    isOver = true;
    expect(runs).toBeGreaterThan(100);
    expect(runs).toBeLessThan(1_000);
  });

  it('shows what has become of a worker once, when the event loop has had its turn', async () => {
    const done: string[] = [];
    const busy: Worker = { turn: () => done.push('turn'), publish: () => done.push('publish') };
    for (let turn = 0; turn < 3; turn++) soon(busy);
    await Promise.resolve();
    expect(done).toEqual(['turn', 'turn', 'turn']);
    await eventLoop();
    expect(done).toEqual(['turn', 'turn', 'turn', 'publish']);
  });
});

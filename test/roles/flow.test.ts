import fc from 'fast-check';
import { Flow } from '../../src/roles/flow.js';

/** A flow whose source is the test. */
class Numbers extends Flow<number> {
  give(value: number): void {
    if (!this.handOver(value)) this.keep(value);
  }

  end(...error: [why?: unknown]): void {
    this.finish(...error);
  }

  drop(): number {
    return this.shift();
  }

  empty(): void {
    this.clear();
  }
}

const told = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => ({ error }));

describe('Flow', () => {
  it('hands out what comes in its order, to whoever has waited first', async () => {
    const flow = new Numbers();
    const first = flow.next();
    const second = flow.next();
    for (const value of [1, 2, 3, 4]) flow.give(value);
    expect(await Promise.all([first, second, flow.next()])).toMatchObject([{ value: 1 }, { value: 2 }, { value: 3 }]);
    expect(flow.buffered).toBe(1);
    expect(flow.drop()).toBe(4);
  });

  it('tells its error once, behind what was kept, and then that it is over', async () => {
    const flow = new Numbers();
    flow.give(1);
    flow.end('why');
    const asked = [flow.next(), flow.next(), flow.next()].map(told);
    expect(await Promise.all(asked)).toEqual([
      { done: false, value: 1 },
      { error: 'why' },
      { done: true, value: undefined },
    ]);
  });

  it('tells its error to the first of those who wait, and the others that it is over', async () => {
    const flow = new Numbers();
    const asked = [told(flow.next()), told(flow.next())];
    flow.end('why');
    expect(await Promise.all(asked)).toEqual([{ error: 'why' }, { done: true, value: undefined }]);
  });

  it('forgets what was kept, and the error with it', async () => {
    const flow = new Numbers();
    flow.give(1);
    flow.end('why');
    flow.empty();
    expect(await flow.next()).toEqual({ done: true, value: undefined });
  });

  it('is a queue, whatever is given and taken when', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), async (gives) => {
        const flow = new Numbers();
        const taken: Promise<unknown>[] = [];
        let given = 0;
        for (const give of gives) {
          if (give) flow.give(given++);
          else taken.push(flow.next());
        }
        expect(flow.buffered).toBe(Math.max(0, given - taken.length));
        flow.end();
        const values = (await Promise.all(taken)).map((result) => (result as IteratorResult<number>).value);
        expect(values).toEqual(taken.map((_, index) => (index < given ? index : undefined)));
      }),
    );
  });
});

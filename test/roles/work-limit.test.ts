import fc from 'fast-check';
import { WorkLimit } from '../../src/roles/work-limit.js';

/** Work that notes its start, and is done when the test says so, or within its start. */
function piece(name: string, started: string[], limit?: WorkLimit) {
  return {
    start() {
      started.push(name);
      limit?.done();
    },
  };
}

describe('WorkLimit', () => {
  it('starts as many as it may, and the others in order as work gets done', () => {
    const started: string[] = [];
    const limit = new WorkLimit(2, 10);
    for (const name of ['a', 'b', 'c', 'd']) expect(limit.take(piece(name, started))).toBe(true);
    expect({ started, busy: limit.busy, waiting: limit.waiting }).toEqual({ started: ['a', 'b'], busy: 2, waiting: 2 });
    limit.done();
    expect(started).toEqual(['a', 'b', 'c']);
    limit.done();
    limit.done();
    limit.done();
    expect({ started, busy: limit.busy }).toEqual({ started: ['a', 'b', 'c', 'd'], busy: 0 });
  });

  it('has no place for more than may wait', () => {
    const limit = new WorkLimit(1, 1);
    const taken = ['a', 'b', 'c'].map((name) => limit.take(piece(name, [])));
    expect(taken).toEqual([true, true, false]);
    expect(new WorkLimit(1, 0).take(piece('a', []))).toBe(true);
  });

  it('never starts what was dropped while it waited; what has started keeps its place', () => {
    const started: string[] = [];
    const limit = new WorkLimit(1, 10);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => piece(name, started)) as [never, never, never];
    for (const each of [a, b, c]) limit.take(each);
    limit.drop(a);
    limit.drop(b);
    expect(limit.busy).toBe(1);
    limit.done();
    expect(started).toEqual(['a', 'c']);
  });

  it('starts a thousand that are done at once without a stack of a thousand', () => {
    const started: string[] = [];
    const limit = new WorkLimit(1, 100_000);
    limit.take(piece('first', started));
    for (let at = 0; at < 100_000; at += 1) limit.take(piece(String(at), started, limit));
    limit.done();
    expect({ started: started.length, busy: limit.busy, waiting: limit.waiting }).toEqual({
      started: 100_001,
      busy: 0,
      waiting: 0,
    });
  });

  it('never works on more than it may, and starts everything once, in order', () => {
    const step = fc.constantFrom('take' as const, 'done' as const);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (steps, concurrency) => {
        const started: string[] = [];
        const limit = new WorkLimit(concurrency, 1_000);
        let taken = 0;
        let done = 0;
        for (const each of steps) {
          if (each === 'take') {
            limit.take(piece(String(taken), started));
            taken += 1;
          } else if (started.length > done) {
            done += 1;
            limit.done();
          }
          expect(limit.busy).toBe(Math.min(concurrency, taken - done));
          expect(started.length).toBe(done + limit.busy);
        }
        expect(started).toEqual(started.map((_, at) => String(at)));
      }),
      { numRuns: 100 },
    );
  });
});

import fc from 'fast-check';
import { QueueFull } from '../../../src/errors.js';
import { Stream, type StreamOptions } from '../../../src/peer/loops/stream.js';
import { failure } from '../../support/house.js';

/** A stream whose source is the test. */
class Numbers extends Stream<number> {
  released: unknown[] = [];
  behinds = 0;
  losses = 0;

  constructor(options: StreamOptions = {}) {
    super('numbers', options, 'dropOldest');
  }

  put(...values: readonly number[]): void {
    for (const value of values) this.push(value);
  }

  finish(...error: [why?: unknown]): void {
    this.close(...error);
  }

  protected async release(why: unknown): Promise<void> {
    this.released.push(why);
  }

  protected behind(): void {
    this.behinds += 1;
  }

  protected lost(): void {
    this.losses += 1;
  }
}

/** All that a loop still gets, to the end. */
async function rest(numbers: Numbers): Promise<number[]> {
  const got: number[] = [];
  for await (const value of numbers) got.push(value);
  return got;
}

describe('Stream', () => {
  it('hands out what came before and what comes later, in its order', async () => {
    const numbers = new Numbers();
    numbers.put(1, 2);
    const got = rest(numbers);
    await new Promise(setImmediate);
    numbers.put(3, 4);
    numbers.finish();
    expect(await got).toEqual([1, 2, 3, 4]);
    expect(numbers.released).toEqual([undefined]);
  });

  it.each([
    ['dropOldest', [3, 4, 5]],
    ['dropNewest', [1, 2, 3]],
  ] as const)('that is full drops one, counted, and tells it once: %s', async (overflow, kept) => {
    const numbers = new Numbers({ buffer: 3, overflow });
    numbers.put(1, 2, 3, 4, 5);
    expect(numbers).toMatchObject({ dropped: 2, losses: 2, behinds: 1, buffered: 3 });
    numbers.finish();
    expect(await rest(numbers)).toEqual(kept);
  });

  it('tells again that it drops once the loop had caught up', async () => {
    const numbers = new Numbers({ buffer: 1 });
    numbers.put(1, 2, 3);
    expect(await numbers.next()).toEqual({ done: false, value: 3 });
    numbers.put(4, 5);
    expect(numbers).toMatchObject({ dropped: 3, behinds: 2 });
  });

  it('that may not drop fails the loop behind what was buffered', async () => {
    const numbers = new Numbers({ buffer: 2, overflow: 'fail' });
    numbers.put(1, 2, 3, 4);
    expect(numbers).toMatchObject({ dropped: 0, released: [expect.any(QueueFull)] });
    expect([await numbers.next(), await numbers.next()].map(({ value }) => value)).toEqual([1, 2]);
    const error = await failure(numbers.next());
    expect(error).toBeInstanceOf(QueueFull);
    expect(error.message).toMatch(/^numbers: 2 wait already, .*raise buffer/);
    expect(await numbers.next()).toEqual({ done: true, value: undefined });
  });

  it('that fails rejects once: the one who waits longest, or who asks next', async () => {
    const why = new Error('refused');
    const waited = new Numbers();
    const both = [waited.next(), waited.next()] as const;
    waited.finish(why);
    expect(await failure(both[0])).toBe(why);
    expect(await both[1]).toEqual({ done: true, value: undefined });

    const asked = new Numbers();
    asked.finish(why);
    expect(await failure(asked.next())).toBe(why);
    expect(await asked.next()).toEqual({ done: true, value: undefined });
  });

  it.each<[string, (numbers: Numbers) => Promise<unknown>]>([
    [
      'break',
      async (numbers) => {
        for await (const _ of numbers) break;
      },
    ],
    [
      'a throw',
      async (numbers) => {
        try {
          for await (const _ of numbers) throw new Error('no');
        } catch {}
      },
    ],
    ['return()', (numbers) => numbers.return()],
    ['the end of its block', (numbers) => numbers[Symbol.asyncDispose]()],
  ])('is over with %s: what was buffered is gone, and all is given back once', async (_how, leave) => {
    const numbers = new Numbers();
    numbers.put(1, 2, 3);
    await leave(numbers);
    await numbers.return();
    numbers.put(4);
    numbers.finish(new Error('too late'));
    expect(numbers).toMatchObject({ released: [undefined], buffered: 0 });
    expect(await rest(numbers)).toEqual([]);
  });

  it('lets go of who waits when it is left elsewhere', async () => {
    const numbers = new Numbers();
    const waiting = numbers.next();
    await numbers.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('keeps order and bound whatever comes and goes', async () => {
    const step = fc.oneof(fc.constant('take' as const), fc.constant('put' as const));
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 300 }),
      fc.integer({ min: 1, max: 90 }),
      async (...all) => {
        const [steps, buffer] = all;
        const numbers = new Numbers({ buffer });
        const model: number[] = [];
        let last = 0;
        for (const each of steps) {
          if (each === 'put') {
            last += 1;
            numbers.put(last);
            model.push(last);
            if (model.length > buffer) model.shift();
          } else if (model.length > 0) expect(await numbers.next()).toEqual({ done: false, value: model.shift() });
          expect(numbers.buffered).toBe(model.length);
        }
        numbers.finish();
        expect(await rest(numbers)).toEqual(model);
      },
    );
    await fc.assert(property, { numRuns: 50 });
  });
});

import fc from 'fast-check';
import { QueueFull } from '../../../src/errors.js';
import { Stream } from '../../../src/peer/loops/stream.js';
import type { StreamOptions } from '../../../src/peer/loops/stream-options.js';
import { failure } from '../../support/house.js';

/** A stream whose source is the test. */
class Numbers extends Stream<number> {
  released: unknown[] = [];
  /** What its peer has logged and counted. */
  readonly behind: (readonly [what: string, uri: string | undefined])[];
  readonly counters: { readonly dropped: number };

  constructor(options: StreamOptions = {}, uri?: string) {
    const behind: [what: string, uri: string | undefined][] = [];
    const counters = { dropped: 0 };
    super(
      { counters, log: { behind: (...of) => behind.push(of), unreturned() {} } },
      'numbers',
      uri,
      options,
      'dropOldest',
    );
    this.behind = behind;
    this.counters = counters;
  }

  put(...values: readonly number[]): void {
    for (const value of values) this.push(value);
  }

  over(...error: [why?: unknown]): void {
    this.close(...error);
  }

  heed(signal: AbortSignal, ...unhear: readonly (() => void)[]): this {
    this.until(signal, ...unhear);
    return this;
  }

  protected override async release(why: unknown): Promise<void> {
    this.released.push(why);
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
    numbers.over();
    expect(await got).toEqual([1, 2, 3, 4]);
    expect(numbers.released).toEqual([undefined]);
  });

  it.each([
    ['dropOldest', [3, 4, 5]],
    ['dropNewest', [1, 2, 3]],
  ] as const)('that is full drops one, counted, and tells it once: %s', async (overflow, kept) => {
    const numbers = new Numbers({ buffer: 3, overflow });
    numbers.put(1, 2, 3, 4, 5);
    expect(numbers).toMatchObject({
      dropped: 2,
      counters: { dropped: 2 },
      behind: [['numbers', undefined]],
      buffered: 3,
    });
    numbers.over();
    expect(await rest(numbers)).toEqual(kept);
  });

  it('tells again that it drops once the loop had caught up', async () => {
    const numbers = new Numbers({ buffer: 1 });
    numbers.put(1, 2, 3);
    expect(await numbers.next()).toEqual({ done: false, value: 3 });
    numbers.put(4, 5);
    expect(numbers).toMatchObject({
      dropped: 3,
      behind: [
        ['numbers', undefined],
        ['numbers', undefined],
      ],
    });
  });

  it('that may not drop fails the loop behind what was buffered', async () => {
    const numbers = new Numbers({ buffer: 2, overflow: 'fail' }, 'com.example.primes');
    numbers.put(1, 2, 3, 4);
    expect(numbers).toMatchObject({ dropped: 0, released: [expect.any(QueueFull)] });
    expect([await numbers.next(), await numbers.next()].map(({ value }) => value)).toEqual([1, 2]);
    const error = await failure(numbers.next());
    expect(error).toBeInstanceOf(QueueFull);
    expect(error.message).toBe('numbers of com.example.primes: 2 wait already for the loop (buffer, overflow)');
    expect(await numbers.next()).toEqual({ done: true, value: undefined });
  });

  it('that fails rejects once: the one who waits longest, or who asks next', async () => {
    const why = new Error('refused');
    const waited = new Numbers();
    const both = [waited.next(), waited.next()] as const;
    waited.over(why);
    expect(await failure(both[0])).toBe(why);
    expect(await both[1]).toEqual({ done: true, value: undefined });

    const asked = new Numbers();
    asked.over(why);
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
    numbers.over(new Error('too late'));
    expect(numbers).toMatchObject({ released: [undefined], buffered: 0 });
    expect(await rest(numbers)).toEqual([]);
  });

  it('is left when its signal aborts, even before it began, and hears of nothing from then on', async () => {
    const abort = new AbortController();
    let heard = 2;
    const unhear = () => {
      heard -= 1;
    };
    const numbers = new Numbers().heed(abort.signal, unhear, unhear);
    numbers.put(1);
    const asked = new AbortController();
    asked.abort(new Error('not any more'));
    const late = new Numbers().heed(asked.signal);
    abort.abort(new Error('not any more'));
    expect(heard).toBe(0);
    for (const each of [numbers, late]) {
      expect(each.released).toEqual([undefined]);
      expect(await rest(each)).toEqual([]);
    }
  });

  it('listens to its signal no longer than it lasts', async () => {
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    const numbers = new Numbers().heed(signal);
    numbers.over();
    expect(removed.mock.calls[0]?.[1]).toBe(added.mock.calls[0]?.[1]);
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
        numbers.over();
        expect(await rest(numbers)).toEqual(model);
      },
    );
    await fc.assert(property, { numRuns: 50 });
  });
});

import { SimulatedClock } from 'xstate';
import { oneTimer } from '../../src/transports/one-timer.js';
import type { Timers } from '../../src/transports/timers.js';

describe('oneTimer', () => {
  let clock: SimulatedClock;
  let timers: Timers;
  let set: Set<unknown>;
  let done: string[];
  beforeEach(() => {
    clock = new SimulatedClock();
    set = new Set();
    done = [];
    timers = oneTimer({
      now: () => clock.now(),
      setTimeout: (fn, delay) => {
        const id = clock.setTimeout(() => {
          set.delete(id);
          try {
            fn();
          } catch (error) {
            done.push(String(error));
          }
        }, delay);
        set.add(id);
        return id;
      },
      clearTimeout: (id) => {
        set.delete(id);
        clock.clearTimeout(id as number);
      },
    });
  });
  const note = (name: string) => () => void done.push(name);

  it('does each thing at its time, with one timer behind all of them', () => {
    for (let n = 0; n < 100; n++) timers.setTimeout(note(`${n}`), 100 - n);
    expect(set.size).toBe(1);
    clock.increment(1);
    expect(done).toEqual(['99']);
    clock.increment(49);
    expect(done).toHaveLength(50);
    expect(set.size).toBe(1);
    clock.increment(50);
    expect(done).toEqual(Array.from({ length: 100 }, (_, n) => `${99 - n}`));
    expect(set.size).toBe(0);
  });

  it('does nothing that was taken back, also by what was due at the same time, and leaves no timer then', () => {
    const last = timers.setTimeout(note('last'), 20);
    timers.setTimeout(() => timers.clearTimeout(second), 10);
    const second = timers.setTimeout(note('second'), 10);
    clock.increment(10);
    timers.clearTimeout(last);
    timers.clearTimeout(last);
    timers.clearTimeout(undefined);
    expect(set.size).toBe(0);
    clock.increment(100);
    expect(done).toEqual([]);
  });

  it('does what is due at once, and sets the like again, once a turn', () => {
    const again = () => {
      done.push('again');
      if (done.length < 5) timers.setTimeout(again, 0);
    };
    timers.setTimeout(again, 1);
    timers.setTimeout(note('other'), 1);
    clock.increment(1);
    expect(done.slice(0, 2).sort()).toEqual(['again', 'other']);
    expect(set.size).toBe(1);
    for (let turn = 0; turn < 5; turn++) clock.increment(0);
    expect(done.filter((name) => name === 'again')).toHaveLength(4);
  });

  it('goes on after what throws', () => {
    timers.setTimeout(() => {
      throw new Error('of this one alone');
    }, 1);
    timers.setTimeout(note('next'), 1);
    clock.increment(1);
    clock.increment(0);
    expect(done).toEqual(['Error: of this one alone', 'next']);
  });

  it('waits for what is further off than an engine’s timer reaches', () => {
    timers.setTimeout(note('far'), 2 ** 31);
    clock.increment(2 ** 31 - 1);
    expect(done).toEqual([]);
    expect(set.size).toBe(1);
    clock.increment(1);
    expect(done).toEqual(['far']);
  });
});

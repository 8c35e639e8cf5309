import { createActor, createMachine } from 'xstate';
import { chance } from '../../src/testing/chance.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';

describe('VirtualClock', () => {
  it('fires timers in the order in which they are due, and of two that are due together the one set first', () => {
    const clock = new VirtualClock();
    const fired: [string, number][] = [];
    const set = (name: string, delay: number) => clock.setTimeout(() => fired.push([name, clock.now()]), delay);
    set('c', 30);
    set('a', 10);
    set('b1', 20);
    set('b2', 20);
    clock.increment(25);
    expect(fired).toEqual([
      ['a', 10],
      ['b1', 20],
      ['b2', 20],
    ]);
    expect(clock.now()).toBe(25);
    expect(clock.timers).toBe(1);
    expect(clock.next).toBe(30);
  });

  it('fires what a timer sets within the time that passes', () => {
    const clock = new VirtualClock(100);
    const at: number[] = [];
    const again = (): void => {
      at.push(clock.now());
      clock.setTimeout(again, 10);
    };
    clock.setTimeout(again, 10);
    clock.increment(35);
    expect(at).toEqual([110, 120, 130]);
  });

  it('forgets what is cleared, once and for all', () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    const ids = Array.from({ length: 1_000 }, (_, index) => clock.setTimeout(() => fired.push(index), index % 97));
    for (const [index, id] of ids.entries()) if (index % 10 !== 0) clock.clearTimeout(id);
    clock.clearTimeout(ids[1]);
    clock.clearTimeout(undefined);
    expect(clock.timers).toBe(100);
    clock.increment(1_000);
    clock.clearTimeout(ids[0]);
    expect(fired.length).toBe(100);
    expect(fired.every((index) => index % 10 === 0)).toBe(true);
    expect(clock.timers).toBe(0);
    expect(clock.next).toBeUndefined();
  });

  it('takes any delay as real time does', () => {
    const clock = new VirtualClock();
    for (const delay of [-5, Number.NaN, Number.POSITIVE_INFINITY]) clock.setTimeout(() => {}, delay);
    expect(clock.pending().map(({ at }) => at)).toEqual([0, 0, 2 ** 31 - 1]);
  });

  it('knows who has set a timer', () => {
    const clock = new VirtualClock();
    function forgetful(): void {
      clock.setTimeout(() => {}, 5);
    }
    forgetful();
    expect(clock.pending()).toEqual([{ at: 5, owner: expect.stringMatching(/\(.*virtual-clock\.test\.ts:62:/) }]);
  });

  it("drives the delays of an actor of XState's", () => {
    const clock = new VirtualClock();
    const light = createMachine({ initial: 'on', states: { on: { after: { 500: 'off' } }, off: {} } });
    const actor = createActor(light, { clock }).start();
    clock.increment(499);
    expect(actor.getSnapshot().value).toBe('on');
    clock.increment(1);
    expect(actor.getSnapshot().value).toBe('off');
  });
});

describe('chance', () => {
  it('is the same for the same seed, another for another, and spread over the whole range', () => {
    const draw = (seed: number): number[] => Array.from({ length: 1_000 }, chance(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const numbers = draw(3);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
      expect(share).toBeGreaterThan(60);
    }
  });
});

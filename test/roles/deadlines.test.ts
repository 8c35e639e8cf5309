import fc from 'fast-check';
import { Deadlines } from '../../src/roles/deadlines.js';

describe('Deadlines', () => {
  it('tells the first, and gives out what has expired, in the order of its length and then of its beginning', () => {
    const deadlines = new Deadlines<string>();
    deadlines.add('slow', 500, 0);
    deadlines.add('quick', 100, 10);
    deadlines.add('quick too', 100, 20);
    deadlines.add('never', Infinity, 0);
    expect(deadlines.next()).toBe(110);
    expect(deadlines.expire(109)).toEqual([]);
    expect(deadlines.expire(110)).toEqual(['quick']);
    expect(deadlines.next()).toBe(120);
    expect(deadlines.expire(1_000)).toEqual(['slow', 'quick too']);
    expect(deadlines.next()).toBeUndefined();
  });

  it('forgets what was removed, and removes twice without harm', () => {
    const deadlines = new Deadlines<string>();
    deadlines.add('a', 100, 0);
    deadlines.add('b', 100, 1);
    deadlines.remove('a', 100);
    deadlines.remove('a', 100);
    deadlines.remove('c', 300);
    expect(deadlines.next()).toBe(101);
    expect(deadlines.expire(101)).toEqual(['b']);
  });

  it('agrees with a plain list, whatever is added, removed and expired', () => {
    const step = fc.record({ timeout: fc.constantFrom(10, 20, 50, Infinity), wait: fc.nat(20), drop: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const deadlines = new Deadlines<number>();
        let model: { item: number; timeout: number; at: number }[] = [];
        let now = 0;
        steps.forEach(({ timeout, wait, drop }, item) => {
          deadlines.add(item, timeout, now);
          model.push({ item, timeout, at: now + timeout });
          const first = model[0];
          if (drop && first !== undefined) {
            deadlines.remove(first.item, first.timeout);
            model = model.slice(1);
          }
          now += wait;
          const due = model.filter(({ at }) => at <= now).map((each) => each.item);
          expect(deadlines.expire(now).sort()).toEqual(due.sort());
          model = model.filter(({ at }) => at > now);
          const next = Math.min(Infinity, ...model.map(({ at }) => at));
          expect(deadlines.next() ?? Infinity).toBe(next);
        });
      }),
    );
  });
});

import fc from 'fast-check';
import { type Deadlined, Deadlines } from '../src/deadlines.js';

const item = (deadline: number): Deadlined => ({ deadline, position: -1 });

describe('Deadlines', () => {
  it('gives out what is due, the earliest first, and nothing that is not', () => {
    const deadlines = new Deadlines();
    for (const at of [30, 10, 20, 40]) deadlines.add(item(at));
    expect(deadlines.next()).toBe(10);
    expect([20, 20, 20].map((now) => deadlines.takeDue(now)?.deadline)).toEqual([10, 20, undefined]);
    expect(deadlines.next()).toBe(30);
  });

  it('forgets an item that is removed, once', () => {
    const deadlines = new Deadlines();
    const [a, b] = [item(1), item(2)];
    deadlines.add(a);
    deadlines.add(b);
    deadlines.remove(a);
    deadlines.remove(a);
    expect(deadlines.size).toBe(1);
    expect(deadlines.next()).toBe(2);
  });

  it('is a sorted list under any order of additions and removals', () => {
    const step = fc.record({ deadline: fc.nat(50), remove: fc.option(fc.nat(100)) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const deadlines = new Deadlines();
        const held: Deadlined[] = [];
        for (const { deadline, remove } of steps) {
          if (remove !== null && held.length > 0) {
            const [removed] = held.splice(remove % held.length, 1);
            deadlines.remove(removed!);
          } else {
            const added = item(deadline);
            held.push(added);
            deadlines.add(added);
          }
        }
        const expected = held.map((each) => each.deadline).sort((a, b) => a - b);
        const taken = held.map(() => deadlines.takeDue(Number.POSITIVE_INFINITY)?.deadline);
        expect(taken).toEqual(expected);
        expect(deadlines.size).toBe(0);
      }),
    );
  });
});

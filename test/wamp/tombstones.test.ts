import { Tombstones } from '../../src/wamp/tombstones.js';

describe('Tombstones', () => {
  it('knows what was added until its last answer has come', () => {
    const tombstones = new Tombstones();
    tombstones.add(7);
    expect([6, 7, 8].map((id) => tombstones.has(id))).toEqual([false, true, false]);
    tombstones.delete(7);
    expect(tombstones.has(7)).toBe(false);
  });

  it('stays bounded, and forgives what it had to forget', () => {
    const tombstones = new Tombstones(3);
    for (const id of [10, 20, 30, 40]) tombstones.add(id);
    expect(tombstones.size).toBe(3);
    expect([10, 20, 30, 40].map((id) => tombstones.has(id))).toEqual([true, true, true, true]);
    expect(tombstones.has(25)).toBe(false);
  });

  it('forgives nothing where ids do not grow', () => {
    const tombstones = new Tombstones(2, false);
    for (const id of [900, 20, 30]) tombstones.add(id);
    expect([900, 7, 20, 30].map((id) => tombstones.has(id))).toEqual([false, false, true, true]);
  });
});

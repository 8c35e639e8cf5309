import { computations, computing } from '../src/computing.js';

describe('computing', () => {
  it('counts work from its beginning to its end, whichever way it ends', async () => {
    let finish: (() => void) | undefined;
    const work = computing(() => new Promise<void>((resolve) => (finish = resolve)));
    const failing = computing(async () => {
      throw new Error('no key');
    });
    expect(computations()).toBe(2);
    await expect(failing).rejects.toThrow('no key');
    expect(computations()).toBe(1);
    finish?.();
    await work;
    expect(computations()).toBe(0);
  });

  it('gives what the work gave', async () => {
    expect(await computing(async () => 5)).toBe(5);
  });
});

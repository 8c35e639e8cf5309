import { UsageError } from '../../src/errors.js';
import { settle } from '../actors/scripted.js';
import { NOTHING_LEFT, scripted } from './scripted-router.js';

const codes = (sent: readonly (readonly unknown[])[]) => sent.map(([code]) => code);

describe('a drain', () => {
  it('gives everything back, answers what is worked on, and then says GOODBYE', async () => {
    let finish = () => {};
    const world = await scripted({
      register: { 'com.example.add': () => new Promise<void>((resolve) => (finish = resolve)) },
      subscribe: { 'com.example.news': () => {} },
    });
    await world.welcome();
    await world.router.say([68, 1, 101, {}]);
    const drained = world.me.drain();
    await settle();
    expect(codes(world.router.sent)).toEqual([1, 64, 32, 66, 34]);
    await world.router.say([67, 3], [35, 4], [68, 2, 101, {}]);
    expect(world.router.sent.at(-1)?.slice(0, 5)).toEqual([8, 68, 2, {}, 'wamp.error.unavailable']);
    finish();
    await settle();
    expect(codes(world.router.sent).slice(-2)).toEqual([70, 6]);
    await world.router.say([6, {}, 'wamp.close.goodbye_and_out']);
    expect(await drained).toEqual({ abandoned: 0 });
    expect(world.log.said('drained')).toHaveLength(1);
    expect(await world.end()).toEqual(NOTHING_LEFT);
  });

  it('waits for 10 s at most, by default, and tells how much it gives up', async () => {
    const world = await scripted({ register: { 'com.example.add': () => new Promise(() => {}) } });
    await world.welcome();
    await world.router.say([68, 1, 101, {}]);
    const drained = world.me.drain();
    await world.router.say([67, 2]);
    world.clock.increment(9_999);
    await settle();
    expect(codes(world.router.sent)).not.toContain(6);
    world.clock.increment(1);
    await settle();
    await world.router.say([6, {}, 'wamp.close.goodbye_and_out']);
    expect(await drained).toEqual({ abandoned: 1 });
    expect(world.log.said('not all was finished in time that the peer had begun')).toHaveLength(1);
    expect(await world.end()).toEqual(NOTHING_LEFT);
  });

  it('refuses an option that makes no sense', async () => {
    const world = await scripted();
    await expect(world.me.drain({ within: 0 })).rejects.toThrow(UsageError);
    await expect(world.me.drain({ whithin: 5 } as never)).rejects.toThrow('known are within');
    await world.end();
  });
});

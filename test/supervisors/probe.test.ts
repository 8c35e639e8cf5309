/** A parked child that is tried again after a while: the `probe` of its spec. */
import type { AnyActorRef } from 'xstate';
import { type ChildSpec, sendExit } from '../../supervisors/index.js';
import { house } from './support/house.js';
import { settle } from './support/settle.js';
import { slowStart } from './support/slow-start.js';
import { warming } from './support/warming.js';
import { worker } from './support/workers.js';

const once = { intensity: 0, period: 1_000 };
const probed = (more: Partial<ChildSpec> = {}): ChildSpec => ({
  id: 'a',
  start: worker(),
  budget: once,
  probe: 10_000,
  ...more,
});
const plain = (id: string): ChildSpec => ({ id, start: worker() });
type House = ReturnType<typeof house>;
const view = ({ tree }: House) => tree.view().supervisor?.children[0];

async function parked(...given: Parameters<typeof house>): Promise<House> {
  const home = house(...given);
  await home.send('a', 'crash');
  expect(view(home)).toMatchObject({ status: 'parked', retryAt: 10_000 });
  expect(home.clock.timers).toBe(1);
  return home;
}

describe('a parked child with a probe', () => {
  it('is tried after so long, once, and its siblings are not touched', async () => {
    const home = await parked([probed(), plain('b')], { strategy: 'one_for_all' });
    await home.wait(9_999);
    expect(home.picture()).toBe('a parked, b running*');
    await home.wait(1);
    expect(home.picture()).toBe('a running*, b running*');
    expect(view(home)).toMatchObject({ incarnation: 2, restarts: 1, retryAt: undefined });
    expect(home.types('a')).toEqual(['started', 'exited', 'parked', 'probing', 'started']);
    expect(home.types('b')).toEqual(['started']);
    expect(home.clock.timers).toBe(0);
    await home.tree.stop();
  });

  it('is parked again when it ends before it has lived as long, and tried again after the same time', async () => {
    const home = await parked([probed({ budget: { intensity: 0, period: 1 } })]);
    for (const [time, lived] of [
      [10_000, 0],
      [20_000, 9_999],
    ] as const) {
      await home.wait(10_000);
      expect(home.picture()).toBe('a running*');
      await home.wait(lived);
      await home.send('a', 'crash');
      expect(view(home)).toMatchObject({ status: 'parked', retryAt: time + lived + 10_000 });
    }
    await home.wait(10_000);
    expect(home.picture()).toBe('a running*');
    expect(home.tree.view().supervisor?.recentRestarts).toBe(0);
    await home.tree.stop();
  });

  it('has its past forgiven when it has lived as long', async () => {
    const budget = { intensity: 1, period: 1_000_000 };
    const home = house([probed({ budget })]);
    await home.send('a', 'crash');
    await home.send('a', 'crash');
    expect(home.picture()).toBe('a parked');
    await home.wait(10_000);
    await home.wait(10_000);
    await home.send('a', 'crash');
    expect(home.picture()).toBe('a running*');
    await home.send('a', 'crash');
    expect(home.picture()).toBe('a parked');
    await home.tree.stop();
  });

  it('is parked again when it ends before it is ready, however long it has lived', async () => {
    const home = await parked([
      warming('a', [], { budget: { intensity: 9, period: 1 }, probe: 10_000, judge: parkFirst() }),
    ]);
    await home.wait(10_000);
    await home.wait(50_000);
    await home.send('a', 'crash');
    expect(home.picture()).toBe('a parked');
    await home.wait(10_000);
    await home.send('a', 'warm');
    await home.wait(10_000);
    await home.send('a', 'crash');
    expect(home.picture()).toBe('a running');
    await home.tree.stop();
  });

  it.each<[string, Partial<ChildSpec>]>([
    ['ends well', { restart: 'transient' }],
    ['is to stop, as its judge says', { judge: (reason) => (reason === 'normal' ? 'stop' : undefined) }],
  ])('stays down when it is tried and %s', async (_title, more) => {
    const home = await parked([probed(more)]);
    await home.wait(10_000);
    await home.send('a', 'exit', 'normal');
    expect(home.picture()).toBe('a stopped');
    expect(home.clock.timers).toBe(0);
    await home.tree.stop();
  });

  it('is parked again when it does not start', async () => {
    let isBroken = false;
    const start = () => {
      if (isBroken) throw new Error('no fuel');
      return worker();
    };
    const home = await parked([probed({ start })]);
    isBroken = true;
    await home.wait(10_000);
    expect(view(home)).toMatchObject({
      status: 'parked',
      retryAt: 20_000,
      lastExit: { reason: 'Error: no fuel', at: 10_000 },
    });
    expect(home.types('a').slice(3)).toEqual(['probing', 'start failed', 'parked']);
    isBroken = false;
    await home.wait(10_000);
    expect(home.picture()).toBe('a running*');
    await home.tree.stop();
  });

  it('is parked again when its start takes too long', async () => {
    const started: AnyActorRef[] = [];
    const home = house([probed({ start: slowStart(started), startTimeout: 1_000 })]);
    started[0]?.send({ type: 'up' });
    await settle();
    sendExit(started[0] as AnyActorRef, 'kill');
    await settle();
    await home.wait(10_000);
    expect(home.picture()).toBe('a starting');
    await home.wait(1_000);
    expect(view(home)).toMatchObject({ status: 'parked', retryAt: 21_000 });
    await home.wait(10_000);
    started.at(-1)?.send({ type: 'up' });
    await settle();
    expect(home.picture()).toBe('a running*');
    await home.tree.stop();
    expect(home.clock.timers).toBe(0);
  });

  it('is parked again when it falls with its group and cannot be started again', async () => {
    let isBroken = false;
    const start = () => {
      if (isBroken) throw new Error('no fuel');
      return worker();
    };
    const home = await parked([probed({ start }), plain('b')], { strategy: 'one_for_all' });
    await home.wait(10_000);
    isBroken = true;
    await home.send('b', 'crash');
    expect(home.picture()).toBe('a parked, b running*');
    await home.tree.stop();
  });

  it('is not on trial any more when it was terminated, and comes back with its group', async () => {
    const budget = { intensity: 1, period: 1_000 };
    const home = house([probed({ budget }), plain('b')], { strategy: 'one_for_all', intensity: 5 });
    for (const _crash of [1, 2]) await home.send('a', 'crash');
    await home.wait(10_000);
    await home.tree.terminateChild('a');
    await home.send('b', 'crash');
    await home.send('a', 'crash');
    expect(home.picture()).toBe('a running*, b running*');
    await home.tree.stop();
  });

  it('did not start unasked, as the report says, also if it was once asked for', async () => {
    let isBroken = false;
    const start = () => {
      if (isBroken) throw new Error('no fuel');
      return worker();
    };
    const home = await parked([probed({ start })]);
    await home.tree.restartChild('a');
    await home.send('a', 'crash');
    await home.send('a', 'crash').catch(() => {});
    isBroken = true;
    await home.wait(10_000);
    expect(home.reports.find(({ type }) => type === 'start failed')).toMatchObject({ isAsked: false });
    await home.tree.stop();
  });

  it.each<[string, (home: House) => unknown, string]>([
    ['terminated', ({ tree }) => tree.terminateChild('a'), 'a stopped'],
    ['started by hand', ({ tree }) => tree.restartChild('a'), 'a running*'],
    ['deleted', ({ tree }) => tree.deleteChild('a'), ''],
    ['stopped with its tree', ({ tree }) => tree.stop(), 'a stopped'],
    ['killed with its tree', ({ tree }) => tree.root.send({ type: 'supervisor.kill' }), 'a parked'],
  ])('is not tried any more when it is %s', async (_title, act, picture) => {
    const home = await parked([probed()]);
    await act(home);
    await settle();
    expect(home.clock.timers).toBe(0);
    expect(home.picture()).toBe(picture);
    await home.wait(20_000);
    expect(home.types('a')).not.toContain('probing');
    await home.tree.stop();
  });

  it('has by hand its budget again, as ever', async () => {
    const budget = { intensity: 1, period: 1_000_000 };
    const home = house([probed({ budget })]);
    await home.send('a', 'crash');
    await home.send('a', 'crash');
    await home.wait(10_000);
    await home.tree.terminateChild('a');
    await home.tree.restartChild('a');
    await home.send('a', 'crash');
    expect(home.picture()).toBe('a running*');
    await home.tree.stop();
  });

  it("waits with waitFor: 'ready' for those before it, and lets those behind it go on when it is ready", async () => {
    const home = house([warming('x', [], { restart: 'permanent' }), probed({ probe: 500 }), plain('b')], {
      waitFor: 'ready',
      intensity: 5,
    });
    await home.send('x', 'warm');
    await home.send('a', 'crash');
    await home.send('b', 'crash');
    await home.send('x', 'crash');
    expect(home.picture()).toBe('x running, a parked, b waiting');
    await home.wait(500);
    expect(home.picture()).toBe('x running, a waiting, b waiting');
    await home.send('x', 'warm');
    expect(home.picture()).toBe('x running*, a running*, b running*');
    expect(home.clock.timers).toBe(0);
    await home.tree.stop();
  });
});

/** Parks the first time only. */
function parkFirst(): NonNullable<ChildSpec['judge']> {
  let count = 0;
  return () => (++count === 1 ? 'park' : undefined);
}

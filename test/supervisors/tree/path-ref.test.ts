import { type AnyActorRef, assign, SimulatedClock, setup } from 'xstate';
import {
  BadSpec,
  type ChildSpec,
  dynamicSupervisor,
  NotRunning,
  PathRef,
  sendExit,
  start,
  supervisor,
} from '../../../supervisors/index.js';
import { settle } from '../support/settle.js';
import { worker } from '../support/workers.js';

const counter = setup({
  types: { context: {} as { count: number }, events: {} as { type: 'count'; by: number } | { type: 'crash' } },
}).createMachine({
  context: { count: 0 },
  on: {
    count: { actions: assign({ count: ({ context, event }) => context.count + event.by }) },
    crash: {
      actions: () => {
        throw new Error('crashed');
      },
    },
  },
});

function house(children: readonly ChildSpec[]) {
  const clock = new SimulatedClock();
  return { clock, tree: start(supervisor({ intensity: 100, children }), { clock }) };
}

describe('a reference to a path', () => {
  it('sends to the present incarnation, over restarts', async () => {
    const { tree } = house([{ id: 'counter', start: counter }]);
    const ref = tree.ref<typeof counter>('counter');
    expect(ref).toBeInstanceOf(PathRef);
    expect(ref.send({ type: 'count', by: 2 })).toBe(true);
    const first = ref.actor;
    expect([first?.getSnapshot().context.count, ref.incarnation, ref.status]).toEqual([2, 1, 'running']);
    ref.send({ type: 'crash' });
    await settle();
    ref.send({ type: 'count', by: 3 });
    expect([ref.actor?.getSnapshot().context.count, ref.incarnation, ref.dropped]).toEqual([3, 2, 0]);
    expect(ref.actor).not.toBe(first);
    await tree.stop();
  });

  it('drops and counts what is sent while nothing is there: from the end of the actor on', async () => {
    const { tree, clock } = house([{ id: 'counter', start: counter, backoff: { first: 100 } }]);
    const ref = tree.ref<typeof counter>('counter');
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
    ref.send({ type: 'crash' });
    // Its supervisor has not taken note yet.
    expect([ref.send({ type: 'count', by: 1 }), ref.actor]).toEqual([false, undefined]);
    await settle();
    expect([ref.send({ type: 'count', by: 1 }), ref.status, ref.incarnation]).toEqual([false, 'restarting', 1]);
    expect(ref.dropped).toBe(2);
    expect(tree.ref('counter').dropped).toBe(0);
    clock.increment(100);
    await settle();
    expect([ref.send({ type: 'count', by: 1 }), ref.status, ref.incarnation, ref.dropped]).toEqual([
      true,
      'running',
      2,
      2,
    ]);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
    await tree.stop();
  });

  it('outlives the supervisors above, and knows while these are down what is to come', async () => {
    const inner = supervisor({ intensity: 0, children: [{ id: 'counter', start: worker() }] });
    const { tree, clock } = house([{ id: 'inner', start: inner, backoff: { first: 100 } }]);
    const ref = tree.ref('inner/counter');
    sendExit(ref.actor as AnyActorRef, 'boom');
    await settle();
    expect([ref.status, ref.incarnation, ref.actor]).toEqual(['restarting', 1, undefined]);
    clock.increment(1_000);
    await settle();
    expect([ref.status, ref.incarnation, ref.actor === undefined]).toEqual(['running', 2, false]);
    await tree.terminateChild('inner');
    expect([ref.status, ref.incarnation, ref.send({ type: 'exit' })]).toEqual(['stopped', 2, false]);
    await tree.stop();
  });

  it('may be there before the child is, and after it has vanished', async () => {
    const { tree } = house([{ id: 'pool', start: dynamicSupervisor() }]);
    const ref = tree.ref<typeof counter>('pool/1');
    expect([ref.status, ref.incarnation, ref.actor, ref.send({ type: 'crash' })]).toEqual([
      undefined,
      0,
      undefined,
      false,
    ]);
    await tree.startChild({ start: counter }, 'pool');
    expect([ref.status, ref.incarnation, ref.send({ type: 'count', by: 1 })]).toEqual(['running', 1, true]);
    await tree.terminateChild('pool/1');
    expect([ref.status, ref.incarnation]).toEqual([undefined, 0]);
    await tree.stop();
    expect([ref.status, ref.actor, ref.send({ type: 'count', by: 1 }), ref.dropped]).toEqual([
      'stopped',
      undefined,
      false,
      2,
    ]);
  });

  it('monitors its path', async () => {
    const { tree } = house([{ id: 'a', start: worker() }]);
    const ref = tree.ref('a');
    const fates: string[] = [];
    const watch = ref.monitor(({ fate, incarnation }) => fates.push(`${incarnation} ${fate}`));
    ref.send({ type: 'exit', reason: 'boom' });
    await settle();
    watch.cancel();
    ref.send({ type: 'exit', reason: 'boom' });
    await settle();
    expect(fates).toEqual(['1 restarting']);
    await tree.stop();
    expect(() => ref.monitor(() => {})).toThrow(NotRunning);
  });

  it('is one path’s, which is a text, and of a tree that runs', async () => {
    const { tree } = house([]);
    for (const path of ['', 1, undefined]) expect(() => tree.ref(path as string)).toThrow(BadSpec);
    expect(tree.ref('a/b').path).toBe('a/b');
    await tree.stop();
    expect(() => tree.ref('a')).toThrow(NotRunning);
  });
});

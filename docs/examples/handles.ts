/**
 * An actor lives for one incarnation, so who keeps one keeps a dead one after the first restart. `tree.ref(path)` stands for whatever
 * runs at a path: it sends to the present incarnation, and says whether there was one.
 *
 * Run it where respell and xstate are installed: `node handles.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { start, supervisor } from 'respell/supervisors';
import { assign, setup } from 'xstate';

const counter = setup({
  types: { context: {} as { count: number }, events: {} as { type: 'count' | 'fail' } },
  actions: {
    fail: () => {
      throw new Error('overflow');
    },
  },
}).createMachine({
  context: { count: 0 },
  on: { count: { actions: assign({ count: ({ context }) => context.count + 1 }) }, fail: { actions: 'fail' } },
});

async function main() {
  const tree = start(supervisor({ children: [{ id: 'counter', start: counter, backoff: { first: 20 } }] }));
  const ref = tree.ref<typeof counter>('counter');
  const look = () =>
    console.log(ref.status, 'incarnation', ref.incarnation, 'count', ref.actor?.getSnapshot().context.count);

  console.log('sent:', ref.send({ type: 'count' }));
  look();

  const restarted = new Promise<void>((resolve) => {
    tree.onReport(({ type }) => type === 'started' && resolve());
  });
  const down = new Promise((resolve) => ref.monitor(resolve));
  ref.send({ type: 'fail' });
  await down;
  // Nothing is kept for later: it would reach an actor that knows nothing of what led to it.
  console.log('sent:', ref.send({ type: 'count' }), 'dropped:', ref.dropped);
  look();

  await restarted;
  console.log('sent:', ref.send({ type: 'count' }));
  look();
  await tree.stop();
}
void main();

// It prints:
//   sent: true
//   running incarnation 1 count 1
//   sent: false dropped: 1
//   restarting incarnation 1 count undefined
//   sent: true
//   running incarnation 2 count 1

/**
 * Several copies of one child share the work: each key is served by one of them, always the same, and what fails under one
 * key is lost for the keys of that partition only.
 *
 * Run it where respell and xstate are installed: `node partition-supervisor.ts` (Node 22 or newer), or with any TypeScript
 * runner.
 */
import { partition, partitionSupervisor, start, supervisor } from 'respell/supervisors';
import { assign, setup } from 'xstate';

function overflow() {
  throw new RangeError('too much');
}
const counter = setup({
  types: { context: {} as { count: number }, events: {} as { type: 'count' | 'overflow' } },
}).createMachine({
  context: { count: 0 },
  on: { count: { actions: assign({ count: ({ context }) => context.count + 1 }) }, overflow: { actions: overflow } },
});

async function main() {
  const counters = partitionSupervisor({ partitions: 3, child: { start: counter } });
  const tree = start(supervisor({ children: [{ id: 'counters', start: counters }] }));
  for (const user of ['anna', 'ben', 'dora', 'anna', 'ben']) {
    const path = partition(tree, 'counters', user);
    console.log(user, 'is counted by', path);
    tree.find(path)?.actor.send({ type: 'count' });
  }
  tree.find(partition(tree, 'counters', 'ben'))?.actor.send({ type: 'overflow' });
  // Answered behind the restart, newest first.
  for (const { path, actor } of await tree.whichChildren('counters')) {
    console.log(path, 'is at', actor?.getSnapshot().context.count);
  }
  await tree.stop();
}
void main();

// It prints:
//   anna is counted by counters/2
//   ben is counted by counters/0
//   dora is counted by counters/1
//   anna is counted by counters/2
//   ben is counted by counters/0
//   counters/2 is at 2
//   counters/1 is at 1
//   counters/0 is at 0

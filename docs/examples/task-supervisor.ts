/**
 * Work that is done in passing is below a supervisor, too: it is awaited like any promise, tried again if you say so, given
 * up in time, and ended with the tree.
 *
 * Run it where respell and xstate are installed: `node task-supervisor.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { runTask, start, supervisor, type TaskContext, taskSupervisor } from 'respell/supervisors';

const flaky = async ({ child }: TaskContext) => {
  if (child.incarnation < 3) throw new Error('no luck');
  return `luck at try ${child.incarnation}`;
};
/** Heeds the signal, as `fetch(url, { signal })` does. */
const slow = ({ signal }: TaskContext) => sleep(60_000, 'done', { signal });

async function main() {
  const tree = start(supervisor({ children: [{ id: 'tasks', start: taskSupervisor({ maxChildren: 100 }) }] }));
  const say = (error: unknown) => console.log(String(error));

  const answer: number = await runTask(tree, 'tasks', async () => 42);
  console.log('the answer is', answer);

  // Its own budget: otherwise its restarts would be charged to the supervisor, as those of any transient child.
  const patience = { restart: 'transient', budget: { intensity: 5, period: 10_000 }, backoff: { first: 20 } } as const;
  console.log(await runTask(tree, 'tasks', flaky, { id: 'flaky', ...patience }));

  await runTask(tree, 'tasks', slow, { timeout: 50 }).catch(say);

  const last = runTask(tree, 'tasks', slow, { id: 'last' }).catch(say);
  await tree.stop(); // asks all that still run to end, and waits for them, though not for ever
  await last;
}
void main();

// It prints:
//   the answer is 42
//   luck at try 3
//   TaskTimedOut: the task had not ended after 50 ms, its timeout: see what it waits for, or allow more
//   TaskStopped: task 'tasks/last' was ended before it had a result: shutdown

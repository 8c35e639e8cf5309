/**
 * Who is restarted with a child that fails. The page needs the cache, and the cache needs the database: `rest_for_one`
 * restarts what comes after the one that failed; those that depend on each other would be `one_for_all`. Beside them is a
 * subtree of its own, which nobody disturbs.
 *
 * Run it where respell and xstate are installed: `node strategies.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { start, supervisor } from 'respell/supervisors';
import { createMachine } from 'xstate';

function fail() {
  throw new Error('failed');
}
const worker = createMachine({ on: { FAIL: { actions: fail } } });

const stack = supervisor({
  strategy: 'rest_for_one',
  intensity: 3,
  children: ['database', 'cache', 'page'].map((id) => ({ id, start: worker })),
});
const pair = supervisor({
  strategy: 'one_for_all',
  children: ['reader', 'writer'].map((id) => ({ id, start: worker })),
});

async function main() {
  const tree = start(
    supervisor({
      children: [
        { id: 'stack', start: stack },
        { id: 'pair', start: pair },
      ],
    }),
  );
  let seen: string[] = [];
  tree.onReport((report) => {
    if (report.type === 'exited') seen.push(`${report.path} down`);
    if (report.type === 'started') seen.push(`${report.path} up`);
  });
  for (const path of ['stack/cache', 'stack/database', 'pair/writer']) {
    seen = [];
    tree.find(path)?.actor.send({ type: 'FAIL' });
    const above = path.slice(0, path.indexOf('/'));
    await tree.countChildren(above); // its supervisor answers when it has restarted what it had to
    console.log(`${path} failed: ${seen.join(', ')}`);
  }
  await tree.stop();
}
void main();

// It prints:
//   stack/cache failed: stack/cache down, stack/page down, stack/cache up, stack/page up
//   stack/database failed: stack/database down, stack/page down, stack/cache down, stack/database up, stack/cache up, stack/page up
//   pair/writer failed: pair/writer down, pair/reader down, pair/reader up, pair/writer up

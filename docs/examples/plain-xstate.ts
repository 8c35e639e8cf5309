/**
 * Supervisors know nothing of WAMP: a machine, a promise or a callback of yours may be the child. One that fails is
 * restarted with a fresh state, its siblings keep theirs.
 *
 * Run it where respell and xstate are installed: `node plain-xstate.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { describeExit, start, supervisor } from 'respell/supervisors';
import { assign, fromPromise, setup } from 'xstate';

function overflow() {
  throw new RangeError('too much');
}
/** In XState alone, a machine that threw would stay dead. */
const counter = setup({
  types: { context: {} as { count: number }, events: {} as { type: 'count' | 'overflow' } },
}).createMachine({
  context: { count: 0 },
  on: { count: { actions: assign({ count: ({ context }) => context.count + 1 }) }, overflow: { actions: overflow } },
});

let tries = 0;
const download = fromPromise(async () => {
  if (++tries < 3) throw new Error(`no luck at try ${tries}`);
});

async function main() {
  const tree = start(
    supervisor({
      intensity: 5, // so many restarts within `period`, 5,000 ms by default; with one more the supervisor gives up
      children: [
        { id: 'counter', start: counter },
        // Done when it is done: a transient child is restarted only after a failure, here after a while.
        { id: 'download', start: download, restart: 'transient', backoff: { first: 20, base: 20 } },
      ],
    }),
  );
  const downloaded = new Promise<void>((resolve) => {
    tree.onReport((report) => {
      if (report.type !== 'exited') return;
      console.log(`${report.path} ended (${describeExit(report.cause)}): ${report.fate}`);
      if (report.path === 'download' && report.fate === 'stopped') resolve();
    });
  });
  tree.find('counter')?.actor.send({ type: 'count' });
  tree.find('counter')?.actor.send({ type: 'overflow' });
  await downloaded;
  const now = tree.find('counter');
  console.log('the counter is at', now?.actor.getSnapshot().context.count, 'in incarnation', now?.identity.incarnation);
  await tree.stop();
}
void main();

// It prints:
//   counter ended (RangeError: too much): restarting
//   download ended (Error: no luck at try 1): restarting
//   download ended (Error: no luck at try 2): restarting
//   download ended (normal): stopped
//   the counter is at 0 in incarnation 2
//   counter ended (shutdown): stopped

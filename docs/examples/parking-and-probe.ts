/**
 * A child that fails again and again is parked, and its siblings go on. With `probe` it is tried again after a while, once:
 * what needed a person's hand comes back by itself when its cause is gone.
 *
 * Run it where respell and xstate are installed: `node parking-and-probe.ts` (Node 22 or newer), or with any TypeScript
 * runner.
 */
import { describeExit, start, supervisor } from 'respell/supervisors';
import { fromCallback, fromPromise } from 'xstate';

let isMended = false;
const printer = fromPromise(async () => {
  if (!isMended) throw new Error('out of paper');
  await new Promise(() => {}); // it prints from now on
});

async function main() {
  const tree = start(
    supervisor({
      children: [
        {
          id: 'printer',
          start: printer,
          budget: { intensity: 1, period: 60_000 }, // one restart in a minute; with one more it is parked
          probe: 100, // a minute, more likely
        },
        { id: 'lamp', start: fromCallback(() => {}) },
      ],
    }),
  );
  let tried = 0;
  const isBack = new Promise<void>((resolve) => {
    tree.onReport((report) => {
      if (report.path !== 'printer') return;
      if (report.type === 'exited') console.log(`ended (${describeExit(report.cause)}): ${report.fate}`);
      if (report.type === 'probing') console.log('is tried again');
      if (report.type === 'probing') isMended = ++tried === 2;
      if (report.type === 'started' && isMended) resolve();
    });
  });
  await isBack;
  const children = tree.view().supervisor?.children ?? [];
  console.log(children.map(({ id, status, incarnation }) => `${id}: ${status}, incarnation ${incarnation}`).join('; '));
  await tree.stop();
}
void main();

// It prints:
//   ended (Error: out of paper): restarting
//   ended (Error: out of paper): parked
//   is tried again
//   ended (Error: out of paper): parked
//   is tried again
//   printer: running, incarnation 4; lamp: running, incarnation 1
//   ended (shutdown): stopped

/**
 * A child that depends on something far away: its restarts wait, ever longer, and are charged to a budget of its own. When
 * that is spent it is parked: down, with its reason to be seen, its siblings untouched. `restartChild` does not wait for a
 * backoff, brings a parked child back, and forgets the past of both.
 *
 * Run it where respell and xstate are installed: `node backoff-and-parking.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { type Report, start, supervisor } from 'respell/supervisors';
import { createMachine, fromPromise } from 'xstate';

let isThere = false;
const link = fromPromise(async () => {
  if (!isThere) throw new Error('no answer');
  await new Promise(() => {});
});

async function main() {
  const tree = start(
    supervisor({
      intensity: 0, // the budget of the supervisor is not touched
      children: [
        { id: 'display', start: createMachine({}) },
        { id: 'link', start: link, backoff: { first: 20, base: 40 }, budget: { intensity: 2, period: 60_000 } },
      ],
    }),
    { random: () => 0.5 }, // a wait is random between nothing and its limit; here it is always the half
  );
  const reported = (type: Report['type']) =>
    new Promise<Report>((resolve) => {
      const off = tree.onReport((report) => {
        if (report.type === 'restarting') console.log(`restart ${report.attempt} in ${report.in} ms`);
        if (report.type !== type) return;
        off();
        resolve(report);
      });
    });

  await reported('parked');
  for (const { id, status, lastExit } of tree.view().supervisor?.children ?? [])
    console.log(id, status, lastExit?.reason);

  const again = reported('restarting');
  await tree.restartChild('link');
  await again; // it has failed once more, and would wait
  isThere = true;
  await tree.restartChild('link'); // now
  console.log('link is', tree.view().supervisor?.children[1]?.status);
  await tree.stop();
}
void main();

// It prints:
//   restart 1 in 10 ms
//   restart 2 in 20 ms
//   display running undefined
//   link parked Error: no answer
//   restart 1 in 10 ms
//   link is running

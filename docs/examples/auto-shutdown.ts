/**
 * A tree that ends by itself when its work is done. The children that matter are `significant`: with `all_significant` the
 * supervisor ends with the last of them, and takes with it whatever served them. One that fails is restarted as ever.
 *
 * Run it where respell and xstate are installed: `node auto-shutdown.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { describeExit, start, supervisor } from 'respell/supervisors';
import { createMachine, fromPromise } from 'xstate';

const failures = new Map([['kitchen.png', 1]]);
const upload = fromPromise(async ({ input: file }: { input: string }) => {
  const left = failures.get(file) ?? 0;
  failures.set(file, left - 1);
  if (left > 0) throw new Error('no answer');
});
const uploads = ['hall.png', 'kitchen.png'].map((file) => ({
  id: file,
  start: upload,
  input: file,
  restart: 'transient' as const, // a permanent child never ends for good, so it cannot be significant
  significant: true,
}));

async function main() {
  const job = start(
    supervisor({
      autoShutdown: 'all_significant',
      children: [{ id: 'progress', start: createMachine({}) }, ...uploads],
    }),
    {
      onReport: (report) => {
        if (report.type === 'exited') console.log(`${report.path}: ${describeExit(report.reason)}, ${report.fate}`);
      },
    },
  );
  console.log('the job ended:', await job.exited);
}
void main();

// It prints:
//   hall.png: normal, stopped
//   kitchen.png: Error: no answer, restarting
//   kitchen.png: normal, stopped
//   progress: shutdown, stopped
//   the job ended: shutdown

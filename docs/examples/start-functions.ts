/**
 * `start` may be a function, asked anew for each start. It may make another logic each time, say with `ignore` that there is
 * nothing to start, or throw, which is a failed start.
 *
 * Run it where respell and xstate are installed: `node start-functions.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { type ChildIdentity, ignore, StartFailed, start, supervisor } from 'respell/supervisors';
import { createMachine } from 'xstate';

const features = { metrics: false, mail: false };

function metrics({ path, incarnation }: ChildIdentity) {
  if (!features.metrics) return ignore;
  console.log(`making incarnation ${incarnation} of ${path}`);
  return createMachine({ initial: 'counting', states: { counting: {} } });
}
function mail() {
  if (!features.mail) throw new Error('no mail server is configured');
  return createMachine({ initial: 'idle', states: { idle: {} } });
}

async function main() {
  const tree = start(
    supervisor({
      children: [
        { id: 'metrics', start: metrics },
        { id: 'worker', start: createMachine({}) },
      ],
    }),
  );
  for (const { id, status } of tree.view().supervisor?.children ?? []) console.log(id, 'is', status);

  features.metrics = true;
  const { status } = await tree.restartChild('metrics'); // asked again
  console.log('metrics is', status);

  try {
    await tree.startChild({ id: 'mail', start: mail });
  } catch (error) {
    if (error instanceof StartFailed) console.log(error.message);
  }
  console.log('children:', (await tree.countChildren()).specs);
  await tree.stop();
}
void main();

// It prints:
//   metrics is stopped
//   worker is running
//   making incarnation 2 of metrics
//   metrics is running
//   child 'mail' did not start: Error: no mail server is configured
//   children: 2

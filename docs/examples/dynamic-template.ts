/**
 * Children that come and go, all alike: a dynamic supervisor with a template, one child for each call. What tells them apart
 * comes in `args`, and stays with a child in every incarnation. One that has ended normally vanishes.
 *
 * Run it where respell and xstate are installed: `node dynamic-template.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { type ChildIdentity, dynamicSupervisor, start } from 'respell/supervisors';
import { setup } from 'xstate';

function fail() {
  throw new Error('the line was cut');
}
const call = setup({
  types: { input: {} as { number: unknown; attempt: number }, context: {} as { number: unknown; attempt: number } },
}).createMachine({
  context: ({ input }) => input,
  initial: 'talking',
  states: { talking: { on: { HANG_UP: 'over', CUT: { actions: fail } } }, over: { type: 'final' } },
});

async function main() {
  const calls = start(
    dynamicSupervisor({
      child: {
        start: call,
        restart: 'transient',
        input: ({ args: [number], incarnation }: ChildIdentity) => ({ number, attempt: incarnation }),
      },
    }),
  );
  const first = await calls.startChild({ args: ['555-0100'] });
  const second = await calls.startChild({ args: ['555-0199'] });
  console.log('ids:', first.id, second.id);

  second.actor?.send({ type: 'CUT' }); // it fails, and is called again
  first.actor?.send({ type: 'HANG_UP' }); // it ends, and vanishes
  for (const { id, actor } of await calls.whichChildren()) console.log(id, actor?.getSnapshot().context);

  await calls.startChild({ id: 'boss', args: ['555-0123'] });
  await calls.terminateChild('boss');
  console.log(await calls.countChildren());
  await calls.stop(); // all at the same time
}
void main();

// It prints:
//   ids: 1 2
//   2 { number: '555-0199', attempt: 2 }
//   { specs: 1, active: 1, supervisors: 0, workers: 1 }

/**
 * A monitor is told once how an actor ended, whoever started it, and even if that was long ago; a monitor of a path is told of every
 * incarnation. A link goes further: when one of two actors ends, and not normally, the other ends with the same reason.
 *
 * Run it where respell and xstate are installed: `node monitors-and-links.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { type DownEvent, type DownNotice, exit, link, monitor, sendExit, start, supervisor } from 'respell/supervisors';
import { type AnyActorRef, createActor, createMachine, setup } from 'xstate';

/** Ends as it is told. */
const worker = setup({ types: { events: {} as { type: 'finish' } } }).createMachine({
  initial: 'working',
  states: { working: { on: { finish: 'finished' } }, finished: { type: 'final' } },
  output: exit('normal'),
});

/** A machine can monitor as well: it is sent the notice as an event. */
const mourner = setup({ types: { events: {} as DownEvent } }).createMachine({
  on: { 'supervisor.down': { actions: ({ event }) => console.log('the machine heard:', event.path, event.reason) } },
});

async function main() {
  const idle = createMachine({}); // does not take `supervisor.shutdown`, so it is ended at once
  const tree = start(
    supervisor({
      intensity: 5,
      children: [
        { id: 'reader', start: idle },
        { id: 'writer', start: idle },
        { id: 'worker', start: worker, restart: 'transient' },
      ],
    }),
  );
  const actor = (path: string) => tree.find(path)?.actor as AnyActorRef;

  monitor(actor('worker'), createActor(mourner).start());
  tree.monitor('writer', ({ path, incarnation, reason, fate }) => console.log(path, incarnation, reason, fate));
  link(actor('reader'), actor('writer')); // neither is of use without the other

  const down = new Promise((resolve) => tree.monitor('worker', resolve));
  const old = actor('worker');
  old.send({ type: 'finish' });
  await down;

  sendExit(actor('reader'), 'torn page'); // its supervisor restarts it, and the writer, which falls with it
  await new Promise((resolve) => tree.monitor('writer', resolve));
  console.log('the reader is in incarnation', tree.find('reader')?.identity.incarnation);
  await tree.stop();
  const { reason } = await new Promise<DownNotice>((resolve) => monitor(old, resolve));
  console.log('the worker had ended long ago with', reason);
}
void main();

// It prints:
//   the machine heard: worker normal
//   writer 1 torn page restarting
//   the reader is in incarnation 2
//   writer 2 shutdown stopped
//   the worker had ended long ago with normal

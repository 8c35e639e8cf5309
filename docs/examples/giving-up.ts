/**
 * A supervisor whose children fail too often gives up, and the one above decides. When the root itself gives up, the tree
 * has ended: `exited` says so, nothing throws, and the program chooses what to do. `await using` stops a tree at the end of
 * its block, whatever happens in there.
 *
 * Run it where respell and xstate are installed: `node giving-up.ts` (Node 24 or newer), or with any TypeScript runner.
 */
import { GaveUp, start, supervisor } from 'respell/supervisors';
import { createMachine, fromPromise } from 'xstate';

let tries = 0;
const sensor = fromPromise(async () => {
  tries += 1;
  throw new Error('no answer');
});
const house = supervisor({
  intensity: 1, // so often may `upstairs` be restarted within 5 s
  children: [
    { id: 'door', start: createMachine({}) },
    { id: 'upstairs', start: supervisor({ intensity: 2, children: [{ id: 'sensor', start: sensor }] }) },
  ],
});

async function main() {
  const tree = start(house);
  tree.onReport((report) => {
    if (report.type === 'gave up')
      console.log(`${report.path || 'the root'} gave up because of ${report.error.child}, try ${tries}`);
  });
  const reason = await tree.exited; // never rejects
  if (reason instanceof GaveUp) console.log('the house ended:', reason.code);

  {
    await using door = start(supervisor({ children: [{ id: 'door', start: createMachine({}) }] }));
    void door.exited.then((why) => console.log('the door ended:', why));
    console.log('the door is', door.view().supervisor?.children[0]?.status);
  } // door.stop() is awaited here
  console.log('nothing is left');
}
void main();

// It prints:
//   upstairs gave up because of upstairs/sensor, try 3
//   upstairs gave up because of upstairs/sensor, try 6
//   the root gave up because of upstairs, try 6
//   the house ended: SUPERVISOR_ERR_GAVE_UP
//   the door is running
//   the door ended: shutdown
//   nothing is left

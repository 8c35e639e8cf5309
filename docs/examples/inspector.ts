/**
 * `inspect: true` serves a page, on this machine only, with the live tree and the live state chart of each actor. It is
 * also how to find the address again: `tree.inspector`. This program ends after a moment; yours would not.
 *
 * Run it where respell is installed: `node inspector.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { peer, router, start, supervisor } from 'respell';

async function main() {
  const local = await router({ realm: 'realm1' });
  const house = start(
    supervisor({
      children: [peer('thermostat', { url: local, realm: 'realm1' }), peer('display', { url: local, realm: 'realm1' })],
    }),
    { inspect: true },
  );
  await house.ready;

  const inspector = await house.inspector;
  console.log('open', inspector?.url); // whoever has the address, token included, can look; nobody can change anything
  await sleep(Number(process.argv[2] ?? 100)); // milliseconds: give it some more to look around

  await house.stop(); // the inspector ends with the tree
  await local.stop();
}
void main();

// It prints:
//   open http://127.0.0.1:…

/**
 * Two peers under a supervisor, a call between them, and an orderly end.
 *
 * Run it where respell is installed: `node tree.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { peer, router, start, supervisor } from 'respell';

async function main() {
  const local = await router({ realm: 'realm1' }); // in this process; a URL of yours would do as well
  const house = start(
    supervisor({
      children: [
        peer('thermostat', { url: local, realm: 'realm1', register: { 'com.example.celsius': () => 21.5 } }),
        peer('display', { url: local, realm: 'realm1' }),
      ],
    }),
  );

  await house.ready; // both have joined, and the procedure is registered
  const { args } = await house.peer('display').call('com.example.celsius');
  console.log('it is', args[0], 'degrees');
  for (const { id, status } of house.view().supervisor?.children ?? []) console.log(id, 'is', status);

  await house.stop(); // the display says GOODBYE first, then the thermostat: last started, first stopped
  console.log('ended with', await house.exited);
  await local.stop();
}
void main();

// It prints:
//   it is 21.5 degrees
//   thermostat is running
//   display is running
//   ended with shutdown

/**
 * A router ends a session with ABORT: the peer is restarted in a fresh session, its registration is back, and whoever
 * held its handle holds it still.
 *
 * Run it where respell is installed: `node restart-after-abort.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { peer, router, start, supervisor } from 'respell';

async function main() {
  const local = await router({ realm: 'realm1' });
  const house = start(
    supervisor({
      children: [
        peer('thermostat', { url: local, realm: 'realm1', register: { 'com.example.celsius': () => 21.5 } }),
        peer('display', { url: local, realm: 'realm1' }),
      ],
    }),
  );
  await house.ready;
  const thermostat = house.peer('thermostat');
  const before = thermostat.session;

  const exited = new Promise<void>((resolve) => {
    const off = thermostat.on('exited', ({ reason, fate }) => {
      console.log(String(reason), `- it is ${fate}`);
      off();
      resolve();
    });
  });
  local.abort(before?.id ?? 0, 'wamp.error.unavailable', 'come back later');
  await exited;

  const after = await thermostat.joined(); // the next session
  console.log(
    'another session:',
    after.id !== before?.id,
    '- the same handle:',
    thermostat === house.peer('thermostat'),
  );
  console.log(
    'incarnation',
    thermostat.incarnation,
    'of the thermostat,',
    house.peer('display').incarnation,
    'of the display',
  );
  const { args } = await house.peer('display').call('com.example.celsius');
  console.log('registered again:', args[0]);

  await house.stop();
  await local.stop();
}
void main();

// It prints:
//   SessionAborted: wamp.error.unavailable from linked:router, which aborted the session in realm "realm1" (the router said: "come back later") - it is restarting
//   another session: true - the same handle: true
//   incarnation 2 of the thermostat, 1 of the display
//   registered again: 21.5

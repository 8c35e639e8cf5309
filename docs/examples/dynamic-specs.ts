/**
 * A dynamic supervisor without a template: each child brings its own spec. There are at most `maxChildren`; `args` come
 * first in the arguments of all; with `restore` those that were there are back when the supervisor itself was restarted.
 *
 * Run it where respell and xstate are installed: `node dynamic-specs.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { type ChildIdentity, dynamicSupervisor, MaxChildren, sendExit, start, supervisor } from 'respell/supervisors';
import { createMachine } from 'xstate';

function device({ path, args, incarnation }: ChildIdentity) {
  console.log(`start ${incarnation} of ${path}: ${args.join(', ')}`);
  return createMachine({});
}
const devices = dynamicSupervisor({ maxChildren: 2, args: ['house 12'], restore: true });

async function main() {
  const house = start(supervisor({ children: [{ id: 'devices', start: devices }] }));
  await house.startChild({ id: 'lamp', start: device, args: ['kitchen'] }, 'devices');
  await house.startChild({ id: 'heater', start: device, args: ['hall'], shutdown: 'infinity' }, 'devices');
  try {
    await house.startChild({ id: 'radio', start: device }, 'devices');
  } catch (error) {
    if (error instanceof MaxChildren) console.log(error.message);
  }
  await house.terminateChild('lamp'); // gone for good
  await house.startChild({ id: 'radio', start: device, args: ['bath'] }, 'devices');

  const found = house.find('devices');
  if (found !== undefined) sendExit(found.actor, 'kill'); // OTP's exit(Pid, kill)
  await house.countChildren();
  console.log('there are', (await house.whichChildren('devices')).map(({ id }) => id).join(' and '));
  await house.stop();
}
void main();

// It prints:
//   start 1 of devices/lamp: house 12, kitchen
//   start 1 of devices/heater: house 12, hall
//   supervisor 'devices' has 2 children, all that maxChildren allows: try again when one has ended, or raise it
//   start 1 of devices/radio: house 12, bath
//   start 2 of devices/heater: house 12, hall
//   start 2 of devices/radio: house 12, bath
//   there are radio and heater

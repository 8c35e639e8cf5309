/**
 * Roles of a realm: what its sessions may call, register, publish and subscribe to, by permissions, and by a function that is asked
 * about what they do not name.
 *
 * Run it where respell is installed: `node roles.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { ApplicationError, connect, router, ticket } from 'respell';

async function main() {
  const local = await router({
    realms: {
      house: {
        auth: {
          users: { heating: { ticket: 'h', role: 'device' }, ann: { ticket: 'a', role: 'resident' } },
          methods: ['ticket', 'anonymous'],
        },
        roles: {
          // Whoever is not known may ask for the weather, and the callee is told who asks.
          anonymous: { permissions: [{ uri: 'com.house.weather', allow: ['call'], disclose: true }] },
          // Of several permissions the most specific decides.
          device: {
            permissions: [
              { uri: 'com.house.', match: 'prefix', allow: 'all' },
              { uri: 'com.house.door.', match: 'prefix', allow: [] },
            ],
          },
          resident: {
            authorize: async ({ authid }, uri, action) => {
              console.log('asked:', authid, action, uri);
              return { allow: action === 'call', cache: true };
            },
          },
        },
      },
    },
  });

  const heating = await connect(local, { realm: 'house', authid: 'heating', auth: ticket('h') });
  await heating.register('com.house.weather', ({ caller }) =>
    caller === undefined ? 'sunny' : 'sunny, whoever you are',
  );
  await heating.register('com.house.heating.set', () => 'done');

  const guest = await connect(local, { realm: 'house' });
  console.log('guest:', (await guest.call('com.house.weather')).args[0]);
  for (const [who, what] of [
    ['guest', () => guest.call('com.house.heating.set')],
    ['heating', () => heating.register('com.house.door.open', () => {})],
  ] as const) {
    try {
      await what();
    } catch (error) {
      if (error instanceof ApplicationError) console.log(`${who}:`, error.args[0]);
    }
  }

  const ann = await connect(local, { realm: 'house', authid: 'ann', auth: ticket('a') });
  console.log('ann:', (await ann.call('com.house.heating.set')).args[0]);
  console.log('ann:', (await ann.call('com.house.heating.set')).args[0]);
  console.log('refused:', local.stats().notAuthorized);

  await Promise.all([heating.leave(), guest.leave(), ann.leave()]);
  await local.stop();
}
void main();

// It prints:
//   guest: sunny, whoever you are
//   guest: role anonymous may not call com.house.heating.set
//   heating: role device may not register com.house.door.open
//   asked: ann call com.house.heating.set
//   ann: done
//   ann: done
//   refused: 2

/**
 * Roles of a realm: what its sessions may call, register, publish and subscribe to, by permissions, and by a function that is asked
 * about what they do not name.
 *
 * Run it where respell is installed: `node roles.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { connect, type RoleOptions, router, ticket } from 'respell';

// Whoever is not known may ask for the weather, and the callee is told who asks.
const anonymous: RoleOptions = { permissions: [{ uri: 'com.house.weather', allow: ['call'], disclose: true }] };
// Of several permissions the most specific decides.
const device: RoleOptions = {
  permissions: [
    { uri: 'com.house.', match: 'prefix', allow: 'all' },
    { uri: 'com.house.door.', match: 'prefix', allow: [] },
  ],
};
const resident: RoleOptions = {
  authorize: async ({ authid }, uri, action) => {
    console.log('asked:', authid, action, uri);
    return { allow: action === 'call', cache: true };
  },
};
const users = { heating: { ticket: 'h', role: 'device' }, ann: { ticket: 'a', role: 'resident' } };

async function main() {
  const auth = { users, methods: ['ticket', 'anonymous'] };
  const local = await router({ realms: { house: { auth, roles: { anonymous, device, resident } } } });

  const heating = await connect(local, { realm: 'house', authid: 'heating', auth: ticket('h') });
  await heating.register('com.house.weather', ({ caller }) => (caller ? 'sunny, whoever you are' : 'sunny'));
  await heating.register('com.house.heating.set', () => 'done');
  await heating.register('com.house.door.open', () => {}).catch(({ args }) => console.log('heating:', args[0]));

  const guest = await connect(local, { realm: 'house' });
  console.log('guest:', (await guest.call('com.house.weather')).args[0]);
  await guest.call('com.house.heating.set').catch(({ args }) => console.log('guest:', args[0]));

  const ann = await connect(local, { realm: 'house', authid: 'ann', auth: ticket('a') });
  for (const at of [1, 2]) console.log('ann:', (await ann.call('com.house.heating.set')).args[0], at);
  console.log('refused:', local.stats().notAuthorized);

  await Promise.all([heating.leave(), guest.leave(), ann.leave()]);
  await local.stop();
}
void main();

// It prints:
//   heating: role device may not register com.house.door.open
//   guest: sunny, whoever you are
//   guest: role anonymous may not call com.house.heating.set
//   asked: ann call com.house.heating.set
//   ann: done 1
//   ann: done 2
//   refused: 2

/** What the roles of a realm let its sessions do, from the router's options to what a client is told. */
import { ticket } from '../../src/auth/ticket.js';
import { connect } from '../../src/connect.js';
import { type Router, router } from '../../src/router.js';
import { recordingLogger } from '../support/recording-logger.js';

const REFUSED = { uri: 'wamp.error.not_authorized' };

let house: Router | undefined;
afterEach(() => house?.stop());

it('lets each role do what its permissions say, and counts what it refuses', async () => {
  const logger = recordingLogger();
  house = await router({
    port: 0,
    logger,
    realms: {
      realm1: {
        auth: { users: { backend: { ticket: 'b', role: 'backend' } }, methods: ['ticket', 'anonymous'] },
        roles: {
          backend: { permissions: [{ uri: 'com.example.', match: 'prefix', allow: 'all' }] },
          anonymous: { permissions: [{ uri: 'com.example.open.', match: 'prefix', allow: ['call'], disclose: true }] },
        },
      },
    },
  });
  const url = house.url ?? '';
  const backend = await connect(url, { realm: 'realm1', authid: 'backend', auth: ticket('b') });
  const guest = await connect(url, { realm: 'realm1' });
  await backend.register('com.example.open.who', (invocation) => invocation.caller?.session);
  await backend.register('com.example.closed', () => 1);

  await expect(guest.call('com.example.open.who')).resolves.toMatchObject({ args: [guest.session?.id] });
  await expect(guest.call('com.example.closed')).rejects.toMatchObject(REFUSED);
  await expect(guest.subscribe('com.example.open.t', () => {})).rejects.toMatchObject(REFUSED);
  await expect(backend.call('wamp.session.kill_all')).rejects.toMatchObject(REFUSED);
  await guest.publish('com.example.open.t', ['a payload'], { acknowledge: false });
  await expect(guest.publish('com.example.open.t', [], { acknowledge: true })).rejects.toMatchObject(REFUSED);

  expect(house.stats().notAuthorized).toBe(5);
  expect(logger.said('publication refused, of which its publisher is not told')).toHaveLength(1);
  expect(JSON.stringify(logger.lines)).not.toContain('a payload');
  await Promise.all([backend.leave(), guest.leave()]);
});

it('takes nobody of a role that the realm does not have', async () => {
  house = await router({
    realms: {
      realm1: {
        auth: { challenges: { open: () => ({ role: 'visitor', verify: () => true }) } },
        roles: { user: { permissions: [] } },
      },
    },
  });
  const method = { name: 'open', answer: async () => ({ signature: '' }) } as never;
  await expect(connect(house, { realm: 'realm1', authid: 'a', auth: method })).rejects.toMatchObject({
    uri: 'wamp.error.no_such_role',
  });
});

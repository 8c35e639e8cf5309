/** What the roles of a realm let its sessions do, from the router's options to what a client is told. */
import { ticket } from '../../src/auth/ticket.js';
import { connect } from '../../src/connect.js';
import { type Router, router } from '../../src/router/router.js';
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

it('asks a procedure of the realm, which may be the work of the session that is asked about', async () => {
  house = await router({
    port: 0,
    realms: {
      realm1: {
        auth: { users: { guard: { ticket: 'g', role: 'guard' } }, methods: ['ticket', 'anonymous'] },
        roles: {
          guard: {
            permissions: [{ uri: 'com.example.authorize', allow: ['register'] }],
            authorize: 'com.example.authorize',
          },
          anonymous: { authorize: 'com.example.authorize' },
        },
      },
    },
  });
  const url = house.url ?? '';
  const guard = await connect(url, { realm: 'realm1', authid: 'guard', auth: ticket('g') });
  const guest = await connect(url, { realm: 'realm1' });
  await expect(guest.call('com.example.open')).rejects.toMatchObject({ uri: 'wamp.error.authorization_failed' });
  const asked: unknown[] = [];
  await guard.register('com.example.authorize', ({ args: [session, uri, action] }) => {
    asked.push([(session as { authrole: string }).authrole, uri, action]);
    return { allow: String(uri).startsWith('com.example.open'), cache: true };
  });
  await guard.register('com.example.open', () => 'in');
  await expect(guest.call('com.example.open')).resolves.toMatchObject({ args: ['in'] });
  await expect(guest.call('com.example.open')).resolves.toMatchObject({ args: ['in'] });
  await expect(guest.call('com.example.closed')).rejects.toMatchObject(REFUSED);
  expect(asked).toEqual([
    ['guard', 'com.example.open', 'register'],
    ['anonymous', 'com.example.open', 'call'],
    ['anonymous', 'com.example.closed', 'call'],
  ]);
  await Promise.all([guard.leave(), guest.leave()]);
});

it('keeps the order of what a session sends, and keeps no other session waiting, while an authorizer takes its time', async () => {
  const waiting: ((allow: boolean) => void)[] = [];
  house = await router({
    port: 0,
    realms: {
      realm1: {
        authorize: (_session, uri) =>
          uri.startsWith('com.slow') ? new Promise<boolean>((resolve) => waiting.push(resolve)) : true,
      },
    },
  });
  const url = house.url ?? '';
  const [slow, quick, listener] = await Promise.all([1, 2, 3].map(() => connect(url, { realm: 'realm1' })));
  const heard: unknown[] = [];
  await listener?.subscribe('com', ({ args }) => void heard.push(args[0]), { match: 'prefix' });
  await slow?.publish('com.slow.a', [1], { acknowledge: false });
  for (let at = 2; at <= 100; at += 1) await slow?.publish('com.fast.b', [at], { acknowledge: false });
  // Its GOODBYE waits behind all that.
  const left = slow?.leave();
  await quick?.publish('com.fast.c', ['quick'], { acknowledge: true });
  await listener?.call('com.none').catch(() => {});
  expect(heard).toEqual(['quick']);
  waiting[0]?.(true);
  await left;
  await listener?.call('com.none').catch(() => {});
  expect(heard).toEqual(['quick', ...Array.from({ length: 100 }, (_, at) => at + 1)]);
  await Promise.all([quick?.leave(), listener?.leave()]);
});

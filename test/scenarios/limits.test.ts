/** The limits of the router that are reached are counted, under the names that its documentation gives them. */
import { connect } from '../../src/connect.js';
import { type Router, router } from '../../src/router/router.js';
import { noHits } from '../../src/routing/limits.js';

let house: Router | undefined;
afterEach(() => house?.stop());

const UNAVAILABLE = { uri: 'wamp.error.unavailable' };

it('counts each limit that a session, a realm and the port reach', async () => {
  house = await router({
    port: 0,
    limits: { connections: 1 },
    realms: { realm1: { limits: { sessions: 2, subscriptions: 1, registrations: 1, calls: 1 } } },
  });
  expect(house.stats().limits).toEqual(noHits());
  const one = await connect(house.url ?? '', { realm: 'realm1' });
  await one.register('com.example.never', () => new Promise(() => {}));
  await expect(one.register('com.example.more', () => {})).rejects.toMatchObject(UNAVAILABLE);
  await one.subscribe('com.example.a', () => {});
  await expect(one.subscribe('com.example.b', () => {})).rejects.toMatchObject(UNAVAILABLE);
  const pending = one.call('com.example.never').catch(() => {});
  await expect(one.call('com.example.never')).rejects.toMatchObject(UNAVAILABLE);
  await expect(connect(house.url ?? '', { realm: 'realm1', openTimeout: 2_000 })).rejects.toThrow();
  const two = await connect(house, { realm: 'realm1' });
  await expect(connect(house, { realm: 'realm1' })).rejects.toMatchObject(UNAVAILABLE);
  const { connections, ...limits } = house.stats().limits;
  expect(limits).toEqual({
    ...noHits(),
    connections: undefined,
    registrations: 1,
    subscriptions: 1,
    calls: 1,
    sessions: 1,
  });
  expect(connections).toBeGreaterThan(0);
  await Promise.all([one.leave(), two.leave(), pending]);
});

import { checkHistories } from '../../src/routing/history-options.js';

it.each([
  [{ 'com.t': {} }, /history of "com.t": expected a limit/],
  [{ 'com.t': { limit: 0 } }, /expected limit to be a whole number from 1/],
  [{ 'com.t': { limit: 1, math: 'prefix' } }, /did you mean "match"/],
  [{ 'com..t': { limit: 1 } }, /expected a URI to match by exact; it has an empty component/],
  [{ 'wamp.session.on_join': { limit: 1 } }, /the router's own/],
])('refuses %j', (histories, said) => {
  expect(() => checkHistories('realm1', histories as never)).toThrow(said);
});

it('takes topics, and patterns of them', () => {
  const histories = { 'com.t': { limit: 1 }, 'com.': { limit: 2, octets: 1_000, match: 'prefix' } } as const;
  expect(() => checkHistories('realm1', histories)).not.toThrow();
  expect(() => checkHistories('realm1', undefined)).not.toThrow();
});

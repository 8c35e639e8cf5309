// With vitest: `vitest run`.
import { ConnectionLost, peer, supervisor } from 'respell';
import { testBed } from 'respell/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** What is tested: as it runs in production, URL and all. */
const house = () =>
  supervisor({
    children: [
      peer('thermostat', {
        url: 'wss://router.example.com/ws',
        realm: 'realm1',
        register: { 'com.example.celsius': () => 21.5 },
      }),
      peer('display', { url: 'wss://router.example.com/ws', realm: 'realm1' }),
    ],
  });

let bed;

beforeEach(async () => {
  bed = await testBed();
});

afterEach(() => bed.assertNothingLeft());

test('the display reads the thermostat', async () => {
  const tree = bed.start(house());
  await tree.settled();
  const { args } = await tree.peer('display').call('com.example.celsius');
  expect(args).toEqual([21.5]);
});

test('the thermostat comes back when its router was away for an hour', async () => {
  const tree = bed.start(house());
  await tree.settled();
  bed.weather.refuse();
  bed.weather.drop();
  await bed.advance(3_600_000);
  expect(tree.peer('thermostat').status).toBe('down');
  bed.weather.accept();
  await tree.settled();
  const { args } = await tree.peer('display').call('com.example.celsius');
  expect(args).toEqual([21.5]);
});

test('a connection that has died in silence is found out within 15 s', async () => {
  const tree = bed.start(house());
  await tree.settled();
  bed.link('thermostat').silence();
  const { reason, at } = await bed.nextExit('thermostat');
  expect(reason).toBeInstanceOf(ConnectionLost);
  expect(at).toBe(15_000);
  bed.link('thermostat').speak();
});

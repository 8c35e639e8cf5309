/** A router that does not read what a peer sends: the peer's user is made to wait, and nothing is lost. */
import { connect } from '../../src/connect.js';
import { QueueFull } from '../../src/errors.js';
import type { Peer } from '../../src/peer/peer.js';
import { turns } from '../support/record.js';
import { type ReluctantRouter, reluctantRouter } from '../support/reluctant-router.js';

const TOPIC = 'com.example.topic';
const LARGE = 'x'.repeat(50_000);
const HIGH_WATER = 500_000;

let house: ReluctantRouter;
let me: Peer;
beforeEach(async () => {
  house = await reluctantRouter();
  me = await connect(house.url, { realm: 'realm1', sendBuffer: { highWater: HIGH_WATER, limit: 20 }, timeout: 60_000 });
});
afterEach(async () => {
  house.resume();
  await me.leave();
  await house.close();
});

const numbers = () => house.heard.map((list) => (list[4] as readonly unknown[])[0]);

/** Publishes, one after the other, until one has to wait. @returns how many were fulfilled, and the one that waits */
async function untilOneWaits(): Promise<{ sent: number; waiting: Promise<unknown> }> {
  for (let sent = 0; ; sent += 1) {
    let done = false;
    const waiting = me.publish(TOPIC, [sent, LARGE]).then(() => {
      done = true;
    });
    await turns(3);
    if (!done) return { sent, waiting };
  }
}

it('a publication waits once more is on its way than may, and leaves when that has left', async () => {
  house.pause();
  const { sent, waiting } = await untilOneWaits();
  const { queued, waiting: count } = me.stats();
  expect(queued).toBeGreaterThan(HIGH_WATER);
  expect(queued).toBeLessThan(HIGH_WATER + 2 * LARGE.length);
  expect(count).toBe(1);
  house.resume();
  await waiting;
  await me.publish(TOPIC, [sent + 1]);
  while (house.heard.length < sent + 2) await turns(1);
  expect(numbers()).toEqual(Array.from({ length: sent + 2 }, (_, index) => index));
});

it('whoever does not wait is refused once as many wait as may, and what was taken is not lost', async () => {
  house.pause();
  const { sent } = await untilOneWaits();
  const others = Array.from({ length: 30 }, (_, index) => me.publish(TOPIC, [sent + 1 + index]));
  const settled = Promise.allSettled(others);
  expect(me.stats()).toMatchObject({ waiting: 20 });
  house.resume();
  const outcomes = (await settled).map((each) => (each.status === 'fulfilled' ? 'sent' : each.reason.constructor));
  expect(outcomes).toEqual([...Array(19).fill('sent'), ...Array(11).fill(QueueFull)]);
  while (house.heard.length < sent + 20) await turns(1);
  expect(numbers()).toEqual(Array.from({ length: sent + 20 }, (_, index) => index));
});

it('what waits for room leaves before GOODBYE', async () => {
  house.pause();
  const { sent, waiting } = await untilOneWaits();
  const left = me.leave();
  house.resume();
  await Promise.all([waiting, left]);
  expect(numbers()).toEqual(Array.from({ length: sent + 1 }, (_, index) => index));
});

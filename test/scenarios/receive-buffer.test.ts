/** Handlers that do not keep up: what comes waits, then is not read, and the connection lives. */
import { connect } from '../../src/connect.js';
import type { ApplicationError } from '../../src/errors.js';
import type { PeerOptions } from '../../src/peer/options.js';
import type { Peer } from '../../src/peer/peer.js';
import { type Router, router } from '../../src/router/router.js';
import { eventually } from '../support/house.js';
import { turns } from '../support/record.js';
import { type ReluctantRouter, reluctantRouter } from '../support/reluctant-router.js';

const TOPIC = 'com.example.topic';
const PING = { interval: 100, timeout: 60 };

/** Work that ends when the test says so. */
function gate() {
  const ends: (() => void)[] = [];
  return {
    begun: () => ends.length,
    work: () => new Promise<void>((resolve) => ends.push(resolve)),
    /** Ends what has begun, time and again, until `done`. */
    async openUntil(done: () => boolean) {
      while (!done()) {
        for (const end of ends) end();
        await turns(1);
      }
    },
  };
}

describe.each(['ws:', 'rs:', 'linked'])('a peer whose handlers are slow, over %s', (way) => {
  let house: Router;
  const peers: Peer[] = [];
  const join = async (options: Partial<PeerOptions> = {}) => {
    const url = way === 'linked' ? house : (house.urls.find((each) => each.startsWith(way)) ?? '');
    const { realm = 'realm1', ...others } = options;
    const me = await connect(url, { realm, websocket: { ping: PING }, rawsocket: { ping: PING }, ...others });
    peers.push(me);
    return me;
  };
  beforeEach(async () => {
    house = await router({ port: 0, ping: PING });
  });
  afterEach(async () => {
    for (const each of peers.splice(0)) await each.leave();
    await house.stop();
  });

  it('works on as many events as it may, reads no more when too many wait, and gets them all in the end', async () => {
    const [publisher, slow] = [await join(), await join({ receiveBuffer: { concurrency: 10, limit: 50 } })];
    const { begun, work, openUntil } = gate();
    const heard: unknown[] = [];
    await slow.subscribe(TOPIC, ({ args: [number] }) => {
      heard.push(number);
      return work();
    });
    const sent = Array.from({ length: 2_000 }, (_, index) => index);
    for (const number of sent) publisher.emit(TOPIC, [number, 'x'.repeat(200)]);
    await eventually(() => slow.stats().held >= 50);
    expect(begun()).toBe(10);
    expect(slow.stats()).toMatchObject({ working: 10, dropped: 0 });
    // As long as the router pings, and longer than it would wait: it knows that somebody is there, and so does the peer.
    await new Promise((resolve) => setTimeout(resolve, 4 * (PING.interval + PING.timeout)));
    const { held } = slow.stats();
    expect(held).toBeLessThan(500);
    expect(slow.incarnation).toBe(1);
    await openUntil(() => heard.length === sent.length);
    expect(heard).toEqual(sent);
    expect(slow.stats()).toMatchObject({ held: 0, dropped: 0 });
  });

  it('does not wait for ever when its handlers call others: replies are read', async () => {
    const [helper, slow] = [await join(), await join({ receiveBuffer: { concurrency: 2, limit: 4 } })];
    await helper.register('com.example.help', ({ args: [value] }) => value);
    let done = 0;
    await slow.register('com.example.work', async ({ args }) => {
      const {
        args: [value],
      } = await slow.call('com.example.help', args);
      done += 1;
      return value;
    });
    const calls = Array.from({ length: 40 }, (_, index) => helper.call('com.example.work', [index]));
    const outcomes = await Promise.allSettled(calls);
    const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(outcomes.length - refused.length).toBe(done);
    expect(done).toBeGreaterThanOrEqual(6);
    for (const { reason } of refused) expect((reason as ApplicationError).uri).toBe('wamp.error.no_available_callee');
    expect(slow.stats().refused).toBe(refused.length);
  });

  it('leaves at once although it reads no more', async () => {
    const [publisher, slow] = [
      await join(),
      await join({ receiveBuffer: { concurrency: 1, limit: 1 }, goodbyeTimeout: 60_000 }),
    ];
    await slow.subscribe(TOPIC, () => new Promise(() => {}));
    for (let number = 0; number < 500; number += 1) publisher.emit(TOPIC, [number, 'x'.repeat(200)]);
    await eventually(() => slow.stats().held >= 2);
    // Else its GOODBYE would wait for an answer that it does not read.
    await slow.leave();
  });
});

describe('pings of the router', () => {
  let house: ReluctantRouter;
  let me: Peer;
  afterEach(async () => {
    await me.leave();
    await house.close();
  });

  it('are answered while calls wait for handlers that are at work', async () => {
    house = await reluctantRouter(([code, request]) => (code === 32 ? [33, request, 101] : undefined));
    me = await connect(house.url, { realm: 'realm1', receiveBuffer: { concurrency: 1, limit: 10 } });
    await me.subscribe(TOPIC, () => new Promise(() => {}));
    house.say(...Array.from({ length: 6 }, (_, index) => [36, 101, index + 1, {}]));
    await eventually(() => me.stats().held === 5);
    const pong = new Promise((resolve) => house.socket().once('pong', resolve));
    house.socket().ping('are you there?');
    expect(String(await pong)).toBe('are you there?');
  });
});

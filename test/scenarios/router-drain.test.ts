/** A router that is asked to end while calls are in flight, and has been told how long these may take. */
import { connect } from '../../src/connect.js';
import { ApplicationError, UsageError } from '../../src/errors.js';
import type { Peer } from '../../src/peer/peer.js';
import { type Router, router } from '../../src/router/router.js';
import { eventually, failure, next } from '../support/house.js';
import { RawClient } from '../support/raw-client.js';
import { recordingLogger } from '../support/recording-logger.js';

const WORK = 'com.example.work';
const HELP = 'com.example.help';
/** Longer than any test. */
const LONG = 60_000;
const CANCELED = { uri: 'wamp.error.canceled', args: ['the callee has left before it answered'] };

describe.each([
  ['WebSocket', 0],
  ['RawSocket', 1],
])('a router that drains, over %s', (_, way) => {
  let house: Router;
  let log: ReturnType<typeof recordingLogger>;
  let callee: Peer;
  let caller: Peer;
  let begun: number;
  let finish: () => void;
  /** Of the call in flight: what it was answered with, or why it was not. */
  let answer: Promise<unknown>;

  async function busy(drain: number): Promise<void> {
    log = recordingLogger();
    house = await router({ port: 0, drain, logger: log });
    const url = house.urls[way] ?? '';
    // The first to come is the first to be told.
    callee = await connect(url, { realm: 'realm1' });
    caller = await connect(url, { realm: 'realm1' });
    begun = 0;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await caller.register(HELP, () => 'help');
    await callee.register(WORK, async () => {
      begun += 1;
      await finished;
      return [(await callee.call(HELP)).args[0], 'done'];
    });
    answer = caller.call(WORK).then(
      ({ args }) => args,
      (error: unknown) => error,
    );
    await eventually(() => begun === 1);
  }
  afterEach(async () => {
    finish();
    await Promise.all([callee.leave(), caller.leave()]);
    await house.stop({ drain: 0 });
  });

  it('has calls in flight answered, begins nothing new, then says GOODBYE', async () => {
    await busy(LONG);
    const url = house.url ?? '';
    const left = [callee, caller].map((peer) => next(peer, 'left'));
    const stopped = house.stop();
    await eventually(() => log.said('router drains').length === 1);
    const late = await failure(caller.call(WORK));
    expect(late).toBeInstanceOf(ApplicationError);
    expect(late).toMatchObject({
      uri: 'wamp.error.unavailable',
      args: ['the router is shutting down, and begins no more calls'],
    });
    const stranger = await RawClient.open(url);
    expect(await stranger.ask([1, 'realm1', { roles: { caller: {} } }])).toEqual([
      3,
      { message: 'the router is shutting down, and takes no more sessions' },
      'wamp.close.system_shutdown',
    ]);
    // All else goes on: it is for the work that is to be ended.
    expect(await caller.publish('com.example.news', [], { acknowledge: true })).toEqual(expect.any(Number));
    finish();
    expect(await answer).toEqual([['help', 'done']]);
    for (const end of await Promise.all(left)) expect(end).toMatchObject({ uri: 'wamp.close.system_shutdown' });
    await stopped;
    expect(house.url).toBeUndefined();
    expect(log.said('router stops with calls in flight')).toEqual([]);
  });

  it('waits no longer than it was told, and says what it gives up', async () => {
    await busy(50);
    await house.stop();
    expect(await answer).toMatchObject(CANCELED);
    expect(log.said('router stops with calls in flight')).toMatchObject([{ fields: { calls: 1 } }]);
  });

  it.each([
    ['stop({ drain: 0 })', () => house.stop({ drain: 0 }), CANCELED],
    ['kill()', () => house.kill(), { code: 'WAMP_ERR_CONNECTION_LOST' }],
  ])('waits no longer after %s', async (_what, hurry, given) => {
    await busy(LONG);
    const stopped = house.stop();
    await eventually(() => log.said('router drains').length === 1);
    await Promise.all([stopped, hurry()]);
    expect(await answer).toMatchObject(given);
  });

  it('takes sessions and calls again once it is started anew', async () => {
    await busy(LONG);
    finish();
    await answer;
    await house.stop();
    await house.start();
    await eventually(() => callee.session !== undefined && caller.session !== undefined);
    expect((await caller.call(WORK)).args).toEqual([['help', 'done']]);
  });
});

it('refuses a drain that is no duration', async () => {
  const house = await router();
  await expect(house.stop({ drain: -1 })).rejects.toThrow(UsageError);
  await expect(house.stop({ drain: 'long' as never })).rejects.toThrow(
    'router.stop: expected drain to be milliseconds, or 0 for none, received "long"',
  );
  await expect(router({ drain: -1 })).rejects.toThrow(
    'router: expected drain to be milliseconds, or 0 for none, received -1',
  );
  await house.stop();
});

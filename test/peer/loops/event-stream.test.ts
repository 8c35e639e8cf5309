import type { EventStream } from '../../../src/peer/loops/event-stream.js';
import { settle } from '../../actors/scripted.js';
import { failure } from '../../support/house.js';
import { NOTHING_LEFT, scripted, WELCOME } from '../scripted-router.js';

let world: Awaited<ReturnType<typeof scripted>>;
beforeEach(async () => {
  world = await scripted();
});
afterEach(async () => expect(await world.end()).toEqual(NOTHING_LEFT));

/** Takes what comes, as a loop does, and notes how it ended. */
function loopOver(events: EventStream) {
  const heard: unknown[] = [];
  const ended = (async () => {
    for await (const { args } of events) heard.push(args[0]);
  })();
  ended.catch(() => {});
  return { heard, ended };
}

/** Subscribed to com.example.news under 55. */
async function subscribed(options: Parameters<typeof world.me.events>[1] = {}) {
  await world.welcome();
  const events = world.me.events('com.example.news', options);
  await settle();
  await world.router.say([33, 1, 55]);
  return events;
}

const news = (...values: unknown[]) => values.map((value, at) => [36, 55, 1_001 + at, {}, [value]]);

describe('a loop over events', () => {
  it('subscribes at once, with the options of a subscription, and gets what comes before it begins', async () => {
    await world.welcome();
    const events = world.me.events('com.example.', { match: 'prefix', buffer: 5, overflow: 'dropNewest' });
    await settle();
    expect(world.router.sent.slice(1)).toEqual([[32, 1, { match: 'prefix' }, 'com.example.']]);
    await world.router.say([33, 1, 55], [36, 55, 1_001, { topic: 'com.example.news' }, ['hello'], { loud: true }]);
    await events.ready;
    expect(events.active).toBe(true);
    expect(await events.next()).toEqual({
      done: false,
      value: {
        args: ['hello'],
        kwargs: { loud: true },
        topic: 'com.example.news',
        publication: 1_001,
        details: { topic: 'com.example.news' },
      },
    });
    const left = events.return();
    await world.router.say([35, 2]);
    await left;
  });

  it('goes on in the next session, and in every later one', async () => {
    const events = await subscribed();
    const { heard, ended } = loopOver(events);
    await world.router.say(...news('first'));
    await world.reconnect();
    expect(events.active).toBe(false);
    await world.router.say(WELCOME);
    expect(world.router.sent.slice(1)).toEqual([[32, 1, {}, 'com.example.news']]);
    await world.router.say([33, 1, 77], [36, 77, 1_002, {}, ['second']]);
    expect(heard).toEqual(['first', 'second']);
    const left = events.return();
    await world.router.say([35, 2]);
    await left;
    await ended;
    await world.reconnect();
    await world.welcome();
    expect(world.router.sent).toHaveLength(1);
  });

  it.each<[string, (events: EventStream, stop: AbortController) => unknown]>([
    ['is left', (events) => events.return()],
    ['sees its signal abort', (_events, stop) => stop.abort()],
    ['leaves its block', (events) => events[Symbol.asyncDispose]()],
  ])('unsubscribes when it %s, and ends', async (_how, leave) => {
    const stop = new AbortController();
    const events = await subscribed({ signal: stop.signal });
    const { heard, ended } = loopOver(events);
    await world.router.say(...news(1));
    void leave(events, stop);
    await settle();
    expect(world.router.sent.at(-1)).toEqual([34, 2, 55]);
    await world.router.say(...news(2), [35, 2]);
    await ended;
    expect({ heard, declared: world.me.declared }).toEqual({ heard: [1], declared: [] });
  });

  it.each([
    ['before it was made', true],
    ['before the router answered', false],
  ])('whose signal aborts %s leaves nothing behind', async (_when, before) => {
    await world.welcome();
    const stop = new AbortController();
    if (before) stop.abort();
    const { ended } = loopOver(world.me.events('com.example.news', { signal: stop.signal }));
    await settle();
    stop.abort();
    await ended;
    expect(world.router.sent).toHaveLength(before ? 1 : 2);
    // The answer finds nobody who waits for it, and is undone.
    if (!before) await world.router.say([33, 1, 55]);
    expect(world.router.sent.slice(2)).toEqual(before ? [] : [[34, 2, 55]]);
    expect(world.me.declared).toEqual([]);
  });

  it('ends when the peer leaves, behind what was buffered', async () => {
    const events = await subscribed();
    await world.router.say(...news(1, 2));
    const left = world.me.leave();
    await world.router.say([6, {}, 'wamp.close.goodbye_and_out']);
    await left;
    const { heard, ended } = loopOver(events);
    await ended;
    expect(heard).toEqual([1, 2]);
  });

  it('fails with the router’s ERROR when that refuses it', async () => {
    await world.welcome();
    const events = world.me.events('com.example.news');
    const { ended } = loopOver(events);
    await settle();
    await world.router.say([8, 32, 1, {}, 'wamp.error.not_authorized']);
    expect(await failure(ended)).toMatchObject({ code: 'WAMP_ERR_APPLICATION', uri: 'wamp.error.not_authorized' });
    expect(await failure(events.ready)).toMatchObject({ uri: 'wamp.error.not_authorized' });
    expect({ declared: world.me.declared, status: world.me.status }).toEqual({ declared: [], status: 'joined' });
  });

  it('fails with the router’s ERROR when that refuses it in a later session; the peer has joined', async () => {
    const { ended } = loopOver(await subscribed());
    await world.reconnect();
    await world.router.say(WELCOME, [8, 32, 1, {}, 'wamp.error.not_authorized']);
    expect(await failure(ended)).toMatchObject({ uri: 'wamp.error.not_authorized' });
    expect({ declared: world.me.declared, status: world.me.status }).toEqual({ declared: [], status: 'joined' });
  });

  it('fails when the router takes it back', async () => {
    const { heard, ended } = loopOver(await subscribed());
    await world.router.say(...news('first'), [35, 0, { subscription: 55, reason: 'no more' }]);
    expect(await failure(ended)).toMatchObject({ uri: 'wamp.error.no_such_subscription' });
    expect({ heard, declared: world.me.declared }).toEqual({ heard: ['first'], declared: [] });
    expect(world.router.sent.filter(([code]) => code === 34)).toEqual([]);
  });

  it('fails with the reason when its peer is parked, or was', async () => {
    const { ended } = loopOver(await subscribed());
    for (let tries = 0; world.me.status !== 'parked' && tries < 10; tries += 1) {
      await world.router.say([3, {}, 'wamp.error.no_such_realm']);
      world.clock.increment(100);
      await settle();
    }
    expect(await failure(ended)).toMatchObject({ code: 'WAMP_ERR_ABORTED', uri: 'wamp.error.no_such_realm' });
    const late = loopOver(world.me.events('com.example.news'));
    expect(await failure(late.ended)).toMatchObject({
      code: 'WAMP_ERR_PEER_DOWN',
      cause: { uri: 'wamp.error.no_such_realm' },
    });
  });

  it('that does not keep up drops the oldest events by default: counted, and logged once', async () => {
    const events = await subscribed({ buffer: 2 });
    await world.router.say(...news(1, 2, 3, 4));
    expect({ dropped: events.dropped, stats: world.me.stats().dropped }).toEqual({ dropped: 2, stats: 2 });
    expect(world.log.said('events are dropped: the loop is too slow')).toMatchObject([
      { level: 'warn', fields: { peer: 'me', uri: 'com.example.news' } },
    ]);
    expect((await events.next()).value?.args).toEqual([3]);
    const left = events.return();
    await world.router.say([35, 2]);
    await left;
  });

  it('is left also when the router does not answer in time: that is logged', async () => {
    const events = await subscribed();
    const left = events.return();
    await settle();
    world.clock.increment(30_000);
    await left;
    expect(world.log.said('an unsubscription failed')).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    ['a bad buffer', { buffer: 'big' }, 'events of com.example.news: expected buffer to be a whole number from 1'],
    ['a mistyped option', { bufer: 5 }, "unknown option 'bufer' of SUBSCRIBE: did you mean 'buffer'?"],
    ['an option of another request', { kwargs: {} }, "unknown option 'kwargs'"],
  ])('with %s is refused where it is written', (_what, options, message) => {
    expect(() => world.me.events('com.example.news', options as never)).toThrow(message);
    expect(world.me.declared).toEqual([]);
  });
});

import { settle } from '../../actors/scripted.js';
import { failure } from '../../support/house.js';
import { NOTHING_LEFT, scripted } from '../scripted-router.js';

let world: Awaited<ReturnType<typeof scripted>>;
beforeEach(async () => {
  world = await scripted();
  await world.welcome();
});
afterEach(async () => expect(await world.end()).toEqual(NOTHING_LEFT));

const part = (value: unknown, id = 1) => [50, id, { progress: true }, [value]];

describe('a call in parts', () => {
  it('asks for progress, loops over it, and has the result behind the loop', async () => {
    const call = world.me.progress('com.example.report', [2026], { kwargs: { deep: true }, discloseMe: true });
    expect(world.router.sent.at(-1)).toEqual([
      48,
      1,
      { disclose_me: true, receive_progress: true },
      'com.example.report',
      [2026],
      { deep: true },
    ]);
    await world.router.say(part('a'), part('b'), [50, 1, {}, ['done'], { pages: 2 }]);
    const parts: unknown[] = [];
    for await (const { args } of call) parts.push(args[0]);
    expect(parts).toEqual(['a', 'b']);
    expect(await call.result).toEqual({ args: ['done'], kwargs: { pages: 2 }, details: {} });
    expect(world.router.sent).toHaveLength(2);
  });

  it.each([
    [undefined, 'killnowait'],
    ['kill', 'kill'],
    ['skip', 'skip'],
  ] as const)('is cancelled when the loop is left; with cancelMode %s by mode %s', async (cancelMode, mode) => {
    const call = world.me.progress('com.example.report', [], cancelMode === undefined ? {} : { cancelMode });
    await world.router.say(part('a'));
    for await (const _ of call) break;
    expect(world.router.sent.at(-1)).toEqual([49, 1, { mode }]);
    expect(await failure(call.result)).toMatchObject({ uri: 'wamp.error.canceled' });
    await world.router.say(part('b'), [8, 48, 1, {}, 'wamp.error.canceled']);
    expect(world.me.stats()).toMatchObject({ late: 2, givenUp: 1 });
  });

  it('fails loop and result with the ERROR that ends it, behind what came before', async () => {
    const call = world.me.progress('com.example.report');
    await world.router.say(part('a'), [8, 48, 1, {}, 'com.example.too_hot']);
    const parts: unknown[] = [];
    const loop = (async () => {
      for await (const { args } of call) parts.push(args[0]);
    })();
    expect(await failure(loop)).toMatchObject({ uri: 'com.example.too_hot' });
    expect(await failure(call.result)).toMatchObject({ uri: 'com.example.too_hot' });
    expect(parts).toEqual(['a']);
  });

  it('whose loop does not keep up is cancelled: parts are not lost in silence', async () => {
    const call = world.me.progress('com.example.report', [], { buffer: 2 });
    await world.router.say(part('a'), part('b'), part('c'));
    expect(world.router.sent.at(-1)).toEqual([49, 1, { mode: 'killnowait' }]);
    const error = await failure(call.result);
    expect(error).toMatchObject({ code: 'WAMP_ERR_QUEUE_FULL' });
    expect(error.message).toContain('parts of a result of com.example.report: 2 wait already');
    expect([await call.next(), await call.next()].map(({ value }) => value?.args[0])).toEqual(['a', 'b']);
    expect(await failure(call.next())).toBe(error);
  });

  it('drops parts, and says so, where it may', async () => {
    const call = world.me.progress('com.example.report', [], { buffer: 1, overflow: 'dropOldest' });
    await world.router.say(part(1), part(2), part(3), [50, 1, {}]);
    expect((await call.next()).value?.args).toEqual([3]);
    expect({ own: call.dropped, all: world.me.stats().dropped }).toEqual({ own: 2, all: 2 });
    expect(world.log.said('parts of a result are dropped: the loop is too slow')).toHaveLength(1);
  });

  it('may take its timeout between two parts, however long it takes in all', async () => {
    const call = world.me.progress('com.example.report', [], { timeout: 1_000 });
    for (let at = 0; at < 5; at += 1) {
      world.clock.increment(900);
      await world.router.say(part(at));
    }
    expect(call.buffered).toBe(5);
    world.clock.increment(1_000);
    expect(await failure(call.result)).toMatchObject({ code: 'WAMP_ERR_TIMEOUT', timeout: 1_000 });
  });

  it('may be looked at whenever it suits: its failure is nobody’s unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const note = (why: unknown) => unhandled.push(why);
    process.on('unhandledRejection', note);
    const call = world.me.progress('com.example.report');
    await world.router.say([8, 48, 1, {}, 'com.example.too_hot']);
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(await failure(call.result)).toMatchObject({ uri: 'com.example.too_hot' });
  });

  it('is lost with its session', async () => {
    const call = world.me.progress('com.example.report');
    await world.router.say(part('a'));
    world.router.transport.lose();
    await settle();
    expect((await call.next()).value?.args).toEqual(['a']);
    expect(await failure(call.next())).toMatchObject({ code: 'WAMP_ERR_CONNECTION_LOST', mayHaveExecuted: true });
  });

  it('ends by its signal, whose reason it fails with', async () => {
    const stop = new AbortController();
    const call = world.me.progress('com.example.report', [], { signal: stop.signal });
    const waiting = failure(call.next());
    const why = new Error('not any more');
    stop.abort(why);
    expect(await waiting).toBe(why);
    expect(world.router.sent.at(-1)).toEqual([49, 1, { mode: 'killnowait' }]);
  });

  it.each<[string, unknown[], string]>([
    ['no URI', ['my report'], 'progress: expected a URI'],
    ['no list', ['a.b', 5], 'call of a.b: expected args to be a list'],
    ['onProgress, which the loop is', ['a.b', [], { onProgress: () => {} }], "unknown option 'onProgress'"],
    [
      'a bad dealerTimeout',
      ['a.b', [], { dealerTimeout: 0.5 }],
      'call of a.b: expected dealerTimeout to be whole milliseconds from 1, received 0.5',
    ],
    ['a bad cancelMode', ['a.b', [], { cancelMode: 'no' }], 'call of a.b: expected cancelMode to be one of "skip"'],
    ['a bad overflow', ['a.b', [], { overflow: 'no' }], 'call of a.b: expected overflow to be one of'],
  ])('with %s is refused where it is written', (_what, args, message) => {
    expect(() => (world.me.progress as (...args: unknown[]) => unknown).apply(world.me, args)).toThrow(message);
    expect(world.router.sent).toHaveLength(1);
  });
});

describe('dealerTimeout', () => {
  it('is the timeout of the wire, beside the one that holds here', async () => {
    const error = failure(world.me.call('com.example.report', [], { dealerTimeout: 500, timeout: 2_000 }));
    expect(world.router.sent.at(-1)).toEqual([48, 1, { timeout: 500 }, 'com.example.report']);
    world.clock.increment(1_999);
    await world.router.say([8, 48, 1, {}, 'wamp.error.timeout']);
    expect(await error).toMatchObject({ code: 'WAMP_ERR_APPLICATION', uri: 'wamp.error.timeout' });
  });
});

describe('onProgress', () => {
  it('takes the parts that come before the result', async () => {
    const parts: unknown[] = [];
    const result = world.me.call('com.example.report', [], { onProgress: ({ args }) => parts.push(args[0]) });
    expect(world.router.sent.at(-1)).toEqual([48, 1, { receive_progress: true }, 'com.example.report']);
    await world.router.say(part('a'), part('b'), [50, 1, {}, ['done']]);
    expect((await result).args).toEqual(['done']);
    expect(parts).toEqual(['a', 'b']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('that %s is logged, and the call goes on', async (_how, onProgress) => {
    const result = world.me.call('com.example.report', [], { onProgress });
    await world.router.say(part('a'), [50, 1, {}, ['done']]);
    expect((await result).args).toEqual(['done']);
    expect(world.log.said('an onProgress failed')).toMatchObject([
      { level: 'error', fields: { uri: 'com.example.report', err: { message: 'no' } } },
    ]);
  });

  it('that is not there leaves a part that nobody asked for uncounted as an answer', async () => {
    const result = world.me.call('com.example.report');
    await world.router.say(part('a'), [50, 1, {}, ['done']]);
    expect((await result).args).toEqual(['done']);
    expect(world.me.stats().late).toBe(1);
  });
});

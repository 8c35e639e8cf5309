import { contract, type StandardSchema } from '../../../src/index.js';
import { settle } from '../../actors/scripted.js';
import { failure } from '../../support/house.js';
import { NOTHING_LEFT, scripted } from '../scripted-router.js';

let world: Awaited<ReturnType<typeof scripted>>;
beforeEach(async () => {
  world = await scripted();
});
afterEach(async () => expect(await world.end()).toEqual(NOTHING_LEFT));

const sum = 'com.example.sum';
const canceled = [8, 48, 1, {}, 'wamp.error.canceled'];
const calls = () => world.router.sent.filter(([code]) => code === 48);

async function* numbers(until: number) {
  for (let at = 2; at <= until; at += 1) yield [at];
}

describe('a call whose arguments come in parts', () => {
  beforeEach(async () => void (await world.welcome()));

  it('leaves part by part under one id, and ends with the last', async () => {
    const call = world.me.stream(sum, [1], { kwargs: { unit: 'm' }, discloseMe: true });
    expect(call.isOpen).toBe(true);
    expect(await call.send([2])).toBe(true);
    expect(await call.send([], { unit: 'km' })).toBe(true);
    const result = call.end([4]);
    expect(call.isOpen).toBe(false);
    expect(calls()).toEqual([
      [48, 1, { disclose_me: true, progress: true, receive_progress: true }, sum, [1], { unit: 'm' }],
      [48, 1, { progress: true }, sum, [2]],
      [48, 1, { progress: true }, sum, [], { unit: 'km' }],
      [48, 1, {}, sum, [4]],
    ]);
    await world.router.say([50, 1, {}, [7]]);
    expect(await result).toEqual({ args: [7], kwargs: {}, details: {} });
    expect(await call.result).toBe(await result);
    expect(world.me.stats()).toMatchObject({ calls: 1, unsettled: 0 });
  });

  it('takes its parts from a loop of its own, and ends it', async () => {
    const call = world.me.stream(sum, [1], { parts: numbers(3), receiveProgress: false });
    await settle();
    expect(calls()).toEqual([
      [48, 1, { progress: true }, sum, [1]],
      [48, 1, { progress: true }, sum, [2]],
      [48, 1, { progress: true }, sum, [3]],
      [48, 1, {}, sum],
    ]);
    await world.router.say([50, 1, {}, [6]]);
    expect((await call.result).args).toEqual([6]);
  });

  it('takes lists, and args with kwargs, from what may be looped over at once, too', async () => {
    world.me.stream(sum, [], { parts: [[1], { args: [2], kwargs: { unit: 'm' } }, { kwargs: { unit: 'km' } }] });
    await settle();
    expect(calls().slice(1, -1)).toEqual([
      [48, 1, { progress: true }, sum, [1]],
      [48, 1, { progress: true }, sum, [2], { unit: 'm' }],
      [48, 1, { progress: true }, sum, [], { unit: 'km' }],
    ]);
    await world.router.say(canceled);
  });

  it.each([
    [
      'throws',
      async function* () {
        yield [2];
        throw new Error('no more');
      },
      'no more',
    ],
    [
      'gives what is no part',
      () => [5],
      `part of a call of ${sum}: expected args to be a list such as [value], received number`,
    ],
    ['gives nothing', () => [undefined], 'expected args to be a list such as [value], received undefined'],
    ['gives what cannot be sent', () => [[10n]], `part of a call of ${sum}`],
  ])('is cancelled when what it takes its parts from %s', async (_what, parts, message) => {
    const call = world.me.stream(sum, [1], { parts: parts() as never, cancelMode: 'kill' });
    const error = await failure(call.result);
    expect(error.message).toContain(message);
    expect(world.router.sent.at(-1)).toEqual([49, 1, { mode: 'kill' }]);
    await world.router.say(canceled);
  });

  it('has what it takes its parts from end when it is over', async () => {
    let returned = false;
    async function* endless() {
      try {
        for (;;) {
          await new Promise(setImmediate);
          yield [1];
        }
      } finally {
        returned = true;
      }
    }
    const call = world.me.stream(sum, [1], { parts: endless() });
    await world.router.say([50, 1, {}, ['enough']]);
    expect((await call.result).args).toEqual(['enough']);
    while (!returned) await new Promise(setImmediate);
    const said = world.router.sent.length;
    await settle();
    expect(world.router.sent).toHaveLength(said);
  });

  it('goes both ways at once: parts of the result come to its loop', async () => {
    const call = world.me.stream(sum, [1]);
    await world.router.say([50, 1, { progress: true }, [1]]);
    expect((await call.next()).value?.args).toEqual([1]);
    await call.send([2]);
    await world.router.say([50, 1, { progress: true }, [3]]);
    expect((await call.next()).value?.args).toEqual([3]);
    const result = call.end();
    await world.router.say([50, 1, {}, ['end']]);
    expect((await result).args).toEqual(['end']);
    expect(await call.next()).toEqual({ done: true, value: undefined });
  });

  it('that was answered early sends nothing more, and says so', async () => {
    const call = world.me.stream(sum, [1]);
    await world.router.say([50, 1, {}, ['enough']]);
    expect([await call.send([2]), call.isOpen]).toEqual([false, false]);
    expect((await call.end([3])).args).toEqual(['enough']);
    expect(calls()).toHaveLength(1);
  });

  it('leaves the event loop its turn, however quickly its parts come', async () => {
    const call = world.me.stream(sum, [1]);
    setImmediate(() => world.router.transport.receive([50, 1, {}, ['enough']]));
    let sent = 0;
    while (sent < 1_000 && (await call.send([1]))) sent += 1;
    expect(sent).toBeLessThan(1_000);
    expect((await call.result).args).toEqual(['enough']);
  });

  it('that has failed sends nothing more, and rejects with the reason', async () => {
    const call = world.me.stream(sum, [1]);
    await world.router.say([8, 48, 1, {}, 'com.example.full']);
    expect(await call.send([2])).toBe(false);
    expect(await failure(call.end())).toMatchObject({ uri: 'com.example.full' });
    expect(calls()).toHaveLength(1);
  });

  it('leaves a part out that cannot be sent, the last one too, and goes on', async () => {
    const call = world.me.stream(sum, [1]);
    expect(await failure(call.send([10n]))).toMatchObject({
      code: 'WAMP_ERR_SERIALIZATION',
      message: expect.stringContaining(`part of a call of ${sum}`),
    });
    expect(await failure(call.end([10n]))).toMatchObject({ code: 'WAMP_ERR_SERIALIZATION' });
    expect(call.isOpen).toBe(true);
    const result = call.end();
    await world.router.say([50, 1, {}]);
    expect((await result).args).toEqual([]);
    expect(calls()).toHaveLength(2);
  });

  it('may be given up, and sends nothing more', async () => {
    const stop = new AbortController();
    const call = world.me.stream(sum, [1], { signal: stop.signal, cancelMode: 'skip' });
    const why = new Error('not any more');
    stop.abort(why);
    expect(await call.send([2])).toBe(false);
    expect(await failure(call.result)).toBe(why);
    expect(world.router.sent.slice(-1)).toEqual([[49, 1, { mode: 'skip' }]]);
    await world.router.say(canceled);
  });

  it('may take its timeout between two parts of either kind', async () => {
    const call = world.me.stream(sum, [1], { timeout: 1_000 });
    for (let at = 2; at < 6; at += 1) {
      world.clock.increment(900);
      if (at % 2 === 0) await call.send([at]);
      else await world.router.say([50, 1, { progress: true }, [at]]);
    }
    world.clock.increment(1_000);
    expect(await failure(call.result)).toMatchObject({ code: 'WAMP_ERR_TIMEOUT', timeout: 1_000 });
    await world.router.say(canceled);
  });

  it('ends with its session, and is never made again', async () => {
    const call = world.me.stream(sum, [1]);
    world.router.transport.lose();
    await settle();
    expect(await call.send([2])).toBe(false);
    expect(await failure(call.end())).toMatchObject({ code: 'WAMP_ERR_CONNECTION_LOST', mayHaveExecuted: true });
  });

  it('has one end', async () => {
    const call = world.me.stream(sum, [1]);
    const result = call.end([2]);
    await expect(call.send([3])).rejects.toThrow('the last one was sent already');
    await expect(call.end()).rejects.toMatchObject({ code: 'WAMP_ERR_USAGE' });
    await world.router.say([50, 1, {}]);
    await result;
    expect(calls()).toHaveLength(2);
  });

  it.each<[string, unknown[], string]>([
    ['no URI', ['my sum'], 'stream: expected a URI'],
    ['no list', ['a.b', 5], 'call of a.b: expected args to be a list'],
    ['idempotent, which it is not', ['a.b', [], { idempotent: true }], "unknown option 'idempotent'"],
    ['parts that are none', ['a.b', [], { parts: 5 }], 'call of a.b: expected parts to be an iterable'],
    ['a bad receiveProgress', ['a.b', [], { receiveProgress: 1 }], 'call of a.b: expected receiveProgress to be true'],
    ['a bad overflow', ['a.b', [], { overflow: 'no' }], 'call of a.b: expected overflow to be one of'],
  ])('with %s is refused where it is written', (_what, args, message) => {
    expect(() => (world.me.stream as (...args: unknown[]) => unknown).apply(world.me, args)).toThrow(message);
    expect(calls()).toEqual([]);
  });
});

describe('a call in parts that is made while there is no session', () => {
  it('waits with all its parts, and leaves in its order', async () => {
    const call = world.me.stream(sum, [1]);
    const sent = [call.send([2]), call.send([10n]).catch((error: Error) => error.name), call.send([3])];
    const end = call.end();
    await world.welcome();
    expect(await Promise.all(sent)).toEqual([true, 'SerializationError', true]);
    expect(calls().map((list) => [list[2], list[4]])).toEqual([
      [{ progress: true, receive_progress: true }, [1]],
      [{ progress: true }, [2]],
      [{ progress: true }, [3]],
      [{}, undefined],
    ]);
    await world.router.say([50, 1, {}, [6]]);
    expect((await end).args).toEqual([6]);
  });

  it('holds no more parts than its buffer', async () => {
    const call = world.me.stream(sum, [1], { buffer: 1 });
    const first = call.send([2]);
    expect(await failure(call.send([3]))).toMatchObject({
      code: 'WAMP_ERR_QUEUE_FULL',
      message: `part of a call of ${sum}: 1 wait already (buffer) for a session of peer "me"; await send()`,
    });
    await call.return();
    expect(await first).toBe(false);
  });

  it('is done with a part at which its contract still looks when it is given up', async () => {
    let look = () => {};
    const slow: StandardSchema<number> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) =>
          new Promise((resolve) => {
            look = () => resolve({ value: value as number });
          }),
      },
    };
    const api = contract({ procedures: { [sum]: { parts: { args: [slow] } } } });
    const call = world.me.as(api).stream(sum, []);
    const sent = call.send([2]);
    await call.return();
    look();
    expect(await sent).toBe(false);
  });

  it('fails where the router takes none, instead of costing the session', async () => {
    const call = world.me.stream(sum, [1]);
    const first = call.send([2]);
    await world.router.say([2, 7, { roles: { broker: {}, dealer: {} } }]);
    expect(await failure(call.result)).toMatchObject({ uri: 'wamp.error.feature_not_supported' });
    expect(await first).toBe(false);
    expect(calls()).toEqual([]);
  });
});

/** A contract in schemas, kept by peers on the embedded router: what is sent, what comes, and what becomes of what does not fit. */
import * as z from 'zod';
import {
  ApplicationError,
  ContractViolation,
  connect,
  contract,
  meta,
  type Peer,
  type PeerOf,
  peer,
  type Registration,
  type Router,
  result,
  router,
  type StandardSchema,
  start,
  supervisor,
  TimeoutError,
  UsageError,
} from '../../../src/index.js';
import { recordingLogger } from '../../support/recording-logger.js';

/** Fits numbers, and says so when it is told to. */
function gate() {
  const waiting: (() => void)[] = [];
  const schema: StandardSchema<number> = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) =>
        new Promise((resolve) => {
          waiting.push(() =>
            resolve(typeof value === 'number' ? { value } : { issues: [{ message: 'expected a number' }] }),
          );
        }),
    },
  };
  return {
    schema,
    waiting,
    /** Answers the newest first: the order in which they are told is not theirs. */
    open() {
      while (waiting.length > 0) waiting.pop()?.();
    },
  };
}

const slow = gate();
const day = z.string().transform((text) => new Date(text));

const api = contract({
  procedures: {
    'com.example.add': { args: [z.number(), z.number()], result: z.number() },
    'com.example.weekday': { args: [day], result: { args: [day], kwargs: z.object({ name: z.string() }) } },
    'com.example.count': { args: [z.number()], progress: z.number(), result: z.string() },
    'com.example.slow': { args: [slow.schema], result: z.number() },
    'com.example.slowly': { progress: slow.schema, result: slow.schema },
    'com.example.total': {
      args: [z.string().transform((text) => text.length)],
      parts: { args: [z.string().transform(Number)] },
      result: z.number(),
    },
    'com.example.valve..open': { match: 'wildcard', args: [z.number()] },
  },
  topics: {
    'com.example.dawn': { args: [day] },
    'com.example.slow': { args: [slow.schema] },
    'com.example.log.': { match: 'prefix', args: [z.string()] },
  },
});

let local: Router;
/** Without a contract: what it sends, nobody has looked at. */
let rude: Peer;
let caller: PeerOf<typeof api>;
let callee: PeerOf<typeof api>;
const log = recordingLogger();

beforeAll(async () => {
  local = await router({ realm: 'realm1' });
  rude = await connect(local, { realm: 'realm1' });
  caller = await connect(local, { realm: 'realm1', contract: api, name: 'caller', logger: log });
  callee = await connect(local, { realm: 'realm1', contract: api, name: 'callee', logger: log });
});

afterEach(() => {
  log.lines.length = 0;
  slow.waiting.length = 0;
});

afterAll(async () => {
  await Promise.all([rude, caller, callee].map((peer) => peer.leave()));
  await local.stop();
});

/** Waits for a condition, not for a time. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** A call that only types forbid. */
const untypedCall = (...call: readonly unknown[]): Promise<unknown> =>
  (caller.call as (...call: readonly unknown[]) => Promise<unknown>)(...call);

describe('what a caller sends', () => {
  it('is refused before it leaves, with the place and what is wrong there', async () => {
    const { calls } = caller.stats();
    const error = await failure(untypedCall('com.example.add', [1, 'two']));
    expect(error).toBeInstanceOf(ContractViolation);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^call of com.example.add does not fit the contract: args\[1\]: .*expected number/,
      ),
      code: 'WAMP_ERR_CONTRACT',
      uri: 'com.example.add',
      issues: [{ path: 'args[1]', message: expect.any(String) }],
    });
    expect(caller.stats().calls).toBe(calls);
  });

  it('is refused at once where nobody awaits it', () => {
    for (const verb of [caller.cast, caller.progress] as ((...call: readonly unknown[]) => unknown)[]) {
      expect(() => verb.call(caller, 'com.example.add', ['one'])).toThrow(ContractViolation);
    }
    expect(() => (caller.emit as (...call: readonly unknown[]) => void)('com.example.dawn', [5])).toThrow(
      ContractViolation,
    );
  });

  it('is refused where the contract has no such URI, which names the one that was meant', async () => {
    expect(await failure(untypedCall('com.example.ad', [1, 2]))).toEqual(
      new UsageError(
        'call of com.example.ad: the contract has no procedure com.example.ad; did you mean com.example.add?',
      ),
    );
    const publish = caller.publish as (topic: string) => Promise<unknown>;
    await expect(publish.call(caller, 'com.example.down')).rejects.toThrow('did you mean com.example.dawn?');
  });

  it('leaves in its order, though a schema takes its time', async () => {
    const heard: unknown[] = [];
    const ears = await rude.subscribe('com.example', ({ args }) => heard.push(args[0]), { match: 'prefix' });
    const all = Promise.all([
      caller.publish('com.example.slow', [1], { acknowledge: true }),
      caller.publish('com.example.slow', [2], { acknowledge: true }),
      caller.publish('com.example.log.disk', ['3'], { acknowledge: true }),
    ]);
    expect(slow.waiting).toHaveLength(2);
    slow.open();
    await all;
    await until(() => heard.length === 3);
    expect(heard).toEqual([1, 2, '3']);
    await ears.unsubscribe();
  });

  it('is given up at its deadline or by its signal, and holds up nothing, while a schema still takes its time', async () => {
    const error = await failure(caller.call('com.example.slow', [1], { timeout: 20 }));
    expect(error).toBeInstanceOf(TimeoutError);
    const controller = new AbortController();
    const aborted = failure(caller.call('com.example.slow', [1], { signal: controller.signal }));
    const behind = caller.publish('com.example.log.disk', ['3'], { acknowledge: true });
    controller.abort(new Error('enough'));
    expect(await aborted).toEqual(new Error('enough'));
    expect(await behind).toEqual(expect.any(Number));
    expect(caller.stats().unsettled).toBe(0);
  });

  it('is refused later, if a schema says so later', async () => {
    const call = failure(untypedCall('com.example.slow', ['one']));
    slow.open();
    expect(await call).toBeInstanceOf(ContractViolation);
  });
});

describe('an endpoint', () => {
  it('sees what the schemas make of its arguments; its caller what they make of the result', async () => {
    const registration = await callee.register('com.example.weekday', ({ args: [date] }) =>
      result([date.toISOString()], { name: date.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' }) }),
    );
    const { args, kwargs } = await caller.call('com.example.weekday', ['2026-01-01']);
    expect({ args, kwargs }).toEqual({ args: [new Date('2026-01-01')], kwargs: { name: 'Thursday' } });
    await registration.unregister();
  });

  it('never hears of arguments that do not fit: their caller is answered with the places', async () => {
    const endpoint = jest.fn(() => 5);
    const registration = await callee.register('com.example.add', endpoint);
    const error = await failure(rude.call('com.example.add', [1, 'two']));
    expect(error).toBeInstanceOf(ApplicationError);
    expect(error).toMatchObject({
      uri: 'wamp.error.invalid_argument',
      args: [expect.stringMatching(/^the arguments of com.example.add do not fit its contract: args\[1\]: /)],
      kwargs: { issues: [{ path: 'args[1]', message: expect.any(String) }] },
    });
    expect(endpoint).not.toHaveBeenCalled();
    expect((await rude.call('com.example.add', [1, 2])).args).toEqual([5]);
    await registration.unregister();
  });

  it('answers ERROR in place of a result that does not fit, and the log has it', async () => {
    const { violations } = callee.stats();
    const registration = await callee.register('com.example.add', async () => 'five' as unknown as number);
    expect(await failure(rude.call('com.example.add', [2, 3]))).toMatchObject({
      uri: 'wamp.error.runtime_error',
      args: ['the result of com.example.add does not fit its contract: args[0]'],
    });
    expect(log.said('the contract was not kept')).toMatchObject([
      { level: 'warn', fields: { peer: 'callee', uri: 'com.example.add', err: { code: 'WAMP_ERR_CONTRACT' } } },
    ]);
    expect(callee.stats().violations).toBe(violations + 1);
    await registration.unregister();
  });

  it('waits for schemas that take their time; interrupted meanwhile, it is not run', async () => {
    const endpoint = jest.fn(({ args: [one] }: { readonly args: readonly [number] }) => one + 1);
    const registration = await callee.register('com.example.slow', endpoint);
    const answered = rude.call('com.example.slow', [1]);
    await until(() => slow.waiting.length === 1);
    slow.open();
    expect((await answered).args).toEqual([2]);
    const refused = failure(rude.call('com.example.slow', ['one']));
    await until(() => slow.waiting.length === 1);
    slow.open();
    expect(await refused).toMatchObject({ uri: 'wamp.error.invalid_argument' });
    const other = await callee.register('com.example.add', () => 0);
    const controller = new AbortController();
    const canceled = failure(rude.call('com.example.slow', [1], { signal: controller.signal }));
    await until(() => slow.waiting.length === 1);
    controller.abort(new Error('enough'));
    await canceled;
    await rude.call('com.example.add', [1, 2]); // Behind the INTERRUPT.
    slow.open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(endpoint).toHaveBeenCalledTimes(1);
    await other.unregister();
    await registration.unregister();
  });

  it('sends parts that fit, in their order, before its result', async () => {
    const registration = await callee.register('com.example.count', ({ args: [to], progress }) => {
      for (let count = 1; count <= to; count += 1) progress([count]);
      progress(['many' as unknown as number]);
      return 'done';
    });
    const parts: unknown[] = [];
    const error = await failure(
      caller.call('com.example.count', [2], { onProgress: ({ args: [part] }) => parts.push(part) }),
    );
    expect(parts).toEqual([1, 2]);
    expect(error).toMatchObject({
      uri: 'wamp.error.runtime_error',
      args: [expect.stringMatching(/^progress of com.example.count does not fit the contract: args\[0\]/)],
    });
    await registration.unregister();
  });

  it('sends parts in their order before its result, though a schema takes its time', async () => {
    const registration = await callee.register('com.example.slowly', ({ progress }) => {
      expect([1, 2].map((part) => progress([part]))).toEqual([true, true]);
      return 3;
    });
    const parts: unknown[] = [];
    const answered = rude.call('com.example.slowly', [], { onProgress: ({ args }) => parts.push(args[0]) });
    await until(() => slow.waiting.length === 2);
    slow.open();
    await until(() => slow.waiting.length === 1);
    slow.open();
    expect((await answered).args).toEqual([3]);
    expect(parts).toEqual([1, 2]);
    await registration.unregister();
  });

  it('of a pattern is held to what the contract says of the URI that was called', async () => {
    const registration = await callee.register(
      'com.example.valve..open',
      ({ procedure, args: [percent] }) => void [procedure, percent],
      { match: 'wildcard' },
    );
    expect((await caller.call('com.example.valve.attic.open', [50])).args).toEqual([]);
    expect(await failure(rude.call('com.example.valve.attic.open', ['wide']))).toMatchObject({
      uri: 'wamp.error.invalid_argument',
    });
    await registration.unregister();
    const all = await callee.untyped.register('com.example', () => 1, { match: 'prefix' });
    const other = await (callee.register as (...given: readonly unknown[]) => Promise<typeof all>)(
      'com.example.other',
      () => 1,
      { match: 'prefix' },
    );
    expect(await failure(rude.call('com.example.other.x'))).toMatchObject({ uri: 'wamp.error.no_such_procedure' });
    await other.unregister();
    await all.unregister();
  });
});

describe('a caller', () => {
  it('is not given a result that does not fit', async () => {
    const registration = await rude.register('com.example.add', () => 'five');
    const error = await failure(caller.call('com.example.add', [2, 3]));
    expect(error).toBeInstanceOf(ContractViolation);
    expect((error as Error).message).toMatch(/^result of com.example.add does not fit the contract: args\[0\]: /);
    await registration.unregister();
  });

  it('gives the call up at a part that does not fit', async () => {
    const registration = await rude.register('com.example.count', ({ progress, signal }) => {
      progress([1]);
      progress(['many']);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve('done')));
    });
    const counted = caller.progress('com.example.count', [2]);
    const parts: unknown[] = [];
    const error = await failure(
      (async () => {
        for await (const { args } of counted) parts.push(args[0]);
      })(),
    );
    expect(parts).toEqual([1]);
    expect(error).toBeInstanceOf(ContractViolation);
    expect(await failure(counted.result)).toBe(error);
    await registration.unregister();
  });

  it('has the parts that came before the result before it, though a schema takes its time', async () => {
    const registration = await rude.register('com.example.slowly', ({ progress }) => {
      progress([1]);
      progress([2]);
      return 3;
    });
    const told: unknown[] = [];
    const answered = caller
      .call('com.example.slowly', [], { onProgress: ({ args }) => told.push(args[0]) })
      .then(({ args }) => told.push(args[0]));
    await until(() => slow.waiting.length === 2);
    slow.open();
    await until(() => slow.waiting.length === 1);
    slow.open();
    await answered;
    expect(told).toEqual([1, 2, 3]);
    await registration.unregister();
  });
});

describe('a call in parts', () => {
  let registration: Registration;

  beforeAll(async () => {
    registration = await callee.register('com.example.total', async ({ args: [length], parts }) => {
      let total = 0;
      for await (const { args } of parts) total += args[0];
      return total * 100 + (length ?? 0);
    });
  });

  afterAll(() => registration.unregister());

  it('is looked at part by part, and each is what the schemas make of it', async () => {
    const call = caller.stream('com.example.total', ['four']);
    expect(await call.send(['10'])).toBe(true);
    expect(
      await failure((call.send as (...args: readonly unknown[]) => Promise<unknown>).call(call, [10])),
    ).toMatchObject({
      message: expect.stringMatching(/^part of a call of com.example.total does not fit the contract: args\[0\]: /),
    });
    await call.send(['2']);
    expect((await call.end()).args).toEqual([1604]);
  });

  it('takes nothing behind its last part, also while that is still looked at: it would cost the session', async () => {
    const call = caller.stream('com.example.total', ['four']);
    await call.send(['10']);
    const { incarnation } = caller;
    const [end, late] = [call.end(['2']), call.send(['7'])];
    expect(await failure(late)).toEqual(
      new UsageError('part of a call of com.example.total: the last one was sent already'),
    );
    expect((await end).args).toEqual([1604]);
    expect(caller.incarnation).toBe(incarnation);
  });

  it('may begin with nothing, and is refused at the first part that does not fit', async () => {
    const call = caller.stream('com.example.total', [], { parts: [['1'], ['2']] });
    expect((await call.result).args).toEqual([300]);
    const rudely = rude.stream('com.example.total', ['four'], { parts: [['1'], [2]] });
    expect(await failure(rudely.result)).toMatchObject({
      uri: 'wamp.error.invalid_argument',
      kwargs: { issues: [{ path: 'args[0]' }] },
    });
    expect(await failure(rude.stream('com.example.total', [4]).result)).toMatchObject({
      uri: 'wamp.error.invalid_argument',
    });
    expect(() => (caller.stream as (...call: readonly unknown[]) => unknown)('com.example.total', [4])).toThrow(
      ContractViolation,
    );
    expect(() => (caller.stream as (...call: readonly unknown[]) => unknown)('com.example.totl')).toThrow(
      'did you mean com.example.total?',
    );
  });
});

describe('a subscriber', () => {
  it('is not given an event that does not fit: it is counted and logged, and the next one comes', async () => {
    const heard: unknown[] = [];
    const subscription = await callee.subscribe('com.example.dawn', ({ args: [date], publisher }) =>
      heard.push(date, publisher?.session),
    );
    const { violations } = callee.stats();
    await rude.publish('com.example.dawn', [5], { acknowledge: true });
    await rude.publish('com.example.dawn', ['2026-01-01'], { acknowledge: true, discloseMe: true });
    await until(() => heard.length === 2);
    expect(heard).toEqual([new Date('2026-01-01'), rude.session?.id]);
    expect(callee.stats().violations).toBe(violations + 1);
    expect(log.said('the contract was not kept')).toMatchObject([
      { level: 'warn', fields: { peer: 'callee', uri: 'com.example.dawn' } },
    ]);
    await subscription.unsubscribe();
  });

  it('has events in their order, though a schema takes its time, and none once it has unsubscribed', async () => {
    const heard: unknown[] = [];
    const subscription = await callee.subscribe('com.example.slow', ({ args: [one] }) => heard.push(one));
    for (const one of [1, 2, 'three', 4]) await rude.publish('com.example.slow', [one]);
    await until(() => slow.waiting.length === 4);
    slow.open();
    await until(() => heard.length === 3);
    expect(heard).toEqual([1, 2, 4]);
    await rude.publish('com.example.slow', [5]);
    await until(() => slow.waiting.length === 1);
    const { late } = callee.stats();
    await subscription.unsubscribe();
    slow.open();
    await until(() => callee.stats().late === late + 1);
    expect(heard).toEqual([1, 2, 4]);
  });

  it('to a pattern has what the contract says of each topic, and nothing of others', async () => {
    const heard: unknown[] = [];
    const events = callee.events('com.example.', { match: 'prefix' });
    await events.ready;
    await rude.publish('com.example.other', [1]);
    await rude.publish('com.example.log.disk', [5]);
    await rude.publish('com.example.log.disk', ['full']);
    await rude.publish('com.example.dawn', ['2026-01-01']);
    for await (const { topic, args } of events) {
      heard.push([topic, args[0]]);
      if (topic === 'com.example.dawn') break;
    }
    expect(heard).toEqual([
      ['com.example.log.disk', 'full'],
      ['com.example.dawn', new Date('2026-01-01')],
    ]);
  });
});

describe('validate', () => {
  it.each([
    [true, 'WAMP_ERR_CONTRACT'],
    ['out', 'WAMP_ERR_CONTRACT'],
    ['in', 'wamp.error.no_such_procedure'],
    [false, 'wamp.error.no_such_procedure'],
  ] as const)('%s: what is sent and does not fit comes to %s', async (validate, expected) => {
    const view = rude.as(api, { validate });
    const error = await failure((view.call as (...call: unknown[]) => Promise<unknown>)('com.example.add', ['one']));
    expect(error instanceof ApplicationError ? error.uri : (error as ContractViolation).code).toBe(expected);
  });

  it.each([
    [true, undefined],
    ['in', undefined],
    ['out', 'five'],
    [false, 'five'],
  ] as const)('%s: a result that does not fit comes as %s', async (validate, expected) => {
    const registration = await rude.register('com.example.add', () => 'five');
    const view = rude.as(api, { validate });
    const value = await view.call('com.example.add', [2, 3]).then(
      ({ args }) => args[0],
      () => undefined,
    );
    expect(value).toBe(expected);
    await registration.unregister();
  });

  it('makes no sense without schemas, and says what it takes', async () => {
    const of = (options: object) => () => peer('a', { url: local, realm: 'realm1', ...options } as never);
    expect(of({ validate: true })).toThrow(
      'peer "a": validate needs a contract in schemas: contract({ procedures, topics })',
    );
    expect(of({ contract: contract<object>(), validate: 'in' })).toThrow('validate needs a contract in schemas');
    expect(of({ contract: api, validate: 'both' })).toThrow(
      'peer "a": expected validate to be true, false, "in" or "out", received "both"',
    );
    expect(of({ contract: {} })).toThrow(
      'peer "a": expected contract to be a contract, made by contract(…), received an object',
    );
    expect(of({ validate: false })).not.toThrow();
    expect(() => rude.as(undefined as never)).toThrow(
      'as: expected a contract, made by contract(…), received undefined',
    );
  });
});

describe('the contract of a peer', () => {
  it('is kept by what the peer declares, and by its handle, however it is seen', async () => {
    const heard: unknown[] = [];
    const tree = start(
      supervisor({
        children: [
          peer('adder', {
            url: local,
            realm: 'realm1',
            contract: api,
            register: { 'com.example.add': { handler: ({ args: [a, b] }) => a + b, concurrency: 1 } },
            subscribe: { 'com.example.dawn': ({ args: [date] }) => heard.push(date) },
          }),
        ],
      }),
    );
    await tree.ready;
    expect(await failure(rude.call('com.example.add', ['one', 2]))).toMatchObject({
      uri: 'wamp.error.invalid_argument',
    });
    expect((await rude.call('com.example.add', [1, 2])).args).toEqual([3]);
    await rude.publish('com.example.dawn', ['2026-01-01'], { acknowledge: true });
    await until(() => heard.length === 1);
    expect(heard).toEqual([new Date('2026-01-01')]);
    const plain = tree.peer('adder');
    await expect(plain.call('com.example.ad')).rejects.toThrow('did you mean com.example.add?');
    await expect(plain.untyped.call('com.example.ad')).rejects.toThrow('no_such_procedure');
    expect(rude.untyped).toBe(rude);
    const typed = tree.peer('adder', api, { validate: 'in' });
    expect(typed.name).toBe('adder');
    expect((await typed.call('com.example.add', [1, 2])).args).toEqual([3]);
    await tree.stop();
  });

  it('is held against what is declared before anything starts', () => {
    const of = (options: object) => () =>
      peer('a', { url: local, realm: 'realm1', contract: api, ...options } as never);
    expect(of({ register: { 'com.example.ad': () => 1 } })).toThrow(
      'peer "a": register: the contract has no procedure com.example.ad; did you mean com.example.add?',
    );
    expect(of({ subscribe: { 'com.example.add': () => 1 } })).toThrow(
      'peer "a": subscribe: the contract has no topic com.example.add',
    );
    expect(of({ subscribe: { 'com.example.add': () => 1 }, validate: false })).not.toThrow();
  });

  it('says nothing of what WAMP reserves', async () => {
    expect(await meta(caller).sessions.count()).toBeGreaterThan(0);
    await expect(untypedCall('wamp.session.unknown')).rejects.toThrow('no_such_procedure');
  });
});

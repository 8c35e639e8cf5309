import { UsageError } from '../../src/errors.js';
import { adviseOnOptions, OPTIONS, type Options, wireName, wireOptions } from '../../src/wamp/options.js';

const NAMES = Object.values(OPTIONS).flatMap((rows) => Object.keys(rows));

describe('wireName', () => {
  test.each(NAMES)('%s: it is the camel case of the name on the wire', (name) => {
    const wire = wireName(name);
    expect(wire).toMatch(/^_?[a-z][a-z0-9_]{2,}$/);
    expect(wire.replace(/^_/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())).toBe(name);
  });

  it('has one that the standard does not know, under the name that it leaves to implementations', () => {
    expect(NAMES.map(wireName).filter((wire) => wire.startsWith('_'))).toEqual(['_queue_limit']);
  });
});

describe('wireOptions', () => {
  test.each([
    [
      'PUBLISH',
      { excludeMe: false, discloseMe: true, acknowledge: true, eligibleAuthid: ['joe'], exclude: [7], retain: true },
      {
        exclude_me: false,
        disclose_me: true,
        acknowledge: true,
        eligible_authid: ['joe'],
        exclude: [7],
        retain: true,
      },
    ],
    ['SUBSCRIBE', { match: 'prefix', getRetained: true }, { match: 'prefix', get_retained: true }],
    ['CALL', { timeout: 500, receiveProgress: true }, { timeout: 500, receive_progress: true }],
    [
      'REGISTER',
      { match: 'wildcard', invoke: 'roundrobin', forceReregister: true, concurrency: 4 },
      { match: 'wildcard', invoke: 'roundrobin', force_reregister: true, concurrency: 4 },
    ],
    ['CALL', { timeout: undefined }, {}],
    ['CALL', {}, {}],
    ['CALL', { _trace: { id: 1 } }, { _trace: { id: 1 } }],
  ] as const)('%s with %j sends %j', (type, options, wire) => {
    expect(wireOptions(type, options as unknown as Options<typeof type>)).toEqual(wire);
  });

  it('keeps back what the caller sees to itself', () => {
    const { signal } = new AbortController();
    const options = { timeout: 5, signal, idempotent: true };
    expect(wireOptions('CALL', options as Options<'CALL'>, ['signal', 'idempotent'])).toEqual({ timeout: 5 });
  });

  it('names each option that there is, once', () => {
    const run = () => wireOptions('CALL', { volume: 5 } as never, ['timeout', 'kwargs']);
    expect(run).toThrow(
      `unknown option 'volume' of CALL: expected one of timeout, receiveProgress, discloseMe, kwargs, or a custom one that begins with "_"`,
    );
  });

  it('makes nothing new where nothing is sent', () => {
    expect(wireOptions('CALL', {})).toBe(wireOptions('SUBSCRIBE', { match: undefined } as never));
  });

  test.each([
    [
      'PUBLISH',
      { exclude_me: false },
      "unknown option 'exclude_me' of PUBLISH: expected one of acknowledge, excludeMe",
    ],
    ['SUBSCRIBE', { timeout: 5 }, "unknown option 'timeout' of SUBSCRIBE: expected one of match, getRetained, signal"],
    ['CALL', { _x: 1 }, "unknown option '_x' of CALL"],
    ['CALL', { _Trace: 1 }, "unknown option '_Trace' of CALL"],
    ['CALL', JSON.parse('{"__proto__": {}}'), "unknown option '__proto__' of CALL"],
    ['CALL', { progress: true }, "unknown option 'progress' of CALL"],
    ['CALL', { constructor: 1 }, "unknown option 'constructor' of CALL"],
    ['CALL', { timeout: '500' }, 'option \'timeout\' of CALL: expected an integer from 0, received "500"'],
    ['CALL', { timeout: 1.5 }, "option 'timeout' of CALL: expected an integer from 0, received 1.5"],
    [
      'PUBLISH',
      { exclude: [1, 0] },
      "option 'exclude' of PUBLISH: element 1: expected an ID from 1 to 2^53, received 0",
    ],
    ['REGISTER', { invoke: 'any' }, "expected 'single', 'roundrobin', 'random', 'first' or 'last', received \"any\""],
  ] as const)('refuses %s with %j: %s', (type, options, said) => {
    const run = () => wireOptions(type, options as unknown as Options<typeof type>, ['signal']);
    expect(run).toThrow(UsageError);
    expect(run).toThrow(said);
  });

  it('knows the types of all options, and takes others with a _ only', () => {
    wireOptions('PUBLISH', { excludeMe: true, eligible: [1], _mine: 1 });
    // @ts-expect-error one that only stream() sets
    expect(() => wireOptions('CALL', { progress: true })).toThrow(UsageError);
    // @ts-expect-error a name of the standard's
    expect(() => wireOptions('PUBLISH', { exclude_me: true })).toThrow(UsageError);
    // @ts-expect-error a policy that does not exist
    expect(() => wireOptions('REGISTER', { invoke: 'all' })).toThrow(UsageError);
  });

  it('says what it is told to say of an unknown name, and its own sentence where it is told nothing', () => {
    const asked: unknown[] = [];
    adviseOnOptions((type, name, known) => {
      asked.push([type, name, known]);
      return name === 'voulme' ? 'turn it down' : undefined;
    });
    const run = (name: string) => () => wireOptions('SUBSCRIBE', { [name]: 5 } as never, ['match', 'signal']);
    expect(run('voulme')).toThrow(new UsageError('turn it down'));
    expect(run('noise')).toThrow("unknown option 'noise' of SUBSCRIBE: expected one of match, getRetained, signal, or");
    expect(asked[0]).toEqual(['SUBSCRIBE', 'voulme', ['match', 'getRetained', 'signal']]);
  });
});

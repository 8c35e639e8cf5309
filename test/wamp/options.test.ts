import { UsageError } from '../../src/errors.js';
import { faultInOptions, OPTIONS, type Options, type OptionsType, wireOptions } from '../../src/wamp/options.js';

const ALL = Object.keys(OPTIONS) as OptionsType[];

describe('OPTIONS', () => {
  test.each(ALL)('%s: each name is the camel case of the one on the wire', (type) => {
    for (const [name, { wire }] of Object.entries<{ readonly wire: string }>(OPTIONS[type])) {
      expect(wire).toMatch(/^_?[a-z][a-z0-9_]{2,}$/);
      expect(wire.replace(/^_/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())).toBe(name);
    }
  });

  it('has one that the standard does not know, under the name that it leaves to implementations', () => {
    const wires = ALL.flatMap((type) =>
      Object.values<{ readonly wire: string }>(OPTIONS[type]).map(({ wire }) => wire),
    );
    expect(wires.filter((wire) => wire.startsWith('_'))).toEqual(['_queue_limit']);
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
    ['YIELD', { progress: true }, { progress: true }],
    ['CANCEL', { mode: 'killnowait' }, { mode: 'killnowait' }],
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

  it('names each option once, and where keyword arguments go', () => {
    const run = () => wireOptions('CALL', { volume: 5 } as never, ['timeout', 'kwargs']);
    expect(run).toThrow(
      `unknown option 'volume' of CALL: expected one of timeout, receiveProgress, discloseMe, kwargs, or a custom one that begins with "_"; keyword arguments go in kwargs: { … }`,
    );
  });

  it('speaks of keyword arguments to those alone whose message has some', () => {
    const run = () => wireOptions('SUBSCRIBE', { volume: 5 } as never, ['kwargs']);
    expect(run).toThrow(/begins with "_"$/);
  });

  it('makes nothing new where nothing is sent', () => {
    expect(wireOptions('CALL', {})).toBe(wireOptions('SUBSCRIBE', { match: undefined } as never));
  });

  test.each([
    ['PUBLISH', { exclude_me: false }, "unknown option 'exclude_me' of PUBLISH: it is 'excludeMe' here"],
    ['PUBLISH', { acknowlege: true }, "unknown option 'acknowlege' of PUBLISH: did you mean 'acknowledge'?"],
    ['CALL', { timeuot: 5 }, "unknown option 'timeuot' of CALL: did you mean 'timeout'?"],
    ['CALL', { singal: 5 }, "unknown option 'singal' of CALL: did you mean 'signal'?"],
    ['SUBSCRIBE', { timeout: 5 }, "unknown option 'timeout' of SUBSCRIBE: expected one of match, getRetained, signal"],
    ['CALL', { _x: 1 }, "unknown option '_x' of CALL: a custom one is"],
    ['CALL', { _Trace: 1 }, "unknown option '_Trace' of CALL: a custom one is"],
    ['CALL', JSON.parse('{"__proto__": {}}'), "unknown option '__proto__' of CALL"],
    [
      'CALL',
      { progress: true },
      "option 'progress' of CALL is not a user's: it says that more parts of the call are to come",
    ],
    ['CALL', { argsList: [1] }, "unknown option 'argsList' of CALL: args are the second argument"],
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
});

describe('faultInOptions', () => {
  test.each([
    ['SUBSCRIBE', { match: 'prefix', get_retained: false }],
    ['SUBSCRIBE', { nosuchoption: 1, _mine: { x: [] }, getRetained: 'x' }],
    ['SUBSCRIBE', JSON.parse('{"__proto__":{"match":7}}')],
    ['PUBLISH', { acknowledge: true, exclude: [], eligible_authrole: ['a'] }],
    ['CALL', { timeout: 0 }],
  ] as const)('finds none in %s %j', (type, options) => {
    expect(faultInOptions(type, options)).toBeUndefined();
  });

  test.each([
    ['SUBSCRIBE', { match: 7 }, "SUBSCRIBE.options.match: expected 'exact', 'prefix' or 'wildcard', received 7"],
    ['SUBSCRIBE', { match: ['prefix'] }, 'SUBSCRIBE.options.match: '],
    ['REGISTER', { match: null }, 'REGISTER.options.match: '],
    ['REGISTER', { match: '__proto__' }, 'REGISTER.options.match: '],
    ['REGISTER', { concurrency: 0 }, 'REGISTER.options.concurrency: expected an integer from 1, received 0'],
    ['REGISTER', { invoke: null }, 'REGISTER.options.invoke: '],
    ['PUBLISH', { acknowledge: 'true' }, 'PUBLISH.options.acknowledge: expected true or false, received a string'],
    ['PUBLISH', { exclude: { 0: 1 } }, 'PUBLISH.options.exclude: expected a list, received a dictionary'],
    [
      'PUBLISH',
      { eligible: [1.5] },
      'PUBLISH.options.eligible: element 0: expected an ID from 1 to 2^53, received 1.5',
    ],
    ['CALL', { timeout: '100' }, 'CALL.options.timeout: expected an integer from 0, received a string'],
    ['CANCEL', { mode: 'murder' }, "CANCEL.options.mode: expected 'skip', 'kill' or 'killnowait', received a string"],
  ] as const)('finds one in %s %j', (type, options, said) => {
    expect(faultInOptions(type, options as Readonly<Record<string, unknown>>)).toContain(said);
  });
});

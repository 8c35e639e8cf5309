import { UsageError } from '../../src/errors.js';
import { checkWireOptions } from '../../src/wamp/checked-options.js';
import type { Options, OptionsType } from '../../src/wamp/option-table.js';

const check = (type: OptionsType, name: string) => () => checkWireOptions(type, { [name]: 5 } as never, ['signal']);

describe('checkWireOptions', () => {
  test.each([
    ['PUBLISH', 'exclude_me', "unknown option 'exclude_me' of PUBLISH: it is 'excludeMe' here"],
    ['PUBLISH', 'acknowlege', "unknown option 'acknowlege' of PUBLISH: did you mean 'acknowledge'?"],
    ['CALL', 'timeuot', "unknown option 'timeuot' of CALL: did you mean 'timeout'?"],
    ['CALL', 'singal', "unknown option 'singal' of CALL: did you mean 'signal'?"],
    ['CALL', '_x', "unknown option '_x' of CALL: a custom one is"],
    ['CALL', '_Trace', "unknown option '_Trace' of CALL: a custom one is"],
    ['CALL', '__proto__', "unknown option '__proto__' of CALL: a custom one is"],
    ['CALL', 'progress', "option 'progress' of CALL is not a user's: it says that more parts of the call are to come"],
    ['CALL', 'argsList', "unknown option 'argsList' of CALL: args are the second argument"],
    [
      'CALL',
      'volume',
      `unknown option 'volume' of CALL: expected one of timeout, receiveProgress, discloseMe, signal, or a custom one that begins with "_"; keyword arguments go in kwargs: { … }`,
    ],
  ] as const)('of %s with %s: %s', (type, name, sentence) => {
    expect(check(type, name)).toThrow(sentence);
  });

  it('names each option that there is, once', () => {
    const run = () => checkWireOptions('CALL', { volume: 5 } as never, ['timeout', 'kwargs']);
    expect(run).toThrow(
      `unknown option 'volume' of CALL: expected one of timeout, receiveProgress, discloseMe, kwargs, or a custom one that begins with "_"`,
    );
  });

  test.each([
    ['SUBSCRIBE', { timeout: 5 }, "unknown option 'timeout' of SUBSCRIBE: expected one of match, getRetained, signal"],
    ['CALL', { _x: 1 }, "unknown option '_x' of CALL"],
    ['CALL', { _Trace: 1 }, "unknown option '_Trace' of CALL"],
    ['CALL', JSON.parse('{"__proto__": {}}'), "unknown option '__proto__' of CALL"],
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
    const run = () => checkWireOptions(type, options as unknown as Options<typeof type>, ['signal']);
    expect(run).toThrow(UsageError);
    expect(run).toThrow(said);
  });

  it('knows the types of all options, and takes others with a _ only', () => {
    checkWireOptions('PUBLISH', { excludeMe: true, eligible: [1], _mine: 1 });
    // @ts-expect-error one that only stream() sets
    expect(() => checkWireOptions('CALL', { progress: true })).toThrow(UsageError);
    // @ts-expect-error a name of the standard's
    expect(() => checkWireOptions('PUBLISH', { exclude_me: true })).toThrow(UsageError);
    // @ts-expect-error a policy that does not exist
    expect(() => checkWireOptions('REGISTER', { invoke: 'all' })).toThrow(UsageError);
  });

  it('begins with whose options they are', () => {
    expect(() => checkWireOptions('CALL', { volume: 5 } as never, [], 'me: ')).toThrow(/^me: unknown option 'volume'/);
  });
});

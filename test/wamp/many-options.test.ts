import { UsageError } from '../../src/errors.js';
import { type Kinds, MILLISECONDS, oneOfThese } from '../../src/wamp/given.js';
import { checkManyOptions } from '../../src/wamp/many-options.js';

interface Options {
  readonly timeout?: number;
  readonly whenDown?: 'wait' | 'fail';
}

const KINDS: Kinds<Options> = { timeout: MILLISECONDS, whenDown: oneOfThese('wait', 'fail') };

describe('checkManyOptions', () => {
  it('takes what fits', () => {
    expect(checkManyOptions<Options>('call', { timeout: 5, whenDown: undefined }, KINDS)).toBeUndefined();
  });

  it.each([
    [{ timeuot: 5 }, 'call: unknown option "timeuot"; did you mean "timeout"?'],
    [{ hanlder: 5 }, 'call: unknown option "hanlder"; did you mean "handler"?'],
    [{ colour: 5 }, 'call: unknown option "colour"; known are timeout, whenDown, handler'],
    [{ timeout: '5' }, 'call: expected timeout to be milliseconds above 0, received "5"'],
  ])('refuses %j with a sentence', (given, message) => {
    expect(() => checkManyOptions<Options>('call', given, KINDS, ['handler'])).toThrow(new UsageError(message));
  });
});

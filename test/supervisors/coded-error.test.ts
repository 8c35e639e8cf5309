import { UsageError, WampError } from '../../src/errors.js';
import { CodedError, inWords } from '../../supervisors/coded-error.js';
import { GaveUp, NotRunning, SupervisorError } from '../../supervisors/errors.js';

/** The package exists twice in a process that both imports and requires it. */
let twice: typeof import('../../src/errors.js');
jest.isolateModules(() => {
  twice = require('../../src/errors.js');
});

describe('CodedError', () => {
  it('is the root of both trees, which have nothing else in common', () => {
    const [theirs, ours] = [new NotRunning(''), new UsageError('x')];
    expect([theirs, ours].map((error) => error instanceof CodedError)).toEqual([true, true]);
    expect([theirs, ours].map((error) => error instanceof SupervisorError)).toEqual([true, false]);
    expect([theirs, ours].map((error) => error instanceof WampError)).toEqual([false, true]);
    expect(theirs).not.toBeInstanceOf(GaveUp);
  });

  it('knows the errors of the package’s other half', () => {
    const other = new twice.UsageError('x');
    expect(Object.getPrototypeOf(other)).not.toBe(UsageError.prototype);
    expect([CodedError, WampError, UsageError].map((kind) => other instanceof kind)).toEqual([true, true, true]);
    expect(other).not.toBeInstanceOf(SupervisorError);
  });

  it.each([
    ['an error of a class with the same name', new (class UsageError extends Error {})('x')],
    ['what is no error', { name: 'UsageError', message: 'x' }],
    ['nothing', undefined],
    ['null', null],
    ['a string', 'UsageError'],
  ])('is not %s', (_what, value) => {
    expect([value instanceof CodedError, value instanceof UsageError]).toEqual([false, false]);
  });

  it('has the name of its class', () => {
    expect(String(new UsageError('x'))).toBe('UsageError: x');
  });
});

describe('inWords', () => {
  const ring: unknown[] = [];
  ring.push(ring);
  it.each([
    ['as it is', 'as it is'],
    [{ a: [1] }, '{"a":[1]}'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [1n, 'bigint'],
    [ring, 'object'],
  ])('of %p is %j', (value, words) => {
    expect(inWords(value)).toBe(words);
  });
});

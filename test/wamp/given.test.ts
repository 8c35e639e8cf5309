import { UsageError } from '../../src/errors.js';
import {
  A_CLOCK,
  A_COUNT,
  A_LOGGER,
  A_SIGNAL,
  A_STRING,
  AN_OBJECT,
  came,
  checkOptions,
  having,
  isText,
  type Kinds,
  MILLISECONDS,
  oneOfThese,
  unfit,
} from '../../src/wamp/given.js';

interface Options {
  readonly timeout?: number;
  readonly whenDown?: 'wait' | 'fail';
  readonly headers?: object;
}

const KINDS: Kinds<Options> = { timeout: MILLISECONDS, whenDown: oneOfThese('wait', 'fail'), headers: AN_OBJECT };

describe('checkOptions', () => {
  it.each([{}, { timeout: 1, whenDown: 'wait' }, { timeout: undefined }, Object.create(null)])('takes %j', (given) => {
    expect(checkOptions<Options>('call', given, KINDS)).toBeUndefined();
  });

  it.each([
    [undefined, 'call: expected options, an object, received undefined'],
    [[], 'call: expected options, an object, received a list'],
    ['x', 'call: expected options, an object, received "x"'],
    [{ colour: 5 }, 'call: unknown option "colour"; known are timeout, whenDown, headers'],
    [{ toString: 5 }, 'call: unknown option "toString"; known are timeout, whenDown, headers'],
    [{ timeout: '5' }, 'call: expected timeout to be milliseconds above 0, received "5"'],
    [{ timeout: Number.NaN }, 'call: expected timeout to be milliseconds above 0, received NaN'],
    [{ whenDown: 'wiat' }, 'call: expected whenDown to be one of "wait", "fail", received "wiat"'],
    [{ headers: 'Bearer secret' }, 'call: expected headers to be an object, received a string'],
  ])('refuses %j with a sentence', (given, message) => {
    expect(() => checkOptions<Options>('call', given, KINDS)).toThrow(new UsageError(message));
  });
});

describe('a kind', () => {
  const controller = new AbortController();
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  it.each([
    ['A_STRING', A_STRING, ['a'], ['', 1]],
    ['A_COUNT', A_COUNT, [1, Number.POSITIVE_INFINITY], [0, 1.5, '1']],
    ['MILLISECONDS', MILLISECONDS, [0.5, Number.POSITIVE_INFINITY], [0, -1, Number.NaN, 1n]],
    ['A_SIGNAL', A_SIGNAL, [controller.signal], [controller, null, {}]],
    ['A_LOGGER', A_LOGGER, [logger, console], [{}, { error() {} }, null]],
    ['A_CLOCK', A_CLOCK, [{ now() {}, setTimeout() {}, clearTimeout() {} }], [Date, 5]],
    ['having', having('a connector', 'open'), [{ open() {} }], [{ open: 1 }]],
  ] as const)('%s fits what it names', (_name, kind, right, wrong) => {
    expect([...right, ...wrong].map((value) => kind.fits(value))).toEqual([
      ...right.map(() => true),
      ...wrong.map(() => false),
    ]);
  });
});

describe('unfit', () => {
  it('shows a string, except where it may be a secret', () => {
    expect(unfit('peer "a"', 'agent', { expected: 'a word' }, 'x y').message).toBe(
      'peer "a": expected agent to be a word, received "x y"',
    );
    expect(unfit('peer "a"', 'auth', { expected: 'a method', hidden: true }, 'hunter2').message).toBe(
      'peer "a": expected auth to be a method, received a string',
    );
  });
});

describe('came', () => {
  it.each([
    ['', 'an empty string'],
    ['x'.repeat(61), 'a string of 61 characters'],
    [10n, '10n'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 1, 'a function'],
    [null, 'null'],
    [[], 'a list'],
    [[isText], 'a list of functions'],
    [Object.create(null), 'an object'],
  ])('names %p', (value, name) => {
    expect(came(value)).toBe(name);
  });
});

test.each([
  ['a', true],
  ['', false],
  [1, false],
])('isText(%j) is %s', (value, expected) => {
  expect(isText(value)).toBe(expected);
});

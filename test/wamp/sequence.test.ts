import { ProtocolError } from '../../src/errors.js';
import { idOfWords, MAX_ID, RequestIdCheck, randomId, randomIds } from '../../src/wamp/sequence.js';

describe('RequestIdCheck', () => {
  it('takes 1, 2, 3 and remembers the last', () => {
    const check = new RequestIdCheck();
    expect(check.last).toBe(0);
    for (const id of [1, 2, 3]) check.expect(id);
    expect(check.last).toBe(3);
  });

  test.each([
    [0, 2, 1],
    [0, 5, 1],
    [3, 3, 4],
    [3, 1, 4],
    [3, 5, 4],
    [MAX_ID, 2, 1],
  ])('after %d refuses %d, since %d comes next', (last, id, next) => {
    const check = new RequestIdCheck({}, last);
    expect(() => check.expect(id)).toThrow(ProtocolError);
    expect(() => check.expect(id)).toThrow(`expected request ID ${next}, the one after the last, received ${id}`);
    expect(check.last).toBe(last);
  });

  it('goes on with 1 after 2^53', () => {
    const check = new RequestIdCheck({ strictIds: true }, MAX_ID);
    check.expect(1);
    expect(check.last).toBe(1);
  });

  it('takes any id when it is lenient', () => {
    const check = new RequestIdCheck({ strictIds: false });
    for (const id of [1_234_567, 4, 4]) check.expect(id);
    expect(check.last).toBe(4);
    expect(check.isStrict).toBe(false);
  });
});

describe('idOfWords', () => {
  test.each([
    [0, 0, 1],
    [0, 0xffff_ffff, 2 ** 32],
    [1, 0, 2 ** 32 + 1],
    [0x1f_ffff, 0xffff_ffff, 2 ** 53],
    [0xffff_ffff, 0xffff_ffff, 2 ** 53],
    [0xffe0_0000, 6, 7],
  ])('makes of the words %d and %d the id %d', (high, low, id) => {
    expect(idOfWords(high, low)).toBe(id);
  });
});

describe('randomId', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('asks for chance once for 256 ids, and uses none of it twice', () => {
    const asked = jest.spyOn(globalThis.crypto, 'getRandomValues');
    const ids = new Set(Array.from({ length: 1_024 }, () => randomId()));
    expect(ids.size).toBe(1_024);
    expect(asked.mock.calls.length).toBeGreaterThanOrEqual(4);
    expect(asked.mock.calls.length).toBeLessThanOrEqual(5);
  });

  it('spreads over the whole range', () => {
    const eighths = new Array<number>(8).fill(0);
    for (let i = 0; i < 8_000; i += 1) {
      const eighth = Math.floor((randomId() - 1) / 2 ** 50);
      eighths[eighth] = eighths[eighth]! + 1;
    }
    // Binomial, mean 1,000, deviation 30: a fair source leaves these bounds less than once in 10^20 runs.
    for (const count of eighths) expect(Math.abs(count - 1_000)).toBeLessThan(300);
  });
});

describe('randomIds', () => {
  test.each([
    [[0, 0], 1],
    [[0, 0.5], 2 ** 31 + 1],
    [[0.5, 0], 2 ** 52 + 1],
    [[1 - 2 ** -53, 1 - 2 ** -53], 2 ** 53],
  ])('makes of the chances %j the id %d', (chances, id) => {
    const left = [...chances];
    expect(randomIds(() => left.shift() ?? 0)()).toBe(id);
  });
});

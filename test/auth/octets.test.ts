import fc from 'fast-check';
import { areEqual, concat, fromBase64, fromHex, toBase64, toHex, xor } from '../../src/auth/octets.js';

describe('fromBase64', () => {
  it('reads whatever toBase64 writes, as Node does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        expect(toBase64(octets)).toBe(Buffer.from(octets).toString('base64'));
        expect(fromBase64(toBase64(octets), 64)).toEqual(octets);
      }),
    );
  });

  test.each([
    ['without its padding', 'QQ'],
    ['with stray bits behind its last octet', 'QR=='],
    ['with white space', 'QQ= ='],
    ['of an URL', '-_-_'],
    ['with padding in the middle', 'QQ==QQ=='],
    ['that is too long', 'QUFBQUFB'],
    ['that is no string', 7],
  ])('reads none %s', (_, text) => {
    expect(fromBase64(text, 5)).toBeUndefined();
  });
});

describe('fromHex', () => {
  it('reads whatever toHex writes, in either case', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (octets) => {
        expect(fromHex(toHex(octets), 8)).toEqual(octets);
        expect(fromHex(toHex(octets).toUpperCase(), 8)).toEqual(octets);
      }),
    );
  });

  test.each([['0g'], ['abc'], ['abcd'], ['0x'], [' 1'], [undefined]])('reads no octet from %j', (text) => {
    expect(fromHex(text, 1)).toBeUndefined();
  });
});

describe('areEqual', () => {
  test.each([
    [[1, 2], [1, 2], true],
    [[], [], true],
    [[1, 2], [1, 3], false],
    [[1, 2], [1], false],
    [[1], [1, 0], false],
    [[0], [], false],
  ])('of %j and %j is %s', (one, other, expected) => {
    expect(areEqual(Uint8Array.from(one), Uint8Array.from(other))).toBe(expected);
  });
});

describe('xor and concat', () => {
  it('combine octets one by one, and one behind the other', () => {
    expect(xor(Uint8Array.of(0b1100, 255), Uint8Array.of(0b1010, 255))).toEqual(Uint8Array.of(0b0110, 0));
    expect(concat(Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
  });
});

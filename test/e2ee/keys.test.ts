import { inspect } from 'node:util';
import { KeyRing } from '../../src/e2ee/keys.js';
import { PassthruError, UsageError } from '../../src/errors.js';

const HEX = 'c0ffee'.padEnd(64, '0');
const OCTETS = new Uint8Array(Buffer.from(HEX, 'hex'));
const CALL = { type: 'CALL', uri: 'com.example.add' } as const;

describe('KeyRing', () => {
  it('takes octets and hexadecimal digits', () => {
    const ring = new KeyRing({ a: OCTETS, b: HEX.toUpperCase() }, 'a');
    expect([ring.get('a'), ring.get('b')]).toEqual([OCTETS, OCTETS]);
  });

  it('keeps a copy: what becomes of the octets outside is nothing to it', () => {
    const key = OCTETS.slice();
    const ring = new KeyRing({ a: key }, undefined);
    key.fill(0);
    expect(ring.get('a')).toEqual(OCTETS);
  });

  it('seals with the only key, the one that is named, or what a function says', () => {
    expect(new KeyRing({ a: HEX }, undefined).idFor(CALL)).toBe('a');
    expect(new KeyRing({ a: HEX, b: HEX }, 'b').idFor(CALL)).toBe('b');
    expect(new KeyRing({ a: HEX, b: HEX }, ({ uri }) => (uri.startsWith('com.') ? 'b' : 'a')).idFor(CALL)).toBe('b');
  });

  it('knows which it has', () => {
    const ring = new KeyRing({ a: HEX }, undefined);
    expect(['a', 'b', 'constructor', undefined].map((id) => ring.has(id))).toEqual([true, false, false, false]);
    expect(() => ring.get('b')).toThrow(expect.objectContaining({ problem: 'unknownKey' }));
    expect(() => ring.get('b')).toThrow(PassthruError);
  });

  it.each([
    ['no keys', {}, undefined, 'e2ee: expected at least one key in keys, received none'],
    ['what is no object', 7, undefined, 'e2ee: expected keys to be an object of keys by id, received 7'],
    ['a key that is too short', { a: 'c0ffee' }, undefined, 'hexadecimal digits, received 6 of them'],
    ['too few octets', { a: new Uint8Array(16) }, undefined, 'to be 32 octets, or 64 hexadecimal digits, received 16'],
    ['a key that is no key', { a: 7 }, undefined, 'received a number'],
    [
      'two keys, and no word which one seals',
      { a: HEX, b: HEX },
      undefined,
      'there are 2 keys; say by keyId which of them seals: a, b',
    ],
    ['a key id that is not there', { a: HEX }, 'b', 'expected keyId to be one of a, received "b"'],
  ])('refuses %s', (_what, keys, choice, message) => {
    const make = () => new KeyRing(keys as never, choice);
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });

  it('shows no key, neither when it is inspected nor in an error', () => {
    const ring = new KeyRing({ a: HEX }, undefined);
    const almost = `${HEX}0`;
    let said = `${inspect(ring, { showHidden: true, depth: 9 })} ${JSON.stringify(ring)}`;
    try {
      new KeyRing({ a: almost }, undefined);
    } catch (error) {
      said += inspect(error);
    }
    expect(said).not.toMatch(/c0ffee|192, 255/i);
  });
});

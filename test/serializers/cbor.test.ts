import { ProtocolError, SerializationError } from '../../src/errors.js';
import { cbor } from '../../src/serializers/cbor.js';
import type { List } from '../../src/wamp/values.js';

const serializer = cbor();
const hexOf = (message: List) => Buffer.from(serializer.encode(message) as Uint8Array).toString('hex');
const decode = (hex: string, by = serializer) => by.decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
/** Any text, as octets. */
const ascii = (text: string) => Buffer.from(text).toString('hex');
const PROTO = ascii('__proto__');

it('names its subprotocol', () => {
  expect(serializer.subprotocol).toBe('wamp.2.cbor');
});

describe('encode', () => {
  test.each<[string, unknown, string]>([
    ['null, false and true', [null, false, true], '83 f6 f4 f5'],
    ['integers from 0 to 23 in one octet', [0, -0, 23], '83 00 00 17'],
    ['integers from 24 in two', [24, 255], '82 1818 18ff'],
    ['integers from 256 in three', [256, 65_535], '82 190100 19ffff'],
    ['integers from 2^16 in five', [65_536, 2 ** 32 - 1], '82 1a00010000 1affffffff'],
    ['integers from 2^32 in nine, never as floats', [2 ** 32, 2 ** 53], '82 1b0000000100000000 1b0020000000000000'],
    ['the time in milliseconds', [1_795_000_000_000], '81 1b000001a1ee565e00'],
    ['negative integers to -24 in one octet', [-1, -24], '82 20 37'],
    ['negative integers to -256 in two', [-25, -256], '82 3818 38ff'],
    ['negative integers to -2^16 in three', [-257, -65_536], '82 390100 39ffff'],
    ['negative integers to -2^32 in five', [-65_537, -(2 ** 32)], '82 3a00010000 3affffffff'],
    ['negative integers to -2^53 in nine', [-(2 ** 32) - 1, -(2 ** 53)], '82 3b0000000100000000 3b001fffffffffffff'],
    ['1.0 as an integer', [1.0], '81 01'],
    ['fractions as 64-bit floats', [1.5, -0.1], '82 fb3ff8000000000000 fbbfb999999999999a'],
    ['integers that are no longer exact as floats', [2 ** 60], '81 fb43b0000000000000'],
    ['NaN and infinity as floats', [Number.NaN, -Infinity], '82 fb7ff8000000000000 fbfff0000000000000'],
    ['a bigint as the integer that it is', [5n, -5n, 2n ** 64n - 1n], '83 05 24 1bffffffffffffffff'],
    ['a bigint further from 0', [2n ** 53n + 1n, -(2n ** 64n)], '82 1b0020000000000001 3bffffffffffffffff'],
    ['texts up to 23 octets', ['', 'a', 'a'.repeat(23)], `83 60 6161 77${'61'.repeat(23)}`],
    [
      'texts up to 255 octets',
      ['a'.repeat(24), 'é'.repeat(100)],
      `82 7818${'61'.repeat(24)} 78c8${'c3a9'.repeat(100)}`,
    ],
    ['texts of 256 octets', ['a'.repeat(256)], `81 790100${'61'.repeat(256)}`],
    ['texts of 2^16 octets', ['a'.repeat(65_536)], `81 7a00010000${'61'.repeat(65_536)}`],
    ['other letters than ASCII', ['größe 😀'], '81 6c 6772c3b6c39f6520f09f9880'],
    ['a text that begins with U+0000', ['\0AQID'], '81 65 0041514944'],
    ['octets', [new Uint8Array(0), Buffer.from('0102', 'hex')], '82 40 420102'],
    ['256 octets', [new Uint8Array(256)], `81 590100${'00'.repeat(256)}`],
    [
      'lists of 23 and 24',
      [new Array(23).fill(0), new Array(24).fill(0)],
      `82 97${'00'.repeat(23)} 9818${'00'.repeat(24)}`,
    ],
    ['dictionaries', [{}, { a: { b: [] } }], '82 a0 a1 6161 a1 6162 80'],
    ['a key __proto__', [JSON.parse('{"__proto__":1}')], `81 a1 69${PROTO} 01`],
    ['a property that is undefined by leaving it out', [{ a: undefined, b: 1, c: undefined }], '81 a1 6162 01'],
    ['twenty-four properties of which one is left out', [{ ...keys(23), z: undefined }, 7], `82 b7${hexKeys(23)} 07`],
  ])('writes %s', (_what, message, hex) => {
    expect(hexOf(message as List)).toBe(hex.replaceAll(' ', ''));
  });

  it('refuses a bigint of more than 64 bits', () => {
    for (const value of [2n ** 64n, -(2n ** 64n) - 1n]) {
      expect(() => serializer.encode([48, 1, {}, 'a.b', [{ n: value }]])).toThrow(SerializationError);
      expect(() => serializer.encode([48, 1, {}, 'a.b', [{ n: value }]])).toThrow(
        '[4][0].n: CBOR has no integer of more than 64 bits',
      );
    }
  });
});

/** `{ a: 0, b: 0 … }`. */
function keys(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [String.fromCharCode(0x61 + i), 0]));
}

function hexKeys(count: number): string {
  return Array.from({ length: count }, (_, i) => `61${(0x61 + i).toString(16)}00`).join('');
}

describe('decode', () => {
  test.each<[string, string, unknown]>([
    ['null, false and true', '83 f6 f4 f5', [null, false, true]],
    [
      'undefined in a list as null, and as no property',
      '84 f7 9f f7 ff a1 6161 f7 bf 6161 01 6161 f7 ff',
      [null, [null], {}, {}],
    ],
    ['integers in more octets than they need', '85 00 1800 190000 1a00000000 1b0000000000000000', [0, 0, 0, 0, 0]],
    ['negative integers likewise', '85 20 3800 390000 3a00000000 3b0000000000000000', [-1, -1, -1, -1, -1]],
    ['a list in more octets than it needs', '9b0000000000000001 9a00000001 990001 9801 00', [[[[0]]]]],
    ['texts, keys and octets likewise', '82 b90001 7a00000001 61 780162 590001ff', [{ a: 'b' }, new Uint8Array([255])]],
    ['the largest id', '81 1b0020000000000000', [2 ** 53]],
    ['its like below 0', '81 3b001fffffffffffff', [-(2 ** 53)]],
    [
      'integers beyond as bigints',
      '84 1b0020000000000001 3b0020000000000000 1bffffffffffffffff 3bffffffffffffffff',
      [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 64n - 1n, -(2n ** 64n)],
    ],
    ['floats of three lengths', '83 f93e00 fa3fc00000 fb3ff8000000000000', [1.5, 1.5, 1.5]],
    [
      'half floats at their limits',
      '88 f90000 f90001 f90400 f97bff f9c400 f97c00 f9fc00 f97e00',
      [0, 2 ** -24, 0.00006103515625, 65_504, -4, Infinity, -Infinity, Number.NaN],
    ],
    ['an id as a float', '81 fb4340000000000000', [2 ** 53]],
    ['a list of no stated length', '9f 01 9f ff 02 ff', [1, [], 2]],
    ['a dictionary of no stated length', '81 bf 6161 01 6162 bf ff ff', [{ a: 1, b: {} }]],
    ['a text in pieces', '81 7f 6161 60 62c3a4 ff', ['aä']],
    ['a key in pieces', '81 a1 7f 6161 6162 ff 01', [{ ab: 1 }]],
    ['octets in pieces', '82 5f 4101 40 420203 ff 5f ff', [new Uint8Array([1, 2, 3]), new Uint8Array(0)]],
    ['tag 64 as the octets that follow', '82 d840 4101 d90040 5f 4102 ff', [new Uint8Array([1]), new Uint8Array([2])]],
    ['tag 259 as the map that follows', '82 d90103 a1 6161 01 da00000103 bf ff', [{ a: 1 }, {}]],
    ['the last of a key that comes twice', '81 a2 6161 01 6161 02', [{ a: 2 }]],
    ['a byte order mark as it is', '81 64 efbbbf61', ['\ufeffa']],
    [
      'a long key, and one of other letters',
      `81 a2 7821${'61'.repeat(33)} 01 62c3a4 02`,
      [{ ['a'.repeat(33)]: 1, ä: 2 }],
    ],
  ])('reads %s', (_what, hex, message) => {
    expect(decode(hex)).toEqual(message);
  });

  test.each<[string, string, string]>([
    ['nothing', '', 'expected CBOR, received the end of the frame at octet 0'],
    ['null', 'f6', 'expected a list, received null'],
    ['a number', '01', 'expected a list, received 1'],
    ['a dictionary', 'a0', 'expected a list, received a dictionary'],
    ['a tagged list', 'd9d9f780', 'tag 55799, which means nothing here, at octet 3'],
    ['two messages', '80 80', 'something behind the message at octet 1'],
    ['a break where nothing is open', '81 ff', 'a break where nothing is open at octet 2'],
    ['a break in a list of a stated length', '82 01 ff', 'a break where nothing is open'],
    ['a break for a value', '81 bf 6161 ff', 'a break where nothing is open'],
    ['a head that stands for nothing', '81 1c', 'a head that stands for nothing at octet 2'],
    ['an integer of no stated length', '81 1f', 'a head that stands for nothing'],
    ['a tag of no stated number', '81 df 00', 'a head that stands for nothing'],
    ['a list cut off', '82 01', 'the end of the frame at octet 2'],
    ['a list of no stated length cut off', '9f 01', 'the end of the frame at octet 2'],
    ['a text cut off', '81 62 61', 'fewer octets than stated at octet 2'],
    ['a text of 2^64 - 1 octets', '81 7bffffffffffffffff', 'fewer octets than stated'],
    ['octets of 4 GiB', '81 5affffffff', 'fewer octets than stated'],
    ['an integer cut off', '81 1b00000000', 'fewer octets than stated'],
    ['a list of 2^64 - 1', '9bffffffffffffffff', 'a length beyond the frame’s'],
    ['a dictionary of 2^63', 'bb8000000000000000', 'a length beyond the frame’s'],
    ['lists that state more in sum than there can be', '9804 9805 00000000', 'a length beyond the frame’s at octet 4'],
    ['an integer as a key', '81 a1 01 02', 'a key that is no string at octet 3'],
    ['null as a key', '81 a1 f6 02', 'a key that is no string'],
    ['octets as a key', '81 a1 4161 02', 'a key that is no string'],
    ['a tagged key', '81 a1 d8406161 02', 'a key that is no string'],
    ['a piece of octets in a text', '81 7f 4161 ff', 'a piece of something else within a string'],
    ['pieces within pieces', '81 7f 7f 6161 ff ff', 'a head that stands for nothing'],
    ['pieces that part a character', '81 7f 61c3 61a4 ff', 'pieces of a text that part a character'],
    ['a text in pieces cut off', '81 7f 6161', 'the end of the frame'],
    ['a date', '81 c100', 'tag 1, which means nothing here,'],
    ['a bignum', '81 c24101', 'tag 2, which means nothing here,'],
    ['tag 64 before a text', '81 d840 6161', 'tag 64, which means nothing here,'],
    ['tag 64 twice', '81 d840 d840 41ff', 'tag 64, which means nothing here,'],
    ['tag 259 before a list', '81 d90103 80', 'tag 259, which means nothing here,'],
    ['a tag before the end', '81 d840', 'tag 64, which means nothing here,'],
    ['a simple value', '81 e0', 'a simple value that means nothing here'],
    ['a simple value in two octets', '81 f820', 'a simple value that means nothing here'],
    ['true in two octets', '81 f815', 'a simple value that means nothing here'],
    ['a text that is no UTF-8', '81 62 c328', 'a text that is not UTF-8'],
    ['a long text that is no UTF-8', `81 74${'61'.repeat(19)}ff`, 'a text that is not UTF-8'],
    ['half a surrogate pair', '81 63 eda080', 'a text that is not UTF-8'],
    ['a key that is no UTF-8', '81 a1 61ff 00', 'a text that is not UTF-8'],
    ['129 levels', `${'81'.repeat(128)}80`, 'expected at most 128 levels'],
    ['129 levels of no stated length', '9f'.repeat(129), 'expected at most 128 levels'],
    ['a million levels', '9f'.repeat(1_000_000), 'expected at most 128 levels'],
    ['129 dictionaries', `81${'bf6161'.repeat(128)}`, 'expected at most 128 levels'],
    ['a million tags', 'c6'.repeat(1_000_000), 'tag 6, which means nothing here,'],
    ['20,000 lists of 2,000 in each other', '9907d0'.repeat(20_000), 'a length beyond the frame’s'],
    [
      'lists beyond the limit',
      `9f${'80'.repeat(100_000)}ff`,
      'expected at most 1600032 octets of memory for a message of 100002, received more (maxGrowth)',
    ],
    ['binaries beyond the limit', `9f${'5fff'.repeat(50_000)}ff`, '(maxGrowth)'],
    ['2 MB', `5a001e8480${'00'.repeat(2_000_000)}`, 'expected at most 1048576 octets, received 2000005'],
  ])('refuses %s', (_what, hex, said) => {
    expect(() => decode(hex)).toThrow(ProtocolError);
    expect(() => decode(hex)).toThrow(said);
  });

  it('takes 128 levels', () => {
    expect(decode(`${'81'.repeat(127)}80`)).toHaveLength(1);
  });

  it('refuses text', () => {
    expect(() => serializer.decode('[48]')).toThrow(new ProtocolError('wamp.2.cbor: expected binary, received text'));
  });
});

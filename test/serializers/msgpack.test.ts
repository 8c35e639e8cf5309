import { ProtocolError, SerializationError } from '../../src/errors.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { List } from '../../src/wamp/values.js';

const serializer = msgpack();
const hexOf = (message: List) => Buffer.from(serializer.encode(message) as Uint8Array).toString('hex');
const decode = (hex: string, by = serializer) => by.decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
/** Any text, as octets. */
const ascii = (text: string) => Buffer.from(text).toString('hex');
const PROTO = ascii('__proto__');

it('names its subprotocol', () => {
  expect(serializer.subprotocol).toBe('wamp.2.msgpack');
});

describe('encode', () => {
  test.each<[string, unknown, string]>([
    ['null, false and true', [null, false, true], '93 c0 c2 c3'],
    ['integers from 0 to 127 in one octet', [0, -0, 127], '93 00 00 7f'],
    ['integers from 128 in two', [128, 255], '92 cc80 ccff'],
    ['integers from 256 in three', [256, 65_535], '92 cd0100 cdffff'],
    ['integers from 2^16 in five', [65_536, 2 ** 32 - 1], '92 ce00010000 ceffffffff'],
    ['integers from 2^32 in nine, never as floats', [2 ** 32, 2 ** 53], '92 cf0000000100000000 cf0020000000000000'],
    ['the time in milliseconds', [1_795_000_000_000], '91 cf000001a1ee565e00'],
    ['negative integers to -32 in one octet', [-1, -32], '92 ff e0'],
    ['negative integers to -128 in two', [-33, -128], '92 d0df d080'],
    ['negative integers to -2^15 in three', [-129, -32_768], '92 d1ff7f d18000'],
    ['negative integers to -2^31 in five', [-32_769, -(2 ** 31)], '92 d2ffff7fff d280000000'],
    ['negative integers to -2^53 in nine', [-(2 ** 31) - 1, -(2 ** 53)], '92 d3ffffffff7fffffff d3ffe0000000000000'],
    ['1.0 as an integer', [1.0], '91 01'],
    ['fractions as 64-bit floats', [1.5, -0.1], '92 cb3ff8000000000000 cbbfb999999999999a'],
    ['integers that are no longer exact as floats', [2 ** 60], '91 cb43b0000000000000'],
    ['NaN and infinity as floats', [Number.NaN, -Infinity], '92 cb7ff8000000000000 cbfff0000000000000'],
    ['a bigint as the integer that it is', [5n, -5n, 2n ** 64n - 1n], '93 05 fb cfffffffffffffffff'],
    ['a bigint further from 0', [2n ** 53n + 1n, -(2n ** 63n)], '92 cf0020000000000001 d38000000000000000'],
    ['texts up to 31 octets', ['', 'a', 'a'.repeat(31)], `93 a0 a161 bf${'61'.repeat(31)}`],
    [
      'texts up to 255 octets',
      ['a'.repeat(32), 'é'.repeat(100)],
      `92 d920${'61'.repeat(32)} d9c8${'c3a9'.repeat(100)}`,
    ],
    ['texts of 256 octets', ['a'.repeat(256)], `91 da0100${'61'.repeat(256)}`],
    ['texts of 2^16 octets', ['a'.repeat(65_536)], `91 db00010000${'61'.repeat(65_536)}`],
    ['other letters than ASCII', ['größe 😀'], '91 ac 6772c3b6c39f6520f09f9880'],
    ['a text that begins with U+0000', ['\0AQID'], '91 a5 0041514944'],
    ['octets', [new Uint8Array(0), Buffer.from('0102', 'hex')], '92 c400 c4020102'],
    ['256 octets', [new Uint8Array(256)], `91 c50100${'00'.repeat(256)}`],
    ['2^16 octets', [new Uint8Array(65_536)], `91 c600010000${'00'.repeat(65_536)}`],
    [
      'lists of 15 and 16',
      [new Array(15).fill(0), new Array(16).fill(0)],
      `92 9f${'00'.repeat(15)} dc0010${'00'.repeat(16)}`,
    ],
    ['lists of 2^16', [new Array(65_536).fill(0)], `91 dd00010000${'00'.repeat(65_536)}`],
    ['dictionaries', [{}, { a: { b: [] } }], '92 80 81 a161 81 a162 90'],
    ['a dictionary of 16 keys', [keys(16)], `91 de0010${hexKeys(16)}`],
    ['a key __proto__', [JSON.parse('{"__proto__":1}')], `91 81 a9${PROTO} 01`],
    ['a dictionary without prototype', [Object.assign(Object.create(null), { a: 1 })], '91 81 a161 01'],
    ['a property that is undefined by leaving it out', [{ a: undefined, b: 1, c: undefined }], '91 81 a162 01'],
    ['sixteen properties of which one is left out', [{ ...keys(15), z: undefined }, 7], `92 8f${hexKeys(15)} 07`],
  ])('writes %s', (_what, message, hex) => {
    expect(hexOf(message as List)).toBe(hex.replaceAll(' ', ''));
  });

  it('refuses a bigint of more than 64 bits', () => {
    for (const value of [2n ** 64n, -(2n ** 63n) - 1n]) {
      expect(() => serializer.encode([48, 1, {}, 'a.b', [{ n: value }]])).toThrow(SerializationError);
      expect(() => serializer.encode([48, 1, {}, 'a.b', [{ n: value }]])).toThrow(
        '[4][0].n: MessagePack has no integer of more than 64 bits',
      );
    }
  });
});

/** `{ a: 0, b: 0 … }`. */
function keys(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [String.fromCharCode(0x61 + i), 0]));
}

function hexKeys(count: number): string {
  return Array.from({ length: count }, (_, i) => `a1${(0x61 + i).toString(16)}00`).join('');
}

describe('decode', () => {
  test.each<[string, string, unknown]>([
    ['null, false and true', '93 c0 c2 c3', [null, false, true]],
    ['integers of every form', '95 00 cc00 cd0000 ce00000000 cf0000000000000000', [0, 0, 0, 0, 0]],
    ['negative integers of every form', '95 ff d0ff d1ffff d2ffffffff d3ffffffffffffffff', [-1, -1, -1, -1, -1]],
    ['positive ones in a signed form', '94 d07f d17fff d27fffffff d30000000000000001', [127, 32_767, 2 ** 31 - 1, 1]],
    ['the largest id', '91 cf0020000000000000', [2 ** 53]],
    ['its like below 0', '91 d3ffe0000000000000', [-(2 ** 53)]],
    [
      'integers beyond as bigints',
      '93 cf0020000000000001 d3ffdfffffffffffff cfffffffffffffffff',
      [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 64n - 1n],
    ],
    ['floats of both lengths', '92 ca3fc00000 cb3ff8000000000000', [1.5, 1.5]],
    ['an id as a float', '91 cb4340000000000000', [2 ** 53]],
    ['texts of every form', '94 a161 d90161 da000161 db0000000161', ['a', 'a', 'a', 'a']],
    ['keys of every form', '91 84 a161 01 d90162 02 da000163 03 db0000000164 04', [{ a: 1, b: 2, c: 3, d: 4 }]],
    [
      'a key that is long, and one of other letters',
      `91 82 d921${'61'.repeat(33)} 01 a2c3a4 02`,
      [{ ['a'.repeat(33)]: 1, ä: 2 }],
    ],
    ['octets of every form', '93 c40101 c5000102 c60000000103', [1, 2, 3].map((n) => new Uint8Array([n]))],
    ['lists of every form', '93 9101 dc000101 dd0000000101', [[1], [1], [1]]],
    ['dictionaries of every form', '93 80 de0000 df00000000', [{}, {}, {}]],
    [
      'ext 0 in a list as null, in every form',
      `98 d40000 d5000000 d600ffffffff d7000000000000000000 d800${'00'.repeat(16)} c70000 c8000000 c90000000000`,
      new Array(8).fill(null),
    ],
    ['ext 0 in a dictionary as no property', '92 82 a161 d40000 a162 01 82 a161 01 a161 d40000', [{ b: 1 }, {}]],
    ['the last of a key that comes twice', '91 82 a161 01 a161 02', [{ a: 2 }]],
    ['a byte order mark as it is', '91 a4 efbbbf61', ['\ufeffa']],
    ['the whole of Unicode', '91 a4 f09f9880', ['😀']],
    ['a text longer than a few octets', `91 d920${ascii('größe größe größe größe ')}`, ['größe größe größe größe ']],
  ])('reads %s', (_what, hex, message) => {
    expect(decode(hex)).toEqual(message);
  });

  test.each<[string, string, string]>([
    ['nothing', '', 'expected MessagePack, received the end of the frame at octet 0'],
    ['null', 'c0', 'expected a list, received null'],
    ['a number', '01', 'expected a list, received 1'],
    ['a dictionary', '80', 'expected a list, received a dictionary'],
    ['octets', 'c40101', 'expected a list, received binary'],
    ['two messages', '90 90', 'something behind the message at octet 1'],
    ['the octet that stands for nothing', '91 c1', 'the octet that stands for nothing at octet 2'],
    ['a list cut off', '92 01', 'the end of the frame at octet 2'],
    ['a text cut off', '91 a2 61', 'fewer octets than stated at octet 2'],
    ['a text of 4 GiB', '91 dbffffffff', 'fewer octets than stated'],
    ['octets of 4 GiB', '91 c6ffffffff', 'fewer octets than stated'],
    ['an integer cut off', '91 cf00000000', 'fewer octets than stated at octet 6'],
    ['a float cut off', '91 cb0000000000', 'fewer octets than stated'],
    ['a list of 2^32 - 1', 'dd ffffffff', 'a length beyond the frame’s at octet 5'],
    ['a dictionary of 2^32 - 1', 'df ffffffff', 'a length beyond the frame’s at octet 5'],
    ['lists that state more in sum than there can be', 'dc0004 dc0007 00000000', 'a length beyond the frame’s'],
    ['an integer as a key', '91 81 01 02', 'a key that is no string at octet 3'],
    ['null as a key', '91 81 c0 02', 'a key that is no string'],
    ['octets as a key', '91 81 c40161 02', 'a key that is no string'],
    ['ext 0 as a key', '91 81 d40000 02', 'a key that is no string'],
    ['a list as a key', '91 81 90 02', 'a key that is no string'],
    ['ext 1', '91 d40100', 'ext 1, which means nothing here, at octet 3'],
    ['a time as ext -1', '91 d6ff00000000', 'ext -1, which means nothing here,'],
    ['ext of 4 GiB', '91 c9ffffffff00', 'fewer octets than stated'],
    ['a text that is no UTF-8', '91 a2 c328', 'a text that is not UTF-8'],
    ['a long text that is no UTF-8', `91 b4${'61'.repeat(19)}ff`, 'a text that is not UTF-8'],
    ['half a surrogate pair', '91 a3 eda080', 'a text that is not UTF-8'],
    ['an overlong form', '91 a2 c080', 'a text that is not UTF-8'],
    ['a key that is no UTF-8', '91 81 a1ff 00', 'a text that is not UTF-8'],
    ['129 levels', `${'91'.repeat(128)}90`, 'expected at most 128 levels'],
    ['129 levels of dictionaries', `91${'81a161'.repeat(127)}80`, 'expected at most 128 levels'],
    ['a million levels', '91'.repeat(1_000_000), 'expected at most 128 levels'],
    ['20,000 lists of 2,000 in each other', 'dc07d0'.repeat(20_000), 'a length beyond the frame’s'],
    [
      'lists beyond the limit',
      `dd000186a0${'90'.repeat(100_000)}`,
      'expected at most 1600080 octets of memory for a message of 100005, received more (maxGrowth)',
    ],
    ['binaries beyond the limit', `dd0000c350${'c400'.repeat(50_000)}`, '(maxGrowth)'],
    ['2 MB', `c6001e8480${'00'.repeat(2_000_000)}`, 'expected at most 1048576 octets, received 2000005'],
  ])('refuses %s', (_what, hex, said) => {
    expect(() => decode(hex)).toThrow(ProtocolError);
    expect(() => decode(hex)).toThrow(said);
  });

  it('takes 128 levels', () => {
    expect(decode(`${'91'.repeat(127)}90`)).toHaveLength(1);
  });

  it('refuses text', () => {
    expect(() => serializer.decode('[48]')).toThrow(
      new ProtocolError('wamp.2.msgpack: expected binary, received text'),
    );
  });
});

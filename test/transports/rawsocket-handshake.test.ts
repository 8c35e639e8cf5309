import { UsageError } from '../../src/errors.js';
import {
  announced,
  readReply,
  readRequest,
  refusalOctets,
  SERIALIZER_ID,
  serializerIds,
  toOctets,
} from '../../src/transports/rawsocket-handshake.js';

const octets = (hex: string) => Buffer.from(hex, 'hex');

describe('SERIALIZER_ID', () => {
  it('is the standard’s', () => {
    expect(SERIALIZER_ID).toEqual({ 'wamp.2.json': 1, 'wamp.2.msgpack': 2, 'wamp.2.cbor': 3 });
  });
});

describe('serializerIds', () => {
  it('are the standard’s, and a user’s own', () => {
    expect(serializerIds({ 'wamp.2.ubjson': 4 })).toEqual({ ...SERIALIZER_ID, 'wamp.2.ubjson': 4 });
    expect(serializerIds({ 'wamp.2.json': 1 })).toEqual(SERIALIZER_ID);
  });

  it.each([
    [{ a: 0 }, 'expected the RawSocket number of a to be from 4 to 15, received 0'],
    [{ a: 16 }, 'received 16'],
    [{ a: 4.5 }, 'received 4.5'],
    [{ a: 3 }, 'the RawSocket number of a cannot be 3: that of wamp.2.cbor is 3'],
    [{ 'wamp.2.json': 4 }, 'the RawSocket number of wamp.2.json cannot be 4: that of wamp.2.json is 1'],
    [{ a: 4, b: 4 }, 'the RawSocket number of b cannot be 4: that of a is 4'],
  ])('refuse %j: %s', (own, said) => {
    expect(() => serializerIds(own as Record<string, number>)).toThrow(UsageError);
    expect(() => serializerIds(own as Record<string, number>)).toThrow(said);
  });
});

describe('announced', () => {
  it.each([
    [1, 512],
    [512, 512],
    [513, 1_024],
    [1_000, 1_024],
    [2 ** 20, 2 ** 20],
    [2 ** 20 + 1, 2 ** 21],
    [2 ** 24, 2 ** 24],
    [2 ** 30, 2 ** 24],
  ])('of %d is %d', (wanted, expected) => {
    expect(announced(wanted)).toBe(expected);
  });
});

describe('toOctets', () => {
  it.each([
    [512, 1, '7f010000'],
    [2 ** 20, 2, '7fb20000'],
    [2 ** 24, 3, '7ff30000'],
  ])('of %d octets and serializer %d is %s, and is read back by both sides', (maxLength, serializer, hex) => {
    const terms = { maxLength, serializer };
    expect(toOctets(terms).toString('hex')).toBe(hex);
    expect(readRequest(toOctets(terms))).toEqual(terms);
    expect(readReply(toOctets(terms), serializer)).toEqual(terms);
  });
});

describe('refusalOctets', () => {
  it.each([1, 2, 3, 4, 15])('of reason %d is read back', (reason) => {
    expect(readReply(refusalOctets(reason), 1)).toEqual({ refused: reason });
  });
});

describe('readRequest', () => {
  it.each([
    ['00000000', undefined],
    ['00f10000', undefined],
    ['47455420', undefined],
    ['7ff00000', undefined],
    ['7ff10100', 3],
    ['7ff10001', 3],
  ])('refuses %s with %p', (hex, refused) => {
    expect(readRequest(octets(hex))).toEqual({ refused });
  });

  it('leaves it to who listens which serializers there are', () => {
    expect(readRequest(octets('7fff0000'))).toEqual({ maxLength: 2 ** 24, serializer: 15 });
  });
});

describe('readReply', () => {
  it.each([
    ['00f10000', 'expected an answer that begins with 7f, received 00 f1 00 00'],
    ['48545450', 'expected an answer that begins with 7f, received 48 54 54 50'],
    ['7ff10001', 'expected 0 in the reserved octets, received 7f f1 00 01'],
    ['7f000000', 'expected consent or a reason, received 7f 00 00 00'],
    ['7ff20000', 'expected consent to serializer 1, received 2'],
  ])('finds %s malformed', (hex, malformed) => {
    expect(readReply(octets(hex), 1)).toEqual({ malformed });
  });
});

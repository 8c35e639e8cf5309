import fc from 'fast-check';
import { PassthruError, SerializationError } from '../../src/errors.js';
import { fromOctets, toOctets } from '../../src/passthru/envelope.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';

const SERIALIZERS = [json(), msgpack(), cbor()];

/** What all three carry. */
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }).filter((text) => !text.startsWith('\0')),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe.each(SERIALIZERS)('an envelope in $name', (serializer) => {
  it('gives back any arguments as they were', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 4 }),
        fc.dictionary(fc.string({ unit: 'grapheme' }), value, { maxKeys: 4, noNullPrototype: true }),
        (args, kwargs) => {
          const { args: gotArgs, kwargs: gotKwargs } = fromOctets(serializer, toOctets(serializer, { args, kwargs }));
          expect({ args: gotArgs, kwargs: gotKwargs }).toEqual({ args, kwargs });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is a dictionary of args and kwargs, and of what a scheme puts beside them', () => {
    const octets = toOctets(serializer, { args: [1], kwargs: { a: 2 } }, { context: 'x' });
    expect(serializer.decodePayload(octets)).toEqual({ args: [1], kwargs: { a: 2 }, context: 'x' });
    expect(fromOctets(serializer, octets)).toEqual({ args: [1], kwargs: { a: 2 }, beside: { context: 'x' } });
  });

  it.each([{}, { args: null, kwargs: null }, { args: [] }])('may leave arguments out: %j', (payload) => {
    expect(fromOctets(serializer, serializer.encodePayload(payload))).toEqual({ args: [], kwargs: {}, beside: {} });
  });

  it.each([{ args: 'x' }, { args: {} }, { kwargs: [] }, { kwargs: 7 }])('is none with %j', (payload) => {
    expect(() => fromOctets(serializer, serializer.encodePayload(payload))).toThrow(PassthruError);
  });

  it.each([
    ['a list', () => new Uint8Array(Buffer.from(serializer.encode([1]) as string))],
    ['nothing', () => new Uint8Array(0)],
    ['other octets', () => Uint8Array.of(0xff, 0xfe, 0xc1)],
  ])('is not %s', (_what, octets) => {
    expect(() => fromOctets(serializer, octets())).toThrow(PassthruError);
  });

  it('says in a caller’s words where a value is that cannot be written', () => {
    const write = () => toOctets(serializer, { args: [{ when: () => 0 }], kwargs: {} });
    expect(write).toThrow(SerializationError);
    expect(write).toThrow(/^args\[0\]\.when: /);
    expect(() => toOctets(serializer, { args: [], kwargs: { when: Symbol('x') } })).toThrow(/^kwargs\.when: /);
  });
});

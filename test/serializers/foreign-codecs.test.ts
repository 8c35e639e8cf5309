/**
 * The serializers against each other, and against codecs of other people's: what one writes the others read, and mean
 * the same by it.
 */
import * as msgpackReference from '@msgpack/msgpack';
import fc from 'fast-check';
import { Packr, Unpackr } from 'msgpackr';
import { SerializationError } from '../../src/errors.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import type { List } from '../../src/wamp/values.js';

// Its types are those of an ES module, which it is not here.
const { Decoder: CborXDecoder, Encoder: CborXEncoder } = require('cbor-x') as {
  readonly Decoder: new (options: object) => { decode(octets: Uint8Array): unknown };
  readonly Encoder: new (options: object) => { encode(value: unknown): Uint8Array };
};

const NO_ZERO = (n: number) => (Object.is(n, -0) ? 0 : n);
/** What begins with U+0000 is binary to JSON; `__proto__` is a name that other codecs change or refuse. */
const strings = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !text.startsWith('\0')),
  fc.string({ unit: 'binary', maxLength: 70 }).filter((text) => !text.startsWith('\0')),
  fc.string({ unit: 'grapheme-ascii', minLength: 30, maxLength: 300 }),
);
const integers = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(
    ...[0, 23, 31, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32, 2 ** 53].flatMap((n) => [n, 0 - n]),
  ),
);
const leaves = [
  fc.constantFrom(null, true, false),
  integers.map(NO_ZERO),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(NO_ZERO),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(NO_ZERO),
  strings,
];
const octets = fc.uint8Array({ maxLength: 300 });

/** Messages of these leaves. */
function messages(...leaf: fc.Arbitrary<unknown>[]): fc.Arbitrary<List> {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      ...leaf,
      fc.array(tie('value'), { maxLength: 20 }),
      fc.dictionary(strings, tie('value'), { maxKeys: 20, noNullPrototype: true }).filter(isOrdinary),
    ),
  }));
  return fc.array(value);
}

const isOrdinary = (dict: object) => !Object.hasOwn(dict, '__proto__');

const ALL = [json(), msgpack(), cbor()];
const BINARY = [msgpack(), cbor()];
const bigintBeyondNumbers = fc.oneof(
  fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) - 1n }),
);

const named = (serializers: readonly Serializer[]) => serializers.map((each) => [each.subprotocol, each] as const);

describe('each serializer', () => {
  test.each(named(ALL))('%s gives back any data as it was', (_name, serializer) => {
    fc.assert(
      fc.property(messages(...leaves, octets), (message) => {
        expect(serializer.decode(serializer.encode(message))).toEqual(message);
      }),
      { numRuns: 200 },
    );
  });

  test.each(named(BINARY))('%s gives back what JSON has no place for, too', (_name, serializer) => {
    const more = fc.oneof(bigintBeyondNumbers, fc.constantFrom(NaN, Infinity, -Infinity), fc.constant('\0binary?'));
    fc.assert(
      fc.property(messages(...leaves, octets, more), (message) => {
        expect(serializer.decode(serializer.encode(message))).toEqual(message);
      }),
      { numRuns: 150 },
    );
  });

  it('hands on to every other what came to it', () => {
    fc.assert(
      fc.property(messages(...leaves, octets), fc.shuffledSubarray([...ALL, ...ALL]), (message, way) => {
        expect(way.reduce((list, serializer) => serializer.decode(serializer.encode(list)), message)).toEqual(message);
      }),
      { numRuns: 150 },
    );
  });

  test.each(named(BINARY))(
    '%s takes or refuses any value of JavaScript’s, and reads what it takes',
    (_name, serializer) => {
      fc.assert(
        fc.property(
          fc.array(
            fc.anything({
              withBigInt: true,
              withDate: true,
              withMap: true,
              withSet: true,
              withTypedArray: true,
              withSparseArray: true,
              withNullPrototype: true,
              withObjectString: true,
            }),
          ),
          (message) => {
            let frame: Uint8Array;
            try {
              frame = serializer.encode(message) as Uint8Array;
            } catch (error) {
              expect(error).toBeInstanceOf(SerializationError);
              return;
            }
            expect(serializer.encode(serializer.decode(frame))).toEqual(frame);
          },
        ),
        { numRuns: 500 },
      );
    },
  );
});

describe('MessagePack of others', () => {
  const serializer = msgpack();
  const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: false });
  const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' });

  it('is read as it was meant', () => {
    fc.assert(
      fc.property(messages(...leaves, octets), (message) => {
        expect(serializer.decode(msgpackReference.encode(message))).toEqual(message);
        expect(serializer.decode(packr.pack(message))).toEqual(message);
      }),
      { numRuns: 200 },
    );
  });

  it('means the same as this, which they read', () => {
    fc.assert(
      fc.property(messages(...leaves, octets), (message) => {
        const frame = serializer.encode(message) as Uint8Array;
        expect(msgpackReference.decode(frame)).toEqual(message);
        // It gives octets as a Buffer.
        expect(asPlain(unpackr.unpack(frame))).toEqual(message);
      }),
      { numRuns: 200 },
    );
  });

  it('is octet for octet the same where there is one way to write it', () => {
    fc.assert(
      fc.property(messages(fc.constantFrom(null, true, false), fc.maxSafeInteger(), strings, octets), (message) => {
        expect(serializer.encode(message)).toEqual(msgpackReference.encode(message));
      }),
      { numRuns: 150 },
    );
  });

  it('may have undefined in it, which is left out of dictionaries, and null in lists', () => {
    expect(serializer.decode(packr.pack([{ a: undefined }, undefined]))).toStrictEqual([{}, null]);
  });
});

describe('CBOR of others', () => {
  const serializer = cbor();
  const options = { useRecords: false, mapsAsObjects: true, int64AsNumber: true } as const;
  const theirs = [
    ['as it is by default', new CborXEncoder({ useRecords: false, mapsAsObjects: true })],
    ['with lengths as short as can be', new CborXEncoder({ useRecords: false, variableMapSize: true })],
    ['with plain octets', new CborXEncoder({ useRecords: false, tagUint8Array: false })],
    ['with maps that are tagged', new CborXEncoder({ useRecords: false, useTag259ForMaps: true })],
  ] as const;
  const decoder = new CborXDecoder(options);

  test.each(theirs)('is read as it was meant: cbor-x, %s', (_how, encoder) => {
    fc.assert(
      fc.property(messages(...leaves, octets), (message) => {
        expect(serializer.decode(encoder.encode(message))).toEqual(message);
      }),
      { numRuns: 150 },
    );
  });

  it('means the same as this, which they read', () => {
    fc.assert(
      fc.property(messages(...leaves, octets), (message) => {
        expect(asPlain(decoder.decode(serializer.encode(message) as Uint8Array))).toEqual(message);
      }),
      { numRuns: 200 },
    );
  });

  it('may have maps and undefined in it, which are dictionaries and null', () => {
    const encoder = new CborXEncoder({ useRecords: false, useTag259ForMaps: true });
    expect(serializer.decode(encoder.encode([new Map([['a', 1]]), undefined]))).toEqual([{ a: 1 }, null]);
  });
});

/** With a Uint8Array for every Buffer. */
function asPlain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(asPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asPlain(each)]));
}

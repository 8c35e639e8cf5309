import { runInNewContext } from 'node:vm';
import { SerializationError } from '../../src/errors.js';
import { cbor } from '../../src/serializers/cbor.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { List } from '../../src/wamp/values.js';

/** What both binary formats have in common on the way out. */

const FORMATS = [
  ['msgpack', msgpack],
  ['cbor', cbor],
] as const;

/** A list within a list within … of so many levels. */
function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level += 1) value = [value];
  return value;
}

describe.each(FORMATS)('%s', (_name, make) => {
  const serializer = make();
  const encode = (message: List, by = serializer) => by.encode(message) as Uint8Array;
  const decode = (frame: Uint8Array) => serializer.decode(frame);
  /** A call with this as its only argument. */
  const call = (value: unknown): List => [48, 1, {}, 'com.example.add', [value]];

  const cycle: { self?: unknown } = {};
  cycle.self = { back: [cycle] };
  const tooDeep = 'expected at most 128 levels, received more (maxDepth)';
  const noData = (what: string) => `expected a JSON value or a Uint8Array, received ${what}`;
  const noContainer = (name: string) => noData(`an object of the class "${name}"`);

  test.each<[string, unknown, string, string]>([
    ['undefined in a list', [1, undefined], '[4][0][1]', noData('undefined')],
    ['a hole in a list', new Array(1), '[4][0][0]', noData('undefined')],
    ['a function', { f: () => 1 }, '[4][0].f', noData('a function')],
    ['a symbol', Symbol('s'), '[4][0]', noData('a symbol')],
    ['a Map', { 'a b': new Map() }, '[4][0]["a b"]', noContainer('Map')],
    ['a Set', new Set([1]), '[4][0]', noContainer('Set')],
    ['a date', [new Date(0)], '[4][0][0]', noContainer('Date')],
    ['an error', new Error('x'), '[4][0]', noContainer('Error')],
    ['an array buffer', new ArrayBuffer(1), '[4][0]', noContainer('ArrayBuffer')],
    ['a typed array of wider elements', new Uint16Array(1), '[4][0]', noContainer('Uint16Array')],
    ['an object of a class', new (class Point {})(), '[4][0]', noContainer('Point')],
    ['an object with toJSON', { toJSON: () => 1 }, '[4][0].toJSON', noData('a function')],
    ['half a surrogate pair', { s: 'a\ud800' }, '[4][0].s', 'half a surrogate pair'],
    ['half a surrogate pair in a long text', `${'a'.repeat(500)}\udc00`, '[4][0]', 'half a surrogate pair'],
    ['half a surrogate pair in a key', { 'a\udc00': 1 }, '[4][0]["a\\udc00"]', 'half a surrogate pair'],
    ['a cycle', cycle, '[4][0].self.back[0]', 'it contains itself'],
    ['too many levels', nested(127), `[4]${'[0]'.repeat(127)}`, tooDeep],
  ])('refuses %s, and says where', (_what, value, path, problem) => {
    let thrown: unknown;
    try {
      encode(call(value));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SerializationError);
    expect(thrown).toMatchObject({ path: path, problem: expect.stringContaining(problem) });
  });

  it('takes 128 levels, the message being the first', () => {
    expect(decode(encode(call(nested(126))))).toEqual(call(nested(126)));
  });

  it('takes what was made in another realm of the engine', () => {
    expect(decode(encode(runInNewContext('[48, { a: [1] }]')))).toEqual([48, { a: [1] }]);
  });

  const angry = () => {
    throw new Error('hush');
  };
  test.each<[string, unknown]>([
    ['getter', Object.defineProperty({}, 'a', { enumerable: true, get: angry })],
    ['proxy', new Proxy({}, { ownKeys: angry })],
    ['proxy of a list', new Proxy([1], { get: angry })],
    ['getter of a constructor', Object.create(Object.create(Object.create(null, { constructor: { get: angry } })))],
  ])('makes a SerializationError of what a %s throws, and keeps it as the cause', (_what, value) => {
    let thrown: unknown;
    try {
      encode(call(value));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      code: 'WAMP_ERR_SERIALIZATION',
      path: expect.stringMatching(/^\[4\]\[0\]/),
      cause: new Error('hush'),
    });
    expect((thrown as Error).message).not.toContain('hush');
  });

  it('can be used from within a getter of what it writes', () => {
    let inner: Uint8Array | undefined;
    const value = {
      before: 'text',
      get sends() {
        inner = encode([50, 'inner', new Uint8Array(20_000)]);
        return 1;
      },
      after: 'text',
    };
    expect(decode(encode(call(value)))).toEqual(call({ before: 'text', sends: 1, after: 'text' }));
    expect(decode(inner as Uint8Array)).toEqual([50, 'inner', new Uint8Array(20_000)]);
  });

  it('never writes again to what it gave away', () => {
    const messages = Array.from({ length: 2_000 }, (_, i) => [i, 'x'.repeat((i * 37) % 700), { [`k${i}`]: [i / 3] }]);
    const frames = messages.map((message) => encode(message));
    for (const bad of [call(undefined), call('x'.repeat(20_000)), call([`${'x'.repeat(20_000)}\ud800`])]) {
      try {
        encode(bad);
      } catch {
        // What was written of it is written over.
      }
    }
    frames.push(...messages.map((message) => encode(message)));
    expect(frames.map(decode)).toEqual([...messages, ...messages]);
  });

  it('keeps no more alive than a frame needs', () => {
    const small = encode([1, 'a']);
    const large = encode([1, 'ä'.repeat(200_000)]);
    expect(small.buffer.byteLength).toBeLessThanOrEqual(8_192);
    expect(large.buffer.byteLength).toBeLessThan(1.3 * large.length);
  });

  it('leaves what it is given as it was', () => {
    const value = Object.freeze({ octets: new Uint8Array([1]), list: Object.freeze([1, { a: undefined }]) });
    const before = structuredClone(value);
    encode(call(value));
    expect(value).toEqual(before);
  });

  // Around the places where a head grows, and where a text is written in another way.
  it.each([0, 1, 23, 24, 31, 32, 39, 40, 41, 84, 85, 127, 255, 256, 8_180, 8_192, 21_845, 65_535, 65_536])(
    'writes texts, octets and lists of %i',
    (length) => {
      const message = [
        'a'.repeat(length),
        'ä'.repeat(length),
        '€'.repeat(length),
        `${'a'.repeat(length)}😀`,
        new Uint8Array(length).fill(7),
        new Array(length).fill(null),
        { ['k'.repeat(length)]: length, u: undefined, v: '€' },
      ];
      const { v: _, u: __, ...rest } = message[6] as Record<string, unknown>;
      expect(decode(encode(message))).toEqual([...message.slice(0, 6), { ...rest, v: '€' }]);
    },
  );

  it('leaves out properties that are undefined, wherever they stand and however many', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`k${i}`, i % 7 === 0 ? undefined : i]),
    );
    const sent = JSON.parse(JSON.stringify(properties));
    expect(decode(encode([{ inner: properties, x: undefined, y: [properties] }, 'end']))).toEqual([
      { inner: sent, y: [sent] },
      'end',
    ]);
  });

  it('refuses a message that is too long, and names the limit', () => {
    const tight = make({ maxLength: 20 });
    expect(encode(['x'.repeat(18)], tight)).toHaveLength(20);
    for (const long of [
      ['x'.repeat(19)],
      ['x'.repeat(1_000)],
      [new Uint8Array(21)],
      new Array(21).fill(0),
      [[1], 'x'.repeat(18)],
    ]) {
      expect(() => encode(long, tight)).toThrow(
        new SerializationError('message', 'expected at most 20 octets, received more (maxLength)'),
      );
    }
  });

  it('refuses what would not be taken where it arrives, and names the limit', () => {
    const tolerant = make({ maxGrowth: 300 });
    const tooMuch = [
      Array.from({ length: 100_000 }, () => ({})),
      Array.from({ length: 100_000 }, () => [1]),
      Array.from({ length: 10_000 }, () => new Uint8Array(0)),
      Array.from({ length: 10_000 }, (_, i) => ({ [`k${i}`]: 0 })),
    ];
    for (const message of tooMuch) {
      expect(() => encode(message)).toThrow(
        /^message: expected at most \d+ octets of memory for a message of \d+, received more \(maxGrowth\)$/,
      );
      expect(tolerant.decode(encode(message, tolerant))).toEqual(message);
    }
  });

  it('takes tables, however long, and what takes no more than a MiB, however short', () => {
    const fine = [
      Array.from({ length: 30_000 }, (_, i) => ({ id: i, name: `user ${i}`, tags: [], at: { x: i, y: -1 } })),
      Array.from({ length: 40_000 }, (_, i) => (i % 2 === 0 ? { a: i, b: true } : { c: 'no', d: null, e: 1.5 })),
      Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`user ${i}`, { seen: i }])),
      Array.from({ length: 16_000 }, () => ({})),
      Array.from({ length: 14_000 }, () => [1, 2]),
    ];
    const wide = make({ maxLength: 2 ** 24 });
    for (const message of fine) expect(wide.decode(encode([message], wide))).toEqual([message]);
  });

  it('gives up on a small value that unfolds without end', () => {
    let lists: unknown = [1];
    let texts: unknown = 'x'.repeat(10_000);
    for (let i = 0; i < 100; i += 1) {
      lists = [lists, lists];
      texts = [texts, texts];
    }
    expect(() => encode(call(lists))).toThrow('(maxLength)');
    expect(() => encode(call(texts))).toThrow('(maxLength)');
    expect(() => encode(new Array(1e9))).toThrow(SerializationError);
  });
});

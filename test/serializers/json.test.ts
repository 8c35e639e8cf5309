import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { ProtocolError, SerializationError } from '../../src/errors.js';
import { json } from '../../src/serializers/json.js';
import type { List } from '../../src/wamp/values.js';

const serializer = json();
const encode = (...elements: unknown[]) => serializer.encode(elements);
const decode = (text: string) => serializer.decode(text);
const call = (...args: unknown[]): List => [48, 1, {}, 'com.example.add', args];

/** A list in a list in a list, `depth` of them. */
function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level += 1) value = [value];
  return value;
}

/** What is said of a value that JSON has nothing for. */
const noData = (what: string) => `expected a JSON value or a Uint8Array, received ${what}`;

describe('encode', () => {
  it('names its subprotocol', () => {
    expect(serializer.subprotocol).toBe('wamp.2.json');
  });

  class Celsius {
    readonly degrees = 21.5;
    toJSON(): unknown {
      return { celsius: this.degrees };
    }
  }

  test.each<[string, unknown, string]>([
    ['null, booleans and strings', [null, true, false, '', 'größe 😀'], '[null,true,false,"","größe 😀"]'],
    ['numbers', [0, -0, 1.5, 2 ** 53, 1e300], '[0,0,1.5,9007199254740992,1e+300]'],
    ['nested dictionaries', [{ a: { b: [] } }], '[{"a":{"b":[]}}]'],
    ['a property that is undefined by leaving it out', [{ a: undefined, b: 1 }], '[{"b":1}]'],
    ['a dictionary of another realm', [runInNewContext('({ a: [1] })')], '[{"a":[1]}]'],
    ['a dictionary without prototype', [Object.assign(Object.create(null), { a: 1 })], '[{"a":1}]'],
    ['a date as ISO 8601', [new Date(0)], '["1970-01-01T00:00:00.000Z"]'],
    ['an object with toJSON as what that returns', [{ t: new Celsius() }], '[{"t":{"celsius":21.5}}]'],
    ['a list with toJSON likewise', [Object.assign([1], { toJSON: () => 'x' })], '["x"]'],
    ['a property named toJSON that is no function', [{ toJSON: 'x', length: -1 }], '[{"toJSON":"x","length":-1}]'],
    ['octets as U+0000 and base64', [new Uint8Array([1, 2, 3])], '["\\u0000AQID"]'],
    [
      'a buffer likewise',
      [{ b: Buffer.from('10e3ff9053075c526f5fc06d4fe37cdb', 'hex') }],
      '[{"b":"\\u0000EOP/kFMHXFJvX8BtT+N82w=="}]',
    ],
    ['no octets', [new Uint8Array(0)], '["\\u0000"]'],
    ['a string that spells an escape out', ['\\ud800', 'C:\\udata'], '["\\\\ud800","C:\\\\udata"]'],
    ['U+0000 further on in a string', ['a\0'], '["a\\u0000"]'],
    ['a key that begins with U+0000', [{ '\0a': 1 }], '[{"\\u0000a":1}]'],
    ['a key __proto__', [JSON.parse('{"__proto__":{"a":1}}')], '[{"__proto__":{"a":1}}]'],
  ])('writes %s', (_what, value, text) => {
    expect(serializer.encode(value as List)).toBe(text);
  });

  const cycle: { self?: unknown } = {};
  cycle.self = { back: [cycle] };

  test.each<[string, unknown[], string]>([
    ['NaN', [{ when: Number.NaN }], `[4][0].when: ${noData('NaN')}`],
    ['infinity', [1, -Infinity], `[4][1]: ${noData('-Infinity')}`],
    ['a bigint', [[1n]], `[4][0][0]: ${noData('a bigint')}`],
    ['undefined in a list', [1, undefined], `[4][1]: ${noData('undefined')}`],
    ['a hole in a list', new Array(1), `[4][0]: ${noData('undefined')}`],
    ['a function', [{ f: () => 1 }], `[4][0].f: ${noData('a function')}`],
    ['a symbol', [Symbol('s')], `[4][0]: ${noData('a symbol')}`],
    ['a Map', [{ 'a b': new Map() }], `[4][0]["a b"]: ${noData('an object of the class "Map"')}`],
    ['a Set', [new Set([1])], `[4][0]: ${noData('an object of the class "Set"')}`],
    ['an error', [new Error('x')], `[4][0]: ${noData('an object of the class "Error"')}`],
    ['an array buffer', [new ArrayBuffer(1)], noData('an object of the class "ArrayBuffer"')],
    ['an object of a class', [new (class Point {})()], noData('an object of the class "Point"')],
    ['an object of a class without a name', [new (class {})()], `[4][0]: ${noData('an object of the class ""')}`],
    ['an invalid date', [new Date(Number.NaN)], '[4][0]: expected a date, received an invalid one'],
    ['a toJSON that returns nothing', [{ a: { toJSON: () => undefined } }], `[4][0].a: ${noData('undefined')}`],
    ['a toJSON that returns a bigint', [{ a: { toJSON: () => 1n } }], `[4][0].a: ${noData('a bigint')}`],
    ['a string that would be binary', ['\0AQID'], '[4][0]: with U+0000 first it would arrive as binary'],
    ['half a surrogate pair', [{ s: 'a\ud800' }], '[4][0].s: expected Unicode, received half a surrogate pair'],
    ['half a surrogate pair in a key', [{ 'a\udc00': 1 }], 'expected Unicode, received half a surrogate pair'],
    ['a cycle', [cycle], '[4][0].self.back[0]: it contains itself'],
    ['too many levels', [nested(127)], 'expected at most 128 levels, received more (maxDepth)'],
  ])('refuses %s', (_what, args, said) => {
    const run = () => serializer.encode([48, 1, {}, 'com.example.add', args]);
    expect(run).toThrow(SerializationError);
    expect(run).toThrow(said);
  });

  it('tells the path apart from the problem', () => {
    try {
      serializer.encode(call({ when: 1n }));
    } catch (error) {
      expect((error as SerializationError).path).toBe('[4][0].when');
    }
    expect.assertions(1);
  });

  it('takes 128 levels, the message being the first', () => {
    expect(serializer.encode(call(nested(126)))).toContain('['.repeat(127));
  });

  const angry = () => {
    throw new Error('hush');
  };
  test.each<[string, unknown]>([
    ['getter', Object.defineProperty({}, 'a', { enumerable: true, get: angry })],
    ['toJSON', { toJSON: angry }],
    ['proxy', new Proxy({}, { ownKeys: angry })],
    ['proxy of a list', new Proxy([1], { get: angry })],
    ['getter of toJSON', Object.defineProperty({}, 'toJSON', { get: angry })],
    [
      'getter of a constructor',
      Object.create(Object.create(Object.create(Object.create(null, { constructor: { get: angry } })))),
    ],
  ])('makes a SerializationError of what a %s throws, and keeps it as the cause', (_what, value) => {
    let thrown: unknown;
    try {
      serializer.encode(call(value));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SerializationError);
    expect((thrown as SerializationError).path).toMatch(/^\[4\]\[0\]/);
    expect((thrown as Error).message).not.toContain('hush');
    expect((thrown as Error).cause).toEqual(new Error('hush'));
  });

  test.each([
    ['throws', angry],
    ['gives a bigint', () => 1n],
  ])('makes a SerializationError of a getter that %s when it is read again', (_what, second) => {
    let reads = 0;
    const value = {
      get a(): unknown {
        reads += 1;
        return reads === 1 ? 1 : second();
      },
    };
    expect(() => serializer.encode(call(value))).toThrow(SerializationError);
  });

  it('calls toJSON once', () => {
    const toJSON = jest.fn(() => 'x');
    serializer.encode(call({ toJSON }));
    expect(toJSON).toHaveBeenCalledTimes(1);
  });

  it('leaves what it is given as it was', () => {
    const proto = JSON.parse('{"__proto__":{"x":1}}') as Record<string, unknown>;
    const value = { octets: new Uint8Array([1]), when: new Date(0), list: [new Uint8Array([2]), proto], proto };
    const before = structuredClone(value);
    expect(serializer.encode(Object.freeze(call(Object.freeze(value))))).toContain('__proto__');
    expect(value).toEqual(before);
  });

  it('keeps __proto__ a key where a copy is made', () => {
    const dict = JSON.parse('{"__proto__":{"x":1},"a":1}') as Record<string, unknown>;
    dict['a'] = new Uint8Array([1]);
    expect(encode(dict)).toBe('[{"__proto__":{"x":1},"a":"\\u0000AQ=="}]');
    const inside = JSON.parse('{"__proto__":1}') as Record<string, unknown>;
    Object.defineProperty(inside, '__proto__', { value: new Uint8Array([1]), enumerable: true });
    expect(encode(inside)).toBe('[{"__proto__":"\\u0000AQ=="}]');
  });

  it('refuses a message that is too long, and names the limit', () => {
    const tight = json({ maxLength: 20 });
    expect(tight.encode(['x'.repeat(16)])).toHaveLength(20);
    expect(() => tight.encode(['x'.repeat(17)])).toThrow(
      'message: expected at most 20 characters, received 21 (maxLength)',
    );
  });

  it('gives up on a small value that unfolds without end', () => {
    let value: unknown = [1];
    for (let i = 0; i < 100; i += 1) value = [value, value];
    expect(() => encode(value)).toThrow('expected at most 1048576 characters, received more (maxLength)');
    expect(() => encode(new Array(1e9))).toThrow(SerializationError);
  });
});

describe('decode', () => {
  test.each<[string, string, unknown]>([
    ['spaces', ' [ 48 , 1 ] ', [48, 1]],
    ['1.0 as 1', '[1.0]', [1]],
    ['2^53', '[9007199254740992]', [2 ** 53]],
    ['an escaped character', '["\\u0041"]', ['A']],
    ['a pair of surrogates', '["\\ud83d\\ude00"]', ['😀']],
    ['an escape that is spelt out', '["\\\\ud800 \\\\u0000"]', ['\\ud800 \\u0000']],
    ['the last of a key that comes twice', '[{"match":"prefix","match":"exact"}]', [{ match: 'exact' }]],
    ['brackets in strings', `["a\\"${'['.repeat(1000)}\\\\"]`, [`a"${'['.repeat(1000)}\\`]],
    ['octets', '["\\u0000AQID",{"a":"\\u0000"}]', [new Uint8Array([1, 2, 3]), { a: new Uint8Array(0) }]],
    ['U+0000 further on', '["a\\u0000AQID"]', ['a\0AQID']],
  ])('reads %s', (_what, text, message) => {
    expect(decode(text)).toEqual(message);
  });

  it('gives octets as Uint8Array, not as Buffer', () => {
    expect(Object.getPrototypeOf(decode('["\\u0000AQID"]')[0])).toBe(Uint8Array.prototype);
  });

  test.each<[string, string, string]>([
    ['nothing', '', 'expected JSON, received an empty text'],
    ['a text cut off', '[48,1', 'expected JSON, received other text'],
    ['a comma too many', '[48,1,]', 'expected JSON, received other text'],
    ['single quotes', "['a']", 'expected JSON, received other text'],
    ['two messages', '[48][48]', 'expected JSON, received other text at position 4'],
    ['a comment', '[48]//x', 'expected JSON, received other text at position 4'],
    ['Infinity', '[Infinity]', 'expected JSON'],
    ['a byte order mark', '\ufeff[48]', 'expected JSON'],
    ['a control character', '["\u0001"]', 'expected JSON'],
    ['U+0000', '\0', 'expected JSON'],
    ['HTTP', 'GET / HTTP/1.1\r\n\r\n', 'expected JSON'],
    ['null', 'null', 'expected a list, received null'],
    ['a number', '0', 'expected a list, received 0'],
    ['a dictionary', '{"0":1,"length":1}', 'expected a list, received a dictionary'],
    ['a string', '"[48]"', 'expected a list, received a string'],
    ['octets that are no base64', '["\\u0000not base64 !!"]', 'expected base64 after U+0000'],
    ['half a surrogate pair', '[{"a":["\\ud800"]}]', 'expected Unicode, received half a surrogate pair'],
    ['half a surrogate pair in capitals', '["\\uDC00x"]', 'expected Unicode, received half a surrogate pair'],
    ['half a surrogate pair in a key', '[{"\\ud800":1}]', 'expected Unicode, received half a surrogate pair'],
    ['129 levels', `${'['.repeat(129)}${']'.repeat(129)}`, 'expected at most 128 levels'],
    ['129 levels behind a backslash', `["\\\\",${'['.repeat(128)}${']'.repeat(128)}]`, 'expected at most 128 levels'],
    ['129 dictionaries', `[${'{"a":'.repeat(128)}1${'}'.repeat(128)}]`, 'expected at most 128 levels'],
    ['1 MB of [', '['.repeat(1_000_000), 'expected at most 128 levels'],
    ['500,000 lists in each other', `${'['.repeat(500_000)}${']'.repeat(500_000)}`, 'expected at most 128 levels'],
    [
      '100,000 dictionaries in one',
      `[${'{},'.repeat(100_000)}1]`,
      'expected at most 4800048 octets of memory for a message of 300003, received more (maxGrowth)',
    ],
    ['2 MB', `["${'x'.repeat(2_000_000)}"]`, 'expected at most 1048576 characters, received 2000004'],
  ])('refuses %s', (_what, text, said) => {
    expect(() => decode(text)).toThrow(ProtocolError);
    expect(() => decode(text)).toThrow(said);
  });

  it('takes 128 levels, also behind strings that look deep', () => {
    const text = `["\\\\","[[\\"[",${'['.repeat(127)}${']'.repeat(127)}]`;
    expect(decode(text)).toHaveLength(3);
  });

  it('counts levels, not brackets', () => {
    expect(decode(`[${'[],'.repeat(1000)}{}]`)).toHaveLength(1001);
  });

  it('refuses binary', () => {
    expect(() => serializer.decode(new TextEncoder().encode('[48]'))).toThrow(
      new ProtocolError('wamp.2.json: expected text, received binary'),
    );
  });

  it('never quotes what it could not read', () => {
    for (const text of ['[5,"hush",{}', '[5,"hush"x', '"hush at position 12345', '[5,"hush",nul]']) {
      let said = '';
      try {
        decode(text);
      } catch (error) {
        said = `${(error as Error).message} ${String((error as Error).cause)}`;
      }
      expect(said).toContain('expected JSON');
      expect(said).not.toContain('hush');
      expect(said).not.toContain('12345');
    }
  });

  it('keeps __proto__ a key, and every prototype as it was', () => {
    const text =
      '[{"__proto__":{"polluted":1},"a":[{"__proto__":"\\u0000AQID","constructor":{"prototype":{"polluted":1}}}]}]';
    const [outer] = decode(text) as [{ a: [object] }];
    expect(Object.keys(outer)).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(outer)).toBe(Object.prototype);
    const inner = outer.a[0];
    expect(Object.getOwnPropertyDescriptor(inner, '__proto__')?.value).toEqual(new Uint8Array([1, 2, 3]));
    expect(Object.getPrototypeOf(inner)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes limits of its user’s', () => {
    expect(() => json({ maxDepth: 2 }).decode('[[[]]]')).toThrow('expected at most 2 levels');
    expect(json({ maxDepth: 3 }).decode('[[[]]]')).toEqual([[[]]]);
    expect(() => json({ maxLength: 3 }).decode('[48]')).toThrow('expected at most 3 characters, received 4');
    expect(json({ maxLength: 4 }).decode('[48]')).toEqual([48]);
  });
});

describe('what would take more memory than its length allows', () => {
  const repeat = (unit: (at: number) => string, times: number) =>
    `[${Array.from({ length: times }, (_, at) => unit(at)).join()}]`;

  test.each([
    ['dictionaries', repeat(() => '{}', 50_000)],
    ['dictionaries with keys of their own', repeat((at) => `{"k${at}":0}`, 50_000)],
    ['dictionaries with an index', repeat(() => '{"0":0}', 50_000)],
    ['binaries', repeat(() => '"\\u0000"', 20_000)],
  ])('is refused, both ways: many %s', (_what, text) => {
    expect(() => decode(text)).toThrow(
      /^expected at most \d+ octets of memory for a message of \d+, received more \(maxGrowth\)$/,
    );
    const wide = json({ maxGrowth: 100 });
    const message = wide.decode(text);
    expect(() => json().encode(message)).toThrow('(maxGrowth)');
    expect(wide.encode(message)).toBe(text);
  });

  /** A dictionary with these keys, and nothing in it. */
  const columns = (...keys: readonly string[]) => JSON.stringify(Object.fromEntries(keys.map((key) => [key, 0])));
  const letters = [...'abcdefghijkl'];

  test.each([
    ['dictionaries of which only the first key is another', repeat((at) => columns(`k${at}`, ...letters), 2_000)],
    ['rows with the same indices', repeat(() => columns('0', '1'), 10_000)],
    ['rows with very many columns', repeat(() => columns(...letters.flatMap((a) => letters.map((b) => a + b))), 100)],
    ['lists of one number', repeat(() => '[1]', 100_000)],
    ['rows with few columns', repeat(() => columns(...letters), 2_000)],
    ['rows of two kinds, in turn', repeat((at) => columns(...letters.slice(at % 2)), 2_000)],
  ])('is sent if it would be taken, and only then: many %s', (_what, text) => {
    const taken = (use: () => void) => {
      try {
        use();
        return true;
      } catch {
        return false;
      }
    };
    const message = json({ maxGrowth: 100 }).decode(text);
    expect(taken(() => json().encode(message))).toBe(taken(() => decode(text)));
  });

  test.each([
    ['lists', repeat(() => '[]', 100_000)],
    ['pairs of small numbers', repeat(() => '[1,2]', 100_000)],
    ['rows of a table', repeat((at) => `{"id":${at},"tags":[],"at":{"x":1,"y":2}}`, 20_000)],
    ['names with a number each', `[{${Array.from({ length: 30_000 }, (_, at) => `"name ${at}":${at}`).join()}}]`],
    ['brackets and colons in strings', repeat(() => '"[{:,\\"{"', 50_000)],
  ])('is not this: many %s', (_what, text) => {
    expect(json().encode(decode(text))).toBe(text);
  });
});

describe('encode and decode', () => {
  /** Without what the format changes: -0, U+0000 in front. */
  const strings = fc.string({ unit: 'grapheme' }).filter((text) => !text.startsWith('\0'));
  const leaves = fc.oneof(
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    strings,
    fc.uint8Array({ maxLength: 20 }),
  );
  const { value: values } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, leaves, fc.array(tie('value')), fc.dictionary(strings, tie('value'))),
  }));

  it('give back any data, as JSON.stringify writes it', () => {
    fc.assert(
      fc.property(fc.array(values), (message) => {
        expect(decode(serializer.encode(message) as string)).toEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  it('agree on what they refuse: what one writes the other reads', () => {
    fc.assert(
      fc.property(
        fc.array(fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true })),
        (message) => {
          let text: string;
          try {
            text = serializer.encode(message) as string;
          } catch (error) {
            expect(error).toBeInstanceOf(SerializationError);
            return;
          }
          expect(serializer.encode(decode(text))).toBe(text);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

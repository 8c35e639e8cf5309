import { ProtocolError } from '../../src/errors.js';
import { cbor } from '../../src/serializers/cbor.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { List } from '../../src/wamp/values.js';

/** What both binary formats have in common on the way in. */

const FORMATS = [
  ['msgpack', msgpack],
  ['cbor', cbor],
] as const;

describe.each(FORMATS)('%s', (_name, make) => {
  const serializer = make();
  const encode = (message: List) => serializer.encode(message) as Uint8Array;
  const decode = (frame: Uint8Array) => serializer.decode(frame);

  it('gives octets as a Uint8Array of its own, whatever becomes of the frame', () => {
    const frame = Buffer.from(encode([new Uint8Array([1, 2, 3])]));
    const [octets] = decode(frame) as [Uint8Array];
    frame.fill(0);
    expect(octets).toEqual(new Uint8Array([1, 2, 3]));
    expect(Object.getPrototypeOf(octets)).toBe(Uint8Array.prototype);
    expect(octets.buffer.byteLength).toBe(3);
  });

  it('reads a frame that is a part of a larger buffer', () => {
    const frame = encode([48, 'ä', 1.5, new Uint8Array([9])]);
    const larger = new Uint8Array(frame.length + 20);
    larger.set(frame, 7);
    expect(decode(larger.subarray(7, 7 + frame.length))).toEqual([48, 'ä', 1.5, new Uint8Array([9])]);
  });

  it('keeps __proto__ a key, and every prototype as it was', () => {
    const evil = JSON.parse('[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1}]');
    const [dict] = decode(encode(evil)) as [Record<string, unknown>];
    expect(Object.keys(dict)).toEqual(['__proto__', 'constructor', 'a']);
    expect(Object.getPrototypeOf(dict)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(dict, '__proto__')).toEqual({
      value: { polluted: 1 },
      writable: true,
      enumerable: true,
      configurable: true,
    });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('tells keys apart that share a place in its memory', () => {
    const names = Array.from({ length: 3_000 }, (_, i) => `key${i}`);
    for (const round of [1, 2]) {
      const dict = Object.fromEntries(names.map((name, i) => [name, i * round]));
      expect(decode(encode([dict]))).toEqual([dict]);
    }
  });

  it('gives keys that look like indices as any other object has them', () => {
    const dict = { b: 1, '1000': 2, '7': 3, '007': 4, '4294967294': 5, '4294967295': 6, '0': 7, '3x': 8 };
    const [read] = decode(encode([dict])) as [object];
    expect(read).toEqual(dict);
    expect(Object.keys(read)).toEqual(Object.keys(dict));
  });

  it('spends little memory on keys that look like large indices', () => {
    const { encode: write, decode: read } = make({ maxGrowth: 100 });
    const frame = write(Array.from({ length: 20_000 }, () => ({ '1000': 0 })));
    const { heapUsed } = process.memoryUsage();
    const message = read(frame);
    // An array for each of them would take 240 MB.
    expect(process.memoryUsage().heapUsed - heapUsed).toBeLessThan(60e6);
    expect(message).toHaveLength(20_000);
  });

  it('is unharmed by a frame that it refused', () => {
    const good = encode([48, 1, { a: ['text', 1.5] }]);
    for (let length = 0; length < good.length; length += 1) {
      expect(() => decode(good.subarray(0, length))).toThrow(ProtocolError);
      expect(decode(good)).toEqual([48, 1, { a: ['text', 1.5] }]);
    }
  });

  it('never quotes what it could not read', () => {
    const frame = encode([5, 'hush', { key: 'hush' }]);
    for (let at = 0; at < frame.length; at += 1) {
      const broken = frame.slice();
      broken[at] = 0xff;
      try {
        decode(broken);
      } catch (error) {
        expect(`${(error as Error).message} ${String((error as Error).cause)}`).not.toContain('hush');
      }
    }
  });

  it('takes limits of its user’s', () => {
    expect(() => make({ maxDepth: 2 }).decode(encode([[[]]]))).toThrow('expected at most 2 levels');
    expect(make({ maxDepth: 3 }).decode(encode([[[]]]))).toEqual([[[]]]);
    expect(() => make({ maxLength: 3 }).decode(encode([1, 2, 3]))).toThrow('expected at most 3 octets, received 4');
    expect(make({ maxLength: 4 }).decode(encode([1, 2, 3]))).toEqual([1, 2, 3]);
  });

  it('refuses what nests beyond the engine’s stack, also without a limit', () => {
    const head = encode([[]]).slice(0, 1);
    const frame = new Uint8Array(1_000_000).fill(head[0] as number);
    expect(() => make({ maxDepth: Number.POSITIVE_INFINITY, maxGrowth: 1_000 }).decode(frame)).toThrow(ProtocolError);
  });
});

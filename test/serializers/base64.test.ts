import fc from 'fast-check';
import { fromBase64, toBase64 } from '../../src/serializers/base64.js';

describe('toBase64 and fromBase64', () => {
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('of %j, from RFC 4648, is %j', (text, base64) => {
    const octets = new TextEncoder().encode(text);
    expect(toBase64(octets)).toBe(base64);
    expect(fromBase64(base64)).toEqual(octets);
  });

  it('agree with Node on any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (octets) => {
        expect(toBase64(octets)).toBe(Buffer.from(octets).toString('base64'));
        expect(fromBase64(toBase64(octets))).toEqual(octets);
      }),
    );
  });

  it('agree with Node on octets of any length', () => {
    for (const length of [1_023, 1_024, 1_025, 100_000]) {
      const octets = Uint8Array.from({ length }, (_, at) => (at * 7_919) >> 3);
      const base64 = Buffer.from(octets).toString('base64');
      expect(toBase64(octets)).toBe(base64);
      expect(fromBase64(base64)).toEqual(octets);
    }
  });

  it('read a part of a longer buffer', () => {
    expect(toBase64(new Uint8Array([9, 102, 111, 9]).subarray(1, 3))).toBe('Zm8=');
  });
});

describe('fromBase64', () => {
  test.each([
    ['not base64 !!'],
    ['%%%'],
    ['Zg'],
    ['Zg='],
    ['Zg==='],
    ['=Zg='],
    ['Z=g='],
    ['===='],
    ['='],
    ['Zm9v\n'],
    ['Zm9-'],
    ['Zm9_'],
    ['Zh=='],
    ['Zm9='],
    ['Zm9\u0141'],
    ['Zm9\u{1F600}'],
  ])('refuses %j', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });

  it('takes exactly what stands for some octets', () => {
    const letters = fc.constantFrom('A', 'B', 'g', '/', '+', '=', '-', ' ');
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 9 }), (all) => {
        const text = all.join('');
        const octets = fromBase64(text);
        if (octets === undefined) expect(Buffer.from(text, 'base64').toString('base64')).not.toBe(text);
        else expect(toBase64(octets)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

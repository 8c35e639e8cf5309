import { encodeClientFrame, encodeServerFrame, nextMask } from '../../src/transports/websocket-frames.js';

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');

describe('encodeServerFrame', () => {
  it.each([
    ['a text', '[1]', true, '81035b315d'],
    ['a text by its octets', '"é"', true, '810422c3a922'],
    ['a text that is given as octets', Buffer.from('[1]'), true, '81035b315d'],
    ['a binary frame', Buffer.from([0x91, 0x01]), false, '82029101'],
    ['a string as a binary frame', 'ab', false, '82026162'],
    ['an empty frame', '', true, '8100'],
  ])('writes %s', (_, payload, asText, expected) => {
    expect(encodeServerFrame(payload, asText).map(hex)).toEqual([expected]);
  });

  it.each([
    [125, '817d'],
    [126, '817e007e'],
    [65_535, '817effff'],
    [65_536, '817f0000000000010000'],
  ])('writes the length %d as %s', (length, head) => {
    const [whole, ...rest] = encodeServerFrame('x'.repeat(length), true);
    expect(rest).toEqual([]);
    expect(hex(whole!.subarray(0, head.length / 2))).toBe(head);
    expect(whole).toHaveLength(head.length / 2 + length);
  });

  it('copies a binary frame as long as that is cheap, and a long one not at all', () => {
    const [whole, ...none] = encodeServerFrame(new Uint8Array(4_096).fill(7), false);
    expect([hex(whole!.subarray(0, 5)), whole?.length, none.length]).toEqual(['827e100007', 4_100, 0]);
    const payload = new Uint8Array(4_097);
    const [head, body] = encodeServerFrame(payload, false);
    expect(hex(head!)).toBe('827e1001');
    expect(body).toBe(payload);
  });
});

describe('encodeClientFrame', () => {
  const MASK = 0x37fa213d;

  it("writes the standard's example", () => {
    expect(hex(encodeClientFrame('Hello', true, MASK))).toBe('818537fa213d7f9f4d5158');
  });

  it.each([0, 1, 2, 3, 4, 5, 125, 126, 127, 128, 65_535, 65_536])(
    'masks %d octets, and nothing of what it is given',
    (length) => {
      const payload = Buffer.from(Array.from({ length }, (_, at) => at & 0xff));
      const before = hex(payload);
      const octets = Buffer.from(encodeClientFrame(payload, false, MASK));
      const at = octets.length - length;
      const mask = octets.subarray(at - 4, at);
      expect(hex(mask)).toBe('37fa213d');
      expect(octets[0]).toBe(0x82);
      expect(hex(octets.subarray(1, at - 4))).toBe(
        length < 126
          ? hex(Buffer.from([0x80 | length]))
          : length < 2 ** 16
            ? `fe${length.toString(16).padStart(4, '0')}`
            : `ff${length.toString(16).padStart(16, '0')}`,
      );
      expect(hex(octets.subarray(at).map((octet, n) => octet ^ mask[n % 4]!))).toBe(before);
      expect(hex(payload)).toBe(before);
    },
  );
});

describe('nextMask', () => {
  it('gives 32 random bits, others each time, also beyond its pool', () => {
    const masks = Array.from({ length: 5_000 }, () => nextMask());
    expect(masks.every((mask) => Number.isInteger(mask) && mask >= 0 && mask < 2 ** 32)).toBe(true);
    // Of 5,000 in 2^32 three are twice by chance once in 2^30 runs.
    expect(new Set(masks).size).toBeGreaterThan(4_997);
    // Each bit is set in about a half of them: ten standard deviations are 354.
    for (let bit = 0; bit < 32; bit += 1) {
      const set = masks.filter((mask) => ((mask >>> bit) & 1) === 1).length;
      expect(Math.abs(set - 2_500)).toBeLessThan(354);
    }
  });
});

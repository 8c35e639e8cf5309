import { serverFrame } from '../../src/transports/websocket-frames.js';

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');

describe('serverFrame', () => {
  it.each([
    ['a text', '[1]', true, '81035b315d'],
    ['a text by its octets', '"é"', true, '810422c3a922'],
    ['a text that is given as octets', Buffer.from('[1]'), true, '81035b315d'],
    ['a binary frame', Buffer.from([0x91, 0x01]), false, '82029101'],
    ['a string as a binary frame', 'ab', false, '82026162'],
    ['an empty frame', '', true, '8100'],
  ])('writes %s', (_, payload, asText, expected) => {
    expect(serverFrame(payload, asText).map(hex)).toEqual([expected]);
  });

  it.each([
    [125, '817d'],
    [126, '817e007e'],
    [65_535, '817effff'],
    [65_536, '817f0000000000010000'],
  ])('writes the length %d as %s', (length, head) => {
    const whole = Buffer.concat(serverFrame('x'.repeat(length), true));
    expect(hex(whole.subarray(0, head.length / 2))).toBe(head);
    expect(whole).toHaveLength(head.length / 2 + length);
  });

  it('copies a frame as long as that is cheap, and a long one not at all', () => {
    const [whole, ...none] = serverFrame(new Uint8Array(4_096).fill(7), false);
    expect([hex(whole!.subarray(0, 5)), whole?.length, none.length]).toEqual(['827e100007', 4_100, 0]);
    const payload = new Uint8Array(4_097);
    const [head, body] = serverFrame(payload, false);
    expect(hex(head!)).toBe('827e1001');
    expect(body).toBe(payload);
  });
});

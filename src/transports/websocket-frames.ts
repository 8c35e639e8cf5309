/** Opcodes, in the first octet of a frame that is whole. */
const WHOLE = 0x80;
const TEXT = 1;
const BINARY = 2;

/** In the second octet of a frame that is masked. */
const MASKED = 0x80;
const MASK_LENGTH = 4;

/** What the second octet says of a length that follows it, in two octets or in eight. */
const IN_TWO = 126;
const IN_EIGHT = 127;

/** Below this a binary frame is cheaper as one buffer than as two. */
const COPIED = 4_096;

/**
 * A frame as a server sends it, which masks nothing: one buffer, or two for a long binary one, which is not copied.
 *
 * @see RFC 6455, section 5.2
 */
export function encodeServerFrame(payload: string | Uint8Array, asText: boolean): readonly Uint8Array[] {
  const isString = typeof payload === 'string';
  const length = isString ? Buffer.byteLength(payload) : payload.length;
  const at = headLength(length);
  const isWhole = isString || length <= COPIED;
  const octets = Buffer.allocUnsafe(isWhole ? at + length : at);
  writeHead(octets, asText, length, 0);
  if (isString) octets.write(payload, at);
  else if (isWhole) octets.set(payload, at);
  return isWhole ? [octets] : [octets, payload];
}

/**
 * A frame as a client sends it, masked, in a buffer of its own.
 *
 * @param mask 32 bits that nobody can foretell, others for each frame
 * @see RFC 6455, section 5.3
 */
export function encodeClientFrame(payload: string | Uint8Array, asText: boolean, mask: number): Uint8Array {
  const isString = typeof payload === 'string';
  const length = isString ? Buffer.byteLength(payload) : payload.length;
  const at = headLength(length) + MASK_LENGTH;
  const octets = Buffer.allocUnsafe(at + length);
  writeHead(octets, asText, length, MASKED);
  octets.writeUInt32BE(mask, at - MASK_LENGTH);
  if (isString) octets.write(payload, at);
  else octets.set(payload, at);
  const [a, b, c, d] = [mask >>> 24, (mask >>> 16) & 0xff, (mask >>> 8) & 0xff, mask & 0xff];
  const { length: end } = octets;
  const whole = end - 3;
  let to = at;
  for (; to < whole; to += 4) {
    octets[to] = (octets[to] as number) ^ a;
    octets[to + 1] = (octets[to + 1] as number) ^ b;
    octets[to + 2] = (octets[to + 2] as number) ^ c;
    octets[to + 3] = (octets[to + 3] as number) ^ d;
  }
  if (to < end) octets[to] = (octets[to] as number) ^ a;
  if (to + 1 < end) octets[to + 1] = (octets[to + 1] as number) ^ b;
  if (to + 2 < end) octets[to + 2] = (octets[to + 2] as number) ^ c;
  return octets;
}

function headLength(length: number): number {
  return length < IN_TWO ? 2 : length < 2 ** 16 ? 4 : 10;
}

function writeHead(octets: Buffer, asText: boolean, length: number, masked: number): void {
  octets[0] = WHOLE | (asText ? TEXT : BINARY);
  if (length < IN_TWO) octets[1] = masked | length;
  else if (length < 2 ** 16) {
    octets[1] = masked | IN_TWO;
    octets.writeUInt16BE(length, 2);
  } else {
    octets[1] = masked | IN_EIGHT;
    octets.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    octets.writeUInt32BE(length % 2 ** 32, 6);
  }
}

/** Random octets are asked for so many at a time: one by one they cost more than all the rest of a frame. */
const POOL = 8_192;
const pool = new DataView(new ArrayBuffer(POOL));
let used = POOL;

/** A mask for one frame: 32 bits of strong randomness, none of which is given twice. */
export function nextMask(): number {
  if (used === POOL) {
    crypto.getRandomValues(new Uint8Array(pool.buffer));
    used = 0;
  }
  used += MASK_LENGTH;
  return pool.getUint32(used - MASK_LENGTH);
}

/** Opcodes, in the first octet of a frame that is whole. */
const WHOLE = 0x80;
const TEXT = 1;
const BINARY = 2;

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
  const at = length < IN_TWO ? 2 : length < 2 ** 16 ? 4 : 10;
  const isWhole = isString || length <= COPIED;
  const octets = Buffer.allocUnsafe(isWhole ? at + length : at);
  octets[0] = WHOLE | (asText ? TEXT : BINARY);
  if (at === 2) octets[1] = length;
  else if (at === 4) {
    octets[1] = IN_TWO;
    octets.writeUInt16BE(length, 2);
  } else {
    octets[1] = IN_EIGHT;
    octets.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    octets.writeUInt32BE(length % 2 ** 32, 6);
  }
  if (isString) octets.write(payload, at);
  else if (isWhole) octets.set(payload, at);
  return isWhole ? [octets] : [octets, payload];
}

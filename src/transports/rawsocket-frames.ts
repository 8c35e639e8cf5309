import { ProtocolError } from '../errors.js';
import { tooLongCame } from './ending.js';
import { LONGEST_LIMIT } from './rawsocket-handshake.js';

/** The types of frames. 3 to 7 are reserved. */
export const FRAME_TYPE = { message: 0, ping: 1, pong: 2 } as const;

export type FrameType = (typeof FRAME_TYPE)[keyof typeof FRAME_TYPE];

const HEADER_LENGTH = 4;

/** The 25th bit of the length: alone it says 16 MiB, which 24 bits cannot. */
const EXTRA_BIT = 0x0800_0000;

/** Below this a frame is cheaper as one buffer than as two. */
const COPIED = 4_096;

/** What a frame that comes in pieces is first given room for, in octets. */
const FIRST_ROOM = 4_096;

/**
 * A frame as it goes out: one buffer, or two for a long binary one, which is not copied.
 *
 * @param length of `payload` in octets, at most 16 MiB
 */
export function encodeFrame(type: FrameType, payload: string | Uint8Array, length: number): readonly Uint8Array[] {
  const isText = typeof payload === 'string';
  const isWhole = isText || length <= COPIED;
  const octets = Buffer.allocUnsafe(HEADER_LENGTH + (isWhole ? length : 0));
  octets.writeUInt32BE(length === LONGEST_LIMIT ? (type << 24) | EXTRA_BIT : (type << 24) | length, 0);
  if (isText) octets.write(payload, HEADER_LENGTH);
  else if (isWhole) octets.set(payload, HEADER_LENGTH);
  return isWhole ? [octets] : [octets, payload as Uint8Array];
}

/** How long the payload is of a frame as it goes out, in octets. */
export function payloadLength([whole, rest]: readonly Uint8Array[]): number {
  return (whole?.length ?? 0) + (rest?.length ?? 0) - HEADER_LENGTH;
}

/**
 * Cuts a stream of octets into frames, however it is chunked. Sans-I/O.
 *
 * A frame within one chunk is not copied: its payload is a part of the chunk. One in pieces is copied once, into a buffer
 * that grows with what has come, so that a length that is only announced costs nothing.
 */
export class FrameDecoder {
  readonly #maxLength: number;
  #header = 0;
  /** How many octets of a header have come: 4 once it is whole. */
  #headerOctets = 0;
  #type: FrameType = FRAME_TYPE.message;
  #length = 0;
  #room: Buffer = Buffer.alloc(0);
  #filled = 0;

  /** @param maxLength the longest payload that is accepted, of whatever type the frame is */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** Whether a frame has begun and not ended. */
  get isWithinFrame(): boolean {
    return this.#headerOctets > 0;
  }

  /**
   * @param onFrame is told of each frame, in order, before this returns. What it throws ends the decoding, too
   * @throws {ProtocolError} at the first header that is none, or announces too much. Nothing is to be decoded after that
   */
  decode(chunk: Buffer, onFrame: (type: FrameType, payload: Buffer) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#headerOctets < HEADER_LENGTH) {
        at = this.#readHeader(chunk, at);
        if (this.#headerOctets < HEADER_LENGTH) return;
      }
      const due = this.#length - this.#filled;
      const end = Math.min(at + due, chunk.length);
      if (this.#filled === 0 && end - at === due) {
        this.#headerOctets = 0;
        onFrame(this.#type, chunk.subarray(at, end));
      } else {
        this.#keep(chunk, at, end);
        if (this.#filled === this.#length) this.#endFrame(onFrame);
      }
      at = end;
    }
  }

  /** @returns where the header ends, or the chunk */
  #readHeader(chunk: Buffer, from: number): number {
    let at = from;
    if (this.#headerOctets === 0 && chunk.length - at >= HEADER_LENGTH) {
      this.#header = chunk.readUInt32BE(at);
      this.#headerOctets = HEADER_LENGTH;
      at += HEADER_LENGTH;
    }
    while (this.#headerOctets < HEADER_LENGTH && at < chunk.length) {
      this.#header = ((this.#header << 8) | chunk.readUInt8(at)) >>> 0;
      this.#headerOctets += 1;
      at += 1;
    }
    if (this.#headerOctets === HEADER_LENGTH) this.#begin(this.#header);
    return at;
  }

  #begin(header: number): void {
    const type = (header >>> 24) & 0x07;
    const length = header & 0x00ff_ffff;
    const isLongest = (header & EXTRA_BIT) !== 0;
    if (header >>> 28 !== 0 || (isLongest && length !== 0)) {
      throw new ProtocolError(`a frame came with a header that is none: ${header.toString(16).padStart(8, '0')}`);
    }
    if (!isFrameType(type)) throw new ProtocolError(`a frame of the reserved type ${type} came`);
    this.#type = type;
    this.#length = isLongest ? LONGEST_LIMIT : length;
    if (this.#length > this.#maxLength) {
      throw tooLongCame(this.#maxLength);
    }
  }

  #keep(chunk: Buffer, from: number, to: number): void {
    const filled = this.#filled + to - from;
    if (filled > this.#room.length) {
      const room = Buffer.allocUnsafeSlow(Math.min(this.#length, Math.max(2 * filled, FIRST_ROOM)));
      this.#room.copy(room, 0, 0, this.#filled);
      this.#room = room;
    }
    chunk.copy(this.#room, this.#filled, from, to);
    this.#filled = filled;
  }

  #endFrame(onFrame: (type: FrameType, payload: Buffer) => void): void {
    const payload = this.#room.subarray(0, this.#length);
    this.#room = Buffer.alloc(0);
    this.#filled = 0;
    this.#headerOctets = 0;
    onFrame(this.#type, payload);
  }
}

function isFrameType(type: number): type is FrameType {
  return type <= FRAME_TYPE.pong;
}

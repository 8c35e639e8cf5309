import { createHash } from 'node:crypto';

/** The octets of WebSockets, both sides, without any judgement: what a case sends may be wrong. */

export interface WebSocketFrame {
  readonly opcode: number;
  readonly final: boolean;
  readonly payload: Buffer;
}

export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** @param masked towards a router, with a mask of zeros: the payload stays as it is */
export function webSocketFrame(opcode: number, payload: Buffer, masked: boolean): Buffer {
  const length = payload.length;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = (masked ? 0x80 : 0) | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, masked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}

/** Cuts what has come into frames. @returns the frames and what is left over */
export function webSocketFrames(octets: Buffer): { readonly frames: readonly WebSocketFrame[]; readonly rest: Buffer } {
  const frames: WebSocketFrame[] = [];
  let rest = octets;
  for (;;) {
    const [first, second] = rest;
    if (first === undefined || second === undefined) break;
    const short = second & 0x7f;
    let at = short < 126 ? 2 : short === 126 ? 4 : 10;
    const masked = (second & 0x80) !== 0;
    if (rest.length < at + (masked ? 4 : 0)) break;
    const length = short < 126 ? short : short === 126 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
    const mask = masked ? rest.subarray(at, at + 4) : undefined;
    at += masked ? 4 : 0;
    if (rest.length < at + length) break;
    const payload = Buffer.from(rest.subarray(at, at + length));
    if (mask !== undefined) {
      for (let i = 0; i < length; i += 1) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
    }
    frames.push({ opcode: first & 0x0f, final: (first & 0x80) !== 0, payload });
    rest = rest.subarray(at + length);
  }
  return { frames, rest };
}

export function upgradeRequest(port: number, path: string, subprotocol: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Sec-WebSocket-Protocol: ${subprotocol}`,
    '\r\n',
  ].join('\r\n');
}

/** `Sec-WebSocket-Accept` for a request. */
export function acceptOf(request: string): string {
  const key = /^sec-websocket-key: *(.*)$/im.exec(request)?.[1]?.trim() ?? '';
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

export function upgradeAnswer(request: string, subprotocol: string): string {
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptOf(request)}`,
    `Sec-WebSocket-Protocol: ${subprotocol}`,
    '\r\n',
  ].join('\r\n');
}

/** What is around a list on the wire, for clients with nothing behind them. No I/O. */
import { randomBytes } from 'node:crypto';

export type List = readonly unknown[];
export type SoakTransport = 'rawsocket' | 'websocket';

/** What has come as a whole, and what is behind it. */
interface Received {
  readonly what: 'list' | 'ping' | 'other';
  readonly content: Buffer;
  readonly rest: Buffer;
}

export interface Framing {
  /** What a client says first. */
  readonly opening: Buffer;
  /** Whether HELLO may go with it, before it is answered. */
  readonly isEager: boolean;
  /** What is behind the answer to it; `undefined` while that has not come as a whole. */
  greeted(octets: Buffer): Buffer | undefined;
  frame(list: List): Buffer;
  pong(content: Buffer): Buffer;
  /** `undefined` while nothing has come as a whole. */
  next(octets: Buffer): Received | undefined;
}

const RAWSOCKET_TYPES = ['list', 'ping'] as const;

/** @see WAMP Advanced Profile, "RawSocket Transport" */
const rawsocket: Framing = {
  // The largest messages, JSON.
  opening: Buffer.from([0x7f, 0xf1, 0, 0]),
  isEager: true,
  greeted: (octets) => (octets.length < 4 ? undefined : octets.subarray(4)),
  frame: (list) => rawsocketFrame(0, Buffer.from(JSON.stringify(list))),
  pong: (content) => rawsocketFrame(2, content),
  next(octets) {
    if (octets.length < 4) return undefined;
    const end = 4 + octets.readUIntBE(1, 3);
    if (octets.length < end) return undefined;
    const what = RAWSOCKET_TYPES[octets[0] as number] ?? 'other';
    return { what, content: octets.subarray(4, end), rest: octets.subarray(end) };
  },
};

function rawsocketFrame(type: number, content: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(content.length);
  head[0] = type;
  return Buffer.concat([head, content]);
}

const [TEXT, PING, PONG] = [1, 9, 10];
const UPGRADE = [
  'GET /ws HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  'Sec-WebSocket-Protocol: wamp.2.json',
];

/** @see RFC 6455, "The WebSocket Protocol": without extensions, so that a router sends each message in one frame */
const websocket: Framing = {
  opening: Buffer.from(`${UPGRADE.join('\r\n')}\r\n\r\n`),
  isEager: false,
  greeted(octets) {
    const end = octets.indexOf('\r\n\r\n');
    return end === -1 ? undefined : octets.subarray(end + 4);
  },
  frame: (list) => websocketFrame(TEXT, Buffer.from(JSON.stringify(list))),
  pong: (content) => websocketFrame(PONG, content),
  next(octets) {
    if (octets.length < 2) return undefined;
    const short = (octets[1] as number) & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (octets.length < head) return undefined;
    const end = head + (head === 2 ? short : head === 4 ? octets.readUInt16BE(2) : octets.readUIntBE(4, 6));
    if (octets.length < end) return undefined;
    const opcode = (octets[0] as number) & 0x0f;
    const what = opcode === TEXT ? 'list' : opcode === PING ? 'ping' : 'other';
    return { what, content: octets.subarray(head, end), rest: octets.subarray(end) };
  },
};

/** A mask of zeros is undone by the router like any other, and costs its client nothing. */
function websocketFrame(opcode: number, content: Buffer): Buffer {
  const { length } = content;
  const head = Buffer.alloc(length < 126 ? 6 : length < 65_536 ? 8 : 14);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 8) head.writeUInt16BE(length, 2);
  if (head.length === 14) head.writeUIntBE(length, 4, 6);
  return Buffer.concat([head, content]);
}

export const FRAMINGS: Readonly<Record<SoakTransport, Framing>> = { rawsocket, websocket };

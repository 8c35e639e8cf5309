import { connect, type Socket } from 'node:net';
import type { Codec } from './codecs.js';
import { Watch } from './watch.js';
import { OPCODE, upgradeAnswer, upgradeRequest, webSocketFrame, webSocketFrames } from './websocket-frames.js';

export type List = readonly unknown[];

/** One message that came. */
export interface Heard {
  readonly list: List;
  readonly octets: number;
  /** When, by `performance.now()`. */
  readonly at: number;
}

/** How octets are cut on a line: into nothing, WebSocket's frames or RawSocket's. */
export type Framing = 'none' | 'websocket' | 'rawsocket';

/**
 * One end of a TCP connection, driven by octets: it speaks what a case wants, and keeps what it hears. It knows no rule
 * of any protocol, so that it can break every one.
 */
export class Line {
  readonly watch = new Watch();
  readonly heard: Heard[] = [];
  /** What came before there were frames: an HTTP answer, RawSocket's handshake. */
  head: Buffer = Buffer.alloc(0);
  /** Hex of what came in frames that are no message: PONG. Behind the type for RawSocket the length. */
  readonly control: string[] = [];
  /** The code of the Close frame that came. */
  closeCode: number | undefined;
  ended = false;
  framing: Framing = 'none';
  /** Longest frame that came. */
  longest = 0;
  /** Whether frames that go out are masked: towards a router. */
  readonly #masked: boolean;
  readonly #socket: Socket;
  readonly #codec: Codec;
  #pending: Buffer = Buffer.alloc(0);
  #fragments: Buffer[] = [];

  constructor(socket: Socket, codec: Codec, { masked }: { readonly masked: boolean }) {
    this.#socket = socket;
    this.#codec = codec;
    this.#masked = masked;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (octets: Buffer) => this.#read(octets));
    // A half-open connection is over, too, as soon as the other side says so.
    socket.on('end', () => this.#end());
    socket.on('close', () => this.#end());
  }

  static async to(port: number, codec: Codec): Promise<Line> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const line = new Line(socket, codec, { masked: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return line;
  }

  /** Opens a WebSocket, as a client. @throws {Error} when it is not taken */
  async upgrade(port: number, path: string): Promise<void> {
    this.write(Buffer.from(upgradeRequest(port, path, this.#codec.subprotocol)));
    const end = await this.watch.until(() => (this.ended ? -1 : this.headLength()), 5_000);
    const answer = this.head.toString('latin1');
    if (end === undefined || end < 0 || !answer.startsWith('HTTP/1.1 101')) {
      throw new Error(`expected to become a WebSocket, received ${answer.split('\r\n')[0] || 'nothing'}`);
    }
    this.#switchTo('websocket', end);
  }

  /** Opens a RawSocket, as a client. @throws {Error} when it is not taken */
  async shake(exponent = 15): Promise<void> {
    this.write(Buffer.from([0x7f, (exponent << 4) | this.#codec.number, 0, 0]));
    const end = await this.watch.until(() => (this.ended ? -1 : this.head.length >= 4 ? 4 : undefined), 5_000);
    if (end !== 4 || this.head[0] !== 0x7f || ((this.head[1] ?? 0) & 0x0f) === 0) {
      throw new Error(`expected RawSocket's handshake, received ${this.head.toString('hex') || 'nothing'}`);
    }
    this.#switchTo('rawsocket', 4);
  }

  /** Takes a WebSocket, or a RawSocket that announces `exponent`, as a router. Gives what the client had asked. */
  async take(framing: 'websocket' | 'rawsocket', { answers = true, exponent = 15 } = {}): Promise<string> {
    const length = () => (framing === 'websocket' ? this.headLength() : this.head.length >= 4 && 4);
    const end = await this.watch.until(() => (this.ended ? -1 : length()), 5_000);
    if (end === undefined || end < 0) throw new Error('the client has opened a connection and not asked for anything');
    const asked = this.head.subarray(0, end);
    if (!answers) {
      this.head = this.head.subarray(end);
      return asked.toString('latin1');
    }
    if (framing === 'websocket')
      this.write(Buffer.from(upgradeAnswer(asked.toString('latin1'), this.#codec.subprotocol)));
    else this.write(Buffer.from([0x7f, (exponent << 4) | this.#codec.number, 0, 0]));
    this.#switchTo(framing, end);
    return asked.toString('latin1');
  }

  /** What comes from now on is frames, `skip` octets further on. */
  #switchTo(framing: Framing, skip: number): void {
    this.framing = framing;
    const rest = this.head.subarray(skip);
    this.head = this.head.subarray(0, skip);
    if (rest.length > 0) this.#read(rest);
  }

  /** From now on what comes is read as frames, whatever came first. */
  readAs(framing: Framing, skip: number): void {
    this.#switchTo(framing, skip);
  }

  headLength(): number | undefined {
    const end = this.head.indexOf('\r\n\r\n');
    return end === -1 ? undefined : end + 4;
  }

  say(list: List): void {
    const payload = this.#codec.encode(list);
    this.sayPayload(typeof payload === 'string' ? payload : Buffer.from(payload));
  }

  /** One message: text or octets, as they are. */
  sayPayload(payload: string | Buffer): void {
    const octets = typeof payload === 'string' ? Buffer.from(payload) : payload;
    if (this.framing === 'rawsocket') {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(octets.length);
      this.write(Buffer.concat([head, octets]));
    } else {
      const opcode = typeof payload === 'string' ? OPCODE.text : OPCODE.binary;
      this.write(webSocketFrame(opcode, octets, this.#masked));
    }
  }

  write(octets: Buffer): void {
    if (!this.#socket.destroyed && this.#socket.writable) this.#socket.write(octets);
  }

  /** Closes this half: nothing more will be sent. */
  fin(): void {
    this.#socket.end();
  }

  /** Stops reading: what comes piles up at the other side. */
  deafen(): void {
    this.#socket.pause();
  }

  drop(): void {
    this.#socket.destroy();
  }

  /** The first message from `from` on that `fits`, or `undefined` when the line ends or the time is over. */
  async hear(fits: (list: List) => boolean, { ms = 3_000, from = 0 } = {}): Promise<List | undefined> {
    const found = () => this.heard.slice(from).find(({ list }) => fits(list))?.list;
    await this.watch.until(() => found() !== undefined || this.ended, ms);
    return found();
  }

  #end(): void {
    if (this.ended) return;
    this.ended = true;
    this.watch.changed();
    this.#socket.end();
  }

  #read(octets: Buffer): void {
    if (this.framing === 'none') this.head = Buffer.concat([this.head, octets]);
    else {
      this.#pending = Buffer.concat([this.#pending, octets]);
      if (this.framing === 'websocket') this.#readWebSocket();
      else this.#readRawSocket();
    }
    this.watch.changed();
  }

  #readWebSocket(): void {
    const { frames, rest } = webSocketFrames(this.#pending);
    this.#pending = rest;
    for (const { opcode, final, payload } of frames) {
      this.longest = Math.max(this.longest, payload.length);
      if (opcode === OPCODE.close) {
        this.closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1_005;
        this.write(webSocketFrame(OPCODE.close, payload, this.#masked));
        this.#end();
      } else if (opcode === OPCODE.ping) this.write(webSocketFrame(OPCODE.pong, payload, this.#masked));
      else if (opcode === OPCODE.pong) this.control.push(payload.toString('hex'));
      else {
        this.#fragments.push(payload);
        if (final) this.#message(Buffer.concat(this.#fragments.splice(0)));
      }
    }
  }

  #readRawSocket(): void {
    while (this.#pending.length >= 4) {
      const end = 4 + this.#pending.readUIntBE(1, 3);
      if (this.#pending.length < end) break;
      const type = this.#pending[0];
      const frame = this.#pending.subarray(0, end);
      this.#pending = this.#pending.subarray(end);
      this.longest = Math.max(this.longest, end - 4);
      if (type === 0) this.#message(frame.subarray(4));
      else {
        if (type === 1) this.write(Buffer.concat([Buffer.from([2]), frame.subarray(1)]));
        if (type === 2) this.control.push(frame.toString('hex'));
      }
    }
  }

  #message(payload: Buffer): void {
    const { decode, name } = this.#codec;
    let list: List;
    try {
      list = decode(name === 'json' ? payload.toString() : payload) as List;
    } catch (error) {
      list = ['undecodable', String(error)];
    }
    this.heard.push({ list, octets: payload.length, at: performance.now() });
  }
}

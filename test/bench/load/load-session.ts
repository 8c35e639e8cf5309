/**
 * A session for programs that load a router, with as little behind it as can be: it reads of each message its type and one id,
 * sends octets that were made before, and hands to the system in one write what one turn has produced, as every good client does.
 */
import { connect, type Socket } from 'node:net';
import {
  FORMATS,
  type Format,
  type Framing,
  type Head,
  RAWSOCKET_FRAMING,
  type Serialization,
  Template,
  WEBSOCKET_FRAMING,
} from './octets.js';

type List = readonly unknown[];

/** How a router is spoken to. */
export interface Way {
  readonly transport: 'websocket' | 'rawsocket';
  readonly serializer: Serialization;
}

/** Where a router listens, on 127.0.0.1. */
export interface Ports {
  readonly websocket: number;
  readonly rawsocket: number;
}

const HELLO = [1, 'realm1', { roles: { caller: {}, callee: {}, publisher: {}, subscriber: {} } }];
const GOODBYE = [6, {}, 'wamp.close.close_realm'];

const TYPE = { welcome: 2, abort: 3, goodbye: 6, error: 8 } as const;

/** Any key does: what is accepted for it is not looked at. */
const upgrade = (subprotocol: string): string =>
  `GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${subprotocol}\r\n\r\n`;

export class LoadSession {
  readonly #socket: Socket;
  readonly #format: Format;
  readonly #framing: Framing;
  readonly #isWebSocket: boolean;
  readonly #head: Head = { type: 0, id: 0 };
  #received: Buffer = Buffer.alloc(0);
  #isOpen = false;
  #out: Buffer[] = [];
  #failed: Error | undefined;
  #waiting: { readonly type: number; resolve(id: number): void; reject(error: Error): void } | undefined;
  /** Given the type and the first id of every message but those that are waited for. */
  onMessage: (type: number, id: number) => void = () => {};

  private constructor(ports: Ports, { transport, serializer }: Way) {
    const format = FORMATS[serializer];
    this.#format = format;
    this.#isWebSocket = transport === 'websocket';
    this.#framing = this.#isWebSocket ? WEBSOCKET_FRAMING : RAWSOCKET_FRAMING;
    this.#socket = connect(ports[transport], '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (octets: Buffer) => this.#take(octets));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the router has closed the connection')));
    this.#socket.write(
      this.#isWebSocket ? upgrade(format.subprotocol) : Buffer.from([0x7f, 0xf0 | format.rawSocketId, 0, 0]),
    );
  }

  /** Connects and joins. */
  static async open(ports: Ports, way: Way): Promise<LoadSession> {
    const session = new LoadSession(ports, way);
    session.say(HELLO);
    await session.#hear(TYPE.welcome);
    return session;
  }

  /** A message to be sent many times. */
  template(list: List): Template {
    return new Template(this.#format, this.#framing, list);
  }

  /** Sends octets that a template of this session's has given. */
  put(octets: Buffer): void {
    this.#out.push(octets);
    if (this.#out.length === 1 && this.#isOpen) process.nextTick(LoadSession.#flush, this);
  }

  /** Sends any message. */
  say(list: List): void {
    this.put(this.#framing.frame(this.#format.encode(list), this.#format.isText));
  }

  /** Sends a request and waits for its answer, of the type whose code is given. @returns the first id of the answer */
  ask(list: List, answer: number): Promise<number> {
    this.say(list);
    return this.#hear(answer);
  }

  /**
   * Says GOODBYE and hears it, or that the router has closed: nexus does not always say it before. It leaves no port behind
   * that waits.
   */
  async leave(): Promise<void> {
    if (this.#failed !== undefined) throw this.#failed;
    await this.ask(GOODBYE, TYPE.goodbye).catch(() => {});
    this.drop();
  }

  drop(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.resetAndDestroy();
  }

  #hear(type: number): Promise<number> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    return new Promise((resolve, reject) => {
      this.#waiting = { type, resolve, reject };
    });
  }

  #fail(error: Error): void {
    this.#failed ??= error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  static #flush(session: LoadSession): void {
    const out = session.#out;
    session.#out = [];
    if (out.length > 0 && !session.#socket.destroyed)
      session.#socket.write(out.length === 1 ? (out[0] as Buffer) : Buffer.concat(out));
  }

  #take(octets: Buffer): void {
    let all = this.#received.length === 0 ? octets : Buffer.concat([this.#received, octets]);
    if (!this.#isOpen) {
      const end = this.#isWebSocket ? all.indexOf('\r\n\r\n') + 4 : 4;
      if (end < 4 || all.length < end) {
        this.#received = all;
        return;
      }
      if (this.#isWebSocket && !all.subarray(0, end).toString().startsWith('HTTP/1.1 101')) {
        this.#fail(new Error(`the router refused the upgrade: ${all.subarray(0, end).toString().split('\r\n')[0]}`));
        return;
      }
      all = all.subarray(end);
      this.#isOpen = true;
      LoadSession.#flush(this);
    }
    const taken = this.#isWebSocket ? this.#takeWebSocket(all) : this.#takeRawSocket(all);
    this.#received = all.subarray(taken);
  }

  /** @returns up to where there were whole frames */
  #takeRawSocket(all: Buffer): number {
    let at = 0;
    while (all.length - at >= 4) {
      const length = all.readUIntBE(at + 1, 3);
      if (all.length - at < 4 + length) break;
      if (all[at] === 0) this.#onFrame(all, at + 4);
      else if (all[at] === 1)
        this.#socket.write(Buffer.concat([Buffer.from([2]), all.subarray(at + 1, at + 4 + length)]));
      at += 4 + length;
    }
    return at;
  }

  /** Of frames as a server sends them: without a mask, and here always whole and of less than 64 KiB. */
  #takeWebSocket(all: Buffer): number {
    let at = 0;
    while (all.length - at >= 4) {
      let length = (all[at + 1] as number) & 0x7f;
      let from = at + 2;
      if (length === 126) {
        length = all.readUInt16BE(from);
        from += 2;
      }
      if (all.length - from < length) break;
      const opcode = (all[at] as number) & 0x0f;
      if (opcode === 1 || opcode === 2) this.#onFrame(all, from);
      // An empty pong answers every ping of those that only ask for a sign of life.
      else if (opcode === 9) this.#socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
      at = from + length;
    }
    return at;
  }

  #onFrame(all: Buffer, at: number): void {
    const head = this.#head;
    this.#format.readHead(all, at, head);
    const waiting = this.#waiting;
    if (waiting === undefined) this.onMessage(head.type, head.id);
    else if (head.type === waiting.type) {
      this.#waiting = undefined;
      waiting.resolve(head.id);
    } else if (head.type === TYPE.error || head.type === TYPE.abort) {
      this.#fail(new Error(`the router answered with ${head.type === TYPE.abort ? 'ABORT' : 'ERROR'}`));
    } else this.onMessage(head.type, head.id);
  }
}

/**
 * A session over RawSocket in JSON with nothing behind it: what loads a router must not be slower than the router. It says
 * HELLO with its handshake, answers pings, and gives its owner the lists that come.
 */
import { connect, type Socket } from 'node:net';

type List = readonly unknown[];

/** The largest messages, JSON. */
const HANDSHAKE = Buffer.from([0x7f, 0xf1, 0, 0]);
const HELLO = [1, 'realm1', { roles: { caller: {}, callee: {}, publisher: {}, subscriber: {} } }];
const GOODBYE = [6, {}, 'wamp.close.normal'];
const PING = 1;

const frame = (list: List): Buffer => {
  const text = Buffer.from(JSON.stringify(list));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(text.length);
  return Buffer.concat([head, text]);
};

const FIRST = Buffer.concat([HANDSHAKE, frame(HELLO)]);
const LAST = frame(GOODBYE);

export class RawSession {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #isGreeted = false;
  /** Given every list but WELCOME. */
  onList: (list: List) => void = () => {};
  readonly welcomed: Promise<void>;
  /** With GOODBYE or ABORT, or without either. */
  readonly ended: Promise<'GOODBYE' | 'ABORT' | 'lost'>;
  #welcome: () => void = () => {};
  #end: (how: 'GOODBYE' | 'ABORT' | 'lost') => void = () => {};

  constructor(port: number) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.welcomed = new Promise((resolve, reject) => {
      this.#welcome = resolve;
      void this.ended.then((how) => reject(new Error(`the session ended before WELCOME: ${how}`)));
    });
    this.welcomed.catch(() => {}); // Who waits for it hears of it.
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => this.#end('lost'));
    this.#socket.on('data', (octets) => this.#take(octets));
    this.#socket.write(FIRST);
  }

  static async open(port: number): Promise<RawSession> {
    const session = new RawSession(port);
    await session.welcomed;
    return session;
  }

  say(list: List): void {
    this.#socket.write(frame(list));
  }

  /** Stops reading for good. */
  sleep(): void {
    this.#socket.pause();
  }

  /** Says GOODBYE, hears it, and leaves no port behind that waits. */
  async leave(): Promise<void> {
    this.#socket.write(LAST);
    await this.ended;
    this.#socket.resetAndDestroy();
  }

  drop(): void {
    this.#socket.resetAndDestroy();
  }

  #take(octets: Buffer): void {
    let all = this.#received.length === 0 ? octets : Buffer.concat([this.#received, octets]);
    if (!this.#isGreeted) {
      if (all.length < 4) {
        this.#received = all;
        return;
      }
      this.#isGreeted = true;
      all = all.subarray(4);
    }
    while (all.length >= 4) {
      const length = all.readUIntBE(1, 3);
      if (all.length < 4 + length) break;
      const content = all.subarray(4, 4 + length);
      if (all[0] === PING) this.#socket.write(Buffer.concat([Buffer.from([2]), all.subarray(1, 4 + length)]));
      else this.#hear(JSON.parse(content.toString()));
      all = all.subarray(4 + length);
    }
    this.#received = all;
  }

  #hear(list: List): void {
    if (list[0] === 2) this.#welcome();
    else if (list[0] === 6) this.#end('GOODBYE');
    else if (list[0] === 3) this.#end('ABORT');
    else this.onList(list);
  }
}

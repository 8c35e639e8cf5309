/**
 * A session in JSON with nothing behind it: what loads a router must not be slower than the router. It says HELLO as soon as
 * it may, answers pings, and gives its owner the lists that come.
 */
import { connect, type Socket } from 'node:net';
import { FRAMINGS, type Framing, type List, type SoakTransport } from './framing.js';

const HELLO = [1, 'realm1', { roles: { caller: {}, callee: {}, publisher: {}, subscriber: {} } }];
const GOODBYE = [6, {}, 'wamp.close.normal'];

export class RawSession {
  readonly #socket: Socket;
  readonly #framing: Framing;
  #received: Buffer = Buffer.alloc(0);
  #isGreeted = false;
  /** Given every list but WELCOME. */
  onList: (list: List) => void = () => {};
  readonly welcomed: Promise<void>;
  /** With GOODBYE or ABORT, or without either. */
  readonly ended: Promise<'GOODBYE' | 'ABORT' | 'lost'>;
  #welcome: () => void = () => {};
  #end: (how: 'GOODBYE' | 'ABORT' | 'lost') => void = () => {};

  constructor(port: number, transport: SoakTransport) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.welcomed = new Promise((resolve, reject) => {
      this.#welcome = resolve;
      void this.ended.then((how) => reject(new Error(`the session ended before WELCOME: ${how}`)));
    });
    this.welcomed.catch(() => {}); // Who waits for it hears of it.
    this.#framing = FRAMINGS[transport];
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => this.#end('lost'));
    this.#socket.on('data', (octets) => this.#take(octets));
    const { opening, isEager } = this.#framing;
    this.#socket.write(isEager ? Buffer.concat([opening, this.#framing.frame(HELLO)]) : opening);
  }

  say(list: List): void {
    this.#socket.write(this.#framing.frame(list));
  }

  /** Stops reading for good. */
  sleep(): void {
    this.#socket.pause();
  }

  /** Says GOODBYE, hears it, and leaves no port behind that waits. */
  async leave(): Promise<void> {
    this.say(GOODBYE);
    await this.ended;
    this.#socket.resetAndDestroy();
  }

  drop(): void {
    this.#socket.resetAndDestroy();
  }

  #take(octets: Buffer): void {
    let all = this.#received.length === 0 ? octets : Buffer.concat([this.#received, octets]);
    if (!this.#isGreeted) {
      const rest = this.#framing.greeted(all);
      if (rest === undefined) {
        this.#received = all;
        return;
      }
      this.#isGreeted = true;
      if (!this.#framing.isEager) this.say(HELLO);
      all = rest;
    }
    for (let one = this.#framing.next(all); one !== undefined; one = this.#framing.next(all)) {
      if (one.what === 'ping') this.#socket.write(this.#framing.pong(one.content));
      else if (one.what === 'list') this.#hear(JSON.parse(one.content.toString()));
      all = one.rest;
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

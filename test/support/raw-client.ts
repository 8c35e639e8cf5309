import { type ClientOptions, WebSocket } from 'ws';

type List = readonly unknown[];

/** A WebSocket that speaks JSON arrays and knows no WAMP: whatever the test writes goes out as it is. */
export class RawClient {
  readonly #socket: WebSocket;
  readonly #received: List[] = [];
  readonly #waiting: ((list: List | undefined) => void)[] = [];
  /** The code with which the WebSocket ended; 1006 when it ended without a Close frame. */
  readonly closed: Promise<number>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const list = JSON.parse(String(data)) as List;
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#received.push(list);
      else waiting(list);
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        resolve(code);
        for (const waiting of this.#waiting.splice(0)) waiting(undefined);
      });
    });
  }

  static async open(url: string, options: ClientOptions = {}): Promise<RawClient> {
    const socket = new WebSocket(url, ['wamp.2.json'], options);
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  /** Opens one and says HELLO, with all four roles unless told otherwise. */
  static async join(url: string, realm = 'realm1', details: object = {}): Promise<RawClient & { session: number }> {
    const client = await RawClient.open(url);
    client.say([1, realm, { roles: { caller: {}, callee: {}, publisher: {}, subscriber: {} }, ...details }]);
    const welcome = await client.hear();
    if (welcome?.[0] !== 2) throw new Error(`expected WELCOME, received ${JSON.stringify(welcome)}`);
    return Object.assign(client, { session: welcome[1] as number });
  }

  say(list: unknown): void {
    this.#socket.send(typeof list === 'string' ? list : JSON.stringify(list));
  }

  /** The next message, or `undefined` when the WebSocket ends before one comes. */
  hear(): Promise<List | undefined> {
    const first = this.#received.shift();
    if (first !== undefined) return Promise.resolve(first);
    if (this.#socket.readyState === WebSocket.CLOSED) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Says a request and hears the answer. */
  async ask(list: unknown): Promise<List | undefined> {
    this.say(list);
    return this.hear();
  }

  /** Stops reading: what the router sends piles up. */
  pause(): void {
    this.#socket.pause();
  }

  /** Ends at once, without a Close frame. */
  drop(): void {
    this.#socket.terminate();
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }
}

import { type AddressInfo, createServer, type Server } from 'node:net';
import { type Condition, condition, type FrameCase } from './case.js';
import type { Codec } from './codecs.js';
import type { ClientWish, Deed, Notice } from './host/clients.js';
import { Line, type List } from './line.js';
import type { PeerProcess } from './peer-process.js';
import { announced, routerRoles } from './roles.js';
import { CODE } from './session.js';
import { Unfit } from './unfit.js';

export const SESSION = 7_000_001;

/** Where a case is run that is sent to a client: the scripted router, and the application in the process under test. */
export class ClientWorld {
  readonly test: FrameCase;
  readonly process: PeerProcess;
  readonly key: string;
  readonly conditions: readonly Condition[];
  readonly values: Record<string, string | number> = { SESSION };
  readonly codec: Codec;
  readonly #server: Server;
  /** Connections, in the order in which they came. Only the first is served. */
  readonly lines: Line[] = [];
  /** What the client asked for when it opened its connection: the HTTP request. */
  asked = '';
  hello: List = [];
  /** Promises whose settling is watched: those of conditions. */
  readonly pending: string[] = [];
  #line: Line | undefined;
  #lastInvocation = 0;
  #lastId = 100;
  #deeds = 0;

  constructor(test: FrameCase, process: PeerProcess, key: string, spoken: Codec) {
    this.test = test;
    this.process = process;
    this.key = key;
    this.codec = spoken;
    this.conditions = test.setup.map(condition);
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      const line = new Line(socket, spoken, { masked: false });
      this.lines.push(line);
      this.#line ??= line;
      process.watch.changed();
    });
  }

  has(name: string): boolean {
    return this.conditions.some((each) => each.name === name);
  }

  argOf(name: string): string | undefined {
    return this.conditions.find((each) => each.name === name)?.args[0];
  }

  /** The connection under test. */
  get line(): Line {
    if (this.#line === undefined) throw new Error('the client has not connected');
    return this.#line;
  }

  get notices(): readonly Notice[] {
    return this.process.noticesOf(this.key);
  }

  /** Starts the client, and awaits its first connection. */
  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    this.values['PORT'] = port;
    const auth = this.argOf('client-auth');
    const longest = this.argOf('max-length');
    const wish: ClientWish = {
      url: this.test.transport === 'rawsocket' ? `rs://127.0.0.1:${port}` : `ws://127.0.0.1:${port}/ws`,
      serializer: this.test.serializer,
      ...(auth !== undefined && { auth }),
      ...(longest !== undefined && { maxPayload: Number(longest) }),
    };
    await this.process.ask('client.open', this.key, wish);
    await this.process.watch.until(() => this.#line !== undefined, 5_000);
  }

  /** Takes the connection, and hears HELLO. */
  async greet(): Promise<void> {
    const framing = this.test.transport === 'rawsocket' ? 'rawsocket' : 'websocket';
    this.asked = await this.line.take(framing);
    const hello = await this.line.hear(([code]) => code === CODE.HELLO, { ms: 5_000 });
    if (hello === undefined) throw new Error('the client did not say HELLO');
    this.hello = hello;
    const details = hello[2] as { authextra?: { nonce?: unknown } };
    const nonce = details.authextra?.nonce;
    if (typeof nonce === 'string') this.values['CNONCE'] = nonce;
    this.#checkFeatures(details);
  }

  async welcome(): Promise<void> {
    this.line.say([CODE.WELCOME, SESSION, { roles: routerRoles(), realm: 'realm1', authid: 'joe', authrole: 'user' }]);
    const joined = await this.process.watch.until(() => this.notices.some(({ event }) => event === 'joined'), 5_000);
    if (joined !== true) throw new Error('the client was welcomed and did not join');
  }

  #checkFeatures(details: unknown): void {
    for (const { name, args } of this.conditions) {
      const [feature = ''] = args;
      const has = announcedFeature(details, feature, typeof this.test.frame === 'string' ? this.test.frame : '');
      if (name === 'feature' && !has) throw new Unfit(`the client does not announce ${feature}`);
      if (name === 'hello-without' && has) throw new Unfit(`the client announces ${feature}`);
    }
  }

  /** The application does something. @returns the promise's tag */
  async do(deed: Omit<Deed, 'tag'>): Promise<string> {
    this.#deeds += 1;
    const tag = `${deed.do}-${this.#deeds}`;
    await this.process.ask('client.do', this.key, { ...deed, tag });
    return tag;
  }

  /** The application does something, and the request comes. */
  async request(deed: Omit<Deed, 'tag'>, code: number): Promise<{ readonly tag: string; readonly list: List }> {
    const from = this.line.heard.length;
    const tag = await this.do(deed);
    const sent = this.line.hear(([each]) => each === code, { from });
    // An option that it does not know is refused before anything is sent.
    const refused = this.settling(tag).then((notice) => {
      if (notice?.kind === 'UsageError') throw new Unfit(`the client does not know how: ${deed.do} is refused`);
      return sent;
    });
    const list = await Promise.race([sent, refused]);
    if (list === undefined) throw new Error(`the client did not send what ${deed.do} asks for`);
    this.values['PENDING'] = list[1] as number;
    return { tag, list };
  }

  settled(tag: string): (Notice & { readonly event: 'settled' }) | undefined {
    return this.notices.find((each) => each.event === 'settled' && each.tag === tag) as
      | (Notice & { readonly event: 'settled' })
      | undefined;
  }

  /** How a promise settled. `undefined` if it did not. */
  async settling(tag: string, ms = 3_000): Promise<(Notice & { readonly event: 'settled' }) | undefined> {
    return this.process.watch.until(() => this.settled(tag), ms);
  }

  /** An id that the router gives. */
  newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  nextInvocation(): number {
    this.#lastInvocation += 1;
    return this.#lastInvocation;
  }

  /** The id that the next invocation would have. */
  get followingInvocation(): number {
    return this.#lastInvocation + 1;
  }

  async close(): Promise<void> {
    for (const line of this.lines) line.drop();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.process.ask('client.close', this.key);
    for (const line of this.lines) line.drop();
    await closed;
  }
}

/** Who receives a message of the router's. */
const ROLE_OF: Readonly<Record<number, string>> = {
  [CODE.EVENT]: 'subscriber',
  [CODE.INVOCATION]: 'callee',
  [CODE.INTERRUPT]: 'callee',
  [CODE.REGISTERED]: 'callee',
  [CODE.UNREGISTERED]: 'callee',
  [CODE.RESULT]: 'caller',
  [CODE.SUBSCRIBED]: 'subscriber',
  [CODE.UNSUBSCRIBED]: 'subscriber',
  [CODE.PUBLISHED]: 'publisher',
};

/** Whether a HELLO announces a feature for the role that receives the message, or for any if that is not clear. */
export function announcedFeature(details: unknown, feature: string, frame: string): boolean {
  const code = /^\s*\[\s*(\d+)/.exec(frame)?.[1];
  return announced(details, feature, code === undefined ? undefined : ROLE_OF[Number(code)]);
}

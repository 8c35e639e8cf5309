import type { Condition, FrameCase } from './case.js';
import { condition } from './case.js';
import { type Codec, codec } from './codecs.js';
import type { Values } from './frame.js';
import type { RouterWish } from './host/routers.js';
import { Line, type List } from './line.js';
import type { PeerProcess } from './peer-process.js';
import { bystanderRoles } from './roles.js';
import { CODE, Session } from './session.js';

export const TOPIC = 'com.test.t';
export const PROCEDURE = 'com.test.p';
export const SLOW = 'com.test.slow';

/** Where a case is run: a router of its own, who breaks the rules, and the others that must not feel it. */
export class RouterWorld {
  readonly test: FrameCase;
  readonly process: PeerProcess;
  readonly key: string;
  readonly conditions: readonly Condition[];
  readonly codec: Codec;
  readonly realm: string;
  readonly values: Record<string, string | number> = {};
  /** Everybody who has connected, to be dropped in the end. */
  readonly lines: Line[] = [];
  port = 0;
  path = '/';
  /** Set when there is somebody. */
  #offender: Session | undefined;
  #bystander: Session | undefined;
  #third: Session | undefined;
  readonly #callees: Session[] = [];
  /** A call that waits for the offender's answer: who made it, and its id. */
  waiting: { readonly caller: Session; readonly call: number } | undefined;
  /** Calls in flight that have nothing to do with the offender. */
  othersCalls = 0;
  /** The proofs that logged joe in on a connection before, by method. */
  earlier: Values = {};

  constructor(test: FrameCase, process: PeerProcess, key: string, spoken: Codec) {
    this.test = test;
    this.process = process;
    this.key = key;
    this.codec = spoken;
    this.conditions = test.setup.map(condition);
    this.realm = this.argOf('realm') ?? 'realm1';
  }

  has(name: string): boolean {
    return this.conditions.some((each) => each.name === name);
  }

  argOf(name: string): string | undefined {
    return this.conditions.find((each) => each.name === name)?.args[0];
  }

  get offender(): Session {
    if (this.#offender === undefined) throw new Error('nobody has connected to break a rule');
    return this.#offender;
  }

  set offender(session: Session) {
    this.#offender = session;
  }

  get bystander(): Session {
    if (this.#bystander === undefined) throw new Error('there is no bystander');
    return this.#bystander;
  }

  async open(): Promise<void> {
    const longest = this.argOf('max-length');
    const waits = this.test.then === 'silence' || this.has('wait') || this.has('send-nothing');
    const wish: RouterWish = {
      ...(longest !== undefined && { maxPayload: Number(longest) }),
      ...(waits && { handshakeTimeout: 2_000 }),
      ...(this.argOf('router') === 'disclosure-disallowed' && { undisclosed: true }),
    };
    const { port, path } = await this.process.ask<{ port: number; path: string }>('router.open', this.key, wish);
    this.port = port;
    this.path = path;
    this.values['PORT'] = port;
  }

  async line(spoken: Codec = this.codec): Promise<Line> {
    const line = await Line.to(this.port, spoken);
    this.lines.push(line);
    return line;
  }

  /** A session that keeps to the rules, over WebSocket. */
  async joined(details: object = { roles: bystanderRoles() }, spoken: Codec = this.codec): Promise<Session> {
    const line = await this.line(spoken);
    await line.upgrade(this.port, this.path);
    const session = new Session(line);
    session.holds.add(SLOW);
    await session.join('realm1', details);
    return session;
  }

  async joinBystander(): Promise<void> {
    const wanted = this.argOf('bystander-serializer') ?? 'json';
    const spoken = codec(wanted);
    if (spoken === undefined) throw new Error(`the runner does not speak ${wanted}`);
    this.#bystander = await this.joined(undefined, spoken);
    await this.#bystander.register('com.bystander.echo');
    await this.#bystander.subscribe('com.bystander.topic');
    this.values['OTHER'] = this.#bystander.id;
  }

  /** Somebody else, as the other end of what the bystander does. */
  async third(): Promise<Session> {
    this.#third ??= await this.joined();
    return this.#third;
  }

  /** It has left: who is wanted next is another one. */
  forgetThird(): void {
    this.#third = undefined;
  }

  /** Who, beside the offender, may have received something of the frame. */
  get others(): readonly Session[] {
    return [this.#bystander, this.#third, this.waiting?.caller].filter((each) => each !== undefined);
  }

  /** Who keeps to the rules and is still there. */
  keepers(): readonly Session[] {
    const all = [this.#bystander, this.#third, ...this.#callees];
    return [...new Set(all)].filter((each) => each !== undefined && !each.line.ended) as readonly Session[];
  }

  /** Somebody else who holds something. */
  keep(session: Session): void {
    this.#callees.push(session);
  }

  /** The bystander makes a call and receives an event, both in time. */
  async isServed(ms: number): Promise<string | undefined> {
    const { bystander } = this;
    if (bystander.line.ended) return 'the bystander has lost its session';
    const token = `token-${bystander.next}`;
    const from = bystander.line.heard.length;
    const call = bystander.request(CODE.CALL, {}, 'com.bystander.echo', [token]);
    bystander.request(CODE.PUBLISH, { exclude_me: false }, 'com.bystander.topic', [token]);
    const isFor = (list: List, code: number, at: number) =>
      list[0] === code && (list[at] as readonly unknown[] | undefined)?.[0] === token;
    const answer = bystander.line.hear((list) => list[1] === call && isFor(list, CODE.RESULT, 3), { ms, from });
    const event = bystander.line.hear((list) => isFor(list, CODE.EVENT, 4), { ms, from });
    const missing = [(await answer) === undefined && 'call', (await event) === undefined && 'event'].filter(Boolean);
    return missing.length === 0 ? undefined : `the bystander had no answer to its ${missing.join(' and no ')} in time`;
  }

  async close(): Promise<void> {
    for (const line of this.lines) line.drop();
    await this.process.ask('router.close', this.key);
  }
}

/**
 * A connector with faults: it opens the transports of another one, and stands between the two ends. What it does to a connection
 * is decided by its {@link Conditions}; here it is carried out.
 */

import { type Clock, systemClock } from '../../supervisors/clock.js';
import { ConnectError, type ConnectionLost, UsageError } from '../errors.js';
import { cbor } from '../serializers/cbor.js';
import { json } from '../serializers/json.js';
import type { Limits } from '../serializers/limits.js';
import { msgpack } from '../serializers/msgpack.js';
import type { Serializer } from '../serializers/serializer.js';
import { connectorFor } from '../transports/connector.js';
import { CLOSE_CODE, connectionLost } from '../transports/ending.js';
import { DEFAULT_PING, Heartbeat, type PingOptions, pingOptions } from '../transports/heartbeat.js';
import type { Connector, Frame, PeerCertificate, Transport, TransportEvents } from '../transports/transport.js';
import { toList } from '../wamp/codec.js';
import { A_COUNT, unfit } from '../wamp/given.js';
import type { Message, MessageType } from '../wamp/message.js';
import type { Id, List, Uri } from '../wamp/values.js';
import { type Crossing, type End, type Fate, Reader, shown } from './crossing.js';
import { type After, Conditions, endsOf, type Faults, type OneWay, type Said, type Which } from './faults.js';
import { Lane } from './lane.js';

/** Whose connection it is that can fail on demand, and in what time. */
export interface FaultyOptions {
  /** The peer's name in what is recorded. Default `peer`. */
  readonly name?: string;
  /** Time for delays and for finding out about silence. Default: real time. */
  readonly clock?: Clock;
  /** Those that peers may speak, beside JSON, MessagePack and CBOR, so that their messages can be read. */
  readonly serializers?: readonly Serializer[];
  /** How each end finds out about silence. Default: a ping every 10 s, to be answered within 5 s; `false`: never. */
  readonly ping?: Partial<PingOptions> | false;
  /** Hears of each message, as it leaves its end. */
  readonly onCrossing?: (crossing: Crossing) => void;
}

/** So many messages are kept; of more, the oldest are forgotten. */
const MOST_KEPT = 10_000;

/** As with real transports: whose close is not answered is cut off. */
const CLOSE_TIMEOUT = 2_000;

/** No reader of a serializer takes this for a message. */
const GARBAGE = '\u0001 no WAMP message';

const LARGE: Limits = { maxLength: 2 ** 26, maxDepth: 1_000 };

/**
 * A connector with faults on demand, in front of any other: the embedded router, a URL, a connector of your own.
 *
 * @example
 * const router = faulty('ws://127.0.0.1:8080/ws');
 * const me = await connect(router, { realm: 'realm1' });
 * router.drop();
 *
 * @throws {UsageError} when the URL cannot be meant
 */
export function faulty(router: string | Connector, options: FaultyOptions = {}): Link {
  return new Link(typeof router === 'string' ? connectorFor(router, {}) : router, options);
}

/** One peer's way to its router. */
export class Link implements Connector, Faults {
  readonly name: string;
  readonly clock: Clock;
  readonly ping: PingOptions | false;
  readonly conditions = new Conditions();
  readonly #inner: Connector;
  readonly #serializers: readonly Serializer[];
  readonly #onCrossing: (crossing: Crossing) => void;
  readonly #open = new Set<LinkTransport>();
  readonly #crossings: Crossing[] = [];
  #connections = 0;
  #forgotten = 0;

  constructor(inner: Connector, options: FaultyOptions = {}) {
    this.#inner = inner;
    this.name = options.name ?? 'peer';
    this.clock = options.clock ?? systemClock;
    this.ping = options.ping === undefined ? DEFAULT_PING : pingOptions(options.ping);
    this.#serializers = [...(options.serializers ?? []), json(LARGE), msgpack(LARGE), cbor(LARGE)];
    this.#onCrossing = options.onCrossing ?? (() => {});
  }

  get address(): string {
    return this.#inner.address;
  }

  /** How often a transport was opened. */
  get connections(): number {
    return this.#connections;
  }

  /** How many transports are open: at the peer's end, or only at the router's. */
  get openTransports(): number {
    return this.#open.size;
  }

  /** What has crossed so far, the oldest first; the last 10,000. */
  get messages(): readonly Crossing[] {
    return this.#crossings;
  }

  /** How many are not kept any more. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** The ids of the sessions that are open on it. */
  get sessions(): readonly Id[] {
    return [...this.#open].flatMap(({ session }) => (session === undefined ? [] : [session]));
  }

  async open(subprotocols: readonly string[], signal: AbortSignal): Promise<Transport> {
    signal.throwIfAborted();
    const { opening, latency } = this.conditions;
    if (opening === 'stalled') await never(signal);
    // There and back again.
    const roundTrip = latency.peer + latency.router;
    if (roundTrip > 0) await this.#pass(roundTrip, signal);
    // A client that is being started has not to meet its end within its own code.
    await Promise.resolve();
    if (this.conditions.opening === 'refused') throw refused(this.address);
    const inner = await this.#inner.open(subprotocols, signal);
    this.#connections += 1;
    const serializer = this.#serializers.find(({ subprotocol }) => subprotocol === inner.subprotocol);
    const transport: LinkTransport = new LinkTransport(this, inner, serializer, this.#connections, () =>
      this.#open.delete(transport),
    );
    this.#open.add(transport);
    return transport;
  }

  drop(): number {
    return this.#each((transport) => transport.drop());
  }

  close(): number {
    return this.#each((transport) => transport.closeByRouter());
  }

  refuse(): void {
    this.conditions.opening = 'refused';
  }

  stall(): void {
    this.conditions.opening = 'stalled';
  }

  accept(): void {
    this.conditions.opening = 'open';
  }

  silence(which?: OneWay): void {
    for (const end of endsOf(which)) this.conditions.silent[end] = true;
    this.#each((transport) => transport.watch());
  }

  speak(): void {
    this.conditions.silent.peer = false;
    this.conditions.silent.router = false;
    this.#each((transport) => transport.heard());
  }

  delay(latency: number, which?: OneWay): void {
    if (!(latency >= 0)) throw unfit('delay', 'the latency', { expected: 'milliseconds of at least 0' }, latency);
    for (const end of endsOf(which)) this.conditions.latency[end] = latency;
  }

  hold(which?: OneWay): void {
    for (const end of endsOf(which)) {
      this.conditions.held[end] = true;
      this.#each((transport) => transport.lanes[end].hold());
    }
  }

  release(): void {
    for (const end of endsOf()) {
      this.conditions.held[end] = false;
      this.#each((transport) => transport.lanes[end].release());
    }
  }

  after(count: number, { end = 'drop', ...which }: After = {}): void {
    checkCount('after', count);
    this.conditions.rules.push({ which, spare: count - 1, count: 1, act: end });
  }

  lose(which: Which = {}, count = 1): void {
    checkCount('lose', count);
    this.conditions.rules.push({ which, spare: 0, count, act: 'lose' });
  }

  duplicate(which: Which = {}): void {
    this.conditions.rules.push({ which, spare: 0, count: 1, act: 'duplicate' });
  }

  corrupt(which: Which = {}): void {
    this.conditions.rules.push({ which, spare: 0, count: 1, act: 'corrupt' });
  }

  abortOn(type: MessageType, reason: Uri, message = ''): void {
    const answer: Message<'ABORT'> = { type: 'ABORT', details: { message }, reason };
    this.conditions.rules.push({ which: { type, from: 'peer' }, spare: 0, count: 1, act: { answer } });
  }

  abort(reason: Uri, message = ''): number {
    return this.#each((transport) => transport.say({ type: 'ABORT', details: { message }, reason }));
  }

  goodbye(reason: Uri, message?: string): number {
    const details = message === undefined ? {} : { message };
    return this.#each((transport) => transport.say({ type: 'GOODBYE', details, reason }));
  }

  say(...messages: Said[]): number {
    return this.#each((transport) => {
      for (const message of messages) transport.say(message);
    });
  }

  clear(): void {
    this.accept();
    this.conditions.rules = [];
    this.delay(0);
    this.release();
    this.speak();
  }

  /** Keeps what crosses. For its transports. */
  record(crossing: Crossing): void {
    if (this.#crossings.length >= MOST_KEPT) {
      this.#crossings.shift();
      this.#forgotten += 1;
    }
    this.#crossings.push(crossing);
    this.#onCrossing(crossing);
  }

  toJSON(): { name: string; address: string; connections: number } {
    return { name: this.name, address: this.address, connections: this.#connections };
  }

  #each(act: (transport: LinkTransport) => void): number {
    const transports = [...this.#open];
    for (const transport of transports) act(transport);
    return transports.length;
  }

  #pass(latency: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.clock.clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = this.clock.setTimeout(() => {
        signal.removeEventListener('abort', abort);
        resolve();
      }, latency);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}

/** The peer's end of one connection. */
class LinkTransport implements Transport {
  readonly address: string;
  readonly subprotocol: string;
  /** By the end that they lead away from. */
  readonly lanes: Record<End, Lane>;
  /** As WELCOME has it. */
  session: Id | undefined;
  readonly #link: Link;
  readonly #inner: Transport;
  readonly #serializer: Serializer | undefined;
  readonly #reader: Reader;
  readonly #connection: number;
  readonly #over: () => void;
  #events: TransportEvents | undefined;
  /** What the peer is told, or will be when it listens. */
  #ending: ConnectionLost | undefined;
  #isTold = false;
  /** Whether the router's end is there, and whether it is to be. */
  #isInnerOpen = true;
  #isAbandoned = false;
  /** The peer said the last words that a session says. */
  #saysFarewell = false;
  #closeTimer: unknown;
  /** The peer has closed it, and the router does not know. */
  #isCloseUnheard = false;
  #beats: Record<End, Heartbeat> | undefined;

  constructor(link: Link, inner: Transport, serializer: Serializer | undefined, connection: number, over: () => void) {
    this.#link = link;
    this.#inner = inner;
    this.#serializer = serializer;
    this.#reader = new Reader(serializer);
    this.#connection = connection;
    this.#over = over;
    this.address = inner.address;
    this.subprotocol = inner.subprotocol;
    const { held } = link.conditions;
    this.lanes = { peer: new Lane(link.clock), router: new Lane(link.clock) };
    for (const end of endsOf()) if (held[end]) this.lanes[end].hold();
    if (link.conditions.isSilent) this.watch();
  }

  get queued(): number {
    return this.#inner.queued;
  }

  async channelId(): Promise<Uint8Array | undefined> {
    return this.#inner.channelId?.();
  }

  tlsUnique(): Uint8Array | undefined {
    return this.#inner.tlsUnique?.();
  }

  peerCertificate(): PeerCertificate | undefined {
    return this.#inner.peerCertificate?.();
  }

  listen(events: TransportEvents): void {
    if (this.#events !== undefined) {
      throw new UsageError('listen() is called once on a transport; it was called before');
    }
    this.#events = events;
    if (this.#ending !== undefined) this.#tell();
    this.#inner.listen({
      frame: (frame) => this.#pass('router', frame),
      closed: (why) => {
        this.#isInnerOpen = false;
        this.#settle();
        // The word of the end gets lost as everything else does.
        if (this.#link.conditions.silent.router) return;
        this.#send('router', () => this.#end(why));
      },
    });
  }

  send(frame: Frame): void {
    if (this.#ending !== undefined || this.#isAbandoned) return;
    this.#pass('peer', frame);
  }

  close(): void {
    if (this.#ending !== undefined || this.#isAbandoned) return;
    this.#closeTimer ??= this.#link.clock.setTimeout(() => {
      this.#leaveRouter();
      this.#end(this.#lost('this side'));
    }, CLOSE_TIMEOUT);
    if (this.#link.conditions.silent.peer) this.#isCloseUnheard = true;
    else this.#send('peer', () => this.#inner.close());
  }

  destroy(): void {
    if (this.#ending !== undefined) return;
    this.lanes.peer.clear();
    this.#leaveRouter();
    this.#end(this.#lost('this side'));
  }

  // What the link does to it.

  drop(): void {
    this.#isAbandoned = true;
    if (this.#isInnerOpen) this.#inner.destroy();
    const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    this.#end(connectionLost(this.#name, { code: 1006, cause }));
  }

  closeByRouter(): void {
    this.#isAbandoned = true;
    this.#send('router', () => {
      this.#end(connectionLost(this.#name, { by: 'the router', code: CLOSE_CODE.goingAway }));
      if (this.#isInnerOpen) this.#inner.close();
    });
  }

  /** Says something to the peer that the router has not said. Never within the call: the peer may be in the midst of something. */
  say(said: Said): void {
    queueMicrotask(() => {
      if (this.#ending !== undefined) return;
      const list = Array.isArray(said) ? (said as List) : toList(said as Message);
      const frame = this.#serializer?.encode(list);
      if (frame === undefined) throw new UsageError(`nobody here can write ${this.subprotocol}: give its serializer`);
      const message = this.#reader.read(frame);
      this.#record('router', message, 'forged');
      if (message?.type === 'GOODBYE' || message?.type === 'ABORT') this.#isAbandoned = message.type === 'ABORT';
      if (message?.type === 'GOODBYE') this.#saysFarewell = true;
      this.#send('router', () => {
        this.#deliver(frame);
        if (message?.type === 'ABORT') this.closeByRouter();
      });
    });
  }

  /** It may be half-open from now on: each end begins to ask whether the other is there. */
  watch(): void {
    const { ping, clock, conditions } = this.#link;
    if (ping === false || this.#beats !== undefined) return;
    const beats: Record<End, Heartbeat> = {
      peer: new Heartbeat(
        clock,
        ping,
        () => {
          if (conditions.silent.peer || !this.#isInnerOpen) return;
          beats.router.heard();
          if (!conditions.silent.router) beats.peer.heard();
        },
        (why) => this.#end(connectionLost(this.#name, { by: 'this side', reason: why.message, cause: why })),
      ),
      router: new Heartbeat(
        clock,
        ping,
        () => {
          if (conditions.silent.router || this.#ending !== undefined) return;
          beats.peer.heard();
          if (!conditions.silent.peer) beats.router.heard();
        },
        () => {
          if (this.#isInnerOpen) this.#inner.destroy();
        },
      ),
    };
    this.#beats = beats;
    if (this.#ending === undefined) beats.peer.start();
    if (this.#isInnerOpen) beats.router.start();
  }

  /** The silence is over: what one end has not heard of the other, it hears now. */
  heard(): void {
    this.#unwatch();
    if (this.#isInnerOpen && (this.#ending !== undefined || this.#isCloseUnheard)) this.#inner.destroy();
    if (this.#ending === undefined && !this.#isInnerOpen) this.#end(this.#lost('the router'));
  }

  get #name(): string {
    return `the connection to ${this.address}`;
  }

  #lost(by: 'this side' | 'the router'): ConnectionLost {
    return connectionLost(this.#name, { by });
  }

  #send(from: End, arrive: () => void): void {
    this.lanes[from].send(this.#link.conditions.latency[from], arrive);
  }

  /** A frame leaves one end: here it is decided whether and as what it gets to the other. */
  #pass(from: End, frame: Frame): void {
    const { conditions } = this.#link;
    if (this.#isAbandoned && from === 'router') return;
    const message = this.#reader.read(frame);
    if (this.#saysFarewell && from === 'peer' && message?.type === 'GOODBYE') {
      // The answer to a GOODBYE that the router knows nothing of.
      this.#record(from, message, 'lost');
      this.closeByRouter();
      return;
    }
    if (conditions.silent[from]) {
      this.#record(from, message, 'lost');
      return;
    }
    const act = conditions.take(message?.type, from);
    if (act === 'lose' || typeof act === 'object') {
      this.#record(from, message, 'lost');
      if (typeof act === 'object') this.say(act.answer);
      return;
    }
    this.#record(from, message, act === 'corrupt' ? 'changed' : 'delivered');
    const arriving = act === 'corrupt' ? garbage(frame) : frame;
    this.#send(from, () => this.#arrive(from, arriving));
    if (act === 'duplicate') {
      this.#record(from, message, 'forged');
      this.#send(from, () => this.#arrive(from, frame));
    } else if (act === 'silence') this.#link.silence();
    else if (act === 'drop' || act === 'close') {
      // Behind the message, and never within the call that sends it.
      this.#send(from, () => queueMicrotask(() => (act === 'drop' ? this.drop() : this.closeByRouter())));
    }
  }

  #arrive(from: End, frame: Frame): void {
    this.#beats?.[from === 'peer' ? 'router' : 'peer'].heard();
    if (from === 'peer') this.#inner.send(frame);
    else this.#deliver(frame);
  }

  #deliver(frame: Frame): void {
    if (this.#ending === undefined) this.#events?.frame(frame);
  }

  #record(from: End, message: Message | undefined, fate: Fate): void {
    const { clock, name: peer } = this.#link;
    if (message?.type === 'WELCOME') this.session = message.session;
    this.#link.record({
      at: clock.now(),
      peer,
      connection: this.#connection,
      from,
      message: message && shown(message),
      uri: message && this.#reader.uriOf(message, from),
      fate,
    });
  }

  /** The peer has left without a word that arrives, or with one. */
  #leaveRouter(): void {
    this.#isAbandoned = true;
    if (this.#isInnerOpen && !this.#link.conditions.silent.peer) this.#inner.destroy();
  }

  #end(why: ConnectionLost): void {
    if (this.#ending !== undefined) return;
    this.#ending = why;
    this.lanes.peer.clear();
    this.lanes.router.clear();
    this.#link.clock.clearTimeout(this.#closeTimer);
    this.#beats?.peer.stop();
    if (this.#events === undefined) {
      // Nobody has listened, so nobody would hear of the other end's.
      this.#inner.destroy();
      this.#isInnerOpen = false;
    } else queueMicrotask(() => this.#tell());
    this.#settle();
  }

  #tell(): void {
    if (this.#isTold || this.#ending === undefined) return;
    this.#isTold = true;
    this.#events?.closed(this.#ending);
  }

  /** Both ends have ended: nothing of it is left. */
  #settle(): void {
    if (!this.#isInnerOpen) this.#beats?.router.stop();
    if (this.#isInnerOpen || this.#ending === undefined) return;
    this.#unwatch();
    this.#over();
  }

  #unwatch(): void {
    this.#beats?.peer.stop();
    this.#beats?.router.stop();
    this.#beats = undefined;
  }
}

function garbage(frame: Frame): Frame {
  return typeof frame === 'string' ? GARBAGE : new TextEncoder().encode(GARBAGE);
}

function refused(address: string): ConnectError {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  return new ConnectError(`could not connect to ${address}: connection refused; is the router running?`, {
    address,
    transient: true,
    cause,
  });
}

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function checkCount(where: string, count: unknown): void {
  if (!A_COUNT.fits(count)) throw unfit(where, 'the count', A_COUNT, count);
}

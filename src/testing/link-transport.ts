import type { Clock } from '../../supervisors/clock.js';
import { type ConnectionLost, UsageError } from '../errors.js';
import type { Serializer } from '../serializers/serializer.js';
import { connectionLost } from '../transports/close-meaning.js';
import { CLOSE_CODE } from '../transports/ending.js';
import { Heartbeat, type PingOptions } from '../transports/heartbeat.js';
import type { Frame, PeerCertificate, Transport, TransportEvents } from '../transports/transport.js';
import { toList } from '../wamp/codec.js';
import type { Message } from '../wamp/message.js';
import type { Id, List } from '../wamp/values.js';
import { type Crossing, type End, type Fate, Reader, shown } from './crossing.js';
import { type Conditions, endsOf, type Said } from './faults.js';
import { Lane } from './lane.js';

/** As with real transports: whose close is not answered is cut off. */
const CLOSE_TIMEOUT = 2_000;

/** No reader of a serializer takes this for a message. */
const GARBAGE = '\u0001 no WAMP message';

/** The way that a connection belongs to. */
export interface Way {
  readonly name: string;
  readonly clock: Clock;
  readonly ping: PingOptions | false;
  readonly conditions: Conditions;
  /** Nothing arrives any more on any of its connections. */
  silence(): void;
  /** Keeps what crosses. */
  record(crossing: Crossing): void;
}

/** The peer's end of one connection. */
export class LinkTransport implements Transport {
  readonly address: string;
  readonly subprotocol: string;
  /** By the end that they lead away from. */
  readonly lanes: Record<End, Lane>;
  /** As WELCOME has it. */
  session: Id | undefined;
  readonly #link: Way;
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

  constructor(link: Way, inner: Transport, serializer: Serializer | undefined, connection: number, over: () => void) {
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
      throw new UsageError('listen() may be called once');
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

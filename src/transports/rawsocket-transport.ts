import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import { ProtocolError, SerializationError, UsageError } from '../errors.js';
import type { SharedFrame } from '../wamp/copies.js';
import { came } from '../wamp/given.js';
import { Backlog } from './backlog.js';
import { connectionLost } from './close-meaning.js';
import type { Ending, Side } from './ending.js';
import type { PingOptions } from './heartbeat.js';
import { PausableHeartbeat } from './pausable-heartbeat.js';
import { encodeFrame, FRAME_TYPE, FrameDecoder, type FrameType, payloadLength } from './rawsocket-frames.js';
import { announced, LONGEST_LIMIT } from './rawsocket-handshake.js';
import { isText } from './subprotocol.js';
import type { Timers } from './timers.js';
import { channelIdOf, peerCertificateOf, tlsUniqueOf } from './tls-facts.js';
import type { Frame, PeerCertificate, Transport, TransportEvents } from './transport.js';

/** How long an orderly end may take, in milliseconds, before the connection is cut. */
const CLOSE_TIMEOUT = 2_000;

/** After how much silence TCP asks whether the other machine is there, in milliseconds. */
const KEEP_ALIVE = 10_000;

/** What all RawSockets put around a frame alike. */
const FRAMED = Symbol('rawsocket');

/** A chunk of at least so many octets within a frame is a sign of life; a frame that trickles in is none. */
const SIGN_OF_LIFE = 512;

export interface RawSocketLimits {
  /** The longest frame, in octets, that is accepted: a power of two, as it is announced. A longer one ends the connection. */
  readonly maxPayload: number;
  /** How many octets may wait to leave. More end the connection: nobody reads at the other end. */
  readonly maxQueued: number;
}

/**
 * The limits to use. RawSocket announces powers of two only, from 512 octets to 16 MiB: the next one that is enough.
 *
 * @param given `maxPayload` is 1 MiB by default, `maxQueued` 16 MiB
 * @throws {UsageError} when one is not a whole number of octets, or RawSocket cannot have frames as long as that
 */
export function rawSocketLimits(given: { maxPayload?: number; maxQueued?: number }): RawSocketLimits {
  const { maxPayload = 2 ** 20, maxQueued = 2 ** 24 } = given;
  checkOctets('maxPayload', maxPayload, LONGEST_LIMIT);
  checkOctets('maxQueued', maxQueued, 2 ** 31 - 1);
  return { maxPayload: announced(maxPayload), maxQueued };
}

function checkOctets(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new UsageError(`${name}: expected octets, a whole number from 1 to ${most}, received ${came(value)}`);
}

/** What is known of a connection when its handshake is over. */
export interface RawSocketFacts {
  readonly address: string;
  readonly subprotocol: string;
  /** How sentences name it: `the connection to rs://127.0.0.1:8080`. */
  readonly connection: string;
  /** Who is at the other end. */
  readonly peer: Side;
  readonly limits: RawSocketLimits;
  /** The longest frame that the other end has said it takes, in octets. */
  readonly maxSent: number;
  readonly ping: PingOptions | false;
  /** Whether the other end is known to answer pings. Else it gets none before it sends one itself. */
  readonly takesPings: boolean;
  readonly timers: Timers;
}

/**
 * An established RawSocket, from either end, over whatever stream of octets.
 *
 * It has no words for why it ends: a FIN is all that the other side sees.
 *
 * @see WAMP Advanced Profile, "RawSocket Transport"
 */
export class RawSocketTransport implements Transport {
  readonly address: string;
  readonly subprotocol: string;
  readonly #socket: Socket;
  readonly #facts: RawSocketFacts;
  readonly #text: boolean;
  readonly #decoder: FrameDecoder;
  readonly #heartbeat: PausableHeartbeat | undefined;
  #heartbeats: boolean;
  /** What came before anybody listened. Bounded: the first such frame pauses the socket. */
  #kept: Buffer[] | undefined = [];
  #events: TransportEvents | undefined;
  #deaf = false;
  #corked = false;
  /** Made when somebody first waits for it. */
  #backlog: Backlog | undefined;
  #cutTimer: unknown;
  /** Why this side ended it. The first reason stays. */
  #ending: Ending | undefined;
  #networkError: Error | undefined;
  /** How it ended, until somebody listens. */
  #ended: Ending | undefined;

  /**
   * @param socket paused, and nobody else's any more
   * @param head what was read of it behind the handshake
   */
  constructor(socket: Socket, head: Buffer, facts: RawSocketFacts) {
    this.address = facts.address;
    this.subprotocol = facts.subprotocol;
    this.#socket = socket;
    this.#facts = facts;
    this.#text = isText(facts.subprotocol);
    this.#decoder = new FrameDecoder(facts.limits.maxPayload);
    this.#heartbeats = facts.takesPings;
    if (facts.ping !== false) {
      this.#heartbeat = new PausableHeartbeat(
        facts.timers,
        // Of nexus a pong can land in the midst of a message: it is asked for when there is none.
        { ...facts.ping, onlyWhenIdle: true },
        () => {
          if (!this.#isOver) this.#write(encodeFrame(FRAME_TYPE.ping, '', 0));
        },
        (cause) => this.#cut({ by: 'this side', reason: cause.message, cause }),
      );
    }
    // Of an end that knows no pings this notices, at least, that its machine is gone.
    socket.setKeepAlive(true, KEEP_ALIVE);
    socket.setNoDelay(true);
    socket.on('error', (error) => {
      this.#networkError ??= error;
    });
    // The other side's FIN is answered by ours, behind all that is still to be sent. It may never be read.
    socket.once('end', () => {
      socket.end();
      this.#cutLater();
    });
    socket.once('close', () => this.#onClose());
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    this.#onData(head);
    if (this.#kept?.length === 0) socket.resume();
  }

  get queued(): number {
    return this.#ended === undefined ? this.#socket.writableLength : 0;
  }

  channelId(): Promise<Uint8Array | undefined> {
    return channelIdOf(this.#socket, this.#facts.peer);
  }

  tlsUnique(): Uint8Array | undefined {
    return tlsUniqueOf(this.#socket, this.#facts.peer);
  }

  peerCertificate(): PeerCertificate | undefined {
    return peerCertificateOf(this.#socket);
  }

  listen(events: TransportEvents): void {
    if (this.#events !== undefined) throw new UsageError('listen() may be called once');
    this.#events = events;
    // Not at once: the caller finishes what it is doing before it hears of anything.
    queueMicrotask(() => this.#start());
  }

  send(frame: Frame): void {
    if (this.#isOver) return;
    const length = lengthOf(frame);
    this.#checkLength(length);
    this.#write(encodeFrame(FRAME_TYPE.message, frame, length));
  }

  sendShared({ frame, framed }: SharedFrame): void {
    if (this.#isOver) return;
    let octets = framed.get(FRAMED);
    if (octets === undefined) {
      const length = lengthOf(frame);
      this.#checkLength(length);
      octets = encodeFrame(FRAME_TYPE.message, frame, length);
      framed.set(FRAMED, octets);
    } else this.#checkLength(payloadLength(octets));
    this.#write(octets);
  }

  pause(): void {
    if (this.#events === undefined || this.#isOver) return;
    this.#socket.pause();
    this.#heartbeat?.deafen();
  }

  resume(): void {
    if (this.#kept !== undefined || this.#ended !== undefined) return;
    this.#socket.resume();
    this.#heartbeat?.listen();
  }

  flushed(then: () => void): void {
    if (this.#isOver) return;
    this.#backlog ??= new Backlog(this.#socket, this.#facts.timers, (reason) => this.#cut({ by: 'this side', reason }));
    this.#backlog.flushed(then);
  }

  close(): void {
    if (this.#isOver) return;
    this.#ending ??= { by: 'this side' };
    if (this.#events === undefined) {
      // A paused socket would not bring the other side's FIN.
      this.#deaf = true;
      this.#socket.resume();
    } else this.resume();
    this.#socket.end();
    this.#cutLater();
  }

  destroy(): void {
    this.#cut({ by: 'this side' });
  }

  /** Nothing can be sent any more. */
  get #isOver(): boolean {
    return this.#ended !== undefined || !this.#socket.writable;
  }

  #checkLength(length: number): void {
    const { maxSent, peer } = this.#facts;
    if (length <= maxSent) return;
    throw new SerializationError('message', `it is ${length} octets long, ${peer} takes ${maxSent} at most`);
  }

  #write(octets: readonly Uint8Array[]): void {
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      process.nextTick(RawSocketTransport.#uncork, this);
    }
    for (const each of octets) this.#socket.write(each);
    const { maxQueued } = this.#facts.limits;
    if (this.#socket.writableLength > maxQueued) {
      this.#cut({ by: 'this side', reason: `more than ${maxQueued} octets wait to be sent (maxQueued)` });
    }
  }

  /** A tick's frames leave in one write. */
  static #uncork(transport: RawSocketTransport): void {
    transport.#corked = false;
    transport.#socket.uncork();
  }

  #start(): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const payload of kept) this.#deliver(payload);
    if (this.#ended !== undefined) {
      this.#tell(this.#ended);
      return;
    }
    this.#socket.resume();
    if (this.#heartbeats) this.#heartbeat?.start();
  }

  #onData(chunk: Buffer): void {
    if (this.#deaf) return;
    if (chunk.length >= SIGN_OF_LIFE) this.#heartbeat?.heard();
    try {
      this.#decoder.decode(chunk, this.#onFrame);
    } catch (cause) {
      this.#cut({ by: 'this side', reason: (cause as ProtocolError).message, cause });
    }
  }

  readonly #onFrame = (type: FrameType, payload: Buffer): void => {
    if (this.#deaf) return;
    this.#heartbeat?.heard();
    if (type === FRAME_TYPE.message) this.#onMessage(payload);
    else if (type === FRAME_TYPE.ping) this.#onPing(payload);
  };

  #onMessage(payload: Buffer): void {
    if (this.#text && !isUtf8(payload)) throw new ProtocolError('a text frame came that is not UTF-8');
    if (this.#kept === undefined) {
      this.#deliver(payload);
    } else {
      this.#kept.push(payload);
      this.#socket.pause();
    }
  }

  #deliver(payload: Buffer): void {
    if (this.#deaf) return;
    try {
      this.#events?.frame(this.#text ? payload.toString() : payload);
    } catch (cause) {
      // Thrown through the socket this would end the process, and with it every other connection.
      this.#cut({ by: 'this side', reason: 'what took its frames threw', cause });
    }
  }

  #onPing(payload: Buffer): void {
    if (!this.#isOver) this.#write(encodeFrame(FRAME_TYPE.pong, payload, payload.length));
    if (this.#heartbeats) return;
    this.#heartbeats = true;
    if (this.#kept === undefined) this.#heartbeat?.start();
  }

  #cut(ending: Ending): void {
    if (this.#ended !== undefined) return;
    this.#ending ??= ending;
    this.#deaf = true;
    this.#socket.destroy();
  }

  #cutLater(): void {
    if (this.#ended !== undefined) return;
    this.#cutTimer ??= this.#facts.timers.setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT);
  }

  #onClose(): void {
    this.#heartbeat?.stop();
    this.#backlog?.stop();
    this.#facts.timers.clearTimeout(this.#cutTimer);
    this.#ended = this.#ending ?? this.#endedFromAfar();
    if (this.#kept === undefined) this.#tell(this.#ended);
  }

  #endedFromAfar(): Ending {
    const cause = this.#networkError;
    if (cause !== undefined) return { reason: cause.message, cause };
    return { by: this.#facts.peer, ...(this.#decoder.isWithinFrame && { reason: 'in the middle of a frame' }) };
  }

  #tell(ending: Ending): void {
    this.#events?.closed(connectionLost(this.#facts.connection, ending));
  }
}

/** In octets. */
function lengthOf(frame: Frame): number {
  return typeof frame === 'string' ? Buffer.byteLength(frame) : frame.length;
}

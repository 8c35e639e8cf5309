import type { Socket } from 'node:net';
import WebSocket, { type RawData } from 'ws';
import { ProtocolError, UsageError } from '../errors.js';
import type { SharedFrame } from '../wamp/copies.js';
import { came } from '../wamp/given.js';
import { Backlog } from './backlog.js';
import { connectionLost } from './close-meaning.js';
import { CLOSE_CODE, type Ending, type Side, tooLongCame } from './ending.js';
import type { PingOptions } from './heartbeat.js';
import { PausableHeartbeat } from './pausable-heartbeat.js';
import { isText } from './subprotocol.js';
import type { Timers } from './timers.js';
import { channelIdOf, peerCertificateOf, tlsUniqueOf } from './tls-facts.js';
import type { Frame, PeerCertificate, Transport, TransportEvents } from './transport.js';
import { serverFrame } from './websocket-frames.js';

/** How long an orderly end may take, in milliseconds, before the connection is cut. */
const CLOSE_TIMEOUT = 2_000;

export interface WebSocketLimits {
  /** The largest frame, in octets, that is accepted. A larger one ends the connection with 1009. Default 1 MiB. */
  readonly maxPayload: number;
  /** How many octets may wait to leave. More end the connection: nobody reads at the other end. Default 16 MiB. */
  readonly maxQueued: number;
}

export const DEFAULT_LIMITS: WebSocketLimits = { maxPayload: 2 ** 20, maxQueued: 2 ** 24 };

/**
 * The limits to use.
 *
 * @throws {UsageError} when one is not a whole number of octets
 */
export function webSocketLimits(given: { maxPayload?: number; maxQueued?: number }): WebSocketLimits {
  const { maxPayload = DEFAULT_LIMITS.maxPayload, maxQueued = DEFAULT_LIMITS.maxQueued } = given;
  for (const [name, value] of Object.entries({ maxPayload, maxQueued })) {
    // ws keeps its limit in 32 bits, where 0 means none.
    if (Number.isInteger(value) && value >= 1 && value < 2 ** 31) continue;
    throw new UsageError(`${name}: expected octets, a whole number from 1 to ${2 ** 31 - 1}, received ${came(value)}`);
  }
  return { maxPayload, maxQueued };
}

/**
 * What both ends tell `ws`. Compression is neither offered nor accepted: small messages gain nothing, and a deflate bomb
 * could be sent before any authentication. A message in thousands of tiny pieces costs memory far beyond its size.
 */
export function wsOptions(maxPayload: number) {
  return {
    maxPayload,
    perMessageDeflate: false,
    maxFragments: PIECES.frames,
    maxBufferedChunks: PIECES.chunks,
    maxPendingAutoPongs: PONGS,
    closeTimeout: CLOSE_TIMEOUT,
  };
}

/** In how many frames a message may come, and in how many pieces these may leave the network. */
export const PIECES = { frames: 1_024, chunks: 4_096 } as const;

/** How many pongs may wait for an end that pings and does not read. */
export const PONGS = 60;

const TOO_MANY_PIECES = `a frame came in too many pieces: more than ${PIECES.frames} frames, or ${PIECES.chunks} chunks`;

/** Where ws ends a connection for a limit it gives a code alone. The other end is told, too, what the limit is. */
export function wordy(maxPayload: number): typeof WebSocket {
  const words: Readonly<Record<number, string>> = {
    [CLOSE_CODE.tooLarge]: tooLongCame(maxPayload).message,
    [CLOSE_CODE.policy]: TOO_MANY_PIECES,
  };
  return class extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      super.close(code, reason ?? words[code ?? 0]);
    }
  };
}

/** What is known of a connection when its handshake is over. */
export interface WebSocketFacts {
  readonly address: string;
  /** How sentences name it: `the connection to ws://127.0.0.1:8080/ws`. */
  readonly connection: string;
  /** Who is at the other end. */
  readonly peer: Side;
  readonly limits: WebSocketLimits;
  readonly ping: PingOptions | false;
  readonly timers: Timers;
}

/** What all sockets of servers put around a frame alike. */
const FRAMED = Symbol('websocket');

const AS_TEXT = { binary: false };
const AS_BINARY = { binary: true };

/**
 * An established WebSocket, from either end.
 *
 * The subprotocol alone decides between text and binary frames, in both directions.
 *
 * @see WAMP Basic Profile, "WebSocket Transport"
 */
export class WebSocketTransport implements Transport {
  readonly address: string;
  readonly subprotocol: string;
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #facts: WebSocketFacts;
  readonly #text: boolean;
  readonly #heartbeat: PausableHeartbeat | undefined;
  #events: TransportEvents | undefined;
  /** What came before anybody listened. Bounded: the first such frame pauses the socket. */
  #kept: Frame[] | undefined = [];
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

  /** To be called as soon as the WebSocket is open, before anything can arrive on it. */
  constructor(webSocket: WebSocket, socket: Socket, facts: WebSocketFacts) {
    this.address = facts.address;
    this.subprotocol = webSocket.protocol;
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#facts = facts;
    this.#text = isText(webSocket.protocol);
    if (facts.ping !== false) {
      this.#heartbeat = new PausableHeartbeat(
        facts.timers,
        facts.ping,
        () => webSocket.ping(),
        (cause) => this.#cut({ by: 'this side', reason: cause.message, cause }),
      );
      webSocket.on('pong', () => this.#heartbeat?.heard());
    }
    webSocket.on('ping', () => this.#onPing());
    webSocket.on('message', (data, binary) => this.#onMessage(data, binary));
    webSocket.on('error', (error) => this.#onViolation(error));
    webSocket.on('close', (code, reason) => this.#onClose(code, reason));
    // ws destroys a broken socket without a word of what broke it.
    socket.on('error', (error) => {
      this.#networkError ??= error;
    });
    // The other side's FIN is answered by ours, behind all that is still to be sent. It may never be read.
    socket.once('end', () => this.#cutLater());
  }

  get queued(): number {
    return this.#ended === undefined ? this.#webSocket.bufferedAmount : 0;
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
    queueMicrotask(() => this.#start(events));
  }

  send(frame: Frame): void {
    if (this.#webSocket.readyState !== WebSocket.OPEN) return;
    this.#cork();
    // ws would hand a string to the socket, which counts its characters as octets.
    const octets = typeof frame === 'string' ? Buffer.from(frame) : frame;
    this.#webSocket.send(octets, this.#text ? AS_TEXT : AS_BINARY);
    this.#checkQueued();
  }

  sendShared({ frame, framed }: SharedFrame): void {
    if (this.#facts.peer !== 'the client') {
      this.send(frame);
      return;
    }
    if (this.#webSocket.readyState !== WebSocket.OPEN) return;
    let octets = framed.get(FRAMED);
    if (octets === undefined) {
      octets = serverFrame(frame, this.#text);
      framed.set(FRAMED, octets);
    }
    this.#cork();
    // Past ws, which has nothing of its own under way: it sends at once where nothing is compressed.
    for (const each of octets) this.#socket.write(each);
    this.#checkQueued();
  }

  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    process.nextTick(WebSocketTransport.#uncork, this);
  }

  #checkQueued(): void {
    const { maxQueued } = this.#facts.limits;
    if (this.#webSocket.bufferedAmount > maxQueued) {
      this.#cut({ by: 'this side', reason: `more than ${maxQueued} octets wait to be sent (maxQueued)` });
    }
  }

  pause(): void {
    if (this.#events === undefined || this.#webSocket.readyState !== WebSocket.OPEN) return;
    this.#webSocket.pause();
    this.#heartbeat?.deafen();
  }

  resume(): void {
    if (this.#kept !== undefined) return;
    this.#webSocket.resume();
    this.#heartbeat?.listen();
  }

  flushed(then: () => void): void {
    if (this.#webSocket.readyState !== WebSocket.OPEN) return;
    this.#backlog ??= new Backlog(this.#socket, this.#facts.timers, (reason) => this.#cut({ by: 'this side', reason }));
    this.#backlog.flushed(then);
  }

  /**
   * @param code the WebSocket close code; 1000 when left out
   * @param reason for the other side, at most 123 octets
   */
  close(code: number = CLOSE_CODE.normal, reason = ''): void {
    this.#close({ by: 'this side' }, code, reason);
  }

  destroy(): void {
    this.#cut({ by: 'this side' });
  }

  /** A tick's frames leave in one write. */
  static #uncork(transport: WebSocketTransport): void {
    transport.#corked = false;
    transport.#socket.uncork();
  }

  #start(events: TransportEvents): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const frame of kept) this.#deliver(frame, events);
    if (this.#ended !== undefined) {
      this.#tell(this.#ended);
      return;
    }
    this.#webSocket.resume();
    this.#heartbeat?.start();
  }

  #onMessage(data: RawData, binary: boolean): void {
    this.#heartbeat?.heard();
    if (this.#deaf) return;
    if (binary === this.#text) {
      this.#deaf = true;
      const [came, due] = binary ? ['binary', 'text'] : ['text', 'binary'];
      const reason = `${this.subprotocol}: expected ${due}, received ${came}`;
      this.#close({ by: 'this side', code: CLOSE_CODE.unsupportedData, reason }, CLOSE_CODE.unsupportedData, reason);
      return;
    }
    // With ws's default binaryType a message is always one Buffer.
    const frame: Frame = binary ? (data as Buffer) : (data as Buffer).toString();
    if (this.#kept === undefined) {
      this.#deliver(frame, this.#events);
    } else {
      this.#kept.push(frame);
      this.#webSocket.pause();
    }
  }

  #deliver(frame: Frame, events: TransportEvents | undefined): void {
    if (this.#deaf) return;
    try {
      events?.frame(frame);
    } catch (cause) {
      // Thrown through ws this would end the process, and with it every other connection.
      this.#cut({ by: 'this side', reason: 'what took its frames threw', cause });
    }
  }

  /** ws has answered it already; or it has cut the connection, without a word, since too many answers wait. */
  #onPing(): void {
    this.#heartbeat?.heard();
    if (this.#webSocket.readyState === WebSocket.OPEN) return;
    const reason = `more than ${PONGS} pongs were waiting: the other end pings, and does not read`;
    this.#ending ??= { by: 'this side', reason, cause: new ProtocolError(reason, { limit: 'pongs' }) };
  }

  /** ws met something that is not WebSocket, or beyond a limit. It has sent a close frame and reads no more. */
  #onViolation(error: Error & { code?: string }): void {
    this.#ending ??= { by: 'this side', ...violation(error, this.#facts.limits.maxPayload) };
    this.#cutLater();
  }

  #close(ending: Ending, code: number, reason: string): void {
    if (this.#webSocket.readyState === WebSocket.CLOSED) return;
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#ending ??= ending;
    if (this.#events === undefined) {
      // A paused socket would not bring the other side's close frame.
      this.#deaf = true;
      this.#webSocket.resume();
    } else if (this.#webSocket.isPaused) this.resume();
    this.#webSocket.close(code, reason);
    this.#cutLater();
  }

  #cut(ending: Ending): void {
    if (this.#webSocket.readyState === WebSocket.CLOSED) return;
    this.#ending ??= ending;
    this.#deaf = true;
    this.#webSocket.terminate();
  }

  #cutLater(): void {
    if (this.#ended !== undefined) return;
    this.#cutTimer ??= this.#facts.timers.setTimeout(() => this.#webSocket.terminate(), CLOSE_TIMEOUT);
  }

  #onClose(code: number, reason: Buffer): void {
    this.#heartbeat?.stop();
    this.#backlog?.stop();
    this.#facts.timers.clearTimeout(this.#cutTimer);
    this.#ended = this.#ending ?? this.#endedFromAfar(code, reason.toString());
    if (this.#kept === undefined) this.#tell(this.#ended);
  }

  #endedFromAfar(code: number, reason: string): Ending {
    const cause = this.#networkError;
    if (cause === undefined) return { by: this.#facts.peer, code, reason };
    return { code, reason: cause.message, cause };
  }

  #tell(ending: Ending): void {
    this.#events?.closed(connectionLost(this.#facts.connection, ending));
  }
}

/** The close code that ws has sent, and a sentence with the limit in it. ws keeps the code to itself. */
function violation(error: Error & { code?: string }, maxPayload: number): Pick<Ending, 'code' | 'reason' | 'cause'> {
  switch (error.code) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH': {
      const cause = tooLongCame(maxPayload, error);
      return { code: CLOSE_CODE.tooLarge, reason: cause.message, cause };
    }
    case 'WS_ERR_INVALID_UTF8':
      return { code: 1007, reason: 'a text frame came that is not UTF-8', cause: error };
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS': {
      const cause = new ProtocolError(TOO_MANY_PIECES, { limit: 'pieces', cause: error });
      return { code: CLOSE_CODE.policy, reason: TOO_MANY_PIECES, cause };
    }
    default:
      return { code: 1002, reason: error.message, cause: error };
  }
}

import { ConnectError, UsageError } from '../errors.js';
import { type Ending, lost } from './ending.js';
import { DEFAULT_PING, Heartbeat, type PingOptions } from './heartbeat.js';
import { isText } from './subprotocol.js';
import { realTimers, type Timers } from './timers.js';
import type { Connector, Frame, Transport, TransportEvents } from './transport.js';
import { onWake } from './wake.js';
import type { WebSocketUrl } from './websocket-url.js';

/** How a page's WebSocket is kept. */
export interface WebSocketOptions {
  /** How many octets may wait to be sent before the connection is given up. Default 16 MiB. */
  readonly maxQueued?: number;
  /**
   * A page cannot send a WebSocket's pings. So after 10 s in which nothing came the peer sends a request that every router
   * answers and that changes nothing, and expects anything at all within 5 s. `false` for none.
   */
  readonly ping?: Partial<PingOptions> | false;
  /** Time for pings and for waiting. Default: real time. */
  readonly clock?: Timers;
}

/** How long an orderly end may take, in milliseconds. */
const CLOSE_TIMEOUT = 2_000;

/** Frames that may come before anybody listens: a router says nothing before it is greeted. */
const MOST_KEPT = 1_024;

/** A page may close with 1000 or from 3000 on, nothing else. */
const BAD_FRAME = 4_003;

interface Facts {
  readonly address: string;
  readonly maxQueued: number;
  readonly ping: PingOptions | false;
  readonly timers: Timers;
  readonly connectionLost: typeof lost;
}

/**
 * A router behind `ws://` or `wss://`, by the WebSocket that the platform has. All is taken as it is: `websocket` looks at it first.
 *
 * @param connectionLost says how one ended
 * @see WAMP Basic Profile, "WebSocket Transport"
 */
export function nativeConnector(
  { href, address }: WebSocketUrl,
  options: WebSocketOptions = {},
  connectionLost = lost,
): Connector {
  const { maxQueued = 2 ** 24, clock: timers = realTimers, ping } = options;
  const facts: Facts = {
    address,
    maxQueued,
    ping: ping !== false && { ...DEFAULT_PING, ...ping },
    timers,
    connectionLost,
  };

  const open: Connector['open'] = (subprotocols, signal) =>
    new Promise<Transport>((resolve, reject) => {
      signal.throwIfAborted();
      const wanted = subprotocols.join(' or ');
      const refuse = (problem: string, transient: boolean, cause?: unknown) =>
        reject(new ConnectError(`could not connect to ${address}: ${problem}`, { address, transient, cause }));
      let socket: WebSocket;
      try {
        socket = new WebSocket(href, [...subprotocols]);
      } catch (cause) {
        // A page of https:// may not open ws://, or there is no WebSocket at all.
        refuse((cause as Error).message, false, cause);
        return;
      }
      socket.binaryType = 'arraybuffer';
      const abort = () => {
        reject(signal.reason);
        socket.close();
      };
      const settled = () => signal.removeEventListener('abort', abort);
      signal.addEventListener('abort', abort);
      // Why it could not be opened is kept from pages: it would tell them of the network that they are in.
      socket.onerror = socket.onclose = (event: globalThis.Event & { message?: string }) => {
        settled();
        refuse(
          `${event.message || 'no reason given'}; does a router there take ${wanted} and this page's origin?`,
          true,
          event,
        );
      };
      socket.onopen = () => {
        settled();
        if (subprotocols.includes(socket.protocol)) resolve(new NativeTransport(socket, facts));
        else {
          refuse(`expected ${wanted}, received subprotocol "${socket.protocol}"`, false);
          socket.close();
        }
      };
    });

  return { address, open };
}

class NativeTransport implements Transport {
  readonly address: string;
  readonly subprotocol: string;
  readonly #socket: WebSocket;
  readonly #facts: Facts;
  readonly #text: boolean;
  #events: TransportEvents | undefined;
  #kept: Frame[] | undefined = [];
  #heartbeat: Heartbeat | undefined;
  #sleep: (() => void) | undefined;
  #deaf = false;
  #cutTimer: unknown;
  /** Why this side ended it. The first reason stays. */
  #ending: Ending | undefined;
  /** How it ended. */
  #ended: Ending | undefined;

  /** To be called as soon as the WebSocket is open, before anything can arrive on it. */
  constructor(socket: WebSocket, facts: Facts) {
    this.address = facts.address;
    this.subprotocol = socket.protocol;
    this.#socket = socket;
    this.#facts = facts;
    this.#text = isText(socket.protocol);
    socket.onmessage = ({ data }) => this.#onMessage(data);
    // Node 22 leaves it at that: no `close` follows. Elsewhere one does, at once, and says more.
    socket.onerror = (cause) => {
      facts.timers.setTimeout(() => this.#onEnd({ reason: 'the network failed', cause }), 0);
    };
    socket.onclose = ({ code, reason }) => this.#onEnd({ by: 'the router', code, reason });
  }

  get queued(): number {
    return this.#ended === undefined ? this.#socket.bufferedAmount : 0;
  }

  listen(events: TransportEvents): void {
    if (this.#events !== undefined) throw new UsageError('listen() may be called once');
    this.#events = events;
    // Not at once: the caller finishes what it is doing before it hears of anything.
    queueMicrotask(() => {
      const kept = this.#kept ?? [];
      this.#kept = undefined;
      for (const frame of kept) this.#deliver(frame);
      if (this.#ended !== undefined) this.#tell(this.#ended);
    });
  }

  askWhenIdle(ask: () => void): void {
    const { ping, timers } = this.#facts;
    if (ping === false || this.#ended !== undefined || this.#heartbeat !== undefined) return;
    const heartbeat = new Heartbeat(timers, { ...ping, onlyWhenIdle: true }, ask, (cause) =>
      this.#cut(cause.message, cause),
    );
    this.#heartbeat = heartbeat;
    heartbeat.start();
    // A page that slept, or whose network has changed, asks at once.
    this.#sleep = onWake(() => heartbeat.askNow());
  }

  send(frame: Frame): void {
    const socket = this.#socket;
    if (this.#ending !== undefined || socket.readyState !== 1) return;
    socket.send(asKind(frame, this.#text));
    const { maxQueued } = this.#facts;
    if (socket.bufferedAmount > maxQueued) {
      this.#cut(`more than ${maxQueued} octets wait to be sent (maxQueued)`);
    }
  }

  close(): void {
    this.#close(1_000);
  }

  /** A page cannot cut a WebSocket: what was sent may still leave. Nothing more comes. */
  destroy(): void {
    this.#cut();
  }

  #onMessage(data: string | ArrayBuffer): void {
    this.#heartbeat?.heard();
    if (this.#deaf || this.#ended !== undefined) return;
    const text = typeof data === 'string';
    if (text !== this.#text) {
      this.#deaf = true;
      const [came, due] = text ? ['text', 'binary'] : ['binary', 'text'];
      this.#close(BAD_FRAME, `${this.subprotocol}: expected ${due}, received ${came}`);
      return;
    }
    const frame = text ? data : new Uint8Array(data);
    if (this.#kept === undefined) this.#deliver(frame);
    else if (this.#kept.push(frame) > MOST_KEPT) {
      this.#cut(`more than ${MOST_KEPT} frames came before listen()`);
    }
  }

  #deliver(frame: Frame): void {
    if (this.#deaf) return;
    try {
      this.#events?.frame(frame);
    } catch (cause) {
      this.#cut('what took its frames threw', cause);
    }
  }

  #close(code: number, reason?: string): void {
    if (this.#ended !== undefined || this.#ending !== undefined) return;
    const ending: Ending = { by: 'this side', reason };
    this.#ending = ending;
    this.#socket.close(code, reason);
    this.#cutTimer = this.#facts.timers.setTimeout(() => this.#onEnd(ending), CLOSE_TIMEOUT);
  }

  #cut(reason?: string, cause?: unknown): void {
    if (this.#ended !== undefined) return;
    const ending: Ending = { by: 'this side', reason, cause };
    this.#ending ??= ending;
    this.#deaf = true;
    this.#socket.close();
    // Not at once: whoever cuts it finishes what it is doing.
    queueMicrotask(() => this.#onEnd(ending));
  }

  #onEnd(ending: Ending): void {
    if (this.#ended !== undefined) return;
    this.#ended = this.#ending ?? ending;
    this.#heartbeat?.stop();
    this.#sleep?.();
    this.#facts.timers.clearTimeout(this.#cutTimer);
    if (this.#kept === undefined) this.#tell(this.#ended);
  }

  #tell(ending: Ending): void {
    this.#events?.closed(this.#facts.connectionLost(`the connection to ${this.address}`, ending));
  }
}

/** The subprotocol alone decides between text and binary. */
function asKind(frame: Frame, text: boolean): string | Uint8Array<ArrayBuffer> {
  if (text) return typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
  return typeof frame === 'string' ? new TextEncoder().encode(frame) : (frame as Uint8Array<ArrayBuffer>);
}

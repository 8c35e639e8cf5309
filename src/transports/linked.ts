import { ConnectError, UsageError } from '../errors.js';
import { connectionLost } from './close-meaning.js';
import { CLOSE_CODE, type Ending, messageOf, type Side, tooLongCame } from './ending.js';
import { checkSubprotocols, chooseSubprotocol, isText } from './subprotocol.js';
import type { Connector, Frame, Transport, TransportEvents } from './transport.js';

export interface LinkedOptions {
  /** Default `wamp.2.json`. */
  readonly subprotocol?: string;
  /** How the client's end is called in messages: what a URL is to a WebSocket. Default `linked`. */
  readonly address?: string;
  /** The largest frame accepted, in octets. A larger one ends both ends with 1009. Default 1 MiB. */
  readonly maxPayload?: number;
  /** How many octets may wait for one end. More end both: it does not listen. Default 16 MiB. */
  readonly maxQueued?: number;
}

/** After so many frames in a row the loop gets a turn, or two ends that answer each other would let no timer fire. */
const FRAMES_PER_TURN = 256;

/**
 * Two transports in one process, each the other's other end: the client's, then the router's.
 *
 * They behave as a WebSocket does: a frame arrives later, in order, and never while its sender is still sending.
 */
export function linkedPair(options: LinkedOptions = {}): [client: Transport, router: Transport] {
  const { subprotocol = 'wamp.2.json', address = 'linked', maxPayload = 2 ** 20, maxQueued = 2 ** 24 } = options;
  checkSubprotocols([subprotocol]);
  for (const [name, value] of Object.entries({ maxPayload, maxQueued })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new UsageError(`${name}: expected octets, a whole number from 1, received ${String(value)}`);
  }
  const limits = { maxPayload, maxQueued };
  const client = new LinkedEnd(subprotocol, address, `the connection to ${address}`, 'the client', limits);
  const router = new LinkedEnd(subprotocol, address, `the connection from ${address}`, 'the router', limits);
  client.link(router);
  router.link(client);
  return [client, router];
}

/**
 * A router in this process, as a client sees it.
 *
 * @param accept is given the router's end of each transport; a {@link ConnectError} that it throws is the client's
 * @param options `subprotocols`: what the router supports; everything when left out. The client's first wish among them counts
 */
export function connectorTo(
  accept: (transport: Transport) => void,
  address = 'linked',
  options: Omit<LinkedOptions, 'subprotocol' | 'address'> & { readonly subprotocols?: readonly string[] } = {},
): Connector {
  const { subprotocols: supported, ...limits } = options;
  return {
    address,
    async open(offered, signal) {
      signal.throwIfAborted();
      checkSubprotocols(offered);
      const subprotocol = supported === undefined ? offered[0] : chooseSubprotocol(supported, offered);
      if (subprotocol === undefined) {
        const message = `could not connect to ${address}: expected one of the subprotocols ${supported?.join(', ')}, received ${offered.join(', ')}`;
        throw new ConnectError(message, { address, transient: false });
      }
      // A client that is being started has not to meet its router's code within its own.
      await Promise.resolve();
      signal.throwIfAborted();
      const [client, router] = linkedPair({ ...limits, subprotocol, address });
      try {
        accept(router);
      } catch (cause) {
        client.destroy();
        if (cause instanceof ConnectError) throw cause;
        throw new ConnectError(`could not connect to ${address}: ${messageOf(cause)}`, {
          address,
          transient: true,
          cause,
        });
      }
      return client;
    },
  };
}

class LinkedEnd implements Transport {
  readonly address: string;
  readonly subprotocol: string;
  readonly #connection: string;
  /** How the other end names this one. */
  readonly #side: Side;
  readonly #limits: { readonly maxPayload: number; readonly maxQueued: number };
  readonly #text: boolean;
  #other: LinkedEnd | undefined;
  #events: TransportEvents | undefined;
  /** Frames that the other end has sent and this one has not delivered, from `#next` on. */
  #arriving: Frame[] = [];
  #next = 0;
  #octets = 0;
  #delivered = 0;
  #scheduled = false;
  #paused = false;
  /** Whom the other end has asked to tell when this one has all that it was sent. */
  #flushed: (() => void)[] = [];
  /** Set when nothing more is accepted; told when what arrived before is delivered. */
  #ending: Ending | undefined;
  #told = false;

  constructor(
    subprotocol: string,
    address: string,
    connection: string,
    side: Side,
    limits: { maxPayload: number; maxQueued: number },
  ) {
    this.subprotocol = subprotocol;
    this.address = address;
    this.#connection = connection;
    this.#side = side;
    this.#limits = limits;
    this.#text = isText(subprotocol);
  }

  link(other: LinkedEnd): void {
    this.#other = other;
  }

  get queued(): number {
    return this.#other === undefined ? 0 : this.#other.#octets;
  }

  listen(events: TransportEvents): void {
    if (this.#events !== undefined) throw new UsageError('listen() may be called once');
    this.#events = events;
    this.#schedule();
  }

  send(frame: Frame): void {
    const other = this.#other;
    if (this.#ending !== undefined || other === undefined) return;
    const octets = sizeOf(frame);
    const { maxPayload, maxQueued } = this.#limits;
    if (octets > maxPayload) {
      other.#end(tooLongCame(maxPayload), CLOSE_CODE.tooLarge);
      return;
    }
    other.#arriving.push(asKind(frame, this.#text));
    other.#octets += octets;
    if (other.#octets > maxQueued) {
      this.#destroy(`more than ${maxQueued} octets wait to be sent (maxQueued)`);
    } else {
      other.#schedule();
    }
  }

  pause(): void {
    if (this.#ending === undefined) this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#schedule();
  }

  flushed(then: () => void): void {
    const other = this.#other;
    if (this.#ending !== undefined || other === undefined) return;
    if (other.#octets === 0) queueMicrotask(then);
    else other.#flushed.push(then);
  }

  close(): void {
    this.resume();
    this.#end(undefined, CLOSE_CODE.normal);
  }

  destroy(): void {
    this.#destroy();
  }

  /** Nothing more is accepted at either end; what is on the way is still delivered. */
  #end(cause: Error | undefined, code: number): void {
    if (this.#ending !== undefined) return;
    const why = cause === undefined ? {} : { reason: cause.message };
    this.#ending = { by: 'this side', ...(cause === undefined ? {} : { code, cause }), ...why };
    this.#schedule();
    if (this.#other !== undefined) {
      this.#other.#ending ??= { by: this.#side, code, ...why };
      this.#other.#schedule();
    }
  }

  /** What is on the way is lost, both ways. */
  #destroy(reason?: string, cause?: unknown): void {
    this.#ending ??= { by: 'this side', ...(reason === undefined ? {} : { reason }), cause };
    this.#drop();
    if (this.#other !== undefined) {
      this.#other.#ending ??= { by: this.#side, code: 1006 };
      this.#other.#drop();
    }
  }

  #drop(): void {
    this.#arriving = [];
    this.#next = 0;
    this.#octets = 0;
    this.#flushed = [];
    this.#schedule();
  }

  #forget(): void {
    this.#arriving = this.#arriving.slice(this.#next);
    this.#next = 0;
  }

  #schedule(): void {
    if (this.#scheduled || this.#told || this.#events === undefined) return;
    this.#scheduled = true;
    if (this.#delivered < FRAMES_PER_TURN) {
      queueMicrotask(() => this.#deliver());
    } else {
      this.#delivered = 0;
      nextTurn(() => this.#deliver());
    }
  }

  #deliver(): void {
    const events = this.#events;
    if (events === undefined) return;
    while (!this.#paused && this.#next < this.#arriving.length && this.#delivered < FRAMES_PER_TURN) {
      const frame = this.#arriving[this.#next] as Frame;
      this.#next += 1;
      this.#delivered += 1;
      this.#octets -= sizeOf(frame);
      try {
        events.frame(frame);
      } catch (cause) {
        this.#destroy('what took its frames threw', cause);
      }
    }
    this.#scheduled = false;
    if (this.#next < this.#arriving.length) {
      // What was delivered is let go of, though not for the price of moving a long queue each time.
      if (this.#next > this.#arriving.length / 2) this.#forget();
      if (!this.#paused) this.#schedule();
      return;
    }
    this.#forget();
    const flushed = this.#flushed;
    this.#flushed = [];
    for (const then of flushed) then();
    if (this.#ending === undefined || this.#told) return;
    this.#told = true;
    events.closed(connectionLost(this.#connection, this.#ending));
  }
}

/** On a wire the subprotocol decides about text and binary; so here. */
function asKind(frame: Frame, text: boolean): Frame {
  if (text) return typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
  return typeof frame === 'string' ? new TextEncoder().encode(frame) : frame;
}

/** In octets of UTF-8. */
function sizeOf(frame: Frame): number {
  if (typeof frame !== 'string') return frame.length;
  return typeof Buffer === 'function' ? Buffer.byteLength(frame) : new TextEncoder().encode(frame).length;
}

/** Lets timers and sockets have their turn. Browsers have no `setImmediate`. */
function nextTurn(fn: () => void): void {
  if (typeof setImmediate === 'function') setImmediate(fn);
  else setTimeout(fn, 0);
}

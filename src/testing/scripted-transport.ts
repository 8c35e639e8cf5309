import { ConnectionLost } from '../errors.js';
import { cbor } from '../serializers/cbor.js';
import { msgpack } from '../serializers/msgpack.js';
import type { Serializer } from '../serializers/serializer.js';
import type { Frame, Transport, TransportEvents } from '../transports/transport.js';
import type { List } from '../wamp/values.js';

/** Without limits and without care: what a script says need not be what a router may say. */
const PLAIN: Serializer = {
  subprotocol: 'wamp.2.json',
  encode: (list) => JSON.stringify(list),
  decode: (frame) => JSON.parse(String(frame)) as List,
};

const SERIALIZERS: readonly Serializer[] = [PLAIN, msgpack(), cbor()];

/** Which of those that are offered a script can speak. */
export function speakable(subprotocols: readonly string[]): string | undefined {
  return subprotocols.find((name) => SERIALIZERS.some(({ subprotocol }) => subprotocol === name));
}

/** What the peer sees of a scripted transport, and how it ends. */
export interface ScriptedTransportOptions {
  /** Default `scripted:router`. */
  readonly address?: string;
  /** Default `wamp.2.json`. */
  readonly subprotocol?: string;
  /** Whether the end that the peer makes is answered, as a router would. Default false: the test says `lose()`, or nothing. */
  readonly answersClose?: boolean;
  /** Hears each message that was sent. Never within `send`. */
  readonly onSent?: (list: List) => void;
}

/** A transport whose other end is the test: what it is told to `receive` arrives at once, within the call. */
export class ScriptedTransport implements Transport {
  readonly address: string;
  readonly subprotocol: string;
  queued = 0;
  /** Every message that was sent, as the list that it is on the wire. */
  readonly sent: List[] = [];
  /** `closed` and `destroyed` by the peer, `lost` by the script. */
  state: 'open' | 'closed' | 'destroyed' | 'lost' = 'open';
  readonly #serializer: Serializer;
  readonly #onSent: ((list: List) => void) | undefined;
  readonly #answersClose: boolean;
  #events: TransportEvents | undefined;
  readonly #kept: Frame[] = [];

  constructor(options: ScriptedTransportOptions = {}) {
    const { address = 'scripted:router', subprotocol = PLAIN.subprotocol, answersClose = false, onSent } = options;
    this.address = address;
    this.subprotocol = subprotocol;
    this.#serializer = SERIALIZERS.find((each) => each.subprotocol === subprotocol) ?? PLAIN;
    this.#onSent = onSent;
    this.#answersClose = answersClose;
  }

  listen(events: TransportEvents): void {
    this.#events = events;
    for (const frame of this.#kept.splice(0)) events.frame(frame);
  }

  send(frame: Frame): void {
    if (this.state !== 'open') return;
    const list = this.#serializer.decode(frame);
    this.sent.push(list);
    const onSent = this.#onSent;
    if (onSent !== undefined) queueMicrotask(() => onSent(list));
  }

  close(): void {
    if (this.state === 'open') this.#leave('closed');
  }

  destroy(): void {
    if (this.state === 'open') this.#leave('destroyed');
  }

  /** The other end sends messages, one right behind the other. */
  receive(...lists: List[]): void {
    for (const list of lists) this.receiveFrame(this.#serializer.encode(list));
  }

  /** The other end sends a frame, which need not be a message. */
  receiveFrame(frame: Frame): void {
    if (this.#events === undefined) this.#kept.push(frame);
    else this.#events.frame(frame);
  }

  /** The connection breaks. */
  lose(why = new ConnectionLost('the connection to the router was lost', { mayHaveExecuted: false })): void {
    this.state = 'lost';
    this.#events?.closed(why);
  }

  #leave(state: 'closed' | 'destroyed'): void {
    this.state = state;
    if (!this.#answersClose) return;
    const why = new ConnectionLost(`the connection to ${this.address} was closed by this side`, {
      mayHaveExecuted: false,
    });
    queueMicrotask(() => this.#events?.closed(why));
  }
}

/**
 * A connector with faults: it opens the transports of another one, and stands between the two ends. What it does to a connection
 * is decided by its {@link Conditions}; here it is carried out.
 */

import { type Clock, systemClock } from '../../supervisors/clock.js';
import { ConnectError } from '../errors.js';
import { cbor } from '../serializers/cbor.js';
import { json } from '../serializers/json.js';
import type { Limits } from '../serializers/limits.js';
import { msgpack } from '../serializers/msgpack.js';
import type { Serializer } from '../serializers/serializer.js';
import { connectorFor } from '../transports/connector.js';
import { DEFAULT_PING, type PingOptions } from '../transports/heartbeat.js';
import { pingOptions } from '../transports/ping-options.js';
import type { Connector, Transport } from '../transports/transport.js';
import { A_COUNT, unfit } from '../wamp/given.js';
import type { Message, MessageType } from '../wamp/message.js';
import type { Id, Uri } from '../wamp/values.js';
import type { Crossing } from './crossing.js';
import { type After, Conditions, endsOf, type Faults, type OneWay, type Said, type Which } from './faults.js';
import { LinkTransport, type Way } from './link-transport.js';

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
export class Link implements Connector, Faults, Way {
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

import type { AuthMethod } from '../auth/auth-method.js';
import { UsageError } from '../errors.js';
import type { Endpoint } from '../roles/callee.js';
import type { EventHandler } from '../roles/subscriber.js';
import type { Serializer } from '../serializers/serializer.js';
import type { Connector } from '../transports/transport.js';
import type { WebSocketOptions } from '../transports/websocket.js';
import {
  A_COUNT,
  A_FUNCTION,
  A_SIGNAL,
  A_STRING,
  AN_OBJECT,
  ANYTHING,
  came,
  checkOptions,
  having,
  isText,
  type Kind,
  type Kinds,
  MILLISECONDS,
  oneOfThese,
  unfit,
} from '../wamp/given.js';
import type { Dict, Id, Uri } from '../wamp/values.js';

export type Milliseconds = number;

/** Options that a router may know beyond the standard's begin with an underscore and are passed on as they are. */
export type CustomOptions = { readonly [key: `_${string}`]: unknown };

/** What every request takes. */
export interface RequestOptions {
  /**
   * How long the request may take in all, waiting for a session included. Milliseconds; default the peer's `timeout`;
   * `Infinity` for no limit. Enforced here, whatever the router supports.
   */
  readonly timeout?: Milliseconds;
  /** Gives the request up: its promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** While the peer is down: wait for the next session (the default of {@link PeerOptions.whenDown}), or fail at once. */
  readonly whenDown?: 'wait' | 'fail';
}

export interface CallOptions extends RequestOptions, CustomOptions {
  readonly kwargs?: Dict;
  /** Asks the dealer to tell the callee who calls. */
  readonly discloseMe?: boolean;
  /**
   * The call may be carried out twice without harm: then, if its session is lost while it is in flight, it is sent
   * again in the next one instead of rejecting with `ConnectionLost`. Default false: at most once.
   */
  readonly idempotent?: boolean;
}

export interface PublishOptions extends RequestOptions, CustomOptions {
  readonly kwargs?: Dict;
  /** Waits for the broker's word that it has the event. Default false. */
  readonly acknowledge?: boolean;
  /** Whether a subscription of this peer itself does not get the event. Default true, as WAMP has it. */
  readonly excludeMe?: boolean;
  readonly discloseMe?: boolean;
  readonly exclude?: readonly Id[];
  readonly excludeAuthid?: readonly string[];
  readonly excludeAuthrole?: readonly string[];
  readonly eligible?: readonly Id[];
  readonly eligibleAuthid?: readonly string[];
  readonly eligibleAuthrole?: readonly string[];
  readonly retain?: boolean;
}

export interface RegisterOptions extends RequestOptions, CustomOptions {
  readonly match?: 'exact' | 'prefix' | 'wildcard';
  readonly invoke?: 'single' | 'roundrobin' | 'random' | 'first' | 'last';
}

export interface SubscribeOptions extends RequestOptions, CustomOptions {
  readonly match?: 'exact' | 'prefix' | 'wildcard';
  readonly getRetained?: boolean;
}

/** An endpoint or handler with its options, where a bare function has none. */
export type WithOptions<F, O> = F | ({ readonly handler: F } & Omit<O, keyof RequestOptions>);

/** What becomes of a peer whose session was aborted for a given reason. */
export type OnAbort = 'restart' | 'park' | 'stop';

/** A session as the router welcomed it. */
export interface Session {
  readonly id: Id;
  readonly realm: Uri;
  readonly authid: string | undefined;
  readonly authrole: string | undefined;
  readonly authmethod: string | undefined;
  /** WELCOME.Details as they came. */
  readonly details: Dict;
}

export interface PeerOptions {
  /** Where the router is: `ws://…`, `wss://…`, or a connector, such as the embedded router itself. */
  readonly url: string | Connector;
  readonly realm: Uri;
  /** Procedures, restored in this order after every restart, before the subscriptions. */
  readonly register?: Readonly<Record<Uri, WithOptions<Endpoint, RegisterOptions>>>;
  /** Topics, restored in this order after every restart. */
  readonly subscribe?: Readonly<Record<Uri, WithOptions<EventHandler, SubscribeOptions>>>;
  readonly authid?: string;
  /** The methods to offer, the most wanted first: `ticket(…)`, `wampcra(…)` or your own. Default: anonymous. */
  readonly auth?: AuthMethod | readonly AuthMethod[];
  /** The serializers to offer, the most wanted first. Default: JSON. */
  readonly serializers?: readonly Serializer[];
  /** Of every request that does not say otherwise. Default 30,000. */
  readonly timeout?: Milliseconds;
  /** Until the transport is open. Default 5,000. */
  readonly openTimeout?: Milliseconds;
  /** From HELLO to WELCOME. Default 5,000. */
  readonly handshakeTimeout?: Milliseconds;
  /** From our GOODBYE to the router's. Default 2,000. */
  readonly goodbyeTimeout?: Milliseconds;
  /** Default `wait`. */
  readonly whenDown?: 'wait' | 'fail';
  /** How many requests may wait while the peer is down. Default 1,000; one more rejects with `QueueFull`. */
  readonly queueLimit?: number;
  /** By ABORT or GOODBYE URI, what becomes of the peer. Default: restart, and park after a few tries if it cannot heal by itself. */
  readonly onAbort?: Readonly<Record<Uri, OnAbort>>;
  /** After each join, registrations and subscriptions being back. A throw is logged. */
  readonly onJoin?: (session: Session) => unknown;
  /** After each end of a session. `reason` is why. A throw is logged. */
  readonly onLeave?: (reason: unknown) => unknown;
  /** HELLO.Details.agent. Default `respell`. */
  readonly agent?: string;
  /** Of the WebSocket that `url` stands for: pings, headers, TLS, limits. */
  readonly websocket?: WebSocketOptions;
}

const WHEN_DOWN = oneOfThese('wait', 'fail');

/** Values of a record from URIs to what belongs to each. */
const valuesOf = (value: unknown): readonly unknown[] => Object.values(value as object);

const hasName = (method: unknown): boolean =>
  METHOD.fits(method) && isText((method as { readonly name?: unknown }).name);
const METHOD = having('an authentication method', 'answer');
const SERIALIZER = having('a serializer', 'encode', 'decode');

const KINDS: Kinds<PeerOptions> = {
  url: ANYTHING,
  realm: { expected: 'a URI such as "realm1"', fits: isText },
  register: AN_OBJECT,
  subscribe: AN_OBJECT,
  authid: A_STRING,
  auth: {
    expected: 'ticket(…), wampcra(…), a method of your own, or a list of them',
    fits: (value) => (Array.isArray(value) ? value.every(hasName) : hasName(value)),
    hidden: true,
  },
  serializers: {
    expected: 'a list of at least one serializer, such as [json()]',
    fits: (value) => Array.isArray(value) && value.length > 0 && value.every((each) => SERIALIZER.fits(each)),
  },
  timeout: MILLISECONDS,
  openTimeout: MILLISECONDS,
  handshakeTimeout: MILLISECONDS,
  goodbyeTimeout: MILLISECONDS,
  whenDown: WHEN_DOWN,
  queueLimit: { expected: 'a whole number from 0', fits: (value) => value === 0 || A_COUNT.fits(value) },
  onAbort: {
    expected: 'an object of URIs, each with "restart", "park" or "stop"',
    fits: (value) =>
      AN_OBJECT.fits(value) && valuesOf(value).every((fate) => ['restart', 'park', 'stop'].includes(fate as OnAbort)),
  },
  onJoin: A_FUNCTION,
  onLeave: A_FUNCTION,
  agent: A_STRING,
  websocket: AN_OBJECT,
};

/** @throws {UsageError} that says which option of which peer is wrong, what was expected and what came */
export function checkPeerOptions(peer: string, options: unknown): asserts options is PeerOptions {
  const where = `peer "${peer}"`;
  checkOptions<PeerOptions>(where, options, KINDS);
  if (options.realm === undefined) throw unfit(where, 'realm', KINDS.realm, undefined);
  const { url, register = {}, subscribe = {} } = options;
  if (!isText(url) && !CONNECTOR.fits(url)) throw unfit(where, 'url', CONNECTOR, url);
  checkHandlers(where, 'register', 'an endpoint', register);
  checkHandlers(where, 'subscribe', 'an event handler', subscribe);
}

const CONNECTOR: Kind = {
  ...having('', 'open'),
  expected: "a router's URL such as ws://127.0.0.1:8080/ws, or a connector such as the embedded router",
};

function checkHandlers(where: string, key: string, kind: string, entries: Readonly<Record<Uri, unknown>>): void {
  for (const [uri, entry] of Object.entries(entries)) {
    const handler = AN_OBJECT.fits(entry) ? (entry as { readonly handler?: unknown }).handler : entry;
    if (typeof handler === 'function') continue;
    throw new UsageError(`${where}: expected ${kind} (a function) for ${key}["${uri}"], received ${came(entry)}`);
  }
}

const REQUEST: Kinds<RequestOptions> = { timeout: MILLISECONDS, signal: A_SIGNAL, whenDown: WHEN_DOWN };

/**
 * Checks what every request takes; the rest of its options is checked where it is turned into the wire's.
 *
 * @throws {UsageError} that begins with `operation`
 */
export function checkRequestOptions(operation: string, options: unknown): asserts options is RequestOptions {
  if (!AN_OBJECT.fits(options)) {
    throw new UsageError(`${operation}: expected options, an object, received ${came(options)}`);
  }
  for (const name of ['timeout', 'signal', 'whenDown'] as const) {
    const value = (options as RequestOptions)[name];
    if (value !== undefined && !REQUEST[name].fits(value)) throw unfit(operation, name, REQUEST[name], value);
  }
}

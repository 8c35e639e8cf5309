import type { AuthMethod } from '../auth/auth-method.js';
import type { EndpointFor, EventFor, Untyped } from '../contract/api.js';
import type { Contract } from '../contract/contract.js';
import type { Received, Validate } from '../contract/validate.js';
import type { CancelMode, Result } from '../roles/caller.js';
import type { Endpoint } from '../roles/invocation.js';
import type { EventHandler } from '../roles/subscriber.js';
import type { Serializer } from '../serializers/serializer.js';
import type { PayloadScheme } from '../wamp/payload-scheme.js';
import type { Dict, Id, List, Uri } from '../wamp/values.js';
import type { Overflow, StreamOptions } from './loops/stream-options.js';
import type { Role } from './relay/role.js';
import type { RouterChoice } from './routers/router-choice.js';
import type { SealBy, SealedOnly } from './seals.js';
import type { Session } from './session/welcomed.js';

export type { Session };

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

/** What a call takes beside its procedure and `args`. */
export interface CallOptions extends RequestOptions, CustomOptions {
  /** The call's keyword arguments. Default none. */
  readonly kwargs?: Dict;
  /** Asks the dealer to tell the callee who calls. */
  readonly discloseMe?: boolean;
  /**
   * Has the dealer end the call after so many milliseconds, with ERROR `wamp.error.timeout`, or the callee, if it has asked for
   * that (`forwardTimeout`). For a callee that is to know how long it has; `timeout` holds whatever the router supports.
   *
   * @see WAMP Advanced Profile, "Call Timeouts"
   */
  readonly dealerTimeout?: Milliseconds;
  /**
   * The call may be carried out twice without harm: then, if its session is lost while it is in flight, it is sent
   * again in the next one instead of rejecting with `ConnectionLost`. Default false: at most once.
   */
  readonly idempotent?: boolean;
  /**
   * Takes the parts of the result that come before its end, if the callee sends any; `timeout` is then the longest pause
   * between two of them. A throw is logged. With `idempotent`, a call that is sent again tells of its parts again.
   *
   * @see WAMP Advanced Profile, "Progressive Call Results"
   */
  readonly onProgress?: (part: Result) => unknown;
  /**
   * How the dealer cancels the call when it is given up here: tells the callee and waits for nothing (`killnowait`, the
   * default), waits for the callee (`kill`), or does not tell it (`skip`).
   *
   * @see WAMP Advanced Profile, "Call Canceling"
   */
  readonly cancelMode?: CancelMode;
  /** What seals the payload. Default: the peer's first scheme, if it has one; false sends it plain. */
  readonly passthru?: SealBy;
}

/** What {@link Peer.events} takes: what a subscription does, and what becomes of events for which the loop has no time yet. */
export interface EventsOptions extends SubscribeOptions, StreamOptions {
  /** Ends the loop, as `break` does. */
  readonly signal?: AbortSignal;
  /** Default `dropOldest`: of events the newest tell most. */
  readonly overflow?: Overflow;
}

/** What {@link Peer.progress} takes. */
export interface ProgressOptions extends Omit<CallOptions, 'onProgress'>, CustomOptions, StreamOptions {
  /** Default `fail`, which cancels the call: the parts of a result are often of no use without each other. */
  readonly overflow?: Overflow;
}

/** What {@link Peer.stream} takes. */
export interface CallStreamOptions extends Omit<ProgressOptions, 'idempotent'>, CustomOptions {
  /**
   * What to send behind the first part, and then the end: each a list of arguments, or `{ args, kwargs }`. The next one is asked
   * for when the one before is on its way. A throw of it cancels the call, which rejects with what was thrown.
   */
  readonly parts?: Iterable<CallPart> | AsyncIterable<CallPart>;
  /** Whether the callee may send parts of the result before its end, for the loop. Default true. */
  readonly receiveProgress?: boolean;
}

/** One part of a call, as {@link CallStreamOptions.parts} gives it. */
export type CallPart = List | { readonly args?: List; readonly kwargs?: Dict };

/**
 * What a publication takes beside its topic and `args`: the rest of the event, and who is to have it. A receiver has to fit all that
 * is said; an empty list of `eligible…` fits nobody.
 *
 * @see WAMP Advanced Profile, "Subscriber Black- and Whitelisting"
 */
export interface PublishOptions extends RequestOptions, CustomOptions {
  /** The event's keyword arguments. Default none. */
  readonly kwargs?: Dict;
  /** Waits for the broker's word that it has the event. Default false. */
  readonly acknowledge?: boolean;
  /** Whether a subscription of this peer itself does not get the event. Default true, as WAMP has it. */
  readonly excludeMe?: boolean;
  /** Asks the broker to tell the subscribers who publishes. Default false. */
  readonly discloseMe?: boolean;
  /** Sessions that are not to have it. */
  readonly exclude?: readonly Id[];
  /** Nor whoever has one of these authids. */
  readonly excludeAuthid?: readonly string[];
  /** Nor whoever has one of these roles. */
  readonly excludeAuthrole?: readonly string[];
  /** The only sessions that may have it. Default: all. */
  readonly eligible?: readonly Id[];
  /** The only authids that may have it. Default: all. */
  readonly eligibleAuthid?: readonly string[];
  /** The only roles that may have it. Default: all. */
  readonly eligibleAuthrole?: readonly string[];
  /** Has the broker keep it as the topic's last event, for those who subscribe later and ask for it (`getRetained`). Default false. */
  readonly retain?: boolean;
  /** What seals the payload. Default: the peer's first scheme, if it has one; false sends it plain. */
  readonly passthru?: SealBy;
}

/** How a procedure is offered. */
export interface RegisterOptions extends RequestOptions, CustomOptions {
  /**
   * How the procedure is meant: as it stands (`exact`, the default), as the beginning of others (`prefix`), or with empty components that stand
   * for any (`wildcard`: `com.example..changed`).
   *
   * @see WAMP Advanced Profile, "Pattern-based Registrations"
   */
  readonly match?: 'exact' | 'prefix' | 'wildcard';
  /**
   * Who of several callees of a procedure gets a call: there may be only one (`single`, the default), each in turn, any one, or the one
   * that has registered first or last. All of them have to say the same.
   *
   * @see WAMP Advanced Profile, "Shared Registration"
   */
  readonly invoke?: 'single' | 'roundrobin' | 'random' | 'first' | 'last';
  /**
   * How many calls the endpoint works on at a time. The others wait here, up to `queueLimit` of them, unless the router keeps
   * the limit itself: the embedded one lets them wait, and asks whichever callee is free first; Crossbar.io answers them with
   * an ERROR, or asks another callee. What was interrupted counts until the endpoint has returned. Default: no limit.
   */
  readonly concurrency?: number;
  /** How many calls wait at most; one more is answered with `wamp.error.unavailable`. Default 1,000. Only with `concurrency`. */
  readonly queueLimit?: number;
  /** How many parts of one call that comes in parts may wait for the endpoint's loop over them. Default 1,000. */
  readonly partsBuffer?: number;
  /**
   * Has the dealer tell how long the caller has asked it to wait (`dealerTimeout`), which it then leaves to this side: when that is
   * over, the signal of the invocation aborts, and the caller receives ERROR `wamp.error.timeout`.
   *
   * @see WAMP Advanced Profile, "Call Timeouts"
   */
  readonly forwardTimeout?: boolean;
  /**
   * Takes the procedure over from whoever holds it, such as a dead session that the router does not yet know to be dead. Only
   * where the router has the option (Crossbar.io and the embedded one have): others refuse the procedure as ever.
   */
  readonly forceReregister?: boolean;
  /** Takes sealed calls only; others are answered with `wamp.error.invalid_argument`. Default: takes plain ones, too. */
  readonly passthru?: SealedOnly;
}

/** What is subscribed to, and how. */
export interface SubscribeOptions extends RequestOptions, CustomOptions {
  /**
   * How the topic is meant: as it stands (`exact`, the default), as the beginning of others (`prefix`), or with empty components that stand
   * for any (`wildcard`: `com.example..changed`).
   *
   * @see WAMP Advanced Profile, "Pattern-based Subscriptions"
   */
  readonly match?: 'exact' | 'prefix' | 'wildcard';
  /** Has the broker send, at once, the last event that it was asked to keep (`retain`), if there is one. Default false. */
  readonly getRetained?: boolean;
  /** Takes sealed events only; others are dropped and counted (`stats().unopened`). Default: takes plain ones, too. */
  readonly passthru?: SealedOnly;
}

/** An endpoint or handler with its options, where a bare function has none. */
export type WithOptions<F, O> = F | ({ readonly handler: F } & Omit<O, keyof RequestOptions>);

/** What becomes of a peer whose session was aborted for a given reason. */
export type OnAbort = 'restart' | 'park' | 'stop';

/** What may be on its way to a router before requests wait, and how many of them may. */
export interface SendBufferOptions {
  /**
   * How many octets may wait to leave this process before requests wait for these: calls and publications, which then leave in
   * their order once all of them has left. Default 1 MiB.
   */
  readonly highWater?: number;
  /** How many requests wait so; one more rejects with `QueueFull`. Default 10,000. */
  readonly limit?: number;
}

/** How many handlers of a peer may be at work, and what may wait for them, before the peer reads no more. */
export interface ReceiveBufferOptions {
  /** Endpoints and event handlers that are at work at a time, over all registrations and subscriptions. Default 1,000. */
  readonly concurrency?: number;
  /** Calls and events that wait until others have settled, before the connection is not read any more. Default 1,000. */
  readonly limit?: number;
}

/** Of options whose contract is not known, as `Parameters<typeof connect>[1]` are, nothing is known. */
type IsUntyped<S> = unknown extends S ? true : S extends Untyped ? true : false;

/** The procedures that a peer declares: any, or those of its contract. */
export type DeclaredEndpoints<S, R> =
  IsUntyped<S> extends true
    ? Readonly<Record<Uri, WithOptions<Endpoint, RegisterOptions>>>
    : S extends { readonly procedures: infer P }
      ? { readonly [U in keyof P]?: WithOptions<EndpointFor<S, R, 'exact', U>, RegisterOptions> }
      : Readonly<Record<Uri, never>>;

/** The topics that a peer declares to hear: any, or those of its contract. */
export type DeclaredHandlers<S, R> =
  IsUntyped<S> extends true
    ? Readonly<Record<Uri, WithOptions<EventHandler, SubscribeOptions>>>
    : S extends { readonly topics: infer T }
      ? { readonly [U in keyof T]?: WithOptions<(event: EventFor<R, 'exact', U>) => unknown, SubscribeOptions> }
      : Readonly<Record<Uri, never>>;

/** How to say goodbye. */
export interface LeaveOptions {
  /** A URI for the router. Default `wamp.close.close_realm`. */
  readonly reason?: Uri;
  /** Whether to await the router's GOODBYE. Default true. */
  readonly wait?: boolean;
}

/**
 * What a peer is told, whatever transports its platform has. `S` and `R` are the API of the contract, if there is one, as it is sent and received;
 * `V` is what is checked by it.
 */
export interface PeerOptions<S = Untyped, R = S, V extends Validate = true> {
  /**
   * Where the router is: `ws://…` or `wss://…` for a WebSocket; `rs://host:port`, `rss://host:port` (TLS) or `unix:/path` for a
   * RawSocket; or a connector, such as the embedded router itself. Or a list of these, the most wanted first: each try begins
   * with the first and ends with the one that welcomes the peer. One of them may have options of its own:
   * `{ url, websocket: { … } }`.
   */
  readonly url: RouterChoice | readonly RouterChoice[];
  /** The part of the router that is joined: peers of different realms know nothing of each other. */
  readonly realm: Uri;
  /** Procedures, restored in this order after every restart, before the subscriptions. */
  readonly register?: DeclaredEndpoints<NoInfer<S>, Received<NoInfer<S>, NoInfer<R>, NoInfer<V>>>;
  /** Topics, restored in this order after every restart. */
  readonly subscribe?: DeclaredHandlers<NoInfer<S>, Received<NoInfer<S>, NoInfer<R>, NoInfer<V>>>;
  /** The API that it takes part in, made by `contract(…)`: what is declared here, and what goes through its handle. */
  readonly contract?: Contract<S, R>;
  /** With a contract in schemas: whether what it receives (`in`), what it sends (`out`) or both are checked. Default true: both. */
  readonly validate?: V;
  /** Who the peer says it is; `auth` proves it. Default: the router chooses. */
  readonly authid?: string;
  /** The methods to offer, the most wanted first: `ticket(…)`, `wampcra(…)` or your own. Default: anonymous. */
  readonly auth?: AuthMethod | readonly AuthMethod[];
  /** The serializers to offer, the most wanted first: `[cbor(), json()]`. The router chooses. Default: JSON. */
  readonly serializers?: readonly Serializer[];
  /**
   * Schemes by which payloads pass through routers: `e2ee(…)` of `respell/e2ee`, `tunnel(…)`, or your own. Whatever of theirs comes is
   * opened. All that the peer calls and publishes is sealed by the first, unless a request says otherwise, and sealed calls are
   * answered sealed. Default: none, and all is plain.
   *
   * @see WAMP Advanced Profile, "Payload Passthru Mode"
   */
  readonly passthru?: PayloadScheme | readonly PayloadScheme[];
  /** Of every request that does not say otherwise. Default 30,000. */
  readonly timeout?: Milliseconds;
  /** Until the transport is open; of several routers, for each. Default 5,000. */
  readonly openTimeout?: Milliseconds;
  /** From HELLO to WELCOME. Default 5,000. */
  readonly handshakeTimeout?: Milliseconds;
  /** From our GOODBYE to the router's. Default 2,000. */
  readonly goodbyeTimeout?: Milliseconds;
  /** Default `wait`. */
  readonly whenDown?: 'wait' | 'fail';
  /** How many requests may wait while the peer is down. Default 1,000; one more rejects with `QueueFull`. */
  readonly queueLimit?: number;
  /** When requests wait because the router, or the network, does not take what is sent. */
  readonly sendBuffer?: SendBufferOptions;
  /** When calls and events wait because the handlers do not keep up. */
  readonly receiveBuffer?: ReceiveBufferOptions;
  /** By ABORT or GOODBYE URI, what becomes of the peer. Default: restart, and park after a few tries if it cannot heal by itself. */
  readonly onAbort?: Readonly<Record<Uri, OnAbort>>;
  /** After each join, registrations and subscriptions being back. A throw is logged. */
  readonly onJoin?: (session: Session) => unknown;
  /** After each end of a session. `reason` is why. A throw is logged. */
  readonly onLeave?: (reason: unknown) => unknown;
  /**
   * Roles of your own, made by `role(…)`: the first is next to the wire. They may announce features, speak messages of their own, see
   * every message both ways, change or swallow it, and offer an object to users: `peer.role(mine)`. Default none.
   */
  readonly roles?: readonly Role[];
  /** HELLO.Details.agent. Default `respell`. */
  readonly agent?: string;
}

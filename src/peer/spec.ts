import type { ChildSpec } from '../../supervisors/index.js';
import type { Untyped } from '../contract/api.js';
import type { Validate } from '../contract/validate.js';
import { connectorFor, type TransportOptions } from '../transports/connector.js';
import { type PeerSpecOptions, peerChild } from './child.js';
import { FULL } from './full.js';
import type { PeerOptions as AnyPeerOptions } from './options.js';
import type { RouterAddress as AnyAddress, RouterChoice as AnyChoice, Platform } from './routers/router-choice.js';

export type { PeerSpecOptions };

/** A router whose transport has options of its own, in place of the peer's. */
export type RouterAddress = AnyAddress<TransportOptions>;

/** One router. */
export type RouterChoice = AnyChoice<TransportOptions>;

/** What a peer is told, in Node. */
export interface PeerOptions<S = Untyped, R = S, V extends Validate = true>
  extends AnyPeerOptions<S, R, V>,
    TransportOptions {
  /**
   * Where the router is: `ws://…` or `wss://…` for a WebSocket; `rs://host:port`, `rss://host:port` (TLS) or `unix:/path` for a
   * RawSocket; or a connector, such as the embedded router itself. Or a list of these, the most wanted first: each incarnation
   * tries them from the first, until one sends WELCOME. A URL in it that needs transport options of its own is written
   * `{ url, websocket: { … } }`.
   */
  readonly url: RouterChoice | readonly RouterChoice[];
}

export const NODE: Platform = { connectorFor, transports: ['websocket', 'rawsocket'] };

/**
 * A peer as a supervisor's child.
 *
 * @param id its name in the tree: `tree.peer(id)` is the handle to hold
 * @throws {UsageError} when an option makes no sense; nothing has been started then
 * @example `supervisor({ children: [peer('thermostat', { url: 'ws://127.0.0.1:8080/ws', realm: 'realm1' })] })`
 */
export function peer<S = Untyped, R = S, V extends Validate = true>(
  id: string,
  options: PeerOptions<S, R, V> & PeerSpecOptions,
): ChildSpec {
  // What a contract says is for whoever writes the options.
  return peerChild(id, options as unknown as PeerOptions & PeerSpecOptions, NODE, FULL);
}

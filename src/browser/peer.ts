import type { ChildSpec } from '../../supervisors/child-spec.js';
import { type PeerSpecOptions, peerChild } from '../peer/child.js';
import type { PeerOptions as AnyPeerOptions } from '../peer/options.js';
import type { RouterAddress as AnyAddress, RouterChoice as AnyChoice, Platform } from '../peer/router-choice.js';
import { type WebSocketOptions, websocket } from '../transports/native-websocket.js';

export type { PeerSpecOptions };

/** What the transports of a page take. */
export interface TransportOptions {
  /** Of the WebSocket that `url` stands for. */
  readonly websocket?: WebSocketOptions;
}

/** A router whose transport has options of its own, in place of the peer's. */
export type RouterAddress = AnyAddress<TransportOptions>;

/** One router. */
export type RouterChoice = AnyChoice<TransportOptions>;

/** What a peer is told, in a page. */
export interface PeerOptions extends AnyPeerOptions, TransportOptions {
  /**
   * Where the router is: `wss://…`, `ws://…`, or a connector. Or a list of these, the most wanted first: each incarnation tries
   * them from the first, until one sends WELCOME.
   */
  readonly url: RouterChoice | readonly RouterChoice[];
}

export const PAGE: Platform = {
  connectorFor: (url, options: TransportOptions) => websocket(url, options.websocket),
  transports: ['websocket'],
};

/**
 * A peer as a supervisor's child: `start(supervisor({ children: [peer(…)] }))` of `respell/supervisors` keeps several.
 *
 * @throws {UsageError} when an option makes no sense; nothing has been started then
 */
export function peer(id: string, options: PeerOptions & PeerSpecOptions): ChildSpec {
  return peerChild(id, options, PAGE);
}

import type { ChildSpec } from '../../supervisors/spec/child-spec.js';
import type { Untyped } from '../contract/api.js';
import type { Validate } from '../contract/validate.js';
import { type PeerSpecOptions, peerChild } from '../peer/child.js';
import { FULL } from '../peer/full.js';
import type { PeerOptions as AnyPeerOptions } from '../peer/options.js';
import type {
  RouterAddress as AnyAddress,
  RouterChoice as AnyChoice,
  Platform,
} from '../peer/routers/router-choice.js';
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
export interface PeerOptions<S = Untyped, R = S, V extends Validate = true>
  extends AnyPeerOptions<S, R, V>,
    TransportOptions {
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
export function peer<S = Untyped, R = S, V extends Validate = true>(
  id: string,
  options: PeerOptions<S, R, V> & PeerSpecOptions,
): ChildSpec {
  // What a contract says is for whoever writes the options.
  return peerChild(id, options as unknown as PeerOptions & PeerSpecOptions, PAGE, FULL);
}

import type { ChildSpec } from '../../../supervisors/spec/child-spec.js';
import type { Untyped } from '../../contract/api.js';
import { type PeerSpecOptions, peerChild } from '../../peer/child.js';
import type { ContractVerbs } from '../../peer/contract-verbs.js';
import type { CorePeer } from '../../peer/core-peer.js';
import type { PeerOptions as AnyPeerOptions } from '../../peer/options.js';
import type { Platform } from '../../peer/routers/router-choice.js';
import { nativeConnector, type WebSocketOptions } from '../../transports/native-connector.js';
import type { Connector } from '../../transports/transport.js';
import { addressOf } from '../../transports/websocket-url.js';
import { CORE } from './kind.js';

/** What a peer is told. `S` is the API that it takes part in, as `contract<Api>()` would have it; it is for the compiler alone. */
export interface PeerOptions<S = Untyped>
  extends Omit<AnyPeerOptions<S>, 'url' | 'contract' | 'validate' | 'passthru' | 'receiveBuffer' | 'roles'> {
  /** Where the router is: `wss://…`, `ws://…`, or a connector. */
  readonly url: string | Connector;
  /** Of the WebSocket that `url` stands for. */
  readonly websocket?: WebSocketOptions;
}

/** What holds a peer with an API: without one, a plain peer. */
export type PeerOf<S> = unknown extends S
  ? CorePeer
  : S extends Untyped
    ? CorePeer
    : Omit<CorePeer, keyof ContractVerbs<S, S>> & ContractVerbs<S, S>;

/**
 * The connector that a URL stands for: a router behind `ws://` or `wss://`, by the WebSocket of the page.
 *
 * @throws {TypeError} when it is no URL
 */
export function websocket(url: string, options?: WebSocketOptions): Connector {
  const given = new URL(url);
  return nativeConnector({ href: given.href, address: addressOf(given) }, options);
}

export const PAGE: Platform = {
  connectorFor: (url, options: Pick<PeerOptions, 'websocket'>) => websocket(url, options.websocket),
  transports: [],
};

/** A peer as a supervisor's child: `start(supervisor({ children: [peer(…)] }))` of `respell/supervisors` keeps several. */
export function peer<S = Untyped>(id: string, options: PeerOptions<S> & PeerSpecOptions): ChildSpec {
  // What an API says is for whoever writes the options.
  return peerChild(id, options as unknown as AnyPeerOptions & PeerSpecOptions, PAGE, CORE);
}

import type { Serializer } from '../serializers/serializer.js';
import { type RawSocketOptions, rawsocket } from './rawsocket.js';
import { rawSocketIds } from './rawsocket-ids.js';
import { isRawSocketUrl } from './rawsocket-url.js';
import type { Connector } from './transport.js';
import { type WebSocketOptions, websocket } from './websocket.js';

/** Of the transport that a URL stands for; the other one's are not looked at. */
export interface TransportOptions {
  /** Of the WebSocket that `url` stands for: pings, headers, TLS, limits. */
  readonly websocket?: WebSocketOptions;
  /** Of the RawSocket that `url` stands for: pings, TLS, limits. */
  readonly rawsocket?: RawSocketOptions;
}

/**
 * The connector that a router's URL stands for: a RawSocket's for `rs:`, `rss:` and `unix:`, a WebSocket's for `ws:` and `wss:`.
 *
 * @param options `serializers`: those that will be offered, which may have numbers of their own for RawSockets
 * @throws {UsageError} when the URL or an option cannot be meant
 */
export function connectorFor(
  url: string,
  options: TransportOptions & { readonly serializers?: readonly Serializer[] },
): Connector {
  if (!isRawSocketUrl(url)) return websocket(url, options.websocket);
  const ids = { ...rawSocketIds(options.serializers ?? []), ...options.rawsocket?.serializerIds };
  return rawsocket(
    url,
    Object.keys(ids).length === 0 ? options.rawsocket : { ...options.rawsocket, serializerIds: ids },
  );
}

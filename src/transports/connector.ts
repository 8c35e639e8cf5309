import { type RawSocketOptions, rawsocket } from './rawsocket.js';
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
 * @throws {UsageError} when the URL or an option cannot be meant
 */
export function connectorFor(url: string, options: TransportOptions): Connector {
  return isRawSocketUrl(url) ? rawsocket(url, options.rawsocket) : websocket(url, options.websocket);
}

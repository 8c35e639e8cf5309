import { A_CLOCK, checkOptions, type Kinds, OCTETS } from '../wamp/given.js';
import { connectionLost } from './close-meaning.js';
import { nativeConnector, type WebSocketOptions } from './native-connector.js';
import { PING, pingOptions } from './ping-options.js';
import { checkSubprotocols } from './subprotocol.js';
import type { Connector } from './transport.js';
import { webSocketUrl } from './websocket-url.js';

export type { WebSocketOptions };

const KINDS: Kinds<WebSocketOptions> = { maxQueued: OCTETS, ping: PING, clock: A_CLOCK };

/**
 * A router behind `ws://` or `wss://`, by the WebSocket that the platform has: of browsers, workers, Deno, Bun, and Node from 22 on.
 *
 * An attempt ends with a transport, an error, or its signal: it has no deadline of its own.
 *
 * @throws {UsageError} at once, when the URL or an option cannot be meant
 * @see WAMP Basic Profile, "WebSocket Transport"
 */
export function websocket(url: string | URL, options: WebSocketOptions = {}): Connector {
  checkOptions<WebSocketOptions>('websocket', options, KINDS);
  pingOptions(options.ping);
  const { address, open } = nativeConnector(webSocketUrl(url), options, connectionLost);
  return {
    address,
    async open(subprotocols, signal) {
      signal.throwIfAborted();
      checkSubprotocols(subprotocols);
      return open(subprotocols, signal);
    },
  };
}

import { type Listener, listenFor } from './front.js';
import { serializerIds } from './rawsocket-handshake.js';
import { RawSocketProtocol, withinRawSocket } from './rawsocket-listener.js';
import { checkSubprotocols } from './subprotocol.js';
import { type ListenOptions, WebSocketProtocol } from './websocket-listener.js';

/**
 * The server end of WebSockets and RawSockets on one port, or on one Unix socket: the first octet tells them apart.
 *
 * RawSocket's frames end at 16 MiB, whatever `maxPayload` is, and its limit is a power of two: the next one that is enough.
 *
 * @throws {UsageError} when an option cannot be meant
 * @throws {ConnectError} when the port or path is taken or may not be listened on, with Node's error as its cause
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  checkSubprotocols(options.subprotocols);
  const webSocket = new WebSocketProtocol(options);
  // A serializer of a user's own may have no number there.
  const ids = serializerIds(options.serializerIds);
  const hasNumber = options.subprotocols.some((name) => Object.hasOwn(ids, name));
  return listenFor(options, hasNumber ? [webSocket, new RawSocketProtocol(withinRawSocket(options))] : [webSocket]);
}

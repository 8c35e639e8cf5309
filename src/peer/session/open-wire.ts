import type { Serializer } from '../../serializers/serializer.js';
import type { Connector, Transport } from '../../transports/transport.js';
import { openTransport } from './given-transport.js';

/**
 * Opens a transport, with that one of `serializers` that both sides speak.
 *
 * @param serializers those to offer, the most wanted first
 * @param make the wire of both
 * @throws as {@link openTransport}
 */
export async function openWire<W>(
  connector: Connector,
  serializers: readonly Serializer[],
  signal: AbortSignal,
  make: (transport: Transport, serializer: Serializer) => W,
): Promise<W> {
  const names = serializers.map(({ subprotocol }) => subprotocol);
  const transport = await openTransport(connector, names, signal);
  // One of those that were offered: it has been looked at.
  const serializer = serializers[names.indexOf(transport.subprotocol)] as Serializer;
  return make(transport, serializer);
}

import type { Wire } from '../../../actors/wire.js';
import type { Serializer } from '../../serializers/serializer.js';
import type { Connector, Transport } from '../../transports/transport.js';

/** What of a peer's parts a wire has to do with. */
export interface WireParts {
  readonly passage: { wire(transport: Transport, serializer: Serializer): Wire };
  /** Opens connectors that may be a user's own. */
  readonly foreign:
    | { openTransport(connector: Connector, subprotocols: readonly string[], signal: AbortSignal): Promise<Transport> }
    | undefined;
}

/**
 * Opens a transport, with that one of `serializers` that both sides speak.
 *
 * @param serializers those to offer, the most wanted first
 * @throws whatever the connector throws
 */
export async function openWire(
  connector: Connector,
  serializers: readonly Serializer[],
  signal: AbortSignal,
  { passage, foreign }: WireParts,
): Promise<Wire> {
  const names = serializers.map(({ subprotocol }) => subprotocol);
  const transport = await (foreign?.openTransport(connector, names, signal) ?? connector.open(names, signal));
  // One of those that were offered: whoever has opened it has looked.
  const serializer = serializers[names.indexOf(transport.subprotocol)] as Serializer;
  return passage.wire(transport, serializer);
}

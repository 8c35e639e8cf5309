import { Wire } from '../../actors/wire.js';
import { PeerDown } from '../errors.js';
import type { Serializer } from '../serializers/serializer.js';
import type { Connector } from '../transports/transport.js';
import { STANDARD, type Vocabulary } from '../wamp/vocabulary.js';

/**
 * Opens a transport, with that one of `serializers` that both sides speak.
 *
 * @param serializers those to offer, the most wanted first
 * @param vocabulary the messages that are to be carried
 */
export async function openWire(
  connector: Connector,
  serializers: readonly Serializer[],
  signal: AbortSignal,
  vocabulary: Vocabulary = STANDARD,
): Promise<Wire> {
  const transport = await connector.open(
    serializers.map(({ subprotocol }) => subprotocol),
    signal,
  );
  const serializer = serializers.find(({ subprotocol }) => subprotocol === transport.subprotocol);
  if (serializer !== undefined) return new Wire(transport, serializer, vocabulary);
  transport.destroy();
  throw new PeerDown(
    `the connector of ${connector.address} opened a transport for ${transport.subprotocol}, which was not offered`,
  );
}

import { Wire } from '../../../actors/wire.js';
import type { Serializer } from '../../serializers/serializer.js';
import type { Connector } from '../../transports/transport.js';
import { STANDARD, type Vocabulary } from '../../wamp/vocabulary.js';
import { openTransport } from './given-transport.js';

/**
 * Opens a transport, with that one of `serializers` that both sides speak.
 *
 * @param serializers those to offer, the most wanted first
 * @param vocabulary the messages that are to be carried
 * @throws as {@link openTransport}
 */
export async function openWire(
  connector: Connector,
  serializers: readonly Serializer[],
  signal: AbortSignal,
  vocabulary: Vocabulary = STANDARD,
): Promise<Wire> {
  const names = serializers.map(({ subprotocol }) => subprotocol);
  const transport = await openTransport(connector, names, signal);
  // One of those that were offered: it has been looked at.
  const serializer = serializers[names.indexOf(transport.subprotocol)] as Serializer;
  return new Wire(transport, serializer, vocabulary);
}

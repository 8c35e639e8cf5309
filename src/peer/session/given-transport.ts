import { ConnectError } from '../../errors.js';
import { faultInTransport } from '../../transports/fault-in-transport.js';
import type { Connector, Transport } from '../../transports/transport.js';
import { came } from '../../wamp/given.js';
import { asError } from '../as-error.js';

/**
 * Opens a transport by a connector that may be a user's own, and looks whether what comes is one.
 *
 * @param subprotocols those to offer, the most wanted first
 * @throws {ConnectError} which names the connector, when it gives something else, or a subprotocol that was not offered
 *   or throws what is no `Error`
 * @throws whatever else the connector throws
 */
export async function openTransport(
  connector: Connector,
  subprotocols: readonly string[],
  signal: AbortSignal,
): Promise<Transport> {
  let transport: Transport;
  try {
    transport = await connector.open(subprotocols, signal);
  } catch (error) {
    if (error instanceof Error) throw error;
    const { address } = connector;
    const { message } = asError(error, 'it');
    throw new ConnectError(`could not connect to ${address}: ${message}`, { address, transient: true, cause: error });
  }
  const fault = faultInTransport(transport);
  if (fault !== undefined) throw unusable(connector, fault);
  if (subprotocols.includes(transport.subprotocol)) return transport;
  transport.destroy();
  throw unusable(
    connector,
    `opened a transport for ${came(transport.subprotocol)}, expected one of ${subprotocols.join(', ')}`,
  );
}

function unusable({ address }: Connector, fault: string): ConnectError {
  return new ConnectError(`the connector of ${address} ${fault}`, { address, transient: false });
}

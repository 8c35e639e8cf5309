import { connectorFor } from '../../src/transports/connector.js';
import type { Connector, Frame, Transport } from '../../src/transports/transport.js';

/** A connector that passes everything on, and remembers when the last frame came. */
export interface TimedConnector extends Connector {
  /** By `performance.now()`; 0 before the first. */
  readonly lastFrameAt: number;
}

export function timed(router: string | Connector): TimedConnector {
  const connector = typeof router === 'string' ? connectorFor(router, {}) : router;
  let lastFrameAt = 0;
  return {
    address: connector.address,
    get lastFrameAt() {
      return lastFrameAt;
    },
    async open(subprotocols, signal): Promise<Transport> {
      const transport = await connector.open(subprotocols, signal);
      const listen = transport.listen.bind(transport);
      transport.listen = ({ frame, closed }) =>
        listen({
          frame(data: Frame) {
            lastFrameAt = performance.now();
            frame(data);
          },
          closed,
        });
      return transport;
    },
  };
}

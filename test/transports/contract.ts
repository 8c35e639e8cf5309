import { connectorTo, linkedPair } from '../../src/transports/linked.js';
import type { Connector, Transport } from '../../src/transports/transport.js';
import { websocket } from '../../src/transports/websocket.js';
import { listenWebSocket } from '../../src/transports/websocket-listener.js';

/** Both ends of one connection. */
export interface Pair {
  readonly client: Transport;
  readonly router: Transport;
  stop(): Promise<void>;
}

export interface PairOptions {
  readonly subprotocol?: string;
  readonly maxPayload?: number;
  readonly maxQueued?: number;
}

/** A way to make a connection. Whatever crosses transports is tested over each. */
export interface Kind {
  readonly kind: string;
  open(options?: PairOptions): Promise<Pair>;
}

const never = () => new AbortController().signal;

async function through(connector: Connector, subprotocol: string): Promise<Transport> {
  return connector.open([subprotocol], never());
}

export const KINDS: readonly Kind[] = [
  {
    kind: 'linked',
    async open(options) {
      const [client, router] = linkedPair(options);
      return { client, router, stop: async () => {} };
    },
  },
  {
    kind: 'linked, through a connector',
    async open({ subprotocol = 'wamp.2.json', ...limits } = {}) {
      let router: Transport | undefined;
      const connector = connectorTo((transport) => (router = transport), 'linked', limits);
      const client = await through(connector, subprotocol);
      return { client, router: router!, stop: async () => {} };
    },
  },
  {
    kind: 'websocket',
    async open({ subprotocol = 'wamp.2.json', ...limits } = {}) {
      let arrived: (transport: Transport) => void;
      const router = new Promise<Transport>((resolve) => (arrived = resolve));
      const listener = await listenWebSocket({
        ...limits,
        subprotocols: [subprotocol],
        onTransport: (transport) => arrived(transport),
      });
      const client = await through(websocket(listener.url, limits), subprotocol);
      return { client, router: await router, stop: () => listener.close() };
    },
  },
];

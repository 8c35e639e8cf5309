import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { connectorTo, linkedPair } from '../../src/transports/linked.js';
import { listen } from '../../src/transports/listener.js';
import { websocket as nativeWebSocket } from '../../src/transports/native-websocket.js';
import { rawsocket } from '../../src/transports/rawsocket.js';
import { listenRawSocket } from '../../src/transports/rawsocket-listener.js';
import type { Connector, Transport } from '../../src/transports/transport.js';
import { websocket } from '../../src/transports/websocket.js';
import { type Listener, type ListenOptions, listenWebSocket } from '../../src/transports/websocket-listener.js';

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
  /** Whether it has words for why it ends: a WebSocket's codes. */
  readonly hasCodes: boolean;
  /** What the other end sees when it is destroyed, where that is not the loss of the connection: a page cannot cut one. */
  readonly destroyed?: string;
  /** Whether the platform hands on at once what is sent: then nothing is seen to wait. */
  readonly hasNoQueue?: boolean;
  open(options?: PairOptions): Promise<Pair>;
}

const never = () => new AbortController().signal;

async function through(connector: Connector, subprotocol: string): Promise<Transport> {
  return connector.open([subprotocol], never());
}

type Limits = Omit<PairOptions, 'subprotocol'>;

async function overSocket(
  { subprotocol = 'wamp.2.json', unix, ...limits }: PairOptions & { readonly unix?: string } = {},
  listening: (options: ListenOptions) => Promise<Listener>,
  connectorOf: (listener: Listener, limits: Limits) => Connector,
): Promise<Pair> {
  let arrived: (transport: Transport) => void;
  const router = new Promise<Transport>((resolve) => (arrived = resolve));
  const listener = await listening({
    ...limits,
    ...(unix !== undefined && { unix }),
    subprotocols: [subprotocol],
    onTransport: (transport) => arrived(transport),
  });
  const connector = connectorOf(listener, limits);
  const client = through(connector, subprotocol);
  return { client: await client, router: await router, stop: () => listener.close() };
}

/** Node 20 has no WebSocket of its own; that of `ws` has the same face. */
function withNative(connector: () => Connector): Connector {
  globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket;
  return connector();
}

export const KINDS: readonly Kind[] = [
  {
    kind: 'linked',
    hasCodes: true,
    async open(options) {
      const [client, router] = linkedPair(options);
      return { client, router, stop: async () => {} };
    },
  },
  {
    kind: 'linked, through a connector',
    hasCodes: true,
    async open({ subprotocol = 'wamp.2.json', ...limits } = {}) {
      let router: Transport | undefined;
      const connector = connectorTo((transport) => (router = transport), 'linked', limits);
      const client = await through(connector, subprotocol);
      return { client, router: router!, stop: async () => {} };
    },
  },
  {
    kind: 'websocket',
    hasCodes: true,
    open: (options) => overSocket(options, listenWebSocket, ({ url }, limits) => websocket(url, limits)),
  },
  {
    kind: 'websocket, beside rawsocket on its port',
    hasCodes: true,
    open: (options) => overSocket(options, listen, ({ urls: [url = ''] }, limits) => websocket(url, limits)),
  },
  {
    kind: "the platform's websocket",
    hasCodes: true,
    destroyed: '1005, a close frame without a code',
    hasNoQueue: true,
    open: (options) =>
      overSocket(options, listenWebSocket, ({ url }, { maxQueued }) =>
        withNative(() => nativeWebSocket(url, maxQueued === undefined ? {} : { maxQueued })),
      ),
  },
  {
    kind: 'rawsocket, over TCP',
    hasCodes: false,
    open: (options) => overSocket(options, listenRawSocket, ({ url }, limits) => rawsocket(url, limits)),
  },
  {
    kind: 'rawsocket, beside websocket on its port',
    hasCodes: false,
    open: (options) => overSocket(options, listen, ({ urls: [, url = ''] }, limits) => rawsocket(url, limits)),
  },
  {
    kind: 'rawsocket, over a Unix socket',
    hasCodes: false,
    async open(options) {
      const folder = await mkdtemp(join(tmpdir(), 'respell-'));
      const unix = join(folder, 'router.sock');
      const pair = await overSocket({ ...options, unix }, listenRawSocket, ({ url }, limits) => rawsocket(url, limits));
      return {
        ...pair,
        async stop() {
          await pair.stop();
          await rm(folder, { recursive: true });
        },
      };
    },
  },
];

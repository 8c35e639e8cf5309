import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { ConnectError, UsageError } from '../errors.js';
import { came } from '../wamp/given.js';
import { CLOSE_CODE, messageOf } from './ending.js';
import { type Admission, refusal, refuse } from './handshake.js';
import { type PingOptions, pingOptions } from './heartbeat.js';
import { checkSubprotocols, chooseSubprotocol } from './subprotocol.js';
import { realTimers, type Timers } from './timers.js';
import type { Transport } from './transport.js';
import { WebSocketTransport, webSocketLimits, wsOptions } from './websocket-transport.js';

/** What the handshake told about who is there. */
export interface RequestFacts {
  /** `127.0.0.1:50123`, `[::1]:50123`. */
  readonly remoteAddress: string;
  /** The web page, if it was a browser. */
  readonly origin: string | undefined;
  /** With the query. */
  readonly path: string;
}

export interface ListenOptions extends Admission {
  /** Where to listen. Default `127.0.0.1`: this machine only. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Supported ones. Which of them is used is for the client's order to say. */
  readonly subprotocols: readonly string[];
  /** The largest frame accepted, in octets. Default 1 MiB. */
  readonly maxPayload?: number;
  /** How many octets may wait for one client before it is cut off. Default 16 MiB. */
  readonly maxQueued?: number;
  /** Connections at a time, those before their handshake included; more are closed at once. Default 10,000. */
  readonly maxConnections?: number;
  /** How long a client may take for its handshake, in milliseconds. Default 10,000. */
  readonly handshakeTimeout?: number;
  /** Pings to each client: every 10 s, to be answered within 5 s. `false` for none. */
  readonly ping?: Partial<PingOptions> | false;
  readonly clock?: Timers;
  /** A client has connected. To be listened to, closed or destroyed. */
  readonly onTransport: (transport: Transport, request: RequestFacts) => void;
  /** Something went wrong that ends nothing but one connection: `onTransport` threw, or the system is out of descriptors. */
  readonly onError?: (error: Error) => void;
}

/** A port that is being listened on. */
export interface Listener {
  /** For a client on this machine: `ws://127.0.0.1:8080/ws`. */
  readonly url: string;
  readonly port: number;
  /** Ends every transport with "going away"; resolves when the port is free again. */
  close(): Promise<void>;
}

/**
 * The server end of WebSockets.
 *
 * @throws {UsageError} when an option cannot be meant
 * @throws {ConnectError} when the port is taken or may not be listened on, with Node's error as its cause
 * @see WAMP Basic Profile, "WebSocket Transport"
 */
export async function listenWebSocket(options: ListenOptions): Promise<Listener> {
  const { host = '127.0.0.1', port = 0, maxConnections = 10_000, handshakeTimeout = 10_000 } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`port: expected a whole number from 0 (any free port) to 65535, received ${came(port)}`);
  }
  checkCount('maxConnections', 'a whole number', maxConnections);
  checkCount('handshakeTimeout', 'milliseconds, a whole number', handshakeTimeout);
  checkSubprotocols(options.subprotocols);
  const acceptor = new Acceptor(options);
  const server = createServer({
    // It is also the longest that the headers may take.
    requestTimeout: handshakeTimeout,
    // Node looks for overdue handshakes this often.
    connectionsCheckingInterval: Math.min(1_000, handshakeTimeout),
  });
  server.maxConnections = maxConnections;
  server.maxHeadersCount = 100;
  acceptor.attach(server);
  await listening(server, host, port);
  server.on('error', (error) => options.onError?.(error));
  const bound = server.address() as AddressInfo;
  return {
    url: `${urlOf(host, bound.port)}${options.path ?? '/ws'}`,
    port: bound.port,
    close: () => acceptor.close(server),
  };
}

/** Turns sockets into transports, and knows all of both. */
class Acceptor {
  readonly #options: ListenOptions;
  readonly #webSockets: WebSocketServer;
  readonly #transportFacts;
  /** Each socket from accept to close; its transport once the handshake is over. */
  readonly #sockets = new Map<Socket, WebSocketTransport | undefined>();
  #closed: Promise<void> | undefined;

  constructor(options: ListenOptions) {
    const limits = webSocketLimits(options);
    const ping = pingOptions(options.ping);
    this.#options = options;
    this.#transportFacts = { limits, ping, peer: 'the client', timers: options.clock ?? realTimers } as const;
    this.#webSockets = new WebSocketServer({
      ...wsOptions(limits.maxPayload),
      noServer: true,
      clientTracking: false,
      handleProtocols: (offered) => chooseSubprotocol(options.subprotocols, offered) ?? false,
    });
  }

  attach(server: Server): void {
    server.on('connection', (socket) => {
      this.#sockets.set(socket, undefined);
      // For good, and first of all: a client may reset the connection at every step.
      socket.on('error', () => socket.destroy());
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (_request, response) => this.#explain(response));
    server.on('upgrade', (request, socket, head) => {
      const refused = refusal(request, this.#options);
      if (refused !== undefined) {
        refuse(socket, refused);
        return;
      }
      // On a server made by createServer() it is the very socket that was accepted.
      const accepted = socket as Socket;
      const { remoteAddress, remotePort } = accepted;
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        const address = hostAndPort((remoteAddress ?? 'unknown').replace(/^::ffff:/, ''), remotePort ?? 0);
        const transport = new WebSocketTransport(webSocket, accepted, {
          ...this.#transportFacts,
          address,
          connection: `the connection from ${address}`,
        });
        this.#sockets.set(accepted, transport);
        this.#hand(transport, { remoteAddress: address, origin: request.headers.origin, path: request.url ?? '/' });
      });
    });
  }

  close(server: Server): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      server.close(() => resolve());
      for (const [socket, transport] of this.#sockets) {
        if (transport === undefined) socket.destroy();
        else transport.close(CLOSE_CODE.goingAway, 'the router is shutting down');
      }
    });
    return this.#closed;
  }

  #hand(transport: WebSocketTransport, request: RequestFacts): void {
    try {
      this.#options.onTransport(transport, request);
    } catch (error) {
      transport.destroy();
      this.#options.onError?.(new Error(`onTransport threw: ${messageOf(error)}`, { cause: error }));
    }
  }

  /** To a browser or a health check that asks in plain HTTP. */
  #explain(response: ServerResponse): void {
    const { subprotocols, path } = this.#options;
    response.writeHead(426, {
      Connection: 'Upgrade, close',
      Upgrade: 'websocket',
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
    });
    const where = path === undefined ? '' : ` at ${path}`;
    response.end(
      `This is a WAMP router: connect with a WebSocket client${where} that speaks ${subprotocols.join(' or ')}.\n`,
    );
  }
}

function checkCount(name: string, what: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new UsageError(`${name}: expected ${what} from 1, received ${String(value)}`);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => reject(listenFailure(cause, host, port));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function listenFailure(cause: NodeJS.ErrnoException, host: string, port: number): ConnectError {
  const address = urlOf(host, port);
  const facts = { address, transient: cause.code === 'EADDRINUSE', cause };
  switch (cause.code) {
    case 'EADDRINUSE':
      return new ConnectError(
        `port ${port} on ${host} is taken: stop the program that listens there, or choose another port (0 takes any free one)`,
        facts,
      );
    case 'EACCES':
      return new ConnectError(
        `this user may not listen on port ${port} of ${host}: choose a port above 1023 (0 takes any free one)`,
        facts,
      );
    default:
      return new ConnectError(`could not listen on port ${port} of ${host}: ${cause.message}`, facts);
  }
}

/** Where a client on this machine finds it: nobody can connect to "all addresses". */
function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `ws://${hostAndPort(reachable, port)}`;
}

function hostAndPort(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

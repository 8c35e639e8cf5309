import { lstat, unlink } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, isIPv6, type Server, type Socket } from 'node:net';
import { ConnectError, UsageError } from '../errors.js';
import { came } from '../wamp/given.js';
import { CLOSE_CODE, messageOf } from './ending.js';
import { type Refusal, refuse } from './handshake.js';
import type { PingOptions } from './heartbeat.js';
import { MAGIC } from './rawsocket-handshake.js';
import { checkSocketPath } from './rawsocket-url.js';
import { realTimers, type Timers } from './timers.js';
import { type ServerTls, TlsFront } from './tls-front.js';
import type { Transport } from './transport.js';

/** What the handshake told about who is there. */
export interface RequestFacts {
  /** `127.0.0.1:50123`, `[::1]:50123`; of a Unix socket's client its path, `unix:/run/router.sock`. */
  readonly remoteAddress: string;
  /** The web page, if it was a browser. */
  readonly origin: string | undefined;
  /** With the query. Empty for a RawSocket, which has none. */
  readonly path: string;
}

/** There were too many connections; the handshake took too long; its headers were too long. */
export type FrontLimit = 'connections' | 'opening' | 'headerLength';

/** Where to listen, for how many, and who takes what comes. */
export interface FrontOptions {
  /** Where to listen. Default `127.0.0.1`: this machine only. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** TLS, and nothing else, at the port. */
  readonly tls?: ServerTls;
  /** Listens on a Unix socket of this path in place of a port. Whoever may write to it may connect. */
  readonly unix?: string;
  /** Supported ones. Which of them is used is for the client's order to say. */
  readonly subprotocols: readonly string[];
  /** RawSocket's numbers of those that are not the standard's. */
  readonly serializerIds?: Readonly<Record<string, number>>;
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
  /** A connection has come to its end at a limit, before it had a transport. */
  readonly onLimit?: (limit: FrontLimit) => void;
  /** Something went wrong that ends nothing but one connection: `onTransport` threw, or the system is out of descriptors. */
  readonly onError?: (error: Error) => void;
  /** A handshake of TLS came to nothing. */
  readonly onTlsFailure?: (address: string, error: Error) => void;
}

/** A port, or a Unix socket, that is being listened on. */
export interface Listener {
  /** The first of {@link urls}. */
  readonly url: string;
  /** For a client on this machine, one for each protocol: `ws://127.0.0.1:8080/ws`, `rs://127.0.0.1:8080`. */
  readonly urls: readonly string[];
  /** 0 for a Unix socket. */
  readonly port: number;
  /** Shows another certificate to, and believes others of, the clients that come from now on. */
  renewTls(tls: ServerTls): void;
  /** Ends every transport with "going away"; resolves when the port is free again. */
  close(): Promise<void>;
}

/** A transport that can say why it ends, if its protocol has words for it. */
export type Leaver = Transport & { close(code: number, reason: string): void };

/** What is spoken on a port. */
export interface Protocol {
  /** Whether a connection whose first octet is this one is of this protocol. */
  takes(octet: number): boolean;
  /** The URL, for a client on this machine. `at` is `127.0.0.1:8080`. */
  url(at: string, secure: boolean): string;
  /**
   * Does the handshake on a paused socket.
   *
   * @param head what was read of it already, at least one octet
   * @param address the client's, for messages and logs
   * @param admit is called when the handshake is over
   */
  accept(
    socket: Socket,
    head: Buffer,
    address: string,
    admit: (transport: Leaver, request: RequestFacts) => void,
  ): void;
  /** Says, on a socket that it has accepted, that the handshake took too long, and ends it. For a protocol that has words for it. */
  tooLate?(socket: Socket, timeout: number): void;
}

/** The first octet of TLS. */
export const TLS = 0x16;

const NO_CERTIFICATE: Refusal = {
  status: 403,
  sentence: 'this router wants a certificate of its clients in TLS, in force and from an authority that it trusts',
};
const NO_TLS: Refusal = {
  status: 400,
  sentence: 'this port speaks TLS, and nothing else: write wss:// in place of ws://',
};

/**
 * Listens, and hands each connection to the protocol that takes its first octet.
 *
 * @throws {UsageError} when an option cannot be meant
 * @throws {ConnectError} when the port is taken or may not be listened on, with Node's error as its cause
 */
export async function listenFor(options: FrontOptions, protocols: readonly Protocol[]): Promise<Listener> {
  const { host = '127.0.0.1', port = 0, unix, maxConnections = 10_000, handshakeTimeout = 10_000 } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`port: expected a whole number from 0 (any free port) to 65535, received ${came(port)}`);
  }
  if (unix !== undefined) checkSocketPath(unix);
  checkCount('maxConnections', 'a whole number', maxConnections);
  checkCount('handshakeTimeout', 'milliseconds, a whole number', handshakeTimeout);
  const front = new Front(options, protocols, handshakeTimeout);
  // HTTP answers a client that has sent its FIN already.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => front.meet(socket));
  server.maxConnections = maxConnections;
  server.on('drop', () => options.onLimit?.('connections'));
  const secure = options.tls !== undefined;
  const bound = unix === undefined ? await listenOnPort(server, host, port, secure) : await listenOnPath(server, unix);
  server.on('error', (error) => options.onError?.(error));
  const urls =
    unix === undefined ? protocols.map((protocol) => protocol.url(reachable(host, bound), secure)) : [`unix:${unix}`];
  return {
    url: urls[0] ?? '',
    urls,
    port: bound,
    renewTls: (tls) => front.renewTls(tls),
    close: () => front.close(server),
  };
}

/** What is known of a socket from accept to close. */
interface Met {
  /** Once the handshake is over. */
  transport: Leaver | undefined;
  /** Who does the handshake, and on what: within TLS it is another socket. */
  greeted: { readonly by: Protocol; readonly on: Socket } | undefined;
}

class Front {
  readonly #options: FrontOptions;
  readonly #protocols: readonly Protocol[];
  readonly #handshakeTimeout: number;
  readonly #timers: Timers;
  readonly #sockets = new Map<Socket, Met>();
  readonly #tls: TlsFront | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: FrontOptions, protocols: readonly Protocol[], handshakeTimeout: number) {
    this.#options = options;
    this.#protocols = protocols;
    this.#handshakeTimeout = handshakeTimeout;
    this.#timers = options.clock ?? realTimers;
    const { tls, onTlsFailure } = options;
    this.#tls = tls && new TlsFront(tls, (address, error) => onTlsFailure?.(address, error));
  }

  renewTls(tls: ServerTls): void {
    this.#tls?.renew(tls);
  }

  meet(socket: Socket): void {
    const met: Met = { transport: undefined, greeted: undefined };
    const deadline = this.#timers.setTimeout(() => this.#giveUp(socket, met), this.#handshakeTimeout);
    this.#sockets.set(socket, met);
    // For good, and first of all: a client may reset the connection at every step.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#timers.clearTimeout(deadline);
      this.#sockets.delete(socket);
    });
    const greet = (open: Socket) =>
      first(open, (head) => {
        const octet = head.readUInt8();
        const protocol = this.#protocols.find((each) => each.takes(octet));
        if (protocol === undefined) {
          open.destroy();
          return;
        }
        met.greeted = { by: protocol, on: open };
        protocol.accept(open, head, this.#addressOf(socket), (transport, request) => {
          this.#timers.clearTimeout(deadline);
          met.transport = transport;
          this.#hand(transport, request);
        });
      });
    if (this.#tls === undefined) greet(socket);
    else this.#secure(this.#tls, socket, greet);
  }

  close(server: Server): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      server.close(() => resolve());
      for (const [socket, { transport }] of this.#sockets) {
        if (transport === undefined) socket.destroy();
        else transport.close(CLOSE_CODE.goingAway, 'the router is shutting down');
      }
    });
    return this.#closed;
  }

  #secure(tls: TlsFront, socket: Socket, greet: (secured: Socket) => void): void {
    first(socket, (head) => {
      if (head.readUInt8() !== TLS) {
        this.#turnAway(socket, head, NO_TLS);
        return;
      }
      tls.secure(socket, head, (secured) => {
        if (tls.isWelcome(secured)) greet(secured);
        else first(secured, (spoken) => this.#turnAway(secured, spoken, NO_CERTIFICATE));
      });
    });
  }

  #giveUp(socket: Socket, { greeted }: Met): void {
    // Whoever was refused has had an answer, and does not go.
    if (socket.writableEnded) {
      socket.destroy();
      return;
    }
    this.#options.onLimit?.('opening');
    if (greeted?.by.tooLate === undefined) socket.destroy();
    else greeted.by.tooLate(greeted.on, this.#handshakeTimeout);
  }

  /** Whoever speaks HTTP is told why; RawSocket has no words for it. */
  #turnAway(socket: Socket, head: Buffer, refusal: Refusal): void {
    const octet = head.readUInt8();
    if (octet !== MAGIC && this.#protocols.some((protocol) => protocol.takes(octet))) refuse(socket, refusal);
    else socket.destroy();
  }

  #hand(transport: Leaver, request: RequestFacts): void {
    try {
      this.#options.onTransport(transport, request);
    } catch (error) {
      transport.destroy();
      this.#options.onError?.(new Error(`onTransport threw: ${messageOf(error)}`, { cause: error }));
    }
  }

  #addressOf({ remoteAddress, remotePort }: Socket): string {
    if (this.#options.unix !== undefined) return `unix:${this.#options.unix}`;
    return hostAndPort((remoteAddress ?? 'unknown').replace(/^::ffff:/, ''), remotePort ?? 0);
  }
}

/** The first octets of a socket, which is paused then. Who ends it before has said nothing. */
function first(socket: Socket, then: (head: Buffer) => void): void {
  const leave = () => socket.destroy();
  socket.once('end', leave);
  socket.once('data', (head: Buffer) => {
    socket.off('end', leave);
    socket.pause();
    then(head);
  });
}

function checkCount(name: string, what: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new UsageError(`${name}: expected ${what} from 1, received ${String(value)}`);
}

/** @returns the port, which was chosen by the system if it was to be any */
async function listenOnPort(server: Server, host: string, port: number, secure: boolean): Promise<number> {
  try {
    await listening(server, { host, port });
  } catch (error) {
    throw portFailure(error as NodeJS.ErrnoException, host, port, secure ? 'wss' : 'ws');
  }
  return (server.address() as AddressInfo).port;
}

/** What a router that was killed has left behind is removed; the socket of one that lives is not. */
async function listenOnPath(server: Server, path: string): Promise<0> {
  try {
    await listening(server, { path }).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' || !(await isAbandoned(path))) throw error;
      await unlink(path);
      await listening(server, { path });
    });
  } catch (error) {
    throw pathFailure(error as NodeJS.ErrnoException, path);
  }
  return 0;
}

function listening(server: Server, endpoint: { host: string; port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(endpoint, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Whether there is a Unix socket that nobody listens on. */
async function isAbandoned(path: string): Promise<boolean> {
  // A file that is no socket refuses connections, too.
  if (!(await lstat(path)).isSocket()) return false;
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

function portFailure(cause: NodeJS.ErrnoException, host: string, port: number, scheme: 'ws' | 'wss'): ConnectError {
  const facts = { address: `${scheme}://${reachable(host, port)}`, transient: cause.code === 'EADDRINUSE', cause };
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

function pathFailure(cause: NodeJS.ErrnoException, path: string): ConnectError {
  const facts = { address: `unix:${path}`, transient: cause.code === 'EADDRINUSE', cause };
  switch (cause.code) {
    case 'EADDRINUSE':
      return new ConnectError(
        `the Unix socket ${path} is taken: stop the program that listens there, remove the file if it is no socket, or choose another path`,
        facts,
      );
    case 'EACCES':
      return new ConnectError(
        `this user may not make the Unix socket ${path}: choose a folder that exists, and that it may write`,
        facts,
      );
    case 'ENOENT':
      return new ConnectError(`could not listen on the Unix socket ${path}: its folder does not exist`, facts);
    default:
      return new ConnectError(`could not listen on the Unix socket ${path}: ${cause.message}`, facts);
  }
}

/** Where a client on this machine finds it: nobody can connect to "all addresses". */
function reachable(host: string, port: number): string {
  return hostAndPort(host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host, port);
}

function hostAndPort(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type FrontOptions, type Listener, listenFor, type Protocol, TLS } from './front.js';
import { type Admission, refusal, refuse } from './handshake.js';
import { pingOptions } from './ping-options.js';
import { MAGIC } from './rawsocket-handshake.js';
import { checkSubprotocols, chooseSubprotocol } from './subprotocol.js';
import { realTimers } from './timers.js';
import { WebSocketTransport, webSocketLimits, wordy, wsOptions } from './websocket-transport.js';

export type { Listener, RequestFacts } from './front.js';

export interface ListenOptions extends Admission, FrontOptions {
  /** Supported ones. Which of them is used is for the client's order to say. */
  readonly subprotocols: readonly string[];
}

/**
 * The server end of WebSockets.
 *
 * @throws {UsageError} when an option cannot be meant
 * @throws {ConnectError} when the port is taken or may not be listened on, with Node's error as its cause
 * @see WAMP Basic Profile, "WebSocket Transport"
 */
export async function listenWebSocket(options: ListenOptions): Promise<Listener> {
  checkSubprotocols(options.subprotocols);
  return listenFor(options, [new WebSocketProtocol(options)]);
}

/** How long the headers of a request may be together, in octets. */
export const HEADER_LENGTH = 16_384;

/** What HTTP lets stand before a request. */
const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;

/** Whose socket it is, while HTTP has it. */
interface Visitor {
  readonly address: string;
  readonly admit: Parameters<Protocol['accept']>[3];
}

/**
 * WebSocket as one of the protocols of a port.
 *
 * @throws {UsageError} when an option cannot be meant
 */
export class WebSocketProtocol implements Protocol {
  readonly #options: ListenOptions;
  readonly #webSockets: WebSocketServer;
  readonly #transportFacts;
  /** It listens on nothing: it is handed its sockets, and their deadline is watched by who does. */
  readonly #http: Server;
  readonly #visitors = new WeakMap<Duplex, Visitor>();

  constructor(options: ListenOptions) {
    const limits = webSocketLimits(options);
    const ping = pingOptions(options.ping);
    this.#options = options;
    this.#transportFacts = { limits, ping, peer: 'the client', timers: options.clock ?? realTimers } as const;
    this.#webSockets = new WebSocketServer({
      ...wsOptions(limits.maxPayload),
      WebSocket: wordy(limits.maxPayload),
      noServer: true,
      clientTracking: false,
      handleProtocols: (offered) => chooseSubprotocol(options.subprotocols, offered) ?? false,
    });
    this.#http = createServer({ maxHeaderSize: HEADER_LENGTH });
    this.#http.maxHeadersCount = 100;
    this.#http.on('clientError', (error, socket) => this.#blame(error, socket));
    this.#http.on('request', (_request, response) => this.#explain(response));
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** To a client with TLS, too, where there is none: it says best what is wrong when it is answered in HTTP. */
  takes(octet: number): boolean {
    return (octet > SPACE && octet < MAGIC) || octet === CR || octet === LF || octet === TLS;
  }

  url(at: string, secure: boolean): string {
    return `${secure ? 'wss' : 'ws'}://${at}${this.#options.path ?? '/ws'}`;
  }

  accept(socket: Socket, head: Buffer, address: string, admit: Visitor['admit']): void {
    this.#visitors.set(socket, { address, admit });
    socket.unshift(head);
    this.#http.emit('connection', socket);
    socket.resume();
  }

  tooLate(socket: Socket, timeout: number): void {
    refuse(socket, { status: 408, sentence: `expected a request to open a WebSocket within ${timeout} ms` });
  }

  /** What came is no HTTP, or too much of it. */
  #blame(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (!socket.writable) socket.destroy();
    else if (error.code === 'HPE_HEADER_OVERFLOW') {
      this.#options.onLimit?.('headerLength');
      refuse(socket, { status: 431, sentence: `expected headers of at most ${HEADER_LENGTH} octets, received more` });
    } else refuse(socket, { status: 400, sentence: 'expected a request to open a WebSocket, received no HTTP' });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refused = refusal(request, this.#options);
    // On a server made by createServer() it is the very socket that was handed over.
    const visitor = this.#visitors.get(socket);
    if (refused !== undefined || visitor === undefined) {
      refuse(socket, refused ?? { status: 400, sentence: 'the connection is not known here' });
      return;
    }
    const { address, admit } = visitor;
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const transport = new WebSocketTransport(webSocket, socket as Socket, {
        ...this.#transportFacts,
        address,
        connection: `the connection from ${address}`,
      });
      admit(transport, { remoteAddress: address, origin: request.headers.origin, path: request.url ?? '/' });
    });
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

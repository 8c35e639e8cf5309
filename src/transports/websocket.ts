import { type IncomingMessage, validateHeaderName, validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import WebSocket from 'ws';
import { UsageError } from '../errors.js';
import { type Logger, SILENT } from '../logger.js';
import { A_BOOLEAN, A_CLOCK, A_LOGGER, AN_OBJECT, type Kinds, OCTETS } from '../wamp/given.js';
import { checkManyOptions } from '../wamp/many-options.js';
import { connectFailure, httpFailure } from './connect-failure.js';
import type { PingOptions } from './heartbeat.js';
import { PING, pingOptions } from './ping-options.js';
import { checkSubprotocols } from './subprotocol.js';
import { realTimers, type Timers } from './timers.js';
import { type ClientTls, clientTls, type Fetched, TLS } from './tls-secrets.js';
import type { Connector, Transport } from './transport.js';
import { WebSocketTransport, webSocketLimits, wsOptions } from './websocket-transport.js';
import { webSocketUrl } from './websocket-url.js';

/** How much of a refusal's body is read, in octets, and for how many milliseconds it is waited for. */
const BODY_OCTETS = 200;
const BODY_TIMEOUT = 250;

/**
 * How a WebSocket is opened and kept.
 *
 * @see WAMP Basic Profile, "WebSocket Transport"
 */
export interface WebSocketOptions {
  /** Sent with the handshake: `{ Authorization: 'Bearer …' }`, `{ Origin: … }`. They go to this URL only. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * For `wss://`: whom to trust and what to show, in Node's words; or a function that gives it, asked anew for each connection, so
   * that a renewed certificate is found at the next one. One that fails is asked again at the next try.
   */
  readonly tls?: Fetched<ClientTls>;
  /**
   * Accepts any certificate, so that anybody on the way can read and change everything. For a test bench; it is logged as
   * a warning at each connection. Default false.
   */
  readonly insecure?: boolean;
  /** The largest frame accepted, in octets. Default 1 MiB. */
  readonly maxPayload?: number;
  /** How many octets may wait to be sent before the connection is cut. Default 16 MiB. */
  readonly maxQueued?: number;
  /** Pings to the router: every 10 s, to be answered within 5 s. `false` for none. */
  readonly ping?: Partial<PingOptions> | false;
  /** Hears that a certificate is not checked. Default: silence. */
  readonly logger?: Logger;
  /** Time for pings and for waiting. Default: real time. */
  readonly clock?: Timers;
}

const KINDS: Kinds<WebSocketOptions> = {
  headers: AN_OBJECT,
  tls: TLS,
  insecure: A_BOOLEAN,
  maxPayload: OCTETS,
  maxQueued: OCTETS,
  ping: PING,
  logger: A_LOGGER,
  clock: A_CLOCK,
};

/**
 * A router behind `ws://` or `wss://`, in Node.
 *
 * An attempt ends with a transport, an error, or its signal: it has no deadline of its own.
 *
 * @param url a user name and password in it are sent as HTTP Basic credentials, and shown nowhere
 * @throws {UsageError} at once, when the URL or an option cannot be meant
 * @see WAMP Basic Profile, "WebSocket Transport"
 */
export function websocket(url: string | URL, options: WebSocketOptions = {}): Connector {
  const { href, address } = webSocketUrl(url);
  checkManyOptions<WebSocketOptions>('websocket', options, KINDS);
  const limits = webSocketLimits(options);
  const ping = pingOptions(options.ping);
  const { headers = {}, tls = {}, insecure = false, logger = SILENT, clock = realTimers } = options;
  checkHeaders(headers);
  const secure = href.startsWith('wss:');
  const tlsOf = clientTls('websocket.tls', tls, address);
  const handshake = {
    ...wsOptions(limits.maxPayload),
    headers: { ...headers },
    followRedirects: false,
    // localhost is ::1 and 127.0.0.1, and a router often listens on one of them only: both are tried.
    autoSelectFamily: true,
    rejectUnauthorized: !insecure,
  };
  const facts = {
    address,
    connection: `the connection to ${address}`,
    peer: 'the router',
    limits,
    ping,
    timers: clock,
  } as const;

  const attempt = (subprotocols: readonly string[], signal: AbortSignal, secrets: object) =>
    new Promise<Transport>((resolve, reject) => {
      const webSocket = new WebSocket(href, [...subprotocols], { ...handshake, ...secrets });
      let socket: Socket | undefined;

      const fail = (error: unknown) => {
        signal.removeEventListener('abort', abort);
        reject(error);
        webSocket.terminate();
      };
      const abort = () => fail(signal.reason);
      const refuse = (error: Error) => fail(connectFailure(address, subprotocols, error));

      signal.addEventListener('abort', abort);
      // It stays when the attempt has failed: terminating a handshake makes ws emit one more error.
      webSocket.on('error', refuse);
      webSocket.on('unexpected-response', (_request, response) => {
        // From here on the status is the reason, whatever becomes of the connection.
        webSocket.off('error', refuse);
        webSocket.on('error', () => {});
        firstOctets(response, clock, (body) => {
          const { statusCode: status = 0, headers: answer } = response;
          fail(httpFailure(href, { status, location: answer.location, retryAfter: answer['retry-after'], body }));
        });
      });
      webSocket.once('upgrade', (response) => {
        socket = response.socket;
      });
      webSocket.once('open', () => {
        signal.removeEventListener('abort', abort);
        webSocket.off('error', refuse);
        resolve(new WebSocketTransport(webSocket, socket as Socket, facts));
      });
    });

  const open: Connector['open'] = async (subprotocols, signal) => {
    signal.throwIfAborted();
    checkSubprotocols(subprotocols);
    if (!secure) return attempt(subprotocols, signal, {});
    if (insecure) logger.warn({ address }, 'the certificate of the router is not checked (insecure)');
    const { context, options: fresh } = await tlsOf(signal);
    signal.throwIfAborted();
    const { servername } = fresh;
    return attempt(subprotocols, signal, { secureContext: context, ...(servername !== undefined && { servername }) });
  };

  return { address, open };
}

/** Reads the start of a refusal's body. A body that breaks off or does not come is no reason to lose the status. */
function firstOctets(response: IncomingMessage, timers: Timers, then: (text: string) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  let done = false;
  const finish = () => {
    if (done) return;
    done = true;
    timers.clearTimeout(timer);
    // The cut may go through a character.
    then(
      Buffer.concat(chunks)
        .subarray(0, BODY_OCTETS)
        .toString()
        .replace(/\uFFFD+$/, ''),
    );
  };
  const timer = timers.setTimeout(finish, BODY_TIMEOUT);
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= BODY_OCTETS) finish();
  });
  response.on('error', finish);
  response.on('close', finish);
  response.on('end', finish);
}

/** A header that cannot be sent is a mistake of this program, and its value may be a secret. */
function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw new UsageError(
        `headers: ${JSON.stringify(name)} cannot be sent: its name or its value holds what HTTP forbids`,
      );
    }
  }
}

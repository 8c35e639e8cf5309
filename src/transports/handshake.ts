import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { printable } from './ending.js';
import { chooseSubprotocol } from './subprotocol.js';

/** What a listener accepts. */
export interface Admission {
  /** The only path, or any if left out. */
  readonly path?: string | undefined;
  readonly subprotocols: readonly string[];
  /** Web pages that may connect, beside those of this machine. `'*'` for all. */
  readonly allowOrigins?: readonly string[] | '*' | undefined;
}

/** A handshake that is turned down: an HTTP status, and a sentence as its body. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 408 | 431;
  readonly sentence: string;
}

/** The subprotocols that a request offers, in its order. */
export function offeredSubprotocols(request: IncomingMessage): readonly string[] {
  const header = request.headers['sec-websocket-protocol'] ?? '';
  return header
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Why a request to open a WebSocket is turned down, or `undefined`. */
export function refusal(
  request: IncomingMessage,
  { path, subprotocols, allowOrigins }: Admission,
): Refusal | undefined {
  const fault = faultIn(request);
  if (fault !== undefined) return { status: 400, sentence: fault };
  const asked = (request.url ?? '/').replace(/\?.*$/s, '');
  if (path !== undefined && asked !== path) {
    return { status: 404, sentence: `no WebSocket is served at ${show(asked)}; it is at ${path}` };
  }
  const { origin } = request.headers;
  if (!isAllowed(origin, allowOrigins)) {
    return { status: 403, sentence: `the origin ${show(origin ?? '')} is not allowed; allow it with allowOrigins` };
  }
  const offered = offeredSubprotocols(request);
  if (chooseSubprotocol(subprotocols, offered) === undefined) {
    const received = offered.length === 0 ? 'none' : show(offered.join(', '));
    return {
      status: 400,
      sentence: `expected one of the subprotocols ${subprotocols.join(', ')}, received ${received}`,
    };
  }
  return undefined;
}

/**
 * What Node's HTTP lets pass in a request to upgrade, though it may not be: a proxy in front could take it for another one.
 *
 * @see RFC 6455, section 4.2.1; RFC 9112, sections 3.2 and 6
 */
function faultIn({ httpVersion, headers, rawHeaders }: IncomingMessage): string | undefined {
  if (httpVersion === '1.0') return 'expected HTTP/1.1, received a request of HTTP/1.0';
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts !== 1) return `expected one header Host, received ${hosts}`;
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  return hasBody ? 'expected a request without a body: what comes behind it is the WebSocket' : undefined;
}

/**
 * Whether a page of `origin` may connect. A browser tells of which page it is, and lets every page connect to every
 * WebSocket on this machine; what is not a browser sends no Origin.
 */
export function isAllowed(origin: string | undefined, allowed: readonly string[] | '*' = []): boolean {
  if (origin === undefined || allowed === '*' || allowed.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  return /^https?:$/.test(protocol) && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}

/** Answers a request to upgrade in HTTP and ends its connection. */
export function refuse(socket: Duplex, { status, sentence }: Refusal): void {
  const body = `${sentence}\n`;
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      'X-Content-Type-Options: nosniff',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

/** What came, short and on one line. */
function show(text: string): string {
  const line = printable(text);
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

import { UsageError } from '../errors.js';
import { came } from '../wamp/given.js';

/** Where a RawSocket is to be opened, or listened for: a TCP port, or a Unix socket's path. */
export type RawSocketEndpoint = { readonly host: string; readonly port: number } | { readonly path: string };

/** A checked router's address. */
export interface RawSocketAddress {
  readonly endpoint: RawSocketEndpoint;
  /** Whether there is TLS between. A Unix socket's URL does not say. */
  readonly secure: boolean | undefined;
  /** For messages and logs: `rs://127.0.0.1:8080`, `rss://example.com:443`, `unix:/run/router.sock`. */
  readonly address: string;
}

const EXPECTED = 'a URL such as rs://127.0.0.1:8080, rss://example.com:443 or unix:/run/router.sock';

/** Others' names for the same: of nexus, of Spell, and what one might guess. */
const PLAIN = ['rs', 'tcp', 'raw_socket', 'rawsocket'];
const SECURE = ['rss', 'tcps', 'tls'];

/** As far as Linux has room for it. */
const LONGEST_PATH = 107;

/** Whether a router's URL is one of a RawSocket, of any name: else it is a WebSocket's. */
export function isRawSocketUrl(url: string): boolean {
  const scheme = schemeOf(url);
  return scheme === 'unix' || PLAIN.includes(scheme) || SECURE.includes(scheme);
}

/**
 * Checks a router's URL before anything is opened.
 *
 * @throws {UsageError} that says what to write instead, and repeats no credentials
 */
export function rawSocketUrl(given: string): RawSocketAddress {
  const scheme = schemeOf(given);
  const rest = given.slice(scheme.length + 1);
  if (scheme === 'unix') return ofPath(pathIn(rest), given);
  // Autobahn's and Crossbar.io's way to write it.
  const autobahn = /^\/*unix:(\/.*)$/s.exec(rest)?.[1];
  if (autobahn !== undefined) throw wrong(given, `did you mean unix:${autobahn}?`);
  if (!PLAIN.includes(scheme) && !SECURE.includes(scheme)) throw wrong(given);
  const secure = SECURE.includes(scheme);
  const name = secure ? 'rss' : 'rs';
  // The scheme of HTTP knows how to read a host, but takes its own port for none.
  const url = URL.canParse(`http:${rest}`) ? new URL(`http:${rest}`) : undefined;
  if (!rest.startsWith('//') || url === undefined) throw wrong(given);
  const port = Number(url.port || (/^\/\/[^/]*:0*80(?:\/|$)/.test(rest) ? 80 : 0));
  const address = `${name}://${url.hostname}:${port}`;
  if (port === 0) throw wrong(given, `expected a port, as in ${name}://${url.hostname}:8080`);
  if (url.username !== '' || url.password !== '') {
    throw wrong(given, `a RawSocket sends no user name or password: log in with auth, and write ${address}`);
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw wrong(given, `a RawSocket has nothing behind the port: did you mean ${address}?`);
  }
  if (scheme !== name) throw wrong(given, `did you mean ${address}?`);
  return { endpoint: { host: unbracketed(url.hostname), port }, secure, address };
}

/**
 * Checks a router's address that is given in parts.
 *
 * @throws {UsageError} when a part is missing, or is none
 */
export function rawSocketEndpoint(given: RawSocketEndpoint, secure: boolean): RawSocketAddress {
  if (typeof given !== 'object' || given === null) {
    throw new UsageError(`expected ${EXPECTED}, { host, port } or { path }, received ${came(given)}`);
  }
  if ('path' in given) {
    if (typeof given.path !== 'string' || given.path === '') {
      throw new UsageError(`path: expected a Unix socket's path, received ${came(given.path)}`);
    }
    return { ...ofPath(given.path, given.path), secure };
  }
  const { host, port } = given;
  if (typeof host !== 'string' || host === '') {
    throw new UsageError(`host: expected a host name or an address, received ${came(host)}`);
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UsageError(`port: expected a whole number from 1 to 65535, received ${came(port)}`);
  }
  const shown = host.includes(':') ? `[${host}]` : host;
  return { endpoint: { host, port }, secure, address: `${secure ? 'rss' : 'rs'}://${shown}:${port}` };
}

/**
 * Checks a Unix socket's path. A system cuts off what it has no room for, and another socket is found then.
 *
 * @throws {UsageError} when it is too long, or holds what no path does
 */
export function checkSocketPath(path: string): void {
  if (path.includes('\0')) throw new UsageError("a Unix socket's path holds no NUL");
  const length = Buffer.byteLength(path);
  if (length > LONGEST_PATH) {
    throw new UsageError(`expected a Unix socket's path of at most ${LONGEST_PATH} octets, received ${length}`);
  }
}

function ofPath(path: string | undefined, given: string): RawSocketAddress {
  if (path === undefined) throw wrong(given, "a Unix socket's URL looks like unix:/run/router.sock");
  checkSocketPath(path);
  return { endpoint: { path }, secure: undefined, address: `unix:${path}` };
}

/** `unix:/path` and `unix:///path`; a path may be relative, but a host there is none. */
function pathIn(rest: string): string | undefined {
  const path = rest.startsWith('///') ? rest.slice(2) : rest;
  return path === '' || path === '/' || path.startsWith('//') ? undefined : path;
}

function schemeOf(url: string): string {
  return /^[a-z][a-z0-9+._-]*(?=:)/i.exec(url)?.[0].toLowerCase() ?? '';
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function wrong(given: string, remedy?: string): UsageError {
  // Whatever stands before an @ or after a ? can be a secret.
  const shown = given.slice(given.lastIndexOf('@') + 1).replace(/[?#].*$/s, '');
  const received = shown.length === given.length && given.length <= 100 ? came(given) : 'another';
  return new UsageError(`expected ${EXPECTED}, received ${received}${remedy === undefined ? '' : `; ${remedy}`}`);
}

import { STATUS_CODES } from 'node:http';
import { ConnectError } from '../errors.js';
import { messageOf, printable } from './ending.js';
import { addressOf } from './websocket-url.js';

/** The longest wait in milliseconds that a router's Retry-After is believed. */
const LONGEST_RETRY_AFTER = 60_000;

/** A router's answer to the handshake that was not an upgrade. It is the `cause` of a {@link ConnectError}. */
export class HttpRefusal extends Error {
  readonly status: number;
  /** The first 200 octets of the body, on one line. */
  readonly body: string;
  /** What the router asked to wait, in milliseconds, at most a minute. */
  readonly retryAfter: number | undefined;

  constructor(status: number, body: string, retryAfter: number | undefined) {
    super(`HTTP ${`${status} ${STATUS_CODES[status] ?? ''}`.trim()}${body === '' ? '' : `: ${body}`}`);
    this.name = 'HttpRefusal';
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

interface Verdict {
  readonly transient: boolean;
  /** `PLAIN` in it is the scheme of the same transport without TLS. */
  readonly hint?: string;
}

const UNTRUSTED: Verdict = { transient: false, hint: "give the certificate of the router's authority as tls.ca" };
const NOT_TLS: Verdict = { transient: false, hint: 'does the port speak TLS? For a router without it write PLAIN' };
const NO_CERTIFICATE: Verdict = {
  transient: false,
  hint: 'the router wants a certificate of this side: give cert and key in tls',
};
const NOT_TRUSTED: Verdict = {
  transient: false,
  hint: 'the router does not trust the certificate that this side shows in tls',
};
const NOT_ALLOWED: Verdict = { transient: false, hint: 'this user may not connect to it' };
const NO_ROUTE: Verdict = { transient: true, hint: 'is the network up, and the address right?' };

/** By `code` of what Node threw. Time heals the network; only a person heals a certificate or a wrong port. */
const BY_CODE: Readonly<Record<string, Verdict>> = {
  ECONNREFUSED: { transient: true, hint: 'is the router running?' },
  ECONNRESET: { transient: true, hint: 'the connection was cut before the handshake was over' },
  ENOTFOUND: { transient: true, hint: 'is the host name right?' },
  EAI_AGAIN: { transient: true, hint: 'the name server did not answer' },
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ETIMEDOUT: NO_ROUTE,
  CERT_HAS_EXPIRED: { transient: false, hint: "the router's certificate is to be renewed" },
  CERT_NOT_YET_VALID: { transient: false, hint: 'is the clock of this machine right?' },
  ERR_TLS_CERT_ALTNAME_INVALID: { transient: false, hint: 'the certificate is for another host name' },
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  EPROTO: NOT_TLS,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: NO_CERTIFICATE,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: NOT_TRUSTED,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: NOT_TRUSTED,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: NOT_TRUSTED,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: NOT_TRUSTED,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: {
    transient: false,
    hint: 'the certificate that this side shows in tls is to be renewed',
  },
  ENOENT: { transient: true, hint: 'is the router running, and the path right?' },
  ENOTDIR: { transient: true, hint: 'is the path right?' },
  EACCES: NOT_ALLOWED,
  EPERM: NOT_ALLOWED,
};

/** Names of codes that Node builds from OpenSSL's and the HTTP parser's own. */
const BY_PREFIX: readonly (readonly [prefix: string, Verdict])[] = [
  ['ERR_SSL_', NOT_TLS],
  ['ERR_TLS_', { transient: false }],
  ['CERT_', { transient: false }],
  [
    'HPE_',
    { transient: false, hint: 'the port does not answer in HTTP: is it another service, or one with TLS (wss://)?' },
  ],
];

/** What `ws` says when the answer to the handshake is wrong. It gives these errors no code. */
const BY_MESSAGE: Readonly<Record<string, string>> = {
  'Server sent no subprotocol': 'does it speak WAMP over WebSocket?',
  'Server sent an invalid subprotocol': 'does it speak WAMP with one of the serializers that this side offers?',
  'Invalid Upgrade header': 'no WebSocket is served there',
  'Invalid Sec-WebSocket-Accept header': 'is there a proxy in between that does not pass WebSockets on?',
};

/** The error for a transport that could not be opened, from what Node or `ws` threw. */
export function connectFailure(address: string, offered: readonly string[], cause: unknown): ConnectError {
  const { code, message } = read(cause);
  const wrongAnswer = BY_MESSAGE[message];
  if (wrongAnswer !== undefined) {
    const offer = message.includes('subprotocol') ? ` to an offer of ${offered.join(', ')}` : '';
    return failure(address, `${message}${offer}`, { transient: false, hint: wrongAnswer }, cause);
  }
  const verdict = BY_CODE[code] ?? BY_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1];
  return failure(address, message, verdict ?? { transient: true }, cause);
}

/**
 * The error for a handshake that was answered by an HTTP status other than 101.
 *
 * @param url what was asked for
 * @param body its first octets
 */
export function httpFailure(
  url: string,
  answer: { status: number; location?: string | undefined; retryAfter?: string | undefined; body: string },
): ConnectError {
  const seconds = Number(answer.retryAfter);
  const retryAfter = seconds >= 0 ? Math.min(seconds * 1_000, LONGEST_RETRY_AFTER) : undefined;
  const cause = new HttpRefusal(answer.status, printable(answer.body), retryAfter);
  return failure(addressOf(new URL(url)), cause.message, statusVerdict(url, answer), cause);
}

function statusVerdict(url: string, { status, location }: { status: number; location?: string | undefined }): Verdict {
  if (status >= 300 && status < 400) {
    const target = location !== undefined && URL.canParse(location, url) ? new URL(location, url) : undefined;
    const instead = target === undefined ? 'the URL it leads to' : addressOf(target);
    return { transient: false, hint: `redirects are not followed, since headers may hold secrets: write ${instead}` };
  }
  if (status === 401 || status === 403) {
    return {
      transient: false,
      hint: 'does the router, or a proxy before it, want credentials or another Origin in headers?',
    };
  }
  if (status === 404) return { transient: false, hint: 'is the path right? routers often serve /ws' };
  if (status < 300) return { transient: false, hint: 'no WebSocket is served there; is the path right?' };
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { transient: true };
  return { transient: false };
}

/** The error for a router at `address`, for all transports. */
export function failure(address: string, problem: string, { transient, hint }: Verdict, cause?: unknown): ConnectError {
  const plain = address.startsWith('rss:') ? 'rs://' : 'ws://';
  const tail = hint === undefined ? '' : `; ${hint.replace('PLAIN', plain)}`;
  return new ConnectError(`could not connect to ${address}: ${problem}${tail}`, { address, transient, cause });
}

/** Node tries every address of a host name and throws an AggregateError without a message when none answers. */
function read(cause: unknown): { code: string; message: string } {
  if (typeof cause !== 'object' || cause === null) return { code: '', message: printable(String(cause)) };
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const tried = 'errors' in cause && Array.isArray(cause.errors) ? cause.errors : [];
  const said = tried.length > 0 ? tried.map((error) => read(error).message).join('; ') : messageOf(cause);
  return { code, message: said || code };
}

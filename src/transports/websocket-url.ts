import { UsageError } from '../errors.js';
import { show } from '../wamp/values.js';

/** A checked URL. */
export interface WebSocketUrl {
  /** All of it, for the handshake. */
  readonly href: string;
  /** For messages and logs: scheme, host, port and path. User name, password and query may hold secrets. */
  readonly address: string;
}

const EXAMPLE = 'ws://127.0.0.1:8080/ws';

/**
 * Checks a router's URL before anything is opened.
 *
 * @throws {UsageError} that says what to write instead, and repeats no credentials
 */
export function webSocketUrl(given: string | URL): WebSocketUrl {
  const isUrl = typeof given === 'string' || given instanceof URL;
  const text = isUrl ? String(given) : '';
  if (!URL.canParse(text))
    throw new UsageError(`expected a URL such as ${EXAMPLE}, received ${isUrl ? quote(text) : show(given)}`);
  const url = new URL(text);
  if (/^wss?:$/.test(url.protocol)) {
    if (url.hash === '') return { href: url.href, address: addressOf(url) };
    throw new UsageError(`a WebSocket URL has no part after "#"; did you mean ${addressOf(url)}?`);
  }
  const isHttp = /^https?:$/.test(url.protocol);
  // `localhost:8080` is a URL too, of the scheme `localhost:`.
  const meant = isHttp ? text : /@|\/\//.test(text) ? '' : `ws://${text}`;
  const remedy = URL.canParse(meant)
    ? `did you mean ${addressOf(new URL(meant))}?`
    : `a router's URL looks like ${EXAMPLE}`;
  throw new UsageError(`expected ws:// or wss://, received ${isHttp ? `${url.protocol}//` : quote(text)}; ${remedy}`);
}

/** The part of a URL that may be shown, with the scheme of a WebSocket. */
export function addressOf(url: URL): string {
  return `${/^(ws|http)s:$/.test(url.protocol) ? 'wss' : 'ws'}://${url.host}${url.pathname}`;
}

/** What came, as far as it may be shown: whatever stands before an `@` or after a `?` can be a secret. */
function quote(text: string): string {
  const shown = text.slice(text.lastIndexOf('@') + 1).replace(/[?#].*$/s, '');
  return shown.length === text.length && text.length <= 100
    ? JSON.stringify(text)
    : `a text with ${JSON.stringify(shown.slice(0, 100))} in it`;
}

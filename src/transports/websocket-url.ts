import { UsageError } from '../errors.js';
import { came } from '../wamp/given.js';

/** A checked URL. */
export interface WebSocketUrl {
  /** All of it, for the handshake. */
  readonly href: string;
  /** For messages and logs: scheme, host, port and path. User name, password and query may hold secrets. */
  readonly address: string;
}

const EXAMPLE = 'ws://127.0.0.1:8080/ws';
const SECURE = new Set(['wss:', 'https:']);

/**
 * Checks a router's URL before anything is opened.
 *
 * @throws {UsageError} that says what to write instead, and repeats no credentials
 */
export function webSocketUrl(given: string | URL): WebSocketUrl {
  if (typeof given !== 'string' && !(given instanceof URL)) {
    throw new UsageError(`expected a URL such as ${EXAMPLE}, received ${came(given)}`);
  }
  const text = String(given);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) {
    throw new UsageError(`expected a URL such as ${EXAMPLE}, received ${quote(text)}`);
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') {
    throw new UsageError(`expected ws:// or wss://, received ${url.protocol}//; did you mean ${addressOf(url)}?`);
  }
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    // `localhost:8080` is a URL too, of the scheme `localhost:`.
    const prefixed = /@|\/\//.test(text) ? undefined : `ws://${text}`;
    const remedy =
      prefixed !== undefined && URL.canParse(prefixed)
        ? `did you mean ${addressOf(new URL(prefixed))}?`
        : `a router's URL looks like ${EXAMPLE}`;
    throw new UsageError(`expected ws:// or wss://, received ${quote(text)}; ${remedy}`);
  }
  if (url.hash !== '') {
    throw new UsageError(`a WebSocket URL has no part after "#"; did you mean ${addressOf(url)}?`);
  }
  return { href: url.href, address: addressOf(url) };
}

/** The part of a URL that may be shown, with the scheme of a WebSocket. */
export function addressOf(url: URL): string {
  return `${SECURE.has(url.protocol) ? 'wss' : 'ws'}://${url.host}${url.pathname}`;
}

/** What came, as far as it may be shown: whatever stands before an `@` or after a `?` can be a secret. */
function quote(text: string): string {
  const shown = text.slice(text.lastIndexOf('@') + 1).replace(/[?#].*$/s, '');
  return shown.length === text.length && text.length <= 100
    ? JSON.stringify(text)
    : `a text with ${JSON.stringify(shown.slice(0, 100))} in it`;
}

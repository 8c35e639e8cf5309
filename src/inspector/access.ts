import { createHash, timingSafeEqual } from 'node:crypto';

/** What decides about a request to the inspector: the parts of it that do. */
export interface Knock {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export type Verdict =
  /** The path is decoded by nobody: it is compared with the few that there are. */
  | { readonly status: 200; readonly path: string; readonly query: URLSearchParams }
  | { readonly status: 400 | 403 | 405; readonly why: string };

/**
 * Decides whether a request may be answered. Loopback is no boundary: any page in the user's browser can send requests
 * to 127.0.0.1, and can make a name of its own resolve to it.
 *
 * So the Host must be loopback, as must an Origin; only GET is answered; and all that tells of the tree needs the token,
 * in a header that no other page can set.
 */
export class Access {
  readonly #hosts: ReadonlySet<string>;
  readonly #token: Buffer;

  constructor(port: number, token: string) {
    const names = ['127.0.0.1', 'localhost', '[::1]'];
    this.#hosts = new Set([...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])]);
    this.#token = digest(token);
  }

  judge({ method, url = '', headers }: Knock): Verdict {
    const { host, origin } = headers;
    if (typeof host !== 'string' || !this.#hosts.has(host.toLowerCase())) {
      return { status: 403, why: 'this address is answered under 127.0.0.1 and localhost only' };
    }
    if (origin !== undefined && !this.#isOwn(origin)) return { status: 403, why: 'another site may not ask' };
    if (method !== 'GET') return { status: 405, why: 'only GET is answered' };
    if (!url.startsWith('/')) return { status: 400, why: 'expected a path' };
    const mark = url.indexOf('?');
    const path = mark === -1 ? url : url.slice(0, mark);
    const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
    if (!path.startsWith('/api/')) return { status: 200, path, query };

    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      return { status: 403, why: 'another site may not ask' };
    }
    if (!this.#isToken(headers['authorization'])) {
      return { status: 403, why: 'expected the token of the address that the process printed' };
    }
    return { status: 200, path, query };
  }

  #isOwn(origin: string | readonly string[]): boolean {
    return typeof origin === 'string' && origin.startsWith('http://') && this.#hosts.has(origin.slice(7).toLowerCase());
  }

  #isToken(authorization: string | readonly string[] | undefined): boolean {
    if (typeof authorization !== 'string' || !authorization.startsWith('Bearer ')) return false;
    // Digests have one length, which the comparison needs, and give nothing away about the token's.
    return timingSafeEqual(digest(authorization.slice('Bearer '.length)), this.#token);
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../supervisors/clock.js';
import { UsageError } from '../errors.js';
import { type Logger, SILENT } from '../logger.js';
import { Access } from './access.js';
import { Feed, type FeedLine, type Subscriber } from './feed.js';
import { ASSETS } from './page/assets.js';
import { type InspectedTree, Records } from './records.js';
import { clean } from './redact.js';

export interface InspectOptions {
  /** Default 0, any free one. A busy port is passed over for the next free one. */
  readonly port?: number;
  /** Hears the address, once. Default: nobody. */
  readonly logger?: Logger;
  /** The tree's clock, by which the times in its view are read. Default: real time. */
  readonly clock?: Clock;
}

/** A local page that shows a tree while it runs. */
export interface Inspector {
  /** What to open in a browser. It holds a token that is made anew each time; who has it sees the tree. */
  readonly url: string;
  readonly port: number;
  /** Ends all open pages' streams at once. May be called twice. */
  close(): Promise<void>;
}

/** So many ports are tried after a busy one. */
const MOST_PORTS = 20;
/** A page has two streams; more are refused, so that no leak of them grows. */
const MOST_STREAMS = 64;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Serves a page on loopback that shows the tree, its actors and their state charts as they run.
 *
 * It only shows: no request changes anything. It does not keep the process alive, and costs nothing while no page is
 * open, but for a list of the last 200 reports.
 *
 * @throws {UsageError} when neither the port nor one of the next 20 is free
 */
export async function inspect(tree: InspectedTree, options: InspectOptions = {}): Promise<Inspector> {
  const { port: wanted = 0, logger = SILENT, clock = systemClock } = options;
  const token = randomBytes(24).toString('base64url');
  const server = createServer();
  const port = await listen(server, wanted);
  // What it knows is known before the first request can come: `listen` gives the port in the same turn.
  const records: Records = new Records(tree, clock, () => feed.mark());
  const feed = new Feed(tree, records, clock);
  const site = new Site(new Access(port, token), records, feed);
  server.on('request', (request, response) => site.answer(request, response));
  server.on('connection', (socket) => socket.unref());
  server.unref();

  const url = `http://127.0.0.1:${port}/#token=${token}`;
  if (wanted !== 0 && port !== wanted)
    logger.info({ wanted, port }, 'inspector: the port is busy, took the next free one');
  logger.info({ url }, 'inspector: open this address');
  let closed: Promise<void> | undefined;
  return {
    url,
    port,
    close: () => {
      closed ??= new Promise((resolve) => {
        records.close();
        feed.close();
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

async function listen(server: Server, wanted: number): Promise<number> {
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535) {
    throw new UsageError(`inspect: port: expected an integer from 0 to 65535, received ${String(wanted)}`);
  }
  const last = wanted === 0 ? 0 : Math.min(wanted + MOST_PORTS, 65_535);
  for (let port = wanted; ; port += 1) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (cause) {
      server.removeAllListeners('error');
      const isBusy = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (isBusy && port < last) continue;
      const why = isBusy ? `the ports ${wanted} to ${last} are busy` : String(cause);
      throw new UsageError(`inspect: expected a free port, but ${why}; give another one, or 0 for any`, { cause });
    }
  }
}

/** What the server answers. All there is is in memory: no request reaches the file system. */
class Site {
  readonly #access: Access;
  readonly #records: Records;
  readonly #feed: Feed;

  constructor(access: Access, records: Records, feed: Feed) {
    this.#access = access;
    this.#records = records;
    this.#feed = feed;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = request;
    const verdict = this.#access.judge({ method, url, headers });
    if (verdict.status !== 200) {
      refuse(response, verdict.status, verdict.why);
      return;
    }
    const { path, query } = verdict;
    const asset = ASSETS.get(path);
    const chart = /^\/api\/chart\/([0-9a-f]{16})$/.exec(path)?.[1];
    if (asset !== undefined) send(response, asset.type, asset.body);
    else if (path === '/api/tree') this.#stream(response, (subscriber) => this.#feed.watchTree(subscriber));
    else if (path === '/api/actor') {
      const actor = query.get('path') ?? '';
      this.#stream(response, (subscriber) => this.#feed.watchActor(actor, subscriber));
    } else if (chart !== undefined) this.#chart(response, chart);
    else refuse(response, 404, 'there is nothing here');
  }

  #chart(response: ServerResponse, key: string): void {
    try {
      const svg = this.#records.svg(key);
      if (svg === undefined) refuse(response, 404, 'there is no such chart');
      else send(response, 'image/svg+xml', svg);
    } catch (error) {
      refuse(response, 500, `the chart cannot be drawn: ${clean(String(error))}`);
    }
  }

  /** JSON lines until the page goes away. */
  #stream(response: ServerResponse, watch: (subscriber: Subscriber) => () => void): void {
    if (this.#feed.size >= MOST_STREAMS) {
      refuse(response, 503, 'too many pages are open');
      return;
    }
    response.writeHead(200, { ...HEADERS, 'content-type': 'application/x-ndjson' });
    const stop = watch({
      isReady: () => !response.writableNeedDrain,
      write: (line: FeedLine) => response.write(`${JSON.stringify(line)}\n`),
    });
    response.on('close', stop);
    response.on('error', () => {}); // The page went away in the middle of a line: `close` follows.
  }
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { ...HEADERS, 'content-type': `${type}; charset=utf-8` }).end(body);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  const allow = status === 405 ? { allow: 'GET' } : {};
  // What was sent along is not read: the connection ends with the answer.
  response
    .writeHead(status, { ...HEADERS, ...allow, 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
    .end(`${why}\n`);
}

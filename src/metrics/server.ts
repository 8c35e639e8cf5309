import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { ConnectError } from '../errors.js';
import { CONTENT_TYPE } from './exposition.js';
import type { MetricsPlace } from './metrics-place.js';

/** Metrics that are being served. */
export interface MetricsServer {
  /** `http://127.0.0.1:9090/metrics` */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const PATH = '/metrics';

/** More than a scraper or two needs. */
const CONNECTIONS = 100;

/**
 * Serves text at `/metrics`.
 *
 * @param text makes it, for each request
 * @throws {ConnectError} when the port is taken or may not be listened on
 */
export async function serveMetrics(
  { port, host = '127.0.0.1' }: MetricsPlace,
  text: () => string,
): Promise<MetricsServer> {
  const server = createServer((request, response) => answer(request, response, text));
  server.maxConnections = CONNECTIONS;
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(failure(cause, host, port)));
    server.listen({ host, port }, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${bound}${PATH}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer({ method, url = '' }: IncomingMessage, response: ServerResponse, text: () => string): void {
  const [path] = url.split('?', 1);
  if (path !== PATH) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end(`metrics are at ${PATH}\n`);
    return;
  }
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  let body: string;
  try {
    body = text();
  } catch {
    // Whoever makes it has said why; a scraper can do nothing about it.
    response.writeHead(500).end();
    return;
  }
  response.writeHead(200, { 'content-type': CONTENT_TYPE, 'cache-control': 'no-store' });
  response.end(method === 'HEAD' ? undefined : body);
}

function failure(cause: NodeJS.ErrnoException, host: string, port: number): ConnectError {
  const facts = { address: `http://${host}:${port}${PATH}`, transient: cause.code === 'EADDRINUSE', cause };
  switch (cause.code) {
    case 'EADDRINUSE':
      return new ConnectError(
        `metrics: port ${port} on ${host} is taken: stop the program that listens there, or choose another port (0 takes any free one)`,
        facts,
      );
    case 'EACCES':
      return new ConnectError(
        `metrics: this user may not listen on port ${port} of ${host}: choose a port above 1023`,
        facts,
      );
    default:
      return new ConnectError(`metrics: could not listen on port ${port} of ${host}: ${cause.message}`, facts);
  }
}

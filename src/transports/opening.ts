import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { encodeFrame, FRAME_TYPE } from './rawsocket-frames.js';
import type { RawSocketAddress } from './rawsocket-url.js';
import type { Timers } from './timers.js';
import type { ClientTls, Fresh } from './tls-secrets.js';

/** How long a router may take to show that it knows pings, in milliseconds. After that it is believed not to. */
const PROBE_TIMEOUT = 1_000;

/** A socket that is connected, past TLS if there is any, and paused. */
export function connected(
  { endpoint }: RawSocketAddress,
  tls: (Fresh<ClientTls> & { readonly insecure: boolean }) | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted();
  // localhost is ::1 and 127.0.0.1, and a router often listens on one of them only: both are tried.
  const target = { ...endpoint, autoSelectFamily: true, noDelay: true };
  const host = 'host' in endpoint && isIP(endpoint.host) === 0 ? endpoint.host : undefined;
  const servername = tls?.options.servername ?? host;
  return new Promise((resolve, reject) => {
    const socket =
      tls === undefined
        ? connectPlain(target)
        : connectSecure({
            ...target,
            ...(servername !== undefined && { servername }),
            secureContext: tls.context,
            rejectUnauthorized: !tls.insecure,
          });
    const settled = watch(socket, signal, (error) => {
      reject(error);
      socket.destroy();
    });
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      settled();
      socket.pause();
      resolve(socket);
    });
  });
}

/** At least `count` octets, and what came with them. */
export function read(socket: Socket, count: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let octets: Buffer = Buffer.alloc(0);
    const settled = watch(socket, signal, (error) => {
      socket.off('data', onData);
      reject(error);
    });
    const onData = (chunk: Buffer) => {
      octets = Buffer.concat([octets, chunk]);
      if (octets.length < count) return;
      settled();
      socket.off('data', onData);
      socket.pause();
      resolve(octets);
    };
    socket.on('data', onData);
    socket.resume();
  });
}

/** The router does not know pings: it ended the connection at one, or did not answer it. */
export class PingRefused extends Error {}

/**
 * Asks for a sign that the router knows pings, before anything is at stake. One that does not may take the octets for the
 * beginning of a long message: then this connection is of no use any more.
 *
 * @returns what it answered, to be read as frames
 * @throws {PingRefused}
 */
export async function probed(socket: Socket, timers: Timers, signal: AbortSignal): Promise<Buffer> {
  const patience = new AbortController();
  const timer = timers.setTimeout(() => patience.abort(), PROBE_TIMEOUT);
  try {
    for (const octets of encodeFrame(FRAME_TYPE.ping, '', 0)) socket.write(octets);
    return await read(socket, 1, AbortSignal.any([signal, patience.signal]));
  } catch (cause) {
    signal.throwIfAborted();
    throw new PingRefused('the router does not know pings', { cause });
  } finally {
    timers.clearTimeout(timer);
  }
}

/**
 * Tells of the first that ends an attempt: an error, the router's end, the signal.
 *
 * @returns what is to be called when the attempt came to something. An error is caught for good all the same: it may come late
 */
function watch(socket: Socket, signal: AbortSignal, ended: (why: unknown) => void): () => void {
  let done = false;
  const settled = () => {
    done = true;
    signal.removeEventListener('abort', abort);
    socket.off('end', cut);
    socket.off('close', cut);
  };
  const end = (why: unknown) => {
    if (done) return;
    settled();
    ended(why);
  };
  const abort = () => end(signal.reason);
  const cut = () => end(Object.assign(new Error('the connection ended'), { code: 'ECONNRESET' }));
  signal.addEventListener('abort', abort);
  socket.on('error', end);
  socket.once('end', cut);
  socket.once('close', cut);
  // Between two steps nobody was there to hear of it.
  if (signal.aborted) queueMicrotask(abort);
  return settled;
}

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Side } from './ending.js';
import type { PeerCertificate } from './transport.js';

/**
 * The first Finished of TLS, which both ends of a connection know, and which is another for every one.
 *
 * RFC 5929 ends with TLS 1.2. What the field calls `tls-unique` with TLS 1.3 is its equivalent: the Finished of the client, which
 * depends on all of the handshake. There is none in a session that was resumed, which somebody between could have brought about.
 *
 * @param peer who is at the other end
 */
export function tlsUniqueOf(socket: Socket, peer: Side): Uint8Array | undefined {
  if (!(socket instanceof TLSSocket) || socket.isSessionReused()) return undefined;
  // The first of a full handshake is the client's.
  const finished = peer === 'the client' ? socket.getPeerFinished() : socket.getFinished();
  return finished && Uint8Array.from(finished);
}

/** What tells the connection of `socket` from every other, if it is one of TLS. */
export async function channelIdOf(socket: Socket, peer: Side): Promise<Uint8Array | undefined> {
  const finished = tlsUniqueOf(socket, peer);
  return finished && new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(finished)));
}

/** The certificate that the other end has shown. */
export function peerCertificateOf(socket: Socket): PeerCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  // Empty when there was none, and nothing at all when the connection has ended.
  const shown: Partial<ReturnType<TLSSocket['getPeerCertificate']>> | null = socket.getPeerCertificate();
  if (typeof shown?.fingerprint256 !== 'string') return undefined;
  return {
    fingerprint: shown.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: { ...shown.subject },
    isVerified: socket.authorized,
  };
}

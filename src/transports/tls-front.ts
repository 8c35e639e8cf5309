import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { ConnectError, UsageError } from '../errors.js';
import { A_BOOLEAN, type Kinds } from '../wamp/given.js';
import { peerCertificateOf } from './tls-facts.js';
import { type Fetched, freshTls, SECRETS, type TlsSecrets } from './tls-secrets.js';

/** TLS at a port, in Node's words. */
export interface ServerTls extends TlsSecrets {
  /** Asks each client for a certificate. Default false. */
  readonly requestCert?: boolean;
  /**
   * Turns away a client that was asked and shows none that is in force and was issued by an authority in `ca`: whatever realm it
   * wants, by whatever method. Default true, as in Node; with false it may join by another method than `tls`.
   */
  readonly rejectUnauthorized?: boolean;
}

const KINDS: Kinds<ServerTls> = { ...SECRETS, requestCert: A_BOOLEAN, rejectUnauthorized: A_BOOLEAN };

/**
 * What a port shows in TLS, and which clients it believes.
 *
 * @param where what the option is of, for messages: `router: tls`
 * @returns a function that gives what is to be used now. It rejects with {@link ConnectError} when a function of the user's fails,
 *   or gives what cannot be used, and with {@link UsageError} for values that cannot be used.
 * @throws {UsageError} when a value cannot be meant
 */
export function serverTls(where: string, given: Fetched<ServerTls>, address: string): () => Promise<ServerTls> {
  const failed = (problem: string, transient: boolean, cause?: unknown) =>
    typeof given === 'function'
      ? new ConnectError(`could not listen: ${problem}`, { address, transient, ...(cause !== undefined && { cause }) })
      : new UsageError(problem, cause === undefined ? undefined : { cause });
  const fresh = freshTls(where, given, KINDS, failed);
  return async () => {
    const { options } = await fresh();
    const { cert, key, pfx } = options;
    if (pfx !== undefined || (cert !== undefined && key !== undefined)) return options;
    throw failed(`${where} cannot be used: expected cert and key, or pfx, for what clients are shown`, false);
  };
}

/** Who a socket is from, for as long as it is open: TLS hands on another object than the one it was given. */
const nameOf = ({ remoteAddress, remotePort, localAddress }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress}`;

const demands = ({ requestCert = false, rejectUnauthorized = true }: ServerTls): boolean =>
  requestCert && rejectUnauthorized;

type Secured = (socket: TLSSocket) => void;

/** Does the handshakes of TLS on sockets that others have accepted. */
export class TlsFront {
  readonly #failed: (address: string, error: Error) => void;
  readonly #waiting = new Map<string, Secured>();
  #server: Server;
  #demands: boolean;

  /** @param failed hears of a handshake that came to nothing; its socket is gone then */
  constructor(options: ServerTls, failed: (address: string, error: Error) => void) {
    this.#failed = failed;
    this.#server = this.#serverFor(options);
    this.#demands = demands(options);
  }

  /** Whether a client on a socket that was secured has shown what it is to show. */
  isWelcome(secured: Socket): boolean {
    return !this.#demands || peerCertificateOf(secured)?.isVerified === true;
  }

  /** For the connections that come from now on. */
  renew(options: ServerTls): void {
    this.#server = this.#serverFor(options);
    this.#demands = demands(options);
  }

  /**
   * Does the handshake on a paused socket.
   *
   * @param head what was read of it already
   */
  secure(socket: Socket, head: Buffer, secured: Secured): void {
    const name = nameOf(socket);
    this.#waiting.set(name, secured);
    socket.once('close', () => {
      if (this.#waiting.get(name) === secured) this.#waiting.delete(name);
    });
    socket.unshift(head);
    this.#server.emit('connection', socket);
  }

  /** It listens on nothing. */
  #serverFor(options: ServerTls): Server {
    const server = createServer({
      ...options,
      // Node would cut it off without a word.
      rejectUnauthorized: false,
      // A session that is resumed was trusted by rules that may have changed, and has no id to bind to.
      secureOptions: constants.SSL_OP_NO_TICKET,
      allowHalfOpen: true,
    });
    server.on('secureConnection', (socket) => {
      socket.on('error', () => socket.destroy());
      // The Finished of another handshake would be the id of another channel.
      socket.disableRenegotiation();
      const name = nameOf(socket);
      const secured = this.#waiting.get(name);
      this.#waiting.delete(name);
      if (secured === undefined) socket.destroy();
      else secured(socket);
    });
    server.on('tlsClientError', (error, socket) => {
      // Who has hung up has no address any more.
      this.#failed(socket.remoteAddress ?? 'unknown', error);
      socket.destroy();
    });
    return server;
  }
}

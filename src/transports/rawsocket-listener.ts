import type { Socket } from 'node:net';
import { UsageError } from '../errors.js';
import { type FrontOptions, type Listener, listenFor, type Protocol } from './front.js';
import { pingOptions } from './ping-options.js';
import {
  HANDSHAKE_LENGTH,
  LONGEST_LIMIT,
  MAGIC,
  REFUSAL,
  readRequest,
  refusalOctets,
  serializerIds,
  toOctets,
} from './rawsocket-handshake.js';
import { RawSocketTransport, rawSocketLimits } from './rawsocket-transport.js';
import { checkSubprotocols } from './subprotocol.js';
import { realTimers } from './timers.js';

/**
 * The server end of RawSockets, on a port or a Unix socket.
 *
 * @throws {UsageError} when an option cannot be meant
 * @throws {ConnectError} when the port or path is taken or may not be listened on, with Node's error as its cause
 * @see WAMP Advanced Profile, "RawSocket Transport"
 */
export async function listenRawSocket(options: FrontOptions): Promise<Listener> {
  return listenFor(options, [new RawSocketProtocol(options)]);
}

/**
 * RawSocket as one of the protocols of a port. The client chooses the serializer; one that is not supported here, or has no
 * number in the handshake, is refused.
 *
 * @throws {UsageError} when an option cannot be meant
 */
export class RawSocketProtocol implements Protocol {
  readonly #subprotocols = new Map<number, string>();
  readonly #transportFacts;

  constructor(options: FrontOptions) {
    checkSubprotocols(options.subprotocols);
    const ids = serializerIds(options.serializerIds);
    for (const subprotocol of options.subprotocols) {
      const id = ids[subprotocol];
      if (id !== undefined) this.#subprotocols.set(id, subprotocol);
    }
    if (this.#subprotocols.size === 0) {
      const known = Object.keys(ids).join(', ');
      throw new UsageError(
        `expected a subprotocol that RawSocket has a number for (${known}), received ${options.subprotocols.join(', ')}`,
      );
    }
    this.#transportFacts = {
      limits: rawSocketLimits(options),
      ping: pingOptions(options.ping),
      // Autobahn's clients take a ping for a frame that is too long: whoever pings is pinged.
      takesPings: false,
      peer: 'the client',
      timers: options.clock ?? realTimers,
    } as const;
  }

  takes(octet: number): boolean {
    return octet === MAGIC;
  }

  url(at: string, secure: boolean): string {
    return `${secure ? 'rss' : 'rs'}://${at}`;
  }

  accept(socket: Socket, head: Buffer, address: string, admit: Parameters<Protocol['accept']>[3]): void {
    let octets = head;
    const leave = () => socket.destroy();
    const read = (chunk: Buffer) => {
      octets = Buffer.concat([octets, chunk]);
      answer();
    };
    const answer = () => {
      if (octets.length < HANDSHAKE_LENGTH) return;
      socket.off('data', read);
      socket.off('end', leave);
      socket.pause();
      const request = readRequest(octets);
      const subprotocol = 'serializer' in request ? this.#subprotocols.get(request.serializer) : undefined;
      if ('refused' in request || subprotocol === undefined) {
        refuse(socket, 'refused' in request ? request.refused : REFUSAL.serializer);
        return;
      }
      const { limits } = this.#transportFacts;
      socket.write(toOctets({ maxLength: limits.maxPayload, serializer: request.serializer }));
      const transport = new RawSocketTransport(socket, octets.subarray(HANDSHAKE_LENGTH), {
        ...this.#transportFacts,
        address,
        connection: `the connection from ${address}`,
        subprotocol,
        maxSent: request.maxLength,
      });
      admit(transport, { remoteAddress: address, origin: undefined, path: '' });
    };
    socket.once('end', leave);
    socket.on('data', read);
    socket.resume();
    answer();
  }
}

/** Whoever said nothing that can be answered is cut off without a word. */
function refuse(socket: Socket, reason: number | undefined): void {
  if (reason === undefined) {
    socket.destroy();
    return;
  }
  socket.once('finish', () => socket.destroy());
  socket.end(refusalOctets(reason));
}

/**
 * The limit for a port that speaks RawSocket beside another protocol, which may have larger frames.
 *
 * @param maxPayload in octets, or the default
 */
export function withinRawSocket<T extends { readonly maxPayload?: number }>(options: T): T {
  const { maxPayload } = options;
  return maxPayload !== undefined && maxPayload > LONGEST_LIMIT ? { ...options, maxPayload: LONGEST_LIMIT } : options;
}

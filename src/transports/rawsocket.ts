import { ConnectError, UsageError } from '../errors.js';
import { type Logger, SILENT } from '../logger.js';
import { A_BOOLEAN, A_CLOCK, A_LOGGER, AN_OBJECT, type Kinds, OCTETS } from '../wamp/given.js';
import { checkManyOptions } from '../wamp/many-options.js';
import { connectFailure } from './connect-failure.js';
import type { PingOptions } from './heartbeat.js';
import { connected, PingRefused, probed, read } from './opening.js';
import { PING, pingOptions } from './ping-options.js';
import { malformedReply, RawSocketRefusal, refusedHandshake } from './rawsocket-failure.js';
import { HANDSHAKE_LENGTH, REFUSAL, readReply, serializerIds, toOctets } from './rawsocket-handshake.js';
import { RawSocketTransport, rawSocketLimits } from './rawsocket-transport.js';
import { type RawSocketEndpoint, rawSocketEndpoint, rawSocketUrl } from './rawsocket-url.js';
import { checkSubprotocols } from './subprotocol.js';
import { realTimers, type Timers } from './timers.js';
import { type ClientTls, clientTls, type Fetched, TLS } from './tls-secrets.js';
import type { Connector, Transport } from './transport.js';

/**
 * How a RawSocket is opened and kept.
 *
 * @see WAMP Advanced Profile, "RawSocket Transport"
 */
export interface RawSocketOptions {
  /**
   * For `rss://`: whom to trust and what to show, in Node's words; or a function that gives it, asked anew for each connection, so
   * that a renewed certificate is found at the next one. One that fails is asked again at the next try. `true` for TLS as the system
   * has it, where the address is given in parts.
   */
  readonly tls?: true | Fetched<ClientTls>;
  /**
   * Accepts any certificate, so that anybody on the way can read and change everything. For a test bench; it is logged as
   * a warning at each connection. Default false.
   */
  readonly insecure?: boolean;
  /**
   * The largest frame accepted, in octets, at most 16 MiB. The router is told, and a router that keeps to it sends none that
   * is longer. Powers of two only can be told: the next one counts. Default 1 MiB.
   */
  readonly maxPayload?: number;
  /** How many octets may wait to be sent before the connection is cut. Default 16 MiB. */
  readonly maxQueued?: number;
  /**
   * Pings to the router, when nothing came from it for a while: every 10 s, to be answered within 5 s. `false` for none. The
   * first is sent ahead of everything else. A router that does not know it, such as Crossbar.io, is connected to again, after
   * a second, and gets none; with `false` that second is saved. TCP's own keep-alive, after 10 s of silence, is always there:
   * it notices that a machine is gone, not that a router hangs.
   */
  readonly ping?: Partial<PingOptions> | false;
  /**
   * The handshake's numbers of serializers of your own, by subprotocol: `{ 'wamp.2.ubjson': 4 }`. A peer adds those that its
   * serializers name (`rawSocketId`).
   */
  readonly serializerIds?: Readonly<Record<string, number>>;
  /** Hears that a certificate is not checked, and that a router knows no pings. Default: silence. */
  readonly logger?: Logger;
  /** Time for pings and for waiting. Default: real time. */
  readonly clock?: Timers;
}

const KINDS: Kinds<RawSocketOptions> = {
  tls: { ...TLS, expected: `true, ${TLS.expected}`, fits: (value) => value === true || TLS.fits(value) },
  insecure: A_BOOLEAN,
  maxPayload: OCTETS,
  maxQueued: OCTETS,
  ping: PING,
  serializerIds: AN_OBJECT,
  logger: A_LOGGER,
  clock: A_CLOCK,
};

/**
 * A router behind a RawSocket: over TCP, TLS or a Unix socket, in Node.
 *
 * A RawSocket asks for one serializer: the first that is offered is asked for, and the next one, on a new connection, if the
 * router does not speak it. An attempt ends with a transport, an error, or its signal: it has no deadline of its own.
 *
 * @param router `rs://host:port`, `rss://host:port` for TLS, `unix:/path`; or the same in parts, with TLS if `tls` is given
 * @throws {UsageError} at once, when the address or an option cannot be meant
 * @see WAMP Advanced Profile, "RawSocket Transport"
 */
export function rawsocket(router: string | URL | RawSocketEndpoint, options: RawSocketOptions = {}): Connector {
  checkManyOptions<RawSocketOptions>('rawsocket', options, KINDS);
  const { tls, insecure = false, logger = SILENT, clock = realTimers } = options;
  const isUrl = typeof router === 'string' || router instanceof URL;
  const target = isUrl ? rawSocketUrl(String(router)) : rawSocketEndpoint(router, tls !== undefined);
  if (target.secure === false && tls !== undefined) {
    throw new UsageError(`tls was given for ${target.address}, which has none: write rss:// for TLS`);
  }
  const { address } = target;
  const limits = rawSocketLimits(options);
  const ids = serializerIds(options.serializerIds);
  const ping = pingOptions(options.ping);
  const secure = target.secure ?? tls !== undefined;
  const tlsOf = clientTls('rawsocket.tls', tls === undefined || tls === true ? {} : tls, address);
  let takesPings = ping !== false;

  /** One connection, for one serializer. */
  const attempt = async (subprotocol: string, serializer: number, signal: AbortSignal): Promise<Transport> => {
    const socket = await connected(target, secure ? { ...(await tlsOf(signal)), insecure } : undefined, signal);
    try {
      socket.write(toOctets({ maxLength: limits.maxPayload, serializer }));
      const octets = await read(socket, HANDSHAKE_LENGTH, signal);
      const reply = readReply(octets.subarray(0, HANDSHAKE_LENGTH), serializer);
      if ('malformed' in reply) throw malformedReply(address, reply.malformed, octets);
      if ('refused' in reply) throw refusedHandshake(address, reply.refused, subprotocol);
      let head = octets.subarray(HANDSHAKE_LENGTH);
      if (takesPings && head.length === 0) head = await probed(socket, clock, signal);
      signal.throwIfAborted();
      return new RawSocketTransport(socket, head, {
        address,
        subprotocol,
        connection: `the connection to ${address}`,
        peer: 'the router',
        limits,
        maxSent: reply.maxLength,
        ping,
        takesPings,
        timers: clock,
      });
    } catch (error) {
      socket.destroy();
      throw error;
    }
  };

  /** A router that takes a ping amiss is spared them. */
  const forgiving = async (subprotocol: string, serializer: number, signal: AbortSignal): Promise<Transport> => {
    try {
      return await attempt(subprotocol, serializer, signal);
    } catch (error) {
      if (!(error instanceof PingRefused)) throw error;
    }
    takesPings = false;
    try {
      const transport = await attempt(subprotocol, serializer, signal);
      logger.info(
        { address },
        'the router knows no pings of RawSockets: TCP alone looks whether it is there; ping: false would connect sooner',
      );
      return transport;
    } catch (error) {
      // It ends connections for another reason.
      takesPings = true;
      throw error;
    }
  };

  const open: Connector['open'] = async (subprotocols, signal) => {
    signal.throwIfAborted();
    checkSubprotocols(subprotocols);
    const offered = subprotocols.flatMap((name) => {
      const serializer = ids[name];
      return serializer === undefined ? [] : [{ name, serializer }];
    });
    if (secure && insecure) logger.warn({ address }, 'the certificate of the router is not checked (insecure)');
    let refused: unknown = new UsageError(
      `expected a serializer that RawSocket has a number for (${Object.keys(ids).join(', ')}), received ${subprotocols.join(', ')}`,
    );
    for (const { name, serializer } of offered) {
      try {
        return await forgiving(name, serializer, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ConnectError)) throw connectFailure(address, subprotocols, error);
        if (!isUnsupported(error)) throw error;
        refused = error;
      }
    }
    throw refused;
  };

  return { address, open };
}

/** Whether it is a refusal of the serializer, beside which another one may do. */
function isUnsupported(error: ConnectError): boolean {
  return error.cause instanceof RawSocketRefusal && error.cause.reason === REFUSAL.serializer;
}

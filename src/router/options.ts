import { Authenticator } from '../../actors/authentication.js';
import { trustsAuthorities } from '../../actors/certificates.js';
import type { RealmLimits, RealmOptions } from '../../actors/realm.js';
import { MOST_OVER } from '../../actors/realm-session.js';
import type { Clock } from '../../supervisors/clock.js';
import type { FailedLoginLimits } from '../auth/failed-logins.js';
import { UsageError } from '../errors.js';
import type { Logger } from '../logger.js';
import { METRICS, type MetricsPlace } from '../metrics/metrics-place.js';
import { checkHistories } from '../routing/history-options.js';
import { LIMITS } from '../routing/limits.js';
import { Roles } from '../routing/roles.js';
import { cbor } from '../serializers/cbor.js';
import { json } from '../serializers/json.js';
import { msgpack } from '../serializers/msgpack.js';
import type { Serializer } from '../serializers/serializer.js';
import { PING } from '../transports/ping-options.js';
import { checkSubprotocols } from '../transports/subprotocol.js';
import type { ServerTls } from '../transports/tls-front.js';
import { type Fetched, TLS } from '../transports/tls-secrets.js';
import type { ListenOptions } from '../transports/websocket-listener.js';
import {
  A_BOOLEAN,
  A_CLOCK,
  A_COUNT,
  A_FUNCTION,
  A_LOGGER,
  A_STRING,
  AN_OBJECT,
  ANYTHING,
  isText,
  type Kind,
  type Kinds,
  MILLISECONDS,
  oneOfThese,
  SERIALIZERS,
} from '../wamp/given.js';
import { checkManyOptions } from '../wamp/many-options.js';
import { checkUri } from '../wamp/uri.js';
import type { Uri } from '../wamp/values.js';

/** What one router holds, over all its realms. */
export interface RouterLimits {
  /** Connections to a port, or to a Unix socket, at a time; more are closed at once. Default 10,000. */
  readonly connections?: number;
  /** Connections that have had no WELCOME yet, at a time; more are closed at once. Default 1,000. */
  readonly unjoined?: number;
  /** How long a message may be before WELCOME: in octets, or in characters of JSON. Default 65,536. */
  readonly helloLength?: number;
  /**
   * How deep lists and dictionaries of a message may nest, itself being the first level; up to 1,000. Default 128. Serializers that
   * are given have a limit of their own.
   */
  readonly depth?: number;
  /**
   * How many times its length a message may take in memory, once it is data; what takes no more than 1 MiB is taken in any case.
   * Default 16. Serializers that are given have a limit of their own.
   */
  readonly growth?: number;
  /**
   * How many logins may fail from one address, over all realms: by default 10 within a minute. Whoever comes from there with a
   * login is then refused unheard, with `wamp.error.authentication_failed`, until the first of the failures is a minute old. Of
   * IPv6 the first 64 bits are the address. Unix sockets and peers in this process have none, and those of this machine are not
   * counted without `loopback: true`. `false` for no limit: behind a proxy all clients have the address of the proxy.
   */
  readonly failedLogins?: FailedLoginLimits | false;
}

/** What the embedded router is: its realms, where it listens, and what it allows to clients. */
export interface RouterOptions {
  /** The only realm, open to everybody. Default `realm1`. */
  readonly realm?: string;
  /** The realms by name, in place of `realm`. */
  readonly realms?: Readonly<Record<string, RealmOptions>>;
  /**
   * Where to listen, for WebSockets and RawSockets; 0 for any free port. Without it, and without `unix`, only this process
   * reaches the router.
   */
  readonly port?: number;
  /** Default `127.0.0.1`: this machine only. */
  readonly host?: string;
  /**
   * Whether a `host` that others than this machine can reach may be listened on while a realm is open to everybody: one without
   * `auth`, `roles` and `authorize`. Default false: the router then does not start.
   */
  readonly insecure?: boolean;
  /**
   * The path of a Unix socket to listen on too: whoever may write to that file may connect. One that a router which was killed
   * has left behind is taken over.
   */
  readonly unix?: string;
  /**
   * TLS at the port, and nothing else there: `wss://` and `rss://`. In Node's words, `cert` and `key` or `pfx` at least; or a function
   * that gives it, asked at each start and by {@link Router.renewTls}. The Unix socket has none.
   */
  readonly tls?: Fetched<ServerTls>;
  /** Web pages that may connect, beside those of this machine. */
  readonly allowOrigins?: ListenOptions['allowOrigins'];
  /** Pings to each client: every 10 s, to be answered within 5 s. `false` for none. */
  readonly ping?: NonNullable<ListenOptions['ping']>;
  /**
   * The largest message, in octets. Default 1 MiB; RawSocket carries no more than 16 MiB. Serializers that are given have limits
   * of their own.
   */
  readonly maxPayload?: number;
  /** What the router may hold over all its realms; what a realm may hold is for the realm's own limits to say. */
  readonly limits?: RouterLimits;
  /** The serializers that clients may choose from. Default: JSON, MessagePack and CBOR. */
  readonly serializers?: readonly Serializer[];
  /** From a connection to its transport's opening, and from there to WELCOME, in milliseconds. Default 5,000 each. */
  readonly handshakeTimeout?: number;
  /** How long a client may take to answer GOODBYE, in milliseconds. Default 2,000. */
  readonly goodbyeTimeout?: number;
  /**
   * How long `stop()` waits for calls in flight to be answered, before it says GOODBYE, in milliseconds. No session joins and no call is
   * begun meanwhile. Default 0: not at all.
   */
  readonly drain?: number;
  /** Whether request ids have to be sequential, as the standard demands. Default true; some old clients need false. */
  readonly strictIds?: boolean;
  /**
   * Serves Prometheus metrics at `http://127.0.0.1:PORT/metrics`: a port, 0 for any free one, or `{ port, host }`. Default: nowhere. Who
   * can connect there reads them.
   */
  readonly metrics?: number | MetricsPlace;
  /** Hears of its start and end, of clients and of failures. A pino logger fits. Default: silence. */
  readonly logger?: Logger;
  /** The only source of time. Default: real time. */
  readonly clock?: Clock;
  /**
   * From 0 up to 1, for the ids of sessions and publications and for `invoke: 'random'`. Default: ids from the system's own
   * source of chance, which nobody can foresee.
   */
  readonly random?: () => number;
}

/** What the option `drain` takes. */
export const DRAIN: Kind = {
  expected: 'milliseconds, or 0 for none',
  fits: (value) => typeof value === 'number' && value >= 0,
};

const STRINGS: Kind = {
  expected: 'a list of strings',
  fits: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
};

const REALM: Kinds<RealmOptions> = {
  auth: AN_OBJECT,
  roles: AN_OBJECT,
  authorize: ANYTHING,
  authorizeTimeout: MILLISECONDS,
  strictIds: A_BOOLEAN,
  disclosure: A_BOOLEAN,
  mayKill: STRINGS,
  history: AN_OBJECT,
  limits: AN_OBJECT,
  slowConsumers: oneOfThese('disconnect', 'dropEvents'),
};

/** Deeper ones would exhaust the stack of the engine, or of a client that has no limit. */
const DEEPEST = 1_000;

const ROUTER_LIMITS: Kinds<RouterLimits> = {
  connections: A_COUNT,
  unjoined: A_COUNT,
  helloLength: A_COUNT,
  depth: {
    expected: `a whole number from 1 to ${DEEPEST}`,
    fits: (value) => A_COUNT.fits(value) && Number(value) <= DEEPEST,
  },
  growth: A_COUNT,
  failedLogins: {
    expected: '{ attempts, within, addresses, loopback }, or false for no limit',
    fits: (value) => value === false || AN_OBJECT.fits(value),
  },
};

const MOST_ATTEMPTS = 1_000;

const FAILED_LOGINS: Kinds<FailedLoginLimits> = {
  attempts: {
    expected: `a whole number from 1 to ${MOST_ATTEMPTS}`,
    fits: (value) => A_COUNT.fits(value) && Number(value) <= MOST_ATTEMPTS,
  },
  within: MILLISECONDS,
  addresses: A_COUNT,
  loopback: A_BOOLEAN,
};

const REALM_LIMITS: Kinds<RealmLimits> = {
  sessions: A_COUNT,
  queued: A_COUNT,
  subscriptions: A_COUNT,
  registrations: A_COUNT,
  calls: A_COUNT,
  callsWaiting: { expected: 'a whole number from 0', fits: (value) => value === 0 || A_COUNT.fits(value) },
  authorizing: A_COUNT,
  testaments: A_COUNT,
  testamentOctets: A_COUNT,
  retained: A_COUNT,
  retainedOctets: A_COUNT,
};

const KINDS: Kinds<RouterOptions> = {
  realm: { expected: 'a URI such as "realm1"', fits: isText },
  realms: AN_OBJECT,
  port: ANYTHING,
  host: A_STRING,
  insecure: A_BOOLEAN,
  unix: A_STRING,
  tls: TLS,
  allowOrigins: {
    expected: 'a list of origins such as ["https://example.com"], or "*" for all',
    fits: (value) => value === '*' || (Array.isArray(value) && value.every(isText)),
  },
  ping: PING,
  maxPayload: A_COUNT,
  limits: AN_OBJECT,
  serializers: SERIALIZERS,
  handshakeTimeout: MILLISECONDS,
  goodbyeTimeout: MILLISECONDS,
  drain: DRAIN,
  strictIds: A_BOOLEAN,
  metrics: METRICS,
  logger: A_LOGGER,
  clock: A_CLOCK,
  random: A_FUNCTION,
};

/** The names of all options of a router, and of all of a realm: whoever lists them elsewhere is held to these. */
export const ROUTER_OPTIONS: readonly string[] = Object.keys(KINDS);
export const REALM_OPTIONS: readonly string[] = Object.keys(REALM);

/**
 * Checks the options of a router, so that what is wrong with them is found before anything starts.
 *
 * @returns its realms, by name
 * @throws {UsageError} when an option cannot be meant
 */
export function realmsOf(options: RouterOptions): ReadonlyMap<Uri, RealmOptions> {
  checkManyOptions<RouterOptions>('router', options, KINDS);
  checkManyOptions<RouterLimits>('router, limits', options.limits ?? {}, ROUTER_LIMITS);
  checkManyOptions<FailedLoginLimits>('router, limits.failedLogins', options.limits?.failedLogins || {}, FAILED_LOGINS);
  const { realm, realms } = options;
  if (realm !== undefined && realms !== undefined) {
    throw new UsageError('expected realm or realms, received both: name the realm among the realms');
  }
  if (options.tls !== undefined && options.port === undefined) {
    throw new UsageError(
      'router: tls was given without a port, and there is no TLS elsewhere: give a port, 0 for any free one',
    );
  }
  const byName = new Map(Object.entries(realms ?? { [realm ?? 'realm1']: {} }));
  if (byName.size === 0) throw new UsageError('realms: expected at least one realm, received none');
  for (const [name, ofRealm] of byName) {
    checkManyOptions<RealmOptions>(`realm ${name}`, ofRealm, REALM);
    checkManyOptions<RealmLimits>(`realm ${name}, limits`, ofRealm.limits ?? {}, REALM_LIMITS);
    const problem = checkUri(name);
    if (problem !== undefined)
      throw new UsageError(`realms: expected URIs as names; ${JSON.stringify(name)} ${problem}`);
    checkHistories(name, ofRealm.history);
    // To find out now what is wrong with it, and not when the realm starts.
    new Roles(name, ofRealm).demand(name, new Authenticator(name, ofRealm.auth).roles);
  }
  refuseOpen(options, byName);
  return byName;
}

/** @throws {UsageError} when everybody in a network could use a realm, and nobody has said that this is meant */
function refuseOpen({ port, host, insecure }: RouterOptions, realms: ReadonlyMap<Uri, RealmOptions>): void {
  if (insecure === true || port === undefined || host === undefined || isLoopback(host)) return;
  for (const [name, { auth, roles, authorize }] of realms) {
    if (auth !== undefined || roles !== undefined || authorize !== undefined) continue;
    throw new UsageError(
      `realm ${name} is open to everybody, and others than this machine can reach ${host}: give the realm auth, say in roles what everybody may do, listen on 127.0.0.1, or set insecure: true if this is meant`,
    );
  }
}

/** Whether only this machine can reach it. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * The serializers of a router, each with room for the largest message.
 *
 * @throws {UsageError} when two of them have the same subprotocol, or limits are given that they would not keep
 */
export function serializersOf({
  serializers,
  maxPayload = LIMITS.messageLength.fallback,
  limits = {},
}: RouterOptions): readonly Serializer[] {
  const { depth = LIMITS.depth.fallback, growth = LIMITS.growth.fallback } = limits;
  if (serializers === undefined) {
    const within = { maxLength: maxPayload, maxDepth: depth, maxGrowth: growth };
    return [json(within), msgpack(within), cbor(within)];
  }
  const useless = (['depth', 'growth'] as const).find((name) => limits[name] !== undefined);
  if (useless !== undefined) {
    throw new UsageError(
      `limits.${useless} is for the router's own serializers, and others were given: give it to these, as in json({ ${useless === 'depth' ? 'maxDepth: 64' : 'maxGrowth: 32'} })`,
    );
  }
  checkSubprotocols(serializers.map(({ subprotocol }) => subprotocol));
  return serializers;
}

/**
 * What the transports of a router carry. They let more wait than any session may leave unread: it is for the session to be told why
 * it ends, which a transport that is cut cannot do.
 */
export function carriedBy(
  { maxPayload = LIMITS.messageLength.fallback }: RouterOptions,
  realms: Iterable<RealmOptions>,
): { readonly maxPayload: number; readonly maxQueued: number } {
  const queued = [...realms].map(({ limits = {} }) => limits.queued ?? LIMITS.queued.fallback);
  // A character of JSON is up to three octets; and one message may come on top of all that is allowed to wait.
  const most = MOST_OVER * Math.max(...queued) + 3 * maxPayload;
  return { maxPayload, maxQueued: Math.min(Math.max(most, 2 ** 24), 2 ** 31 - 1) };
}

/**
 * Checks that users who are known by certificates can show them, and that nobody vouches for whom they like.
 *
 * @throws {UsageError} when what is shown in TLS does not go with the users
 */
export function checkTrust(realms: ReadonlyMap<Uri, RealmOptions>, { requestCert, ca }: ServerTls): void {
  for (const [realm, { auth }] of realms) {
    for (const [authid, { certificates }] of Object.entries(auth?.users ?? {})) {
      if (certificates === undefined) continue;
      const where = `realm ${realm}, user ${authid}, certificates`;
      if (requestCert !== true) {
        throw new UsageError(`${where}: clients show them only to a router with tls: { requestCert: true }`);
      }
      if (ca === undefined && trustsAuthorities(certificates)) {
        throw new UsageError(
          `${where}: without tls.ca every public authority could issue such a subject; give those that may as tls.ca, or fingerprints`,
        );
      }
    }
  }
}

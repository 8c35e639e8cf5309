import { ApplicationError, ConnectionLost, ProtocolError, TimeoutError } from '../errors.js';
import { MAX_URI_LENGTH } from '../wamp/uri.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import type { Uri } from '../wamp/values.js';

/** One limit of the router: what it counts, how much is allowed, and what becomes of whoever reaches it. */
export interface Limit {
  /** Left out where only the option says how much. */
  readonly fallback?: number;
  readonly counts: string;
  /** What changes it; left out, nothing does. */
  readonly option?: string;
  readonly answer: string;
}

const REFUSED = 'ERROR `wamp.error.unavailable`';
const VIOLATION = 'ABORT `wamp.error.protocol_violation`';
const CLOSED = 'the connection is closed';
const AGED = 'nobody is at fault: the oldest goes';

/**
 * All limits of the router, in the order in which a client meets them. Their hits are counted, in `stats().limits` under these
 * names. The documentation holds the same table.
 */
export const LIMITS = {
  connections: {
    fallback: 10_000,
    counts: 'connections to a port or Unix socket, at a time',
    option: 'limits.connections',
    answer: CLOSED,
  },
  opening: {
    fallback: 5_000,
    counts: 'milliseconds from a connection to a WebSocket or RawSocket, TLS included',
    option: 'handshakeTimeout',
    answer: 'the connection is closed, after HTTP 408 if half a request has come',
  },
  headerLength: {
    fallback: 16_384,
    counts: 'octets of the headers of a request to open a WebSocket',
    answer: 'HTTP 431',
  },
  unjoined: {
    fallback: 1_000,
    counts: 'clients that have had no WELCOME yet, at a time',
    option: 'limits.unjoined',
    answer: 'ABORT `wamp.error.unavailable`',
  },
  joining: {
    fallback: 5_000,
    counts: 'milliseconds from there to WELCOME',
    option: 'handshakeTimeout',
    answer: 'ABORT `wamp.error.timeout`',
  },
  helloLength: {
    fallback: 65_536,
    counts: 'octets, or characters of JSON, of a message before WELCOME',
    option: 'limits.helloLength',
    answer: VIOLATION,
  },
  failedLogins: {
    fallback: 10,
    counts:
      'logins from an address that fail within a minute, over all realms; of IPv6 its first 64 bits are the address',
    option: 'limits.failedLogins',
    answer: 'ABORT `wamp.error.authentication_failed` to whoever comes from there with a login, unheard',
  },
  loginAddresses: {
    fallback: 10_000,
    counts: 'addresses whose failed logins are remembered',
    option: 'limits.failedLogins.addresses',
    answer: 'nobody is at fault: the one is forgotten whose last failure is the oldest',
  },
  sessions: {
    fallback: 10_000,
    counts: 'sessions of a realm, at a time',
    option: 'realms.NAME.limits.sessions',
    answer: 'ABORT `wamp.error.unavailable`',
  },
  messageLength: {
    fallback: 2 ** 20,
    counts: 'octets, or characters of JSON, of a message; for RawSocket the next power of two',
    option: 'maxPayload',
    answer: `a WebSocket is closed with 1009, a RawSocket without a word; ${VIOLATION} where only the serializer finds it too long`,
  },
  depth: {
    fallback: 128,
    counts: 'levels of lists and dictionaries in a message, itself included',
    option: 'limits.depth',
    answer: VIOLATION,
  },
  growth: {
    fallback: 16,
    counts: 'times its length that a message takes in memory; 1 MiB is free to each ([serializers.md](serializers.md))',
    option: 'limits.growth',
    answer: VIOLATION,
  },
  pieces: {
    fallback: 1_024,
    counts: 'frames of one message of a WebSocket; or four times as many chunks of the network',
    answer: 'the WebSocket is closed with 1008',
  },
  pongs: {
    fallback: 60,
    counts: 'pongs that wait for a client which pings over a WebSocket, and does not read',
    answer: CLOSED,
  },
  uriLength: {
    fallback: MAX_URI_LENGTH,
    counts: 'characters of a URI or pattern, and of the name of the realm in HELLO',
    answer: 'ERROR, or ABORT, `wamp.error.invalid_uri`',
  },
  ping: {
    fallback: 5_000,
    counts: 'milliseconds without any sign of life after a ping, which is sent every 10 s',
    option: 'ping',
    answer: CLOSED,
  },
  goodbye: {
    fallback: 2_000,
    counts: "milliseconds for the answer to the router's GOODBYE",
    option: 'goodbyeTimeout',
    answer: CLOSED,
  },
  subscriptions: {
    fallback: 10_000,
    counts: 'subscriptions of a session, at a time',
    option: 'realms.NAME.limits.subscriptions',
    answer: REFUSED,
  },
  registrations: {
    fallback: 10_000,
    counts: 'registrations of a session, at a time',
    option: 'realms.NAME.limits.registrations',
    answer: REFUSED,
  },
  calls: {
    fallback: 10_000,
    counts: 'calls of a session that are in flight',
    option: 'realms.NAME.limits.calls',
    answer: REFUSED,
  },
  callsWaiting: {
    fallback: 1_000,
    counts: 'calls of a procedure that wait while its callees have as many as they take at a time',
    option: 'realms.NAME.limits.callsWaiting',
    answer: REFUSED,
  },
  queued: {
    fallback: 2 ** 20,
    counts: 'octets that wait for a session that does not read, for longer than a second; eight times as many at once',
    option: 'realms.NAME.limits.queued',
    answer: 'ABORT `wamp.error.network_failure`; with `slowConsumers: "dropEvents"` events are dropped first',
  },
  authorizing: {
    fallback: 10_000,
    counts: 'requests of a session that wait for an authorizer; from 64 on no more is read from it',
    option: 'realms.NAME.limits.authorizing',
    answer: 'ABORT `wamp.error.unavailable`',
  },
  authorizeTimeout: {
    fallback: 5_000,
    counts: 'milliseconds for the answer of an authorizer',
    option: 'realms.NAME.authorizeTimeout',
    answer: 'ERROR `wamp.error.authorization_failed` to whoever waits for it',
  },
  testaments: {
    fallback: 100,
    counts: 'testaments of a session',
    option: 'realms.NAME.limits.testaments',
    answer: REFUSED,
  },
  testamentOctets: {
    fallback: 2 ** 20,
    counts: 'octets of memory, roughly, that the testaments of a session take',
    option: 'realms.NAME.limits.testamentOctets',
    answer: REFUSED,
  },
  retained: {
    fallback: 10_000,
    counts: 'events that a realm retains',
    option: 'realms.NAME.limits.retained',
    answer: 'nobody is at fault: the topic goes whose last event is the oldest',
  },
  retainedOctets: {
    fallback: 16 * 2 ** 20,
    counts: 'octets of memory, roughly, that these take',
    option: 'realms.NAME.limits.retainedOctets',
    answer: 'likewise',
  },
  retainedForSome: {
    fallback: 16,
    counts: 'events for some only that one topic retains beside the last one for all',
    answer: AGED,
  },
  history: {
    counts: 'events of a topic or pattern that are kept',
    option: 'realms.NAME.history.URI.limit',
    answer: AGED,
  },
  historyOctets: {
    fallback: 16 * 2 ** 20,
    counts: 'octets of memory, roughly, that these take',
    option: 'realms.NAME.history.URI.octets',
    answer: AGED,
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;

/** The limits as a table of Markdown. */
export function limitsTable(): string {
  return [
    '| name | counts | default | option | beyond it |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries<Limit>(LIMITS).map(([name, { fallback, counts, option, answer }]) => {
      const changed = option === undefined ? '' : `\`${option}\``;
      return `| \`${name}\` | ${counts} | ${fallback?.toLocaleString('en-US') ?? ''} | ${changed} | ${answer} |`;
    }),
    '',
  ].join('\n');
}

/** Told each time that a limit is reached. */
export type Reached = (limit: LimitName) => void;

/** How often each limit was reached. */
export type LimitHits = Record<LimitName, number>;

export function noHits(): LimitHits {
  return Object.fromEntries(Object.keys(LIMITS).map((name) => [name, 0])) as LimitHits;
}

/** Adds up what several realms have counted, and their router. */
export function sumOfHits(all: Iterable<Readonly<LimitHits>>): LimitHits {
  const total = noHits();
  for (const hits of all) for (const name of Object.keys(total) as LimitName[]) total[name] += hits[name];
  return total;
}

/** A request that is refused since its session has reached a limit. */
export class LimitReached extends ApplicationError {
  readonly limit: LimitName;

  /** @param said what the limit is, and what to do */
  constructor(limit: LimitName, said: string, uri: Uri = ADVANCED_ERROR.unavailable) {
    super(uri, [said]);
    this.limit = limit;
  }
}

/** By what transports, serializers and sessions call the limit themselves: `ProtocolError.limit`, `TimeoutError.operation`. */
const OF_MESSAGES: ReadonlyMap<string | undefined, LimitName> = new Map<string, LimitName>([
  ['maxPayload', 'messageLength'],
  ['maxLength', 'messageLength'],
  ['maxDepth', 'depth'],
  ['maxGrowth', 'growth'],
  ['helloLength', 'helloLength'],
  ['pieces', 'pieces'],
  ['pongs', 'pongs'],
]);
const OF_TIME: ReadonlyMap<string, LimitName> = new Map<string, LimitName>([
  ['handshake', 'joining'],
  ['ping', 'ping'],
]);

/** The limit that stands behind the end of a session; `undefined` where it has ended for another reason. */
export function limitBehind(reason: unknown): LimitName | undefined {
  if (reason instanceof ConnectionLost) return limitBehind(reason.cause);
  if (reason instanceof TimeoutError) return OF_TIME.get(reason.operation);
  return reason instanceof ProtocolError ? OF_MESSAGES.get(reason.limit) : undefined;
}

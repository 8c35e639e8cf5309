import { ApplicationError } from '../errors.js';
import { ADVANCED_ERROR } from '../wamp/predefined-uris.js';

/** One limit of the router: what it counts, how much is allowed, and what becomes of whoever reaches it. */
export interface Limit {
  readonly fallback: number;
  readonly counts: string;
  /** What changes it; left out, nothing does. */
  readonly option?: string;
  readonly answer: string;
}

const REFUSED = 'ERROR `wamp.error.unavailable`';
const CLOSED = 'the connection is closed';

/** All limits of the router whose hits are counted, in `stats().limits` under these names. The documentation holds the same table. */
export const LIMITS = {
  connections: {
    fallback: 10_000,
    counts: 'connections to a port or Unix socket, at a time',
    option: 'limits.connections',
    answer: CLOSED,
  },
  unjoined: {
    fallback: 1_000,
    counts: 'connections that have had no WELCOME yet, at a time',
    option: 'limits.unjoined',
    answer: CLOSED,
  },
  helloLength: {
    fallback: 65_536,
    counts: 'octets, or characters of JSON, of a message before WELCOME',
    option: 'limits.helloLength',
    answer: 'ABORT `wamp.error.protocol_violation`',
  },
  sessions: {
    fallback: 10_000,
    counts: 'sessions of a realm, at a time',
    option: 'realms.NAME.limits.sessions',
    answer: 'ABORT `wamp.error.unavailable`',
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
  queued: {
    fallback: 2 ** 20,
    counts: 'octets that wait for a session that does not read, for longer than a second; eight times as many at once',
    option: 'realms.NAME.limits.queued',
    answer: 'ABORT `wamp.error.network_failure`; with `slowConsumers: "dropEvents"` events are dropped first',
  },
  authorizing: {
    fallback: 10_000,
    counts: 'requests of a session that wait for an authorizer; from 64 on no more is read from it',
    answer: 'ABORT `wamp.error.unavailable`',
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;

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
  constructor(limit: LimitName, said: string) {
    super(ADVANCED_ERROR.unavailable, [said]);
    this.limit = limit;
  }
}

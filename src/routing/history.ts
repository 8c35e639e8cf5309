import { ApplicationError } from '../errors.js';
import type { UriPattern } from '../wamp/uri.js';
import * as ERROR from '../wamp/uris/error.js';
import { boolean, type Dict, type Id, id, integer, type Parse, string, type Uri, uri } from '../wamp/values.js';
import { type KeptEvent, weightOfEvent } from './kept-event.js';
import { LIMITS, type Reached } from './limits.js';
import type { RouterPeer } from './router-peer.js';
import { maybeIn } from './router-procedure.js';

/** What is kept of the events of one topic, or of one pattern of topics. */
export interface HistoryRule {
  /** How many events. When there are more, the oldest go. */
  readonly limit: number;
  /** How much memory they take, in octets, roughly. Default 16 MiB. When it is more, the oldest go. */
  readonly octets?: number;
  /** How topics are compared with the URI. Default `exact`. */
  readonly match?: UriPattern;
}

/** Which events somebody wants of a history, and in what order. */
export interface HistoryFilter {
  readonly reverse: boolean;
  readonly limit: number;
  /** Of a time: its comparison with that of an event. */
  readonly times: readonly ((at: number) => boolean)[];
  readonly topic: Uri | undefined;
  readonly from: Id | undefined;
  readonly after: Id | undefined;
  readonly before: Id | undefined;
  readonly until: Id | undefined;
}

/**
 * The last events of one topic, or of one pattern of topics.
 *
 * @see WAMP Advanced Profile, "Event History"
 */
export class History {
  /** By publication, the oldest first. */
  readonly #events = new Map<Id, { readonly event: KeptEvent; readonly weight: number }>();
  readonly #limit: number;
  readonly #maxOctets: number;
  readonly #reached: Reached;
  #octets = 0;

  /** @param reached hears of each event that goes since there is no room for it */
  constructor({ limit, octets = LIMITS.historyOctets.fallback }: HistoryRule, reached: Reached = () => {}) {
    this.#limit = limit;
    this.#maxOctets = octets;
    this.#reached = reached;
  }

  /** How many events there are. */
  get size(): number {
    return this.#events.size;
  }

  keep(event: KeptEvent): void {
    const weight = weightOfEvent(event);
    this.#events.set(event.publication, { event, weight });
    this.#octets += weight;
    for (const [oldest, { weight }] of this.#events) {
      const isFull = this.#events.size > this.#limit;
      if (!isFull && this.#octets <= this.#maxOctets) return;
      this.#reached(isFull ? 'history' : 'historyOctets');
      this.#events.delete(oldest);
      this.#octets -= weight;
    }
  }

  /**
   * The events that fit and that `reader` was meant to receive. Who published them makes no difference.
   *
   * @throws {ApplicationError} `wamp.error.invalid_argument` for a publication that is not here: where it stood cannot be known
   */
  read(reader: RouterPeer, filter: HistoryFilter): readonly KeptEvent[] {
    const { reverse, limit, times, topic, from, after, before, until } = filter;
    for (const wanted of [from, after, before, until]) {
      if (wanted === undefined || this.#events.has(wanted)) continue;
      throw new ApplicationError(ERROR.invalidArgument, [
        `the event of publication ${wanted} is not kept, or not any more: ask by time, or for all`,
      ]);
    }
    const found: KeptEvent[] = [];
    let begun = from === undefined && after === undefined;
    // Both may be given: the later of the two counts, and at the other end the earlier.
    const awaited = new Set([from, after].filter((each) => each !== undefined));
    for (const [publication, { event }] of this.#events) {
      if (publication === before) break;
      const isAwaited = awaited.delete(publication);
      if (isAwaited && awaited.size === 0) begun = true;
      const fits =
        begun &&
        publication !== after &&
        (topic === undefined || event.topic === topic) &&
        times.every((fits) => fits(event.at)) &&
        event.audience?.(reader) !== false;
      if (fits) found.push(event);
      if (publication === until || (!reverse && found.length === limit)) break;
    }
    return reverse ? found.reverse().slice(0, limit) : found;
  }
}

/** RFC 3339, with what may be left out of it in ISO 8601 left out there too. */
const time: Parse<number> = (value) => {
  const text = string(value);
  const at = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text.replace(' ', 'T').toUpperCase())
    : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new ApplicationError(ERROR.invalidArgument, [
    'expected a time such as "2026-01-31T12:00:00.000Z", received another string',
  ]);
};

const TIMES: readonly (readonly [key: string, fits: (at: number, wanted: number) => boolean])[] = [
  ['from_time', (at, wanted) => at >= wanted],
  ['after_time', (at, wanted) => at > wanted],
  ['before_time', (at, wanted) => at < wanted],
  ['until_time', (at, wanted) => at <= wanted],
];

/**
 * What the keyword arguments of `wamp.subscription.get_events` ask for.
 *
 * @throws {ApplicationError} `wamp.error.invalid_argument`, which names the argument
 */
export function historyFilter(kwargs: Dict): HistoryFilter {
  const times = TIMES.flatMap(([key, fits]) => {
    const wanted = maybeIn(kwargs, key, time);
    return wanted === undefined ? [] : [(at: number) => fits(at, wanted)];
  });
  return {
    times,
    reverse: maybeIn(kwargs, 'reverse', boolean) ?? false,
    limit: maybeIn(kwargs, 'limit', integer(1)) ?? Number.POSITIVE_INFINITY,
    topic: maybeIn(kwargs, 'topic', uri),
    from: maybeIn(kwargs, 'from_publication', id),
    after: maybeIn(kwargs, 'after_publication', id),
    before: maybeIn(kwargs, 'before_publication', id),
    until: maybeIn(kwargs, 'until_publication', id),
  };
}

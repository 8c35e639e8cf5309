import type { UriPattern } from '../wamp/uri.js';
import type { Dict, Id, Uri } from '../wamp/values.js';
import { History, type HistoryFilter, type HistoryRule } from './history.js';
import type { KeptEvent } from './kept-event.js';
import type { Reached } from './limits.js';
import { Retention, type RetentionLimits } from './retention.js';
import type { RouterPeer } from './router-peer.js';
import { UriTable } from './uri-table.js';

/** By URI, what is kept of its events. */
export type Histories = Readonly<Record<Uri, HistoryRule>>;

/** The events that a realm keeps: in memory, and with an end to each kind. */
export class EventStore {
  readonly retention: Retention;
  readonly #histories = new UriTable<History>();
  readonly #all: readonly (readonly [UriPattern, Uri, History])[];

  /** @param reached hears of what goes since there is no room for it */
  constructor(histories: Histories = {}, limits: RetentionLimits = {}, reached: Reached = () => {}) {
    this.retention = new Retention(limits, reached);
    this.#all = Object.entries(histories).map(([uri, options]) => [
      options.match ?? 'exact',
      uri,
      new History(options, reached),
    ]);
    for (const [match, uri, history] of this.#all) this.#histories.set(match, uri, history);
  }

  /** The topics and patterns whose events are kept, whether anybody asks for them or not. */
  get kept(): readonly (readonly [UriPattern, Uri])[] {
    return this.#all.map(([match, uri]) => [match, uri]);
  }

  /** How many events there are in all histories. */
  get size(): number {
    return this.#all.reduce((sum, [, , history]) => sum + history.size, 0);
  }

  /** Whether an event with these options is to be kept anywhere. Where none are this costs next to nothing. */
  keeps({ topic, options }: { readonly topic: Uri; readonly options: Dict }): boolean {
    return options['retain'] === true || this.#of(topic).length > 0;
  }

  keep(event: KeptEvent, options: Dict): void {
    if (options['retain'] === true) this.retention.retain(event);
    // Ids of sessions mean nothing to those who come later: what goes by them is kept for nobody.
    if (Object.hasOwn(options, 'exclude') || Object.hasOwn(options, 'eligible')) return;
    for (const history of this.#of(event.topic)) history.keep(event);
  }

  /**
   * The events of a subscription. Those of a topic are also found in the history of a pattern.
   *
   * @returns `undefined` where none are kept
   * @throws {ApplicationError} the filter names a publication that is not kept
   */
  read(match: UriPattern, uri: Uri, reader: RouterPeer, filter: HistoryFilter): readonly KeptEvent[] | undefined {
    const own = this.#histories.get(match, uri);
    if (own !== undefined) return own.read(reader, filter);
    if (match !== 'exact') return undefined;
    if (filter.topic !== undefined && filter.topic !== uri) return [];
    return this.#histories.patterns(uri)[0]?.read(reader, { ...filter, topic: uri });
  }

  #of(topic: Uri): readonly History[] {
    if (this.#all.length === 0) return NONE;
    const exact = this.#histories.exact(topic);
    const patterns = this.#histories.patterns(topic);
    return exact === undefined ? patterns : [exact, ...patterns];
  }
}

const NONE: readonly History[] = [];

/** An event of a history, as it is told. @see WAMP Advanced Profile, "Event History" */
export function toldEvent(event: KeptEvent, subscription: Id, match: UriPattern): Dict {
  const { at, publication, details, topic, args, kwargs } = event;
  return {
    timestamp: new Date(at).toISOString(),
    subscription,
    publication,
    details: match === 'exact' ? details : { ...details, topic },
    ...(args && { args }),
    ...(kwargs && { kwargs }),
  };
}

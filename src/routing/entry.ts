import type { UriPattern } from '../wamp/uri.js';
import type { Dict, Id, Uri } from '../wamp/values.js';

/** A registration or a subscription, as the router tells of it. */
export interface Entry {
  readonly id: Id;
  readonly uri: Uri;
  readonly match: UriPattern;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Of a registration. */
  readonly invoke?: string;
  /** The sessions of its callees or subscribers. */
  holders(): readonly Id[];
}

/** What became of an entry: it is made before its first session joins it, and deleted after its last has left it. */
export type EntryChange = 'created' | 'joined' | 'left' | 'deleted';

/** Is told of each change, after the session that brought it about has had its answer. It only sends events. */
export type EntryObserver = (change: EntryChange, session: Id, entry: Entry) => void;

/** The registrations of a dealer, or the subscriptions of a broker, as the router tells of them. */
export interface EntryTable {
  all(): Iterable<Entry>;
  byId(id: Id): Entry | undefined;
  /** The one with exactly this URI, by this way of matching. */
  lookup(match: UriPattern, uri: Uri): Entry | undefined;
  /** Those that a call of, or a publication to, `uri` would go to. */
  matching(uri: Uri): readonly Entry[];
}

/** @see WAMP Advanced Profile, "Registration Meta API", `RegistrationDetails`, and its counterpart for subscriptions */
export function detailsOf({ id, created, uri, match, invoke }: Entry): Dict {
  return { id, created: new Date(created).toISOString(), uri, match, ...(invoke !== undefined && { invoke }) };
}

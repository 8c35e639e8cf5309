import { ApplicationError } from '../errors.js';
import type { UriPattern } from '../wamp/uri.js';
import * as ERROR from '../wamp/uris/error.js';
import { type Dict, dict, id, type List, type Uri, uri } from '../wamp/values.js';
import { detailsOf, type Entry, type EntryChange, type EntryObserver, type EntryTable } from './entry.js';
import { checkOptions } from './refusal.js';
import { argumentAt, maybeAt, type RouterProcedure } from './router-procedure.js';

/** What differs between registrations and subscriptions. */
interface EntryWords {
  readonly prefix: Uri;
  readonly request: 'REGISTER' | 'SUBSCRIBE';
  readonly joined: string;
  readonly left: string;
  readonly holders: string;
  readonly noSuch: Uri;
  readonly name: string;
  /** What `match` answers: the best of them, or all; null for none. */
  readonly matched: (entries: readonly Entry[]) => unknown;
}

const REGISTRATIONS: EntryWords = {
  prefix: 'wamp.registration.',
  request: 'REGISTER',
  joined: 'on_register',
  left: 'on_unregister',
  holders: 'callees',
  noSuch: ERROR.noSuchRegistration,
  name: 'registration',
  matched: ([best]) => best?.id ?? null,
};
const SUBSCRIPTIONS: EntryWords = {
  prefix: 'wamp.subscription.',
  request: 'SUBSCRIBE',
  joined: 'on_subscribe',
  left: 'on_unsubscribe',
  holders: 'subscribers',
  noSuch: ERROR.noSuchSubscription,
  name: 'subscription',
  matched: (entries) => (entries.length === 0 ? null : entries.map(({ id }) => id)),
};

/** Publishes an event of the router's own; what it says is only made if somebody hears it. */
export type Announce = (topic: Uri, args: () => List) => void;

/**
 * The procedures that tell of registrations.
 *
 * @see WAMP Advanced Profile, "Registration Meta API"
 */
export const registrationProcedures = (table: EntryTable) => proceduresOf(REGISTRATIONS, table);

/**
 * The procedures that tell of subscriptions.
 *
 * @see WAMP Advanced Profile, "Subscription Meta API"
 */
export const subscriptionProcedures = (table: EntryTable) => proceduresOf(SUBSCRIPTIONS, table);

/** Announces what becomes of registrations. */
export const registrationEvents = (announce: Announce): EntryObserver => eventsOf(REGISTRATIONS, announce);

/** Announces what becomes of subscriptions. */
export const subscriptionEvents = (announce: Announce): EntryObserver => eventsOf(SUBSCRIPTIONS, announce);

function proceduresOf(words: EntryWords, table: EntryTable): readonly (readonly [Uri, RouterProcedure])[] {
  const { prefix, request, holders, noSuch, name, matched } = words;
  /** @throws {ApplicationError} there is none */
  const entryAt = (args: List): Entry => {
    const wanted = argumentAt(args, 0, id);
    const entry = table.byId(wanted);
    if (entry === undefined) throw new ApplicationError(noSuch, [`there is no ${name} ${wanted} in this realm`]);
    return entry;
  };
  const procedures: readonly (readonly [string, RouterProcedure])[] = [
    ['list', () => ({ args: [listed(table.all())] })],
    [
      'lookup',
      (_, args) => {
        const wanted = argumentAt(args, 0, uri);
        const options: Dict = maybeAt(args, 1, dict) ?? {};
        checkOptions(request, options);
        return { args: [table.lookup((options['match'] ?? 'exact') as UriPattern, wanted)?.id ?? null] };
      },
    ],
    ['match', (_, args) => ({ args: [matched(table.matching(argumentAt(args, 0, uri)))] })],
    ['get', (_, args) => ({ args: [detailsOf(entryAt(args))] })],
    [`list_${holders}`, (_, args) => ({ args: [entryAt(args).holders()] })],
    [`count_${holders}`, (_, args) => ({ args: [entryAt(args).holders().length] })],
  ];
  return procedures.map(([procedure, answer]) => [prefix + procedure, answer] as const);
}

function listed(entries: Iterable<Entry>): Dict {
  const lists: Record<UriPattern, number[]> = { exact: [], prefix: [], wildcard: [] };
  for (const { id, match } of entries) lists[match].push(id);
  return lists;
}

function eventsOf({ prefix, joined, left }: EntryWords, announce: Announce): EntryObserver {
  const topics: Readonly<Record<EntryChange, Uri>> = {
    created: `${prefix}on_create`,
    joined: prefix + joined,
    left: prefix + left,
    deleted: `${prefix}on_delete`,
  };
  return (change, session, entry) =>
    announce(topics[change], () => [session, change === 'created' ? detailsOf(entry) : entry.id]);
}

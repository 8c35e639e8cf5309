/** What a router answers about itself, parsed: routers differ, and some answer what the standard does not have. */

import { ProtocolError } from '../../errors.js';
import {
  type Dict,
  dict,
  type Id,
  id,
  idOrZero,
  integer,
  type List,
  list,
  listOf,
  type Parse,
  string,
  type Uri,
  uri,
} from '../../wamp/values.js';

/** A session, as the router tells of it. `details` is all that it told. */
export interface SessionDetails {
  readonly session: Id;
  readonly authid: string | undefined;
  readonly authrole: string | undefined;
  readonly authmethod: string | undefined;
  readonly authprovider: string | undefined;
  readonly details: Dict;
}

/** A subscription, as the router tells of it. `details` is all that it told. */
export interface SubscriptionDetails {
  readonly id: Id;
  readonly uri: Uri;
  /** `exact`, `prefix` or `wildcard`, unless the router has others. */
  readonly match: string;
  /** When it came to be: an ISO 8601 string. */
  readonly created: string | undefined;
  readonly details: Dict;
}

/** A registration, as the router tells of it. */
export interface RegistrationDetails extends SubscriptionDetails {
  readonly invoke: string | undefined;
}

/** Ids by how their URIs match. */
export interface IdLists {
  readonly exact: readonly Id[];
  readonly prefix: readonly Id[];
  readonly wildcard: readonly Id[];
}

/** An event that the router has kept. */
export interface HistoricEvent {
  readonly publication: Id;
  readonly args: List;
  readonly kwargs: Dict;
  readonly details: Dict;
  /** Where the router tells it: for a pattern, which topic it was. */
  readonly topic: Uri | undefined;
  /** Where the router tells it: an RFC 3339 string. */
  readonly timestamp: string | undefined;
}

/** The arguments of a result or an event. */
export interface Answer {
  readonly args: List;
}

/** @throws {ProtocolError} that names the procedure or topic, the place, what was expected and what came */
export function parsed<T>(what: Uri, parse: (answer: Answer) => T, answer: Answer): T {
  try {
    return parse(answer);
  } catch (error) {
    throw new ProtocolError(`${what}: ${(error as Error).message}`);
  }
}

/** Parses the argument at `at`. */
export function argument<T>(at: number, parse: Parse<T>): (answer: Answer) => T {
  return ({ args }) => within(`args[${at}]`, parse, args[at]);
}

function within<T>(where: string, parse: Parse<T>, value: unknown): T {
  try {
    return parse(value);
  } catch (error) {
    throw new ProtocolError(`${where}: ${(error as Error).message}`);
  }
}

const field = <T>(from: Dict, name: string, parse: Parse<T>): T => within(name, parse, from[name]);

/** Left out, or null, as some routers have it. */
const maybe = <T>(from: Dict, name: string, parse: Parse<T>): T | undefined =>
  from[name] === undefined || from[name] === null ? undefined : field(from, name, parse);

export const nothing = (): void => {};
export const count: Parse<number> = integer(0);
export const ids: Parse<readonly Id[]> = listOf(id);

/** How many sessions were ended: a number, or a list of their ids; the standard has both. */
export const killed: Parse<number> = (value) => (Array.isArray(value) ? ids(value).length : count(value));

/** An id, or none: null, or 0 as nexus has it. */
export const idOrNone: Parse<Id | undefined> = (value) =>
  value === null || value === undefined || idOrZero(value) === 0 ? undefined : id(value);

export const idsOrNone: Parse<readonly Id[]> = (value) => (value === null || value === undefined ? [] : ids(value));

export const idLists: Parse<IdLists> = (value) => {
  const lists = dict(value);
  const of = (match: string) => maybe(lists, match, ids) ?? [];
  return { exact: of('exact'), prefix: of('prefix'), wildcard: of('wildcard') };
};

export const sessionDetails: Parse<SessionDetails> = (value) => {
  const details = dict(value);
  return {
    session: field(details, 'session', id),
    authid: maybe(details, 'authid', string),
    authrole: maybe(details, 'authrole', string),
    authmethod: maybe(details, 'authmethod', string),
    authprovider: maybe(details, 'authprovider', string),
    details,
  };
};

export const subscriptionDetails: Parse<SubscriptionDetails> = (value) => {
  const details = dict(value);
  return {
    id: field(details, 'id', id),
    uri: field(details, 'uri', uri),
    // nexus leaves it empty where nothing else was asked for.
    match: maybe(details, 'match', string) || 'exact',
    created: maybe(details, 'created', string),
    details,
  };
};

export const registrationDetails: Parse<RegistrationDetails> = (value) => {
  const details = subscriptionDetails(value);
  return { ...details, invoke: maybe(details.details, 'invoke', string) };
};

/** The keys of the standard, and of nexus, which has its own, and no timestamp. */
const historicEvent: Parse<HistoricEvent> = (value) => {
  const kept = dict(value);
  const key = (ours: string, nexus: string) => (Object.hasOwn(kept, nexus) ? nexus : ours);
  const details = maybe(kept, key('details', 'Details'), dict) ?? {};
  return {
    publication: field(kept, key('publication', 'Publication'), id),
    args: maybe(kept, key('args', 'Arguments'), list) ?? [],
    kwargs: maybe(kept, key('kwargs', 'ArgumentsKw'), dict) ?? {},
    details,
    topic: maybe(kept, 'topic', uri) ?? maybe(details, 'topic', uri),
    timestamp: maybe(kept, 'timestamp', string),
  };
};

/** Each event an argument, or all of them in one: the standard may be read both ways, and is. */
export function history({ args }: Answer): readonly HistoricEvent[] {
  const inOne = args.length === 1 && Array.isArray(args[0]);
  const kept: List = inOne ? (args[0] as List) : args;
  return kept.map((each, at) => within(inOne ? `args[0][${at}]` : `args[${at}]`, historicEvent, each));
}

import { ApplicationError } from '../errors.js';
import { isReserved, type UriPattern } from '../wamp/uri.js';
import * as ERROR from '../wamp/uris/error.js';
import type { Uri } from '../wamp/values.js';
import { bySpecificity, covers, overlap, type UriSet } from './uri-patterns.js';
import { UriTable } from './uri-table.js';

/** What a session may ask its realm for. */
export type Action = 'call' | 'register' | 'publish' | 'subscribe';

export const ACTIONS: readonly Action[] = ['call', 'register', 'publish', 'subscribe'];

/** What a role may do with some URIs. */
export interface Permission {
  readonly uri: Uri;
  /** How `uri` is compared with what a session asks for. Default `exact`. */
  readonly match?: UriPattern;
  /** What is allowed; everything else is not. `[]` takes away what a broader permission gives. */
  readonly allow: readonly Action[] | 'all';
  /**
   * Whether callees and subscribers are told who calls and publishes: `true` always, `false` never. Left out, when the client asks
   * for it and the realm's `disclosure` allows it.
   */
  readonly disclose?: boolean;
}

/** The answer to one request: allowed, or the error to answer it with. */
export type Decision = Allowed | ApplicationError;

export interface Allowed {
  /** As {@link Permission.disclose}. */
  readonly disclose?: boolean | undefined;
}

/** Allowed, and nothing else is said. */
export const ALLOWED: Allowed = Object.freeze({});

/** Of a role for which nothing else is said: all that is not the router's own, and of that what reads only. */
export const DEFAULT_PERMISSIONS: readonly Permission[] = [
  { uri: '', match: 'prefix', allow: 'all' },
  { uri: 'wamp.', match: 'prefix', allow: ['call', 'subscribe'] },
];

/**
 * What no permission covers that does not name it: the router's own URIs, and among them the procedures that act on other
 * sessions.
 */
const PROTECTED: readonly Permission[] = [
  { uri: 'wamp.', match: 'prefix', allow: [] },
  { uri: 'wamp.session.kill', match: 'prefix', allow: [] },
  { uri: 'wamp.session.modify_details', allow: [] },
];

/** How many URIs are kept for each action of a role. */
const KEPT = 1_024;

interface Rule extends UriSet {
  readonly actions: ReadonlySet<Action>;
  readonly allowed: Allowed;
}

/**
 * What one role may do, by permissions that do not change. The most specific permission for a URI decides, as calls are routed:
 * exact before prefix before wildcard.
 *
 * Whoever registers or subscribes with a pattern asks for all URIs that it matches: one permission has to cover them all, and no
 * more specific one may take any of them away.
 *
 * @see WAMP Advanced Profile, "Authorization"
 */
export class Role {
  readonly name: string;
  readonly #table = new UriTable<Rule>();
  /** The most specific first. */
  readonly #rules: readonly Rule[];
  /** What was allowed before. A client may ask for anything: there is an end to what is kept. */
  readonly #known: Readonly<Record<Action, Map<Uri, Allowed>>> = {
    call: new Map(),
    register: new Map(),
    publish: new Map(),
    subscribe: new Map(),
  };

  /**
   * @param permissions checked already, no two of them for the same pattern
   * @param isAsked whether somebody is asked about what they do not name: then nothing is protected but by whoever that is
   */
  constructor(name: string, permissions: readonly Permission[], isAsked = false) {
    this.name = name;
    const given = permissions.map(ruleOf);
    const own = isAsked ? [] : PROTECTED.map(ruleOf).filter((rule) => !given.some((one) => isSameSet(one, rule)));
    this.#rules = [...given, ...own].sort(bySpecificity);
    for (const rule of this.#rules) this.#table.set(rule.match, rule.uri, rule);
  }

  /** @param match how a session wants to register or subscribe */
  decide(action: Action, uri: Uri, match: UriPattern = 'exact'): Decision {
    return this.known(action, uri, match) ?? this.#refuse(action, { uri, match });
  }

  /** As {@link decide}; `undefined` where no permission says anything of it, or of all of a pattern. */
  known(action: Action, uri: Uri, match: UriPattern = 'exact'): Decision | undefined {
    if (match !== 'exact') return this.#ofPattern(action, { uri, match });
    const known = this.#known[action].get(uri);
    if (known !== undefined) return known;
    const rule = this.#table.best(uri);
    if (rule === undefined) return undefined;
    if (!rule.actions.has(action)) return this.#refuse(action, { uri, match });
    const kept = this.#known[action];
    if (kept.size >= KEPT) kept.clear();
    kept.set(uri, rule.allowed);
    return rule.allowed;
  }

  #ofPattern(action: Action, asked: UriSet): Decision | undefined {
    const at = this.#rules.findIndex((rule) => covers(rule, asked));
    const covering = this.#rules[at];
    // What is behind the one that covers it all decides nothing of it.
    const exception = this.#rules
      .slice(0, covering === undefined ? undefined : at)
      .find((rule) => !rule.actions.has(action) && overlap(rule, asked));
    if (exception !== undefined) return this.#refuse(action, asked, exception);
    if (covering === undefined) return undefined;
    return covering.actions.has(action) ? covering.allowed : this.#refuse(action, asked);
  }

  #refuse(action: Action, { uri, match }: UriSet, exception?: Rule): ApplicationError {
    const what = match === 'exact' ? uri : `the ${match} ${JSON.stringify(uri)}`;
    const why = exception === undefined ? '' : `: ${exception.match} ${exception.uri} is among it, and not allowed`;
    const hint = isReserved(uri) ? '; what begins with wamp. needs a permission that does, too' : '';
    return new ApplicationError(ERROR.notAuthorized, [`role ${this.name} may not ${action} ${what}${why}${hint}`]);
  }
}

function ruleOf({ uri, match = 'exact', allow, disclose }: Permission): Rule {
  return {
    uri,
    match,
    actions: new Set(allow === 'all' ? ACTIONS : allow),
    allowed: disclose === undefined ? ALLOWED : { disclose },
  };
}

function isSameSet(one: UriSet, other: UriSet): boolean {
  return one.uri === other.uri && one.match === other.match;
}

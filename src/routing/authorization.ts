import { ApplicationError } from '../errors.js';
import { ERROR } from '../wamp/predefined-uris.js';
import { isReserved, type UriPattern } from '../wamp/uri.js';
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

  /** @param permissions checked already, no two of them for the same pattern */
  constructor(name: string, permissions: readonly Permission[]) {
    this.name = name;
    const given = permissions.map(ruleOf);
    const own = PROTECTED.map(ruleOf).filter((rule) => !given.some((one) => isSameSet(one, rule)));
    this.#rules = [...given, ...own].sort(bySpecificity);
    for (const rule of this.#rules) this.#table.set(rule.match, rule.uri, rule);
  }

  /** @param match how a session wants to register or subscribe */
  decide(action: Action, uri: Uri, match: UriPattern = 'exact'): Decision {
    if (match !== 'exact') return this.#decidePattern(action, { uri, match });
    const known = this.#known[action].get(uri);
    if (known !== undefined) return known;
    const decision = this.#answer(action, this.#table.best(uri), { uri, match });
    if (decision instanceof ApplicationError) return decision;
    const kept = this.#known[action];
    if (kept.size >= KEPT) kept.clear();
    kept.set(uri, decision);
    return decision;
  }

  #decidePattern(action: Action, asked: UriSet): Decision {
    const at = this.#rules.findIndex((rule) => covers(rule, asked));
    const covering = this.#rules[at];
    const exception = this.#rules
      .slice(0, Math.max(at, 0))
      .find((rule) => !rule.actions.has(action) && overlap(rule, asked));
    return this.#answer(action, exception ?? covering, asked, exception);
  }

  #answer(action: Action, rule: Rule | undefined, { uri, match }: UriSet, exception?: Rule): Decision {
    if (rule?.actions.has(action)) return rule.allowed;
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

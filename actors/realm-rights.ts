import { ApplicationError } from '../src/errors.js';
import type { Logger } from '../src/logger.js';
import type { Action } from '../src/routing/authorization.js';
import type { AuthorizedSession, Authorizer } from '../src/routing/authorizer.js';
import type { Dealer } from '../src/routing/dealer.js';
import { DynamicRights } from '../src/routing/dynamic-rights.js';
import { HeldRequests } from '../src/routing/held-requests.js';
import { LIMITS, type Reached } from '../src/routing/limits.js';
import type { Rights } from '../src/routing/rights.js';
import { Roles, type RolesOptions } from '../src/routing/roles.js';
import { RouterCaller } from '../src/routing/router-caller.js';
import { type OnRefused, StaticRights } from '../src/routing/static-rights.js';
import type { Dict, Id, List, MessageTable, Uri } from '../src/wamp/message.js';
import * as ADVANCED_ERROR from '../src/wamp/uris/advanced-error.js';
import type { Clock, Milliseconds } from '../supervisors/clock.js';
import { describeExit } from '../supervisors/exit-reason.js';
import { quote } from './quote.js';
import type { RealmSessionFacts } from './realm-session.js';

export interface RealmRightsInput {
  readonly name: Uri;
  readonly options: RolesOptions & { readonly authorizeTimeout?: Milliseconds };
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where authorizers are called that are procedures. */
  readonly dealer: Dealer;
  readonly ids: () => Id;
  readonly reached: Reached;
  /** How many requests of a session may wait for an authorizer. Default 10,000. */
  readonly maxAuthorizing?: number;
}

/** What the sessions of one realm may do, and what waits until that is found out. */
export class RealmRights {
  /** Requests that were refused. */
  notAuthorized = 0;
  readonly #roles: Roles;
  readonly #input: RealmRightsInput;
  readonly #timeout: Milliseconds;
  readonly #held = new Map<Id, HeldRequests>();
  /** What is set while authorizers take their time, by session: it ends with that. */
  readonly #timers = new Map<Id, Set<unknown>>();
  #caller: RouterCaller | undefined;

  /** @throws {UsageError} when an option cannot be meant */
  constructor(input: RealmRightsInput) {
    this.#input = input;
    this.#roles = new Roles(input.name, input.options);
    this.#timeout = input.options.authorizeTimeout ?? LIMITS.authorizeTimeout.fallback;
  }

  /** Whether sessions of that role may join. */
  hasRole(authrole: string): boolean {
    return this.#roles.of(authrole) !== undefined;
  }

  /** @throws {Error} when there is no such role: nobody of it is let in */
  of(facts: RealmSessionFacts): Rights {
    const { session, principal, link } = facts;
    const found = this.#roles.of(principal.authrole);
    if (found === undefined) throw new Error(`realm ${this.#input.name} has no role ${principal.authrole}`);
    const { role, authorize } = found;
    const onRefused = this.#refusals(facts);
    if (authorize === undefined) return new StaticRights(role, onRefused);
    const held = new HeldRequests({
      pause: () => link.pause(),
      resume: () => link.resume(),
      fail: (error) => link.fail(error),
      most: this.#input.maxAuthorizing,
      overflow: (most) => {
        this.#input.reached('authorizing');
        const said = `more than ${most} requests of this session wait for an authorizer: wait for the answers to some`;
        link.abort(ADVANCED_ERROR.unavailable, said);
      },
    });
    this.#held.set(session, held);
    const told = sessionFacts(this.#input.name, facts);
    return new DynamicRights({
      role,
      ask: (uri, action, options) => this.#ask(authorize, told, { uri, action, options }),
      held,
      onRefused,
      onFailed: this.#failures(facts),
    });
  }

  /** The table of a session that joins, whose requests wait where they have to. */
  inFrontOf({ session, link }: RealmSessionFacts, table: MessageTable): MessageTable {
    const held = this.#held.get(session);
    // GOODBYE too: what the client asked for before it is still served.
    return held === undefined ? table : held.inFrontOf({ ...table, GOODBYE: (message) => link.take(message) });
  }

  /** Calls a procedure of this realm as the router. */
  call(procedure: Uri, args: List): Promise<unknown> {
    this.#caller ??= new RouterCaller(this.#input.dealer, this.#input.ids());
    return this.#caller.call(procedure, args, this.#timeout);
  }

  left(session: Id): void {
    this.#held.get(session)?.end();
    this.#held.delete(session);
    for (const timer of this.#timers.get(session) ?? []) this.#input.clock.clearTimeout(timer);
    this.#timers.delete(session);
  }

  #ask(
    authorize: Authorizer | Uri,
    session: AuthorizedSession,
    { uri, action, options }: { uri: Uri; action: Action; options: Dict },
  ): unknown {
    if (typeof authorize === 'string') {
      return this.call(authorize, [session, uri, action, options]).catch((error: unknown) => {
        if (error instanceof ApplicationError && error.uri === ADVANCED_ERROR.timeout)
          this.#input.reached('authorizeTimeout');
        throw error;
      });
    }
    const given: unknown = authorize(session, uri, action, options);
    return isThenable(given) ? this.#inTime(given, session.session) : given;
  }

  /** Settles in time, unless the session ends: then nobody waits for it any more. */
  #inTime(answer: PromiseLike<unknown>, session: Id): Promise<unknown> {
    const { clock } = this.#input;
    const timers = this.#timers.get(session) ?? new Set();
    this.#timers.set(session, timers);
    return new Promise((resolve, reject) => {
      const late = new Error(`the authorizer did not answer within ${this.#timeout} ms`);
      const timer = clock.setTimeout(() => {
        timers.delete(timer);
        this.#input.reached('authorizeTimeout');
        reject(late);
      }, this.#timeout);
      timers.add(timer);
      void Promise.resolve(answer)
        .then(resolve, reject)
        .finally(() => {
          clock.clearTimeout(timer);
          timers.delete(timer);
        });
    });
  }

  #refusals({ session, principal }: RealmSessionFacts): OnRefused {
    const { name: realm, logger } = this.#input;
    let isFirst = true;
    return (action, uri, options, { uri: error }) => {
      this.notAuthorized += 1;
      const facts = { realm, session, authid: quote(principal.authid), action, uri: quote(uri), error };
      // A client that is told nothing would look for its event for ever; but one line of its kind is enough for a log.
      const isSilent = action === 'publish' && options['acknowledge'] !== true;
      if (isSilent && isFirst) logger.warn(facts, 'publication refused, of which its publisher is not told');
      else logger.debug(facts, 'request refused');
      if (isSilent) isFirst = false;
    };
  }

  #failures({ session, principal }: RealmSessionFacts): (action: Action, uri: Uri, error: unknown) => void {
    const { name: realm, logger } = this.#input;
    let isFirst = true;
    return (action, uri, error) => {
      const who = { realm, session, authid: quote(principal.authid) };
      const facts = { ...who, action, uri: quote(uri), error: quote(describeExit(error)) };
      // A client may ask as often as it likes: one line for each session is enough.
      if (isFirst) logger.error(facts, 'authorizer failed');
      else logger.debug(facts, 'authorizer failed again');
      isFirst = false;
    };
  }
}

function sessionFacts(realm: Uri, { session, principal }: RealmSessionFacts): AuthorizedSession {
  const { authid, authrole, authmethod, authprovider } = principal;
  return { realm, session, authid, authrole, authmethod, authprovider };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

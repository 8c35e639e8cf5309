import { ApplicationError } from '../errors.js';
import type { UriPattern } from '../wamp/uri.js';
import type { Dict, Uri } from '../wamp/values.js';
import type { Action, Decision, Role } from './authorization.js';
import { readAuthorization, undecided } from './authorizer.js';
import type { HeldRequests } from './held-requests.js';
import type { Rights } from './rights.js';
import type { OnRefused } from './static-rights.js';

/** How many answers are kept for a session. */
const KEPT = 1_024;

export interface DynamicRightsOptions {
  /** Whose permissions decide first. */
  readonly role: Role;
  /** Asks the authorizer for what they do not name. A promise has to settle before the session ends. */
  readonly ask: (uri: Uri, action: Action, options: Dict) => unknown;
  readonly held: HeldRequests;
  readonly onRefused: OnRefused;
  /** Is told why the authorizer gave no answer. */
  readonly onFailed: (action: Action, uri: Uri, error: unknown) => void;
}

/** What a session may do where somebody has to be asked. */
export class DynamicRights implements Rights {
  readonly #options: DynamicRightsOptions;
  /** Answers that hold, the longest unused first. */
  readonly #kept = new Map<string, Decision>();

  constructor(options: DynamicRightsOptions) {
    this.#options = options;
  }

  of(action: Action, uri: Uri, options: Dict): Decision | Promise<Decision> {
    const match = (options['match'] ?? 'exact') as UriPattern;
    const known = this.#options.role.known(action, uri, match) ?? this.#recall(`${action} ${match} ${uri}`);
    if (known !== undefined) return this.#told(known, action, uri, options);
    let given: unknown;
    try {
      given = this.#options.ask(uri, action, { ...options });
    } catch (error) {
      return this.#failed(error, action, uri, options);
    }
    if (!(given instanceof Promise)) return this.#read(given, action, uri, options);
    return given.then(
      (answer) => this.#read(answer, action, uri, options),
      (error) => this.#failed(error, action, uri, options),
    );
  }

  hold(decision: Promise<Decision>, goOn: (decision: Decision) => void): void {
    this.#options.held.until(decision, goOn);
  }

  mayKnow(procedure: Uri): boolean {
    const known = this.#options.role.known('call', procedure, 'exact') ?? this.#kept.get(`call exact ${procedure}`);
    return known !== undefined && !(known instanceof ApplicationError);
  }

  #recall(key: string): Decision | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept;
  }

  #read(given: unknown, action: Action, uri: Uri, options: Dict): Decision {
    try {
      const { decision, cache } = readAuthorization(given, action, uri);
      if (cache) this.#keep(`${action} ${String(options['match'] ?? 'exact')} ${uri}`, decision);
      return this.#told(decision, action, uri, options);
    } catch (error) {
      return this.#failed(error, action, uri, options);
    }
  }

  #keep(key: string, decision: Decision): void {
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < KEPT) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(key, decision);
  }

  #failed(error: unknown, action: Action, uri: Uri, options: Dict): Decision {
    this.#options.onFailed(action, uri, error);
    return this.#told(undecided(action, uri), action, uri, options);
  }

  #told(decision: Decision, action: Action, uri: Uri, options: Dict): Decision {
    if (decision instanceof ApplicationError) this.#options.onRefused(action, uri, options, decision);
    return decision;
  }
}

import { ApplicationError } from '../errors.js';
import type { UriPattern } from '../wamp/uri.js';
import type { Dict, Uri } from '../wamp/values.js';
import type { Action, Decision, Role } from './authorization.js';
import type { Rights } from './rights.js';

/** Is told what a session was refused. */
export type OnRefused = (action: Action, uri: Uri, options: Dict, error: ApplicationError) => void;

/** What a session may do by the permissions of its role: decided at once. */
export class StaticRights implements Rights {
  readonly #role: Role;
  readonly #onRefused: OnRefused;

  constructor(role: Role, onRefused: OnRefused) {
    this.#role = role;
    this.#onRefused = onRefused;
  }

  of(action: Action, uri: Uri, options: Dict): Decision {
    const decision = this.#role.decide(action, uri, options['match'] as UriPattern | undefined);
    if (decision instanceof ApplicationError) this.#onRefused(action, uri, options, decision);
    return decision;
  }

  hold(decision: Promise<Decision>, goOn: (decision: Decision) => void): void {
    void decision.then(goOn); // Nothing that is decided at once is ever held.
  }

  mayKnow(procedure: Uri): boolean {
    return !(this.#role.decide('call', procedure) instanceof ApplicationError);
  }
}

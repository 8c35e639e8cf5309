/**
 * What a peer offers and wants to hear, over all its sessions: each entry is registered or subscribed anew after every
 * WELCOME, exactly once, in the order in which it was declared.
 */

import type { Procedure } from '../../roles/invocation.js';
import type { Request } from '../../roles/request.js';
import type { SessionRoles } from '../../roles/session-roles.js';
import type { Topic } from '../../roles/subscriber.js';
import type { Uri } from '../../wamp/values.js';

/** One registration or subscription of a peer. */
export class Declared {
  readonly kind: 'registration' | 'subscription';
  readonly uri: Uri;
  /** A request that puts it in force. */
  readonly request: () => Request<void>;
  /** Takes the handler away; the request that tells the router, if it must be told. */
  readonly withdraw: (roles: Pick<SessionRoles, 'callee' | 'subscriber'>) => Request<void> | undefined;
  /** The request that is to put it in force, until that is answered. */
  pending: Request<void> | undefined = undefined;
  /** Whether a user made it by that request, and awaits the answer, over all sessions: it is not declared if that is no. */
  isNew = false;
  /** Why the router refused it in this session, if it did. */
  refused: Error | undefined = undefined;
  /** How often it was tried again in this session. */
  retries = 0;
  /** Told when the router has refused to restore it, and is not asked again in this session; or has taken it back. */
  onRefused: ((why: Error) => void) | undefined = undefined;
  /** Told when the router has taken it back. */
  onRevoked: ((entry: Declared) => void) | undefined = undefined;
  readonly #held: Procedure | Topic;

  /** @param held what the session's roles know of it */
  constructor(
    kind: Declared['kind'],
    uri: Uri,
    held: Procedure | Topic,
    request: Declared['request'],
    withdraw: Declared['withdraw'],
  ) {
    this.kind = kind;
    this.uri = uri;
    this.#held = held;
    this.request = request;
    this.withdraw = withdraw;
    // As refused: it is asked for again in the next session, and not before.
    held.onRevoked = (why) => {
      this.refused = why;
      this.onRevoked?.(this);
      this.onRefused?.(why);
    };
  }

  /** Whether it is in force in this session. */
  get active(): boolean {
    return this.#held.id !== undefined;
  }

  /** Its session is gone. */
  forget(): void {
    this.#held.id = undefined;
    if (!this.isNew) this.pending = undefined;
    this.refused = undefined;
    this.retries = 0;
  }
}

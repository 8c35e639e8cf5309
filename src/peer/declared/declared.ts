/**
 * What a peer offers and wants to hear, over all its sessions: each entry is registered or subscribed anew after every
 * WELCOME, exactly once, in the order in which it was declared.
 */

import type { Callee } from '../../roles/callee.js';
import type { Procedure } from '../../roles/invocation.js';
import { Register, Unregister } from '../../roles/registering.js';
import type { Request } from '../../roles/request.js';
import type { SessionRoles } from '../../roles/session-roles.js';
import type { Subscriber, Topic } from '../../roles/subscriber.js';
import { Subscribe, Unsubscribe } from '../../roles/subscriber.js';
import type { Uri } from '../../wamp/values.js';

/** One registration or subscription of a peer. */
export interface Declared {
  readonly kind: 'registration' | 'subscription';
  readonly uri: Uri;
  /** The request by which a user made it, until that is answered. */
  pending: Request<void> | undefined;
  /** The request that is to put it in force in this session, until that is answered. */
  restoring: Request<void> | undefined;
  /** Why the router refused it in this session, if it did. */
  refused: Error | undefined;
  /** How often it was tried again in this session. */
  retries: number;
  /** Told when the router has refused to restore it, and is not asked again in this session; or has taken it back. */
  onRefused: ((why: Error) => void) | undefined;
  /** Told when the router has taken it back. */
  onRevoked: (() => void) | undefined;
  /** Whether it is in force in this session. */
  readonly active: boolean;
  /** A request that puts it in force. */
  request(): Request<void>;
  /** Takes the handler away; the request that tells the router, if it must be told. */
  withdraw(roles: SessionRoles): Request<void> | undefined;
  /** Its session is gone. */
  forget(): void;
}

abstract class Entry {
  pending: Request<void> | undefined = undefined;
  restoring: Request<void> | undefined = undefined;
  refused: Error | undefined = undefined;
  retries = 0;
  onRefused: ((why: Error) => void) | undefined = undefined;
  onRevoked: (() => void) | undefined = undefined;
  protected abstract readonly held: Procedure | Topic;

  get active(): boolean {
    return this.held.id !== undefined;
  }

  /** As refused: it is asked for again in the next session, and not before. */
  protected revoke(why: Error): void {
    this.refused = why;
    this.onRevoked?.();
    this.onRefused?.(why);
  }

  forget(): void {
    this.held.id = undefined;
    this.restoring = undefined;
    this.refused = undefined;
    this.retries = 0;
  }
}

export class DeclaredProcedure extends Entry implements Declared {
  readonly kind = 'registration';
  protected readonly held: Procedure;

  constructor(held: Procedure) {
    super();
    this.held = held;
    held.onRevoked = (why) => this.revoke(why);
  }

  get uri(): Uri {
    return this.held.procedure;
  }

  request(): Request<void> {
    return new Register(this.held);
  }

  withdraw({ callee }: { readonly callee: Callee }): Request<void> | undefined {
    const id = callee.remove(this.held);
    return id === undefined ? undefined : new Unregister(this.held.procedure, id);
  }
}

export class DeclaredTopic extends Entry implements Declared {
  readonly kind = 'subscription';
  protected readonly held: Topic;

  constructor(held: Topic) {
    super();
    this.held = held;
    held.onRevoked = (why) => this.revoke(why);
  }

  get uri(): Uri {
    return this.held.topic;
  }

  request(): Request<void> {
    return new Subscribe(this.held);
  }

  withdraw({ subscriber }: { readonly subscriber: Subscriber }): Request<void> | undefined {
    const id = subscriber.remove(this.held);
    return id === undefined ? undefined : new Unsubscribe(this.held.topic, id);
  }
}

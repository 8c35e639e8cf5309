import type { Inbox } from '../../../actors/inbox.js';
import { Wire } from '../../../actors/wire.js';
import type { SessionRoles } from '../../roles/session-roles.js';
import type { Serializer } from '../../serializers/serializer.js';
import type { Transport } from '../../transports/transport.js';
import type { Dict } from '../../wamp/values.js';
import { STANDARD, type Vocabulary } from '../../wamp/vocabulary.js';
import type { Session } from '../session/welcomed.js';

/** What stands between a peer and its wires, over all its sessions. */
export interface Crossings {
  /** The messages that the peer knows. */
  readonly vocabulary: Vocabulary;
  /** What HELLO announces beyond the peer's own roles, by role. */
  readonly features: Readonly<Record<string, Dict>>;
  /** A transport is open. */
  wire(transport: Transport, serializer: Serializer): Wire;
  /**
   * A session is prepared on it.
   *
   * @param wire one that {@link wire} has made
   * @param inbox what comes for handlers goes through it
   * @throws whatever keeps it from beginning
   */
  begin(wire: Wire, roles: SessionRoles, inbox: Inbox | undefined): void;
  /** From WELCOME messages may be sent; with `undefined`, no more. */
  established(session: Session | undefined): void;
  joined(session: Session): void;
  end(reason: unknown): void;
}

const nothing = (): void => {};

/** Nothing does: messages go straight from the wire to the peer. */
export const STRAIGHT: Crossings = {
  vocabulary: STANDARD,
  features: {},
  wire: (transport, serializer) => new Wire(transport, serializer),
  begin: nothing,
  established: nothing,
  joined: nothing,
  end: nothing,
};

import type { Inbox } from '../../../actors/inbox.js';
import { UsageError } from '../../errors.js';
import type { SessionRoles } from '../../roles/session-roles.js';
import type { Serializer } from '../../serializers/serializer.js';
import type { Transport } from '../../transports/transport.js';
import type { Dict, Id } from '../../wamp/values.js';
import type { Vocabulary } from '../../wamp/vocabulary.js';
import type { Session } from '../session/welcomed.js';
import type { Crossings } from './crossings.js';
import { PeerWire } from './peer-wire.js';
import { type RelayHost, SessionRelay, type Tap } from './relay.js';
import { type Role, vocabularyOf } from './role.js';

interface Crossing {
  readonly wire: PeerWire;
  readonly roles: SessionRoles;
  relay: SessionRelay | undefined;
  session: Session | undefined;
}

/**
 * All that passes between a peer and its routers, over all its sessions: who sees it, who changes it, and what a user puts in
 * himself. Where nobody does, messages go straight from the wire to the peer.
 */
export class Passage implements Crossings {
  /** The messages that the peer knows. */
  readonly vocabulary: Vocabulary;
  readonly #roles: readonly Role[];
  readonly #host: () => Omit<RelayHost, 'taps'>;
  readonly #taps = new Set<Tap>();
  #crossing: Crossing | undefined;

  /**
   * @param where whose roles they are, to begin an error's message with
   * @param host asked for each session
   * @throws {UsageError} when a role makes no sense
   */
  constructor(where: string, roles: readonly Role[], host: () => Omit<RelayHost, 'taps'>) {
    this.vocabulary = vocabularyOf(where, roles);
    this.#roles = roles;
    this.#host = host;
  }

  /** What HELLO announces for the roles, by role. */
  get features(): Readonly<Record<string, Dict>> {
    const features: Record<string, Dict> = {};
    for (const role of this.#roles) {
      for (const [name, own] of Object.entries(role.features ?? {})) features[name] = { ...features[name], ...own };
    }
    return features;
  }

  /** A transport is open. */
  wire(transport: Transport, serializer: Serializer): PeerWire {
    return new PeerWire(transport, serializer, this.vocabulary);
  }

  /** A session is prepared on it. @throws whatever a role throws that cannot begin */
  begin(wire: PeerWire, roles: SessionRoles, inbox: Inbox | undefined): void {
    if (inbox !== undefined) wire.passThrough(inbox);
    this.#crossing = { wire, roles, relay: undefined, session: undefined };
    if (this.#roles.length > 0 || this.#taps.size > 0) this.#intercept(this.#crossing);
  }

  /** From WELCOME messages may be sent; with `undefined`, no more. */
  established(session: Session | undefined): void {
    if (this.#crossing === undefined) return;
    this.#crossing.session = session;
    if (this.#crossing.relay !== undefined) this.#crossing.relay.session = session;
  }

  joined(session: Session): void {
    this.#crossing?.relay?.joined(session);
  }

  end(reason: unknown): void {
    const { relay } = this.#crossing ?? {};
    this.#crossing = undefined;
    relay?.end(reason);
  }

  tap(tap: Tap): void {
    this.#taps.add(tap);
    if (this.#crossing !== undefined) this.#intercept(this.#crossing);
  }

  untap(tap: Tap): void {
    this.#taps.delete(tap);
    this.#release();
  }

  /** @throws as `Peer.send` */
  send(message: unknown): Id | undefined {
    const crossing = this.#crossing;
    if (crossing?.session === undefined) throw this.#host().down('send');
    try {
      return this.#intercept(crossing).send(message);
    } finally {
      this.#release();
    }
  }

  /** @throws as `Peer.role` */
  api(given: Role | string): unknown {
    const name = typeof given === 'string' ? given : given?.name;
    const known = this.#roles.find((role) => role.name === name);
    if (known === undefined || (typeof given !== 'string' && given !== known)) {
      const names = this.#roles.map((role) => `"${role.name}"`).join(', ');
      throw new UsageError(
        `role: the peer has no such role as "${String(name)}"; ${names === '' ? 'it has none: give it some by the option roles' : `it has ${names}`}`,
      );
    }
    const relay = this.#crossing?.relay;
    if (relay === undefined) throw this.#host().down(`role "${known.name}"`);
    return relay.api(known.name);
  }

  #intercept(crossing: Crossing): SessionRelay {
    if (crossing.relay !== undefined) return crossing.relay;
    const relay = new SessionRelay({ ...this.#host(), taps: this.#taps }, crossing, this.#roles, this.vocabulary);
    relay.session = crossing.session;
    crossing.relay = relay;
    crossing.wire.intercept(relay);
    return relay;
  }

  /** What nobody needs any more goes: messages take the short way again. */
  #release(): void {
    const crossing = this.#crossing;
    if (crossing?.relay === undefined || !crossing.relay.isIdle) return;
    crossing.relay = undefined;
    crossing.wire.intercept(undefined);
  }
}

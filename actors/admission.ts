import type { PeerCertificate } from '../src/transports/transport.js';
import type { Copies } from '../src/wamp/copies.js';
import type { Dict, Id, Message, MessageTable, Uri } from '../src/wamp/message.js';

/** A client's session as its realm may use it. */
export interface RouterLink {
  readonly address: string;
  /** Octets that were sent and have not left this process. */
  readonly queued: number;
  /**
   * @param copies of a message that goes to others, too
   * @throws {SerializationError} when a value cannot be put on the wire; nothing was sent then
   */
  send(message: Message, copies?: Copies): void;
  /** Ends the session at once. */
  abort(reason: Uri, message: string): void;
  /** Reads no more for now, where its transport can do that. */
  pause(): void;
  resume(): void;
  /** Takes a GOODBYE that was kept back. */
  take(goodbye: Message<'GOODBYE'>): void;
  /** Ends the session for what an entry of its table threw later: as if it had thrown it at once. */
  fail(error: unknown): void;
  /** Ends the session in good order: the client may answer. */
  goodbye(reason: Uri, message?: string): void;
}

/** A session's place in its realm, from its WELCOME to its end. */
export interface Seat {
  readonly table: MessageTable;
  /** The session has ended: everything it held is to be given up at once. Called once; must not throw. */
  left(): void;
}

/** What a session's transport tells of itself, for those who authenticate by it. */
export interface Channel {
  /** As `Transport.channelId`. */
  channelId(): Promise<Uint8Array | undefined>;
  /** As `Transport.tlsUnique`. */
  tlsUnique(): Uint8Array | undefined;
  /** As `Transport.peerCertificate`. */
  peerCertificate(): PeerCertificate | undefined;
}

/** Let in. */
export interface Accepted {
  readonly verdict: 'accept';
  /** Random; in the challenge of WAMP-CRA already. */
  readonly session: Id;
  /** `WELCOME.Details`. */
  readonly details: Dict;
  /** Takes the place in the realm. Called once, just before WELCOME leaves, so it must send nothing to this session. */
  open(link: RouterLink): Seat;
}

/** Let in if the answer is right. */
export interface Challenged {
  readonly verdict: 'challenge';
  readonly authmethod: string;
  readonly extra: Dict;
  /** Called once. A rejection refuses with `wamp.error.authentication_failed`. */
  verify(answer: Message<'AUTHENTICATE'>): Promise<Accepted | Refused>;
}

/** Turned away with ABORT, whose details hold `message`: the client reads it. */
export interface Refused {
  readonly verdict: 'refuse';
  readonly reason: Uri;
  readonly message: string;
}

/**
 * Decides who is let in where. It may take its time, up to the session's handshake timeout; what it decides for a
 * session that has ended meanwhile is dropped, so it must not take a place itself: `open` does.
 */
export interface Admission {
  /**
   * @param hello well formed: at least one role; `authid`, `authmethods` and `authextra` of the right types, if there
   * @returns the verdict; a rejection refuses with `wamp.error.authentication_failed`
   */
  admit(hello: Message<'HELLO'>, address: string, channel: Channel): Promise<Accepted | Challenged | Refused>;
}

/**
 * The place of one session. It changes in place and shows nothing of itself, since it is reached from a machine's
 * context, which inspectors show.
 */
export class Place {
  #seat: Seat | undefined;
  #fault: { readonly error: unknown } | undefined;

  get taken(): boolean {
    return this.#seat !== undefined;
  }

  /** What `left` threw, if it did: a defect, which must neither be lost nor keep a session from ending. */
  get fault(): { readonly error: unknown } | undefined {
    return this.#fault;
  }

  take(seat: Seat): void {
    this.#seat = seat;
  }

  leave(): void {
    const seat = this.#seat;
    this.#seat = undefined;
    try {
      seat?.left();
    } catch (error) {
      this.#fault = { error };
    }
  }

  toJSON(): { taken: boolean } {
    return { taken: this.taken };
  }
}

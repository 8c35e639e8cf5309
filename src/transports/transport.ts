import type { ConnectionLost } from '../errors.js';
import type { SharedFrame } from '../wamp/copies.js';

/** What one WAMP message is on the wire: text for JSON, binary for the others. */
export type Frame = string | Uint8Array;

/** Who hears what a transport brings. Neither function may throw. */
export interface TransportEvents {
  frame(frame: Frame): void;
  /** The transport has ended, for whatever reason, this side's `close` included. Comes exactly once, after the last frame. */
  closed(why: ConnectionLost): void;
}

/** Who is at the other end, by the certificate that it has shown in TLS. That it has the key is certain. */
export interface PeerCertificate {
  /** SHA-256 of the certificate, as 64 hexadecimal digits in lower case. */
  readonly fingerprint: string;
  /** By the names of its attributes: `{ CN: 'thermostat', O: 'Example' }`; a list where one stands more than once. */
  readonly subject: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Whether it is in force, and was issued by an authority that this end trusts. */
  readonly isVerified: boolean;
}

/**
 * An open, ordered, reliable, message-based, bidirectional channel.
 *
 * @see WAMP Basic Profile, "Transports"
 */
export interface Transport {
  /** Who is at the other end, for messages and logs: `ws://127.0.0.1:8080/ws`. Holds no credentials. */
  readonly address: string;
  /** The negotiated serializer's name, such as `wamp.2.json`. */
  readonly subprotocol: string;
  /** Octets that were sent and have not left this process. */
  readonly queued: number;
  /**
   * What tells this connection from every other, to both of its ends and to nobody between them: the 32 octets of SHA-256 of
   * `tls-unique`, as WAMP's implementations have it. Left out, or `undefined`, where there is none.
   *
   * @see RFC 5929, section 3
   */
  channelId?(): Promise<Uint8Array | undefined>;
  /**
   * What {@link channelId} is the hash of: the first Finished of TLS, as it is. Left out, or `undefined`, where there is none.
   *
   * @see RFC 5929, section 3
   */
  tlsUnique?(): Uint8Array | undefined;
  /** The certificate of the other end. Left out, or `undefined`, where it has shown none. */
  peerCertificate?(): PeerCertificate | undefined;
  /** Starts the flow. To be called once; until then whatever arrives is kept. */
  listen(events: TransportEvents): void;
  /**
   * Left out by a transport that finds out by itself that nobody is there any more. Any other is given, once the session is
   * established, what to do when nothing came for a while: `ask` sends something that the other end answers.
   */
  askWhenIdle?(ask: () => void): void;
  /**
   * Hands over a frame, which is not to be written to: others may be sent the same one. After the end it does nothing: `closed`
   * has told.
   *
   * @throws {SerializationError} when the other end has said that it takes no frame as long as that; nothing was sent then
   */
  send(frame: Frame): void;
  /**
   * As {@link send}, of a frame that others are sent, too: what is put around it may be kept with it, for all transports of a kind.
   * Left out, `send` is given the frame.
   */
  sendShared?(copy: SharedFrame): void;
  /**
   * Calls `then` once all that was sent until now has left this process, and not before this returns; never after the end. A
   * transport that waits for that, and of which nothing leaves for 10 s, ends. Left out, `queued` is looked at now and then.
   */
  flushed?(then: () => void): void;
  /**
   * Reads no more for now, so that the other end is slowed down; what was read already still comes. It goes on by itself when it is
   * closed. Left out, a peer whose handlers do not keep up can only refuse and drop.
   */
  pause?(): void;
  /** Reads on. */
  resume?(): void;
  /** Ends in good order: what was sent still leaves; cut off by force after 2 s. */
  close(): void;
  /** Ends at once. */
  destroy(): void;
}

/** Opens transports to one router. A URL becomes one; the embedded router is one; a user may bring one. */
export interface Connector {
  /** Names the router in messages and logs. Holds no credentials. */
  readonly address: string;
  /**
   * @param subprotocols the serializers' names, the most wanted first
   * @param signal ends the attempt: the promise then rejects with the signal's reason
   * @throws {ConnectError} with the true cause
   */
  open(subprotocols: readonly string[], signal: AbortSignal): Promise<Transport>;
}

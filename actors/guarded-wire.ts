import { ConnectionLost, ProtocolError, SerializationError } from '../src/errors.js';
import type { Serializer } from '../src/serializers/serializer.js';
import type { Frame, Transport } from '../src/transports/transport.js';
import type { SharedFrame } from '../src/wamp/copies.js';
import { show } from '../src/wamp/values.js';
import type { AnyMessage, Vocabulary } from '../src/wamp/vocabulary.js';
import type { InboxWire } from './inbox.js';
import { Wire, type WireEvent } from './wire.js';

/**
 * A wire whose transport and serializer may be a user's own: what they do that they must not do ends the session with a word about
 * whose fault it is, and disturbs nobody else.
 */
export class GuardedWire extends Wire implements InboxWire {
  readonly #transport: Transport;
  readonly #serializer: Serializer;

  /** @param vocabulary the messages that it can carry */
  constructor(transport: Transport, serializer: Serializer, vocabulary?: Vocabulary) {
    super(transport, serializer, vocabulary);
    this.#transport = transport;
    this.#serializer = serializer;
  }

  protected get transport(): Transport {
    return this.#transport;
  }

  protected get serializer(): Serializer {
    return this.#serializer;
  }

  override listen(onEvent: (event: WireEvent) => void): void {
    try {
      super.listen(onEvent);
    } catch (cause) {
      this.#endBroken('threw from listen', cause);
    }
  }

  /** Reads no more for now. @returns whether its transport can do that */
  pause(): boolean {
    if (this.#transport.pause === undefined || this.isDeaf) return false;
    this.#transport.pause();
    return true;
  }

  resume(): void {
    this.#transport.resume?.();
  }

  override close(): void {
    try {
      super.close();
    } catch {
      this.destroy();
    }
  }

  override destroy(): void {
    try {
      super.destroy();
    } catch {
      // It breaks its contract even here. There is nothing left to do to it.
    }
  }

  protected override closed(why: unknown): void {
    super.closed(why instanceof Error ? why : this.#broken('ended without a reason, which has to be an Error', why));
  }

  protected override hand(frame: Frame, shared?: SharedFrame): void {
    const transport = this.#transport;
    let outcome: unknown;
    try {
      outcome =
        shared === undefined || transport.sendShared === undefined
          ? transport.send(frame)
          : transport.sendShared(shared);
    } catch (error) {
      if (error instanceof SerializationError) throw error;
      throw this.#endBroken('threw from send', error);
    }
    if (outcome !== undefined) this.#watch(outcome);
  }

  protected override encoded(message: AnyMessage): Frame {
    const frame = super.encoded(message);
    if (!isFrame(frame)) throw this.#noFrame(message, frame);
    return frame;
  }

  protected override unencodable(message: AnyMessage, error: unknown): unknown {
    return error instanceof SerializationError
      ? super.unencodable(message, error)
      : new SerializationError(message.type, 'the serializer cannot encode this message', { cause: error });
  }

  protected override undecodable(error: unknown, frame: Frame, list: unknown): void {
    if (!isFrame(frame)) this.#endBroken(`delivered no frame, ${unlike(frame)}`, error);
    else if (list === undefined || Array.isArray(list)) super.undecodable(error, frame, list);
    else {
      const said = `expected the serializer for ${this.#serializer.subprotocol} to decode a list, received ${show(list)}`;
      this.fail(new ProtocolError(said));
    }
  }

  #noFrame({ type }: AnyMessage, frame: unknown): SerializationError {
    return new SerializationError(
      type,
      `the serializer for ${this.#serializer.subprotocol} gave no frame: ${unlike(frame)}`,
    );
  }

  /** Its author may have made an async function of `send`: a rejection is what a throw would be. */
  #watch(outcome: unknown): void {
    Promise.resolve(outcome).catch((error: unknown) => this.#endBroken('rejected from send', error));
  }

  /** The transport has broken its contract: it is done with. @returns why */
  #endBroken(how: string, cause: unknown): ConnectionLost {
    const error = this.#broken(how, cause);
    this.destroy();
    this.isMute = true;
    // Later: whoever sends may be in the midst of something that an end would change.
    queueMicrotask(() => super.closed(error));
    return error;
  }

  #broken(how: string, cause: unknown): ConnectionLost {
    const said = cause instanceof Error ? `: ${cause.message}` : '';
    return new ConnectionLost(`the transport to ${this.address} broke its contract: it ${how}${said}`, {
      mayHaveExecuted: true,
      cause,
    });
  }
}

function isFrame(frame: unknown): frame is Frame {
  return typeof frame === 'string' || frame instanceof Uint8Array;
}

function unlike(frame: unknown): string {
  return `expected a string or a Uint8Array, received ${show(frame)}`;
}

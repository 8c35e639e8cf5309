import { ConnectionLost, ProtocolError, SerializationError } from '../src/errors.js';
import type { Serializer } from '../src/serializers/serializer.js';
import type { Frame, Transport } from '../src/transports/transport.js';
import { fromList, LIFECYCLE, pathInMessage, toList } from '../src/wamp/codec.js';
import type { SharedFrame } from '../src/wamp/copies.js';
import type { Message, MessageTable } from '../src/wamp/message.js';
import { type List, show } from '../src/wamp/values.js';
import { type AnyMessage, STANDARD, type Vocabulary } from '../src/wamp/vocabulary.js';
import type { InboxWire } from './inbox.js';

/** The messages that open, close or secure a session. They go through the session's machine, all others do not. */
export type LifecycleType = 'HELLO' | 'WELCOME' | 'ABORT' | 'CHALLENGE' | 'AUTHENTICATE' | 'GOODBYE';

/** What a wire tells its session. A lifecycle message is an event as it is. */
export type WireEvent =
  | Message<LifecycleType>
  /** A message that nobody has asked for: no entry of the installed table takes it, or no table is installed. */
  | { type: 'message.unexpected'; message: Message }
  /** A frame that is no WAMP message, or a message that a table entry found to break the protocol. */
  | { type: 'protocol.violated'; error: ProtocolError }
  /** A table entry threw anything else: a fault in this program, of which the other peer is innocent. */
  | { type: 'wire.failed'; error: unknown }
  | { type: 'transport.closed'; error: Error };

const NOTHING: MessageTable = {};

/**
 * One transport with its serializer, as a session sees it: messages in, messages out. Both ends have one, a router a
 * `RouterWire`, a peer that can do all a `PeerWire`.
 *
 * An incoming message that the installed table takes goes straight to its entry; everything else becomes one
 * {@link WireEvent}. After `protocol.violated`, `wire.failed` or `transport.closed` nothing more is delivered. It
 * relies on its transport never to deliver a frame from within `send`.
 */
export class Wire implements InboxWire {
  /** Who is at the other end, for messages and logs. Holds no credentials. */
  readonly address: string;
  readonly #transport: Transport;
  readonly #serializer: Serializer;
  #onEvent: (event: WireEvent) => void = () => {};
  #table: MessageTable = NOTHING;
  /** Nothing more is delivered. */
  #isDeaf = false;
  /** Nothing more is sent. */
  #isMute = false;
  readonly #vocabulary: Vocabulary;

  /** @param vocabulary the messages that it can carry */
  constructor(transport: Transport, serializer: Serializer, vocabulary = STANDARD) {
    this.address = transport.address;
    this.#transport = transport;
    this.#serializer = serializer;
    this.#vocabulary = vocabulary;
  }

  /** Octets that were sent and have not left this process. */
  get queued(): number {
    return this.#transport.queued;
  }

  /** Calls `then`, later, once what was sent until now has left. @returns whether its transport can tell */
  flushed(then: () => void): boolean {
    if (this.#transport.flushed === undefined) return false;
    this.#transport.flushed(then);
    return true;
  }

  /** As its transport has it. */
  async channelId(): Promise<Uint8Array | undefined> {
    return this.#transport.channelId?.();
  }

  /** As its transport has it. */
  tlsUnique(): Uint8Array | undefined {
    return this.#transport.tlsUnique?.();
  }

  /** As its transport has it, if that needs it. */
  askWhenIdle(ask: () => void): void {
    this.#transport.askWhenIdle?.(ask);
  }

  /** Starts the flow. To be called once. `onEvent` must not throw. */
  listen(onEvent: (event: WireEvent) => void): void {
    this.#onEvent = onEvent;
    try {
      this.#transport.listen({
        frame: (frame) => this.receive(frame),
        closed: (why: unknown) => {
          if (this.#isDeaf) return;
          const error =
            why instanceof Error ? why : this.#broken('ended without a reason, which has to be an Error', why);
          this.#end({ type: 'transport.closed', error });
        },
      });
    } catch (cause) {
      this.#endBroken('threw from listen', cause);
    }
  }

  /**
   * Sends `message`. ABORT and GOODBYE are a session's last words: what is sent after them, or after the transport's
   * end, goes nowhere.
   *
   * @throws {SerializationError} when a value cannot be put on the wire, or the message is longer than the other end takes;
   *   nothing was sent then
   */
  send(message: AnyMessage): void {
    if (!this.#isMute) this.pass(message, this.encoded(message));
  }

  /** From now on the messages that `table` takes go to it. Replaces the table before. */
  install(table: MessageTable): void {
    this.#table = table;
  }

  /** From now on no message goes to a table. */
  uninstall(): void {
    this.#table = NOTHING;
  }

  /** Reads no more for now. @returns whether its transport can do that */
  pause(): boolean {
    if (this.#transport.pause === undefined || this.#isDeaf) return false;
    this.#transport.pause();
    return true;
  }

  resume(): void {
    this.#transport.resume?.();
  }

  /** Ends in good order: what was sent still leaves. */
  close(): void {
    try {
      this.#transport.close();
    } catch {
      this.destroy();
    }
  }

  /** Ends at once. */
  destroy(): void {
    try {
      this.#transport.destroy();
    } catch {
      // A user's own may break its contract even here. There is nothing left to do to it.
    }
  }

  toJSON(): { address: string } {
    return { address: this.address };
  }

  /** Whether nothing more is delivered. */
  protected get isDeaf(): boolean {
    return this.#isDeaf;
  }

  /** Whether nothing more is sent. */
  protected get isMute(): boolean {
    return this.#isMute;
  }

  /** A frame has come. */
  protected receive(frame: Frame): void {
    if (this.#isDeaf) return;
    const message = this.#decoded(frame);
    if (message !== undefined) this.arrive(message);
  }

  /** A message has come. */
  protected arrive(message: Message): void {
    this.take(message);
  }

  /** @param shared what `frame` is of, if it is sent to others, too */
  protected pass(message: AnyMessage, frame: Frame, shared?: SharedFrame): void {
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
    if (message.type === 'ABORT' || message.type === 'GOODBYE') this.#isMute = true;
  }

  /** @throws {SerializationError} */
  protected encoded(message: AnyMessage): Frame {
    const list = toList(message, this.#vocabulary);
    let frame: Frame;
    try {
      frame = this.#serializer.encode(list);
    } catch (error) {
      throw this.#unencodable(message, error);
    }
    if (!isFrame(frame)) throw this.#noFrame(message, frame);
    return frame;
  }

  // What hardly ever happens has a method of its own: the engine inlines short ones into each frame's way.

  #unencodable(message: AnyMessage, error: unknown): SerializationError {
    if (error instanceof SerializationError) {
      const path = pathInMessage(message.type, error.path, this.#vocabulary);
      return new SerializationError(path, error.problem, { cause: error.cause });
    }
    return new SerializationError(message.type, 'the serializer cannot encode this message', { cause: error });
  }

  #noFrame(message: AnyMessage, frame: unknown): SerializationError {
    return new SerializationError(
      message.type,
      `the serializer for ${this.#serializer.subprotocol} gave no frame: ${unlike(frame)}`,
    );
  }

  /** Its author may have made an async function of `send`: a rejection is what a throw would be. */
  #watch(outcome: unknown): void {
    Promise.resolve(outcome).catch((error: unknown) => this.#endBroken('rejected from send', error));
  }

  #decoded(frame: Frame): Message | undefined {
    let list: unknown;
    try {
      list = this.#serializer.decode(frame);
      return fromList(list as List, this.#vocabulary);
    } catch (error) {
      this.#endUndecoded(frame, list, error);
      return undefined;
    }
  }

  #endUndecoded(frame: Frame, list: unknown, error: unknown): void {
    if (!isFrame(frame)) this.#endBroken(`delivered no frame, ${unlike(frame)}`, error);
    else if (list === undefined || Array.isArray(list)) this.fail(asProtocolError(error));
    else {
      const said = `expected the serializer for ${this.#serializer.subprotocol} to decode a list, received ${show(list)}`;
      this.fail(new ProtocolError(said));
    }
  }

  /** Hands a message that came to its entry of the table, past whatever stands before it. */
  take(message: Message): void {
    // The types say that each entry takes the message under whose type it stands; this index cannot.
    const take = this.#table[message.type] as ((message: Message) => void) | undefined;
    if (take === undefined) {
      this.#onEvent(isLifecycle(message) ? message : { type: 'message.unexpected', message });
      return;
    }
    try {
      take(message);
    } catch (error) {
      this.fail(error);
    }
  }

  /** What takes messages threw, at once or later. */
  fail(error: unknown): void {
    if (this.#isDeaf) return;
    this.#end(error instanceof ProtocolError ? { type: 'protocol.violated', error } : { type: 'wire.failed', error });
  }

  /** The transport has broken its contract: it is done with. @returns why */
  #endBroken(how: string, cause: unknown): ConnectionLost {
    const error = this.#broken(how, cause);
    this.destroy();
    this.#isMute = true;
    // Later: whoever sends may be in the midst of something that an end would change.
    queueMicrotask(() => {
      if (!this.#isDeaf) this.#end({ type: 'transport.closed', error });
    });
    return error;
  }

  #broken(how: string, cause: unknown): ConnectionLost {
    const said = cause instanceof Error ? `: ${cause.message}` : '';
    return new ConnectionLost(`the transport to ${this.address} broke its contract: it ${how}${said}`, {
      mayHaveExecuted: true,
      cause,
    });
  }

  #end(event: WireEvent): void {
    this.#isDeaf = true;
    this.uninstall();
    this.#onEvent(event);
  }
}

function isLifecycle(message: Message): message is Message<LifecycleType> {
  return LIFECYCLE.has(message.type);
}

function isFrame(frame: unknown): frame is Frame {
  return typeof frame === 'string' || frame instanceof Uint8Array;
}

function unlike(frame: unknown): string {
  return `expected a string or a Uint8Array, received ${show(frame)}`;
}

function asProtocolError(error: unknown): ProtocolError {
  return error instanceof ProtocolError ? error : new ProtocolError('the frame cannot be decoded', { cause: error });
}

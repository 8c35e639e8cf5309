import { ProtocolError, SerializationError } from '../src/errors.js';
import type { Serializer } from '../src/serializers/serializer.js';
import type { Frame, Transport } from '../src/transports/transport.js';
import { fromList, LIFECYCLE, pathInMessage, toList } from '../src/wamp/codec.js';
import type { SharedFrame } from '../src/wamp/copies.js';
import type { Message, MessageTable } from '../src/wamp/message.js';
import type { List } from '../src/wamp/values.js';
import { type AnyMessage, STANDARD, type Vocabulary } from '../src/wamp/vocabulary.js';

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
 * `RouterWire`, a peer that can do all a `PeerWire`; both are guarded, since transport and serializer may be a user's own.
 *
 * An incoming message that the installed table takes goes straight to its entry; everything else becomes one
 * {@link WireEvent}. After `protocol.violated`, `wire.failed` or `transport.closed` nothing more is delivered. It
 * relies on its transport never to deliver a frame from within `send`.
 */
export class Wire {
  /** Who is at the other end, for messages and logs. Holds no credentials. */
  readonly address: string;
  // Private to the engine, too: what a session holds is shown to inspectors, and these may hold secrets.
  readonly #transport: Transport;
  readonly #serializer: Serializer;
  #onEvent: (event: WireEvent) => void = () => {};
  #table: MessageTable = NOTHING;
  /** Nothing more is delivered. */
  protected isDeaf = false;
  /** Nothing more is sent. */
  protected isMute = false;
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
    this.#transport.listen({ frame: (frame) => this.receive(frame), closed: (why) => this.closed(why) });
  }

  /**
   * Sends `message`. ABORT and GOODBYE are a session's last words: what is sent after them, or after the transport's
   * end, goes nowhere.
   *
   * @throws {SerializationError} when a value cannot be put on the wire, or the message is longer than the other end takes;
   *   nothing was sent then
   */
  send(message: AnyMessage): void {
    if (!this.isMute) this.pass(message, this.encoded(message));
  }

  /** From now on the messages that `table` takes go to it. Replaces the table before. */
  install(table: MessageTable): void {
    this.#table = table;
  }

  /** From now on no message goes to a table. */
  uninstall(): void {
    this.#table = NOTHING;
  }

  /** Ends in good order: what was sent still leaves. */
  close(): void {
    this.#transport.close();
  }

  /** Ends at once. */
  destroy(): void {
    this.#transport.destroy();
  }

  toJSON(): { address: string } {
    return { address: this.address };
  }

  /** A frame has come. */
  protected receive(frame: Frame): void {
    if (this.isDeaf) return;
    const message = this.#decoded(frame);
    if (message !== undefined) this.arrive(message);
  }

  /** The transport has ended. */
  protected closed(error: Error): void {
    if (!this.isDeaf) this.#end({ type: 'transport.closed', error });
  }

  /** A message has come. */
  protected arrive(message: Message): void {
    this.take(message);
  }

  /** @param shared what `frame` is of, if it is sent to others, too */
  protected pass(message: AnyMessage, frame: Frame, shared?: SharedFrame): void {
    this.hand(frame, shared);
    if (message.type === 'ABORT' || message.type === 'GOODBYE') this.isMute = true;
  }

  /** Gives a frame to the transport. */
  protected hand(frame: Frame, _shared?: SharedFrame): void {
    this.#transport.send(frame);
  }

  /** @throws {SerializationError} */
  protected encoded(message: AnyMessage): Frame {
    try {
      return this.#serializer.encode(toList(message, this.#vocabulary));
    } catch (error) {
      throw this.unencodable(message, error);
    }
  }

  // What hardly ever happens has a method of its own: the engine inlines short ones into each frame's way.

  protected unencodable({ type }: AnyMessage, error: unknown): unknown {
    if (!(error instanceof SerializationError)) return error;
    return new SerializationError(pathInMessage(type, error.path, this.#vocabulary), error.problem, {
      cause: error.cause,
    });
  }

  #decoded(frame: Frame): Message | undefined {
    let list: unknown;
    try {
      list = this.#serializer.decode(frame);
      return fromList(list as List, this.#vocabulary);
    } catch (error) {
      this.undecodable(error, frame, list);
      return undefined;
    }
  }

  /** @param list what the serializer has made of the frame, if anything */
  protected undecodable(error: unknown, _frame: Frame, _list: unknown): void {
    this.fail(
      error instanceof ProtocolError ? error : new ProtocolError('the frame cannot be decoded', { cause: error }),
    );
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
    if (this.isDeaf) return;
    this.#end(error instanceof ProtocolError ? { type: 'protocol.violated', error } : { type: 'wire.failed', error });
  }

  #end(event: WireEvent): void {
    this.isDeaf = true;
    this.uninstall();
    this.#onEvent(event);
  }
}

function isLifecycle(message: Message): message is Message<LifecycleType> {
  return LIFECYCLE.has(message.type);
}

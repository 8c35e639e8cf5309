import { ProtocolError, SerializationError } from '../src/errors.js';
import type { Serializer } from '../src/serializers/serializer.js';
import type { Transport } from '../src/transports/transport.js';
import { fromList, LIFECYCLE, pathInMessage, toList } from '../src/wamp/codec.js';
import type { Message, MessageTable } from '../src/wamp/message.js';

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
 * One transport with its serializer, as a session sees it: messages in, messages out. Both ends have one.
 *
 * An incoming message that the installed table takes goes straight to its entry; everything else becomes one
 * {@link WireEvent}. After `protocol.violated`, `wire.failed` or `transport.closed` nothing more is delivered. It
 * relies on its transport never to deliver a frame from within `send`.
 */
export class Wire {
  /** Who is at the other end, for messages and logs. Holds no credentials. */
  readonly address: string;
  readonly #transport: Transport;
  readonly #serializer: Serializer;
  #onEvent: (event: WireEvent) => void = () => {};
  #table: MessageTable = NOTHING;
  #deaf = false;
  #farewellSaid = false;

  constructor(transport: Transport, serializer: Serializer) {
    this.address = transport.address;
    this.#transport = transport;
    this.#serializer = serializer;
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

  /** Starts the flow. To be called once. `onEvent` must not throw. */
  listen(onEvent: (event: WireEvent) => void): void {
    this.#onEvent = onEvent;
    this.#transport.listen({
      frame: (frame) => {
        if (this.#deaf) return;
        let message: Message;
        try {
          message = fromList(this.#serializer.decode(frame));
        } catch (error) {
          this.#end({ type: 'protocol.violated', error: asProtocolError(error) });
          return;
        }
        this.#deliver(message);
      },
      closed: (error) => {
        if (!this.#deaf) this.#end({ type: 'transport.closed', error });
      },
    });
  }

  /**
   * Sends `message`. ABORT and GOODBYE are a session's last words: what is sent after them, or after the transport's
   * end, goes nowhere.
   *
   * @throws {SerializationError} when a value cannot be put on the wire, or the message is longer than the other end takes;
   *   nothing was sent then
   */
  send(message: Message): void {
    if (this.#farewellSaid) return;
    const list = toList(message);
    let frame: ReturnType<Serializer['encode']>;
    try {
      frame = this.#serializer.encode(list);
    } catch (error) {
      if (error instanceof SerializationError) {
        throw new SerializationError(pathInMessage(message.type, error.path), error.problem, { cause: error.cause });
      }
      throw new SerializationError(message.type, 'the serializer cannot encode this message', { cause: error });
    }
    this.#transport.send(frame);
    if (message.type === 'ABORT' || message.type === 'GOODBYE') this.#farewellSaid = true;
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

  #deliver(message: Message): void {
    // The types say that each entry takes the message under whose type it stands; this index cannot.
    const take = this.#table[message.type] as ((message: Message) => void) | undefined;
    if (take === undefined) {
      this.#onEvent(isLifecycle(message) ? concealed(message) : { type: 'message.unexpected', message });
      return;
    }
    try {
      take(message);
    } catch (error) {
      if (this.#deaf) return;
      this.#end(error instanceof ProtocolError ? { type: 'protocol.violated', error } : { type: 'wire.failed', error });
    }
  }

  #end(event: WireEvent): void {
    this.#deaf = true;
    this.#table = NOTHING;
    this.#onEvent(event);
  }
}

function isLifecycle(message: Message): message is Message<LifecycleType> {
  return LIFECYCLE.has(message.type);
}

/**
 * An AUTHENTICATE may carry a ticket in the clear, and what a machine receives is shown to its inspectors: signature
 * and extra can be read, but neither listed, copied nor put into JSON.
 */
function concealed(message: Message<LifecycleType>): Message<LifecycleType> {
  if (message.type !== 'AUTHENTICATE') return message;
  const { type, signature, extra } = message;
  return Object.defineProperties({ type } as Message<'AUTHENTICATE'>, {
    signature: { value: signature },
    extra: { value: extra },
  });
}

function asProtocolError(error: unknown): ProtocolError {
  return error instanceof ProtocolError ? error : new ProtocolError('the frame cannot be decoded', { cause: error });
}

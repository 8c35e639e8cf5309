import { ConnectionLost, ProtocolError, SerializationError } from '../src/errors.js';
import type { Serializer } from '../src/serializers/serializer.js';
import type { Frame, PeerCertificate, Transport, TransportEvents } from '../src/transports/transport.js';
import { fromList, LIFECYCLE, pathInMessage, toList } from '../src/wamp/codec.js';
import type { Copies, SharedFrame } from '../src/wamp/copies.js';
import type { Message, MessageTable } from '../src/wamp/message.js';
import { type List, show } from '../src/wamp/values.js';
import { type AnyMessage, STANDARD, type Vocabulary } from '../src/wamp/vocabulary.js';
import type { Inbox, InboxWire } from './inbox.js';

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

/** What holds for a client that has not joined yet. */
export interface Probation {
  /** Of a frame, in octets, or in characters of text. */
  readonly maxLength: number;
  welcomed(): void;
}

/** What stands between a wire and its session: it sees each message, and hands on what it wants, or something else. */
export interface Relay {
  /** What came. It goes on by {@link Wire.deliver}. Throws what a table entry may throw. */
  incoming(message: AnyMessage): void;
  /** What the session sends. It goes on by {@link Wire.put}. Throws what {@link Wire.send} may throw. */
  outgoing(message: AnyMessage): void;
}

/**
 * One transport with its serializer, as a session sees it: messages in, messages out. Both ends have one.
 *
 * An incoming message that the installed table takes goes straight to its entry; everything else becomes one
 * {@link WireEvent}. After `protocol.violated`, `wire.failed` or `transport.closed` nothing more is delivered. It
 * relies on its transport never to deliver a frame from within `send`.
 *
 * A {@link Relay} costs nothing where there is none: whether there is one and whether the way is over is one question.
 */
export class Wire implements InboxWire {
  /** Who is at the other end, for messages and logs. Holds no credentials. */
  readonly address: string;
  readonly #transport: Transport;
  readonly #serializer: Serializer;
  #onEvent: (event: WireEvent) => void = () => {};
  #table: MessageTable = NOTHING;
  #relay: Relay | undefined;
  /** Until WELCOME, at a router: how long a frame may be, and who wants to know of WELCOME. */
  #probation: Probation | undefined;
  /** Nothing is between this and the session; or a relay; or nothing more is delivered. */
  #in: 'plain' | 'relayed' | 'over' = 'plain';
  /** Likewise, of what is sent. */
  #out: 'plain' | 'relayed' | 'over' = 'plain';
  readonly #vocabulary: Vocabulary;
  /** Of a peer, whose handlers may be slow. */
  #inbox: Inbox | undefined;

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

  /** As its transport has it. */
  peerCertificate(): PeerCertificate | undefined {
    return this.#transport.peerCertificate?.();
  }

  /** As its transport has it, if that needs it. */
  askWhenIdle(ask: () => void): void {
    this.#transport.askWhenIdle?.(ask);
  }

  /** Starts the flow. To be called once. `onEvent` must not throw. */
  listen(onEvent: (event: WireEvent) => void): void {
    this.#onEvent = onEvent;
    const events: TransportEvents = {
      frame: (frame) => {
        if (this.#in === 'plain') {
          const message = this.#decoded(frame);
          if (message !== undefined) this.#deliver(message);
        } else if (this.#in === 'relayed') this.#relayIn(frame);
      },
      closed: (why: unknown) => {
        if (this.#in === 'over') return;
        const error =
          why instanceof Error ? why : this.#broken('ended without a reason, which has to be an Error', why);
        this.#end({ type: 'transport.closed', error });
      },
    };
    try {
      this.#transport.listen(events);
    } catch (cause) {
      this.#endBroken('threw from listen', cause);
    }
  }

  /** From now on `relay` stands between this wire and its session; or nothing does. */
  intercept(relay: Relay | undefined): void {
    this.#relay = relay;
    const way = relay === undefined ? 'plain' : 'relayed';
    if (this.#in !== 'over') this.#in = way;
    if (this.#out !== 'over') this.#out = way;
  }

  /**
   * Sends `message`. ABORT and GOODBYE are a session's last words: what is sent after them, or after the transport's
   * end, goes nowhere.
   *
   * @param copies of a message that goes over other wires, too: what this one's serializer has made of it already is taken from
   *   there. A relay is not told of it
   * @throws {SerializationError} when a value cannot be put on the wire, or the message is longer than the other end takes;
   *   nothing was sent then
   */
  send(message: AnyMessage, copies?: Copies): void {
    if (this.#out === 'plain') this.#put(message, copies);
    else if (this.#out === 'relayed') this.#relay?.outgoing(message);
  }

  /** As {@link send}, past the relay. @returns whether it was handed to the transport */
  put(message: AnyMessage): boolean {
    if (this.#out === 'over') return false;
    this.#put(message);
    return true;
  }

  /** As if `message` had come, past the relay. */
  deliver(message: AnyMessage): void {
    if (this.#in !== 'over') this.#deliver(message as Message);
  }

  /** Until {@link welcomed} it decodes no frame that is longer than the client has any need to send. */
  probe(probation: Probation): void {
    this.#probation = probation;
  }

  /** WELCOME is about to leave. */
  welcomed(): void {
    const probation = this.#probation;
    this.#probation = undefined;
    probation?.welcomed();
  }

  /** From now on the messages that `table` takes go to it. Replaces the table before. */
  install(table: MessageTable): void {
    this.#table = table;
  }

  /** From now on no message goes to a table. */
  uninstall(): void {
    this.#table = NOTHING;
    const inbox = this.#inbox;
    this.#inbox = undefined;
    inbox?.close();
  }

  /** From now on what comes for handlers goes through `inbox`, behind a relay, and by {@link take} to the table. */
  passThrough(inbox: Inbox): void {
    this.#inbox = inbox;
  }

  /** Reads no more for now. @returns whether its transport can do that */
  pause(): boolean {
    if (this.#transport.pause === undefined || this.#in === 'over') return false;
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

  #put(message: AnyMessage, copies?: Copies): void {
    const copy = copies === undefined ? undefined : this.#copied(message, copies);
    const frame = copy === undefined ? this.#encoded(message) : copy.frame;
    const transport = this.#transport;
    let outcome: unknown;
    try {
      outcome =
        copy === undefined || transport.sendShared === undefined ? transport.send(frame) : transport.sendShared(copy);
    } catch (error) {
      if (error instanceof SerializationError) throw error;
      throw this.#endBroken('threw from send', error);
    }
    if (outcome !== undefined) this.#watch(outcome);
    if (message.type === 'ABORT' || message.type === 'GOODBYE') this.#out = 'over';
  }

  /** @throws {SerializationError} */
  #encoded(message: AnyMessage): Frame {
    const list = toList(message, this.#vocabulary);
    let frame: Frame;
    try {
      frame = this.#serializer.encode(list);
    } catch (error) {
      throw this.#unencodable(message, error);
    }
    if (typeof frame !== 'string' && !(frame instanceof Uint8Array)) throw this.#noFrame(message, frame);
    return frame;
  }

  /** As {@link #encoded}, unless another wire has done it, or tried. */
  #copied(message: AnyMessage, copies: Copies): SharedFrame {
    let copy = copies.get(this.#serializer);
    if (copy === undefined) {
      try {
        copy = { frame: this.#encoded(message), framed: new Map() };
      } catch (error) {
        copy = error as SerializationError;
      }
      copies.set(this.#serializer, copy);
    }
    if (copy instanceof SerializationError) throw copy;
    return copy;
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
    const problem = `the serializer for ${this.#serializer.subprotocol} gave no frame: expected a string or a Uint8Array, received ${show(frame)}`;
    return new SerializationError(message.type, problem);
  }

  /** Its author may have made an async function of `send`: a rejection is what a throw would be. */
  #watch(outcome: unknown): void {
    Promise.resolve(outcome).catch((error: unknown) => this.#endBroken('rejected from send', error));
  }

  #decoded(frame: Frame): Message | undefined {
    if (this.#probation !== undefined && frame.length > this.#probation.maxLength) {
      const { maxLength } = this.#probation;
      const said = `expected a message of at most ${maxLength} octets before WELCOME, received one of ${frame.length}`;
      this.#end({ type: 'protocol.violated', error: new ProtocolError(said, { limit: 'helloLength' }) });
      return undefined;
    }
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
    if (typeof frame !== 'string' && !((frame as unknown) instanceof Uint8Array)) {
      this.#endBroken(`delivered no frame, expected a string or a Uint8Array, received ${show(frame)}`, error);
    } else if (list !== undefined && !Array.isArray(list)) {
      const said = `expected the serializer for ${this.#serializer.subprotocol} to decode a list, received ${show(list)}`;
      this.#end({ type: 'protocol.violated', error: new ProtocolError(said) });
    } else this.#end({ type: 'protocol.violated', error: asProtocolError(error) });
  }

  #relayIn(frame: Frame): void {
    const message = this.#decoded(frame);
    if (message === undefined) return;
    try {
      this.#relay?.incoming(message);
    } catch (error) {
      this.fail(error);
    }
  }

  #deliver(message: Message): void {
    if (this.#inbox === undefined || this.#inbox.admits(message)) this.take(message);
  }

  /** Hands a message that came to its entry of the table, past the inbox. */
  take(message: Message): void {
    // The types say that each entry takes the message under whose type it stands; this index cannot.
    const take = this.#table[message.type] as ((message: Message) => void) | undefined;
    if (take === undefined) {
      this.#onEvent(isLifecycle(message) ? concealed(message) : { type: 'message.unexpected', message });
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
    if (this.#in === 'over') return;
    this.#end(error instanceof ProtocolError ? { type: 'protocol.violated', error } : { type: 'wire.failed', error });
  }

  /** The transport has broken its contract: it is done with. @returns why */
  #endBroken(how: string, cause: unknown): ConnectionLost {
    const error = this.#broken(how, cause);
    this.destroy();
    this.#out = 'over';
    // Later: whoever sends may be in the midst of something that an end would change.
    queueMicrotask(() => {
      if (this.#in !== 'over') this.#end({ type: 'transport.closed', error });
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
    this.#in = 'over';
    this.uninstall();
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

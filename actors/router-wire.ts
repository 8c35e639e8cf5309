import { ProtocolError, SerializationError } from '../src/errors.js';
import type { Frame, PeerCertificate } from '../src/transports/transport.js';
import type { Copies, SharedFrame } from '../src/wamp/copies.js';
import type { Message } from '../src/wamp/message.js';
import type { AnyMessage } from '../src/wamp/vocabulary.js';
import { GuardedWire } from './guarded-wire.js';
import type { WireEvent } from './wire.js';

/** What holds for a client that has not joined yet. */
export interface Probation {
  /** Of a frame, in octets, or in characters of text. */
  readonly maxLength: number;
  welcomed(): void;
}

/** A router's end: it does not trust who has not joined, and sends to many what is alike. */
export class RouterWire extends GuardedWire {
  /** Until WELCOME: how long a frame may be, and who wants to know of WELCOME. */
  #probation: Probation | undefined;

  /** As its transport has it. */
  peerCertificate(): PeerCertificate | undefined {
    return this.transport.peerCertificate?.();
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

  override listen(onEvent: (event: WireEvent) => void): void {
    super.listen((event) => onEvent(event.type === 'AUTHENTICATE' ? concealed(event) : event));
  }

  /**
   * As that of any wire.
   *
   * @param copies of a message that goes over other wires, too: what this one's serializer has made of it already is taken from
   *   there
   */
  override send(message: AnyMessage, copies?: Copies): void {
    if (copies === undefined) super.send(message);
    else if (!this.isMute) {
      const copy = this.#copied(message, copies);
      this.pass(message, copy.frame, copy);
    }
  }

  protected override receive(frame: Frame): void {
    if (this.#probation === undefined || frame.length <= this.#probation.maxLength) super.receive(frame);
    else this.#refuse(frame, this.#probation);
  }

  #refuse({ length }: Frame, { maxLength }: Probation): void {
    const said = `expected a message of at most ${maxLength} octets before WELCOME, received one of ${length}`;
    this.fail(new ProtocolError(said, { limit: 'helloLength' }));
  }

  /** As `encoded`, unless another wire has done it, or tried. */
  #copied(message: AnyMessage, copies: Copies): SharedFrame {
    let copy = copies.get(this.serializer);
    if (copy === undefined) {
      try {
        copy = { frame: this.encoded(message), framed: new Map() };
      } catch (error) {
        copy = error as SerializationError;
      }
      copies.set(this.serializer, copy);
    }
    if (copy instanceof SerializationError) throw copy;
    return copy;
  }
}

/**
 * An AUTHENTICATE may carry a ticket in the clear, and what a machine receives is shown to its inspectors: signature
 * and extra can be read, but neither listed, copied nor put into JSON.
 */
function concealed({ type, signature, extra }: Message<'AUTHENTICATE'>): Message<'AUTHENTICATE'> {
  return Object.defineProperties({ type } as Message<'AUTHENTICATE'>, {
    signature: { value: signature },
    extra: { value: extra },
  });
}

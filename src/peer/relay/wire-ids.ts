import { ProtocolError } from '../../errors.js';
import type { Id } from '../../wamp/values.js';
import type { AnyMessage, Vocabulary } from '../../wamp/vocabulary.js';
import { isPart } from './raw-request.js';

type WithId = AnyMessage & { readonly request: Id };

/** An ERROR about a request of the client's, not about an invocation. */
const INVOCATION = 68;

/** Whether it answers a request of the client's. */
export function isReply(message: AnyMessage, { replies }: Vocabulary): message is WithId {
  if (message.type === 'ERROR') return (message as unknown as { requestType: number }).requestType !== INVOCATION;
  if (!replies.has(message.type)) return false;
  // With 0, a router takes back what it has given.
  return (message as WithId).request !== 0;
}

/** Whether a reply to it comes. */
export function isAnswered(message: AnyMessage): boolean {
  if (message.type !== 'PUBLISH') return true;
  return (message as unknown as { options: { acknowledge?: unknown } }).options.acknowledge === true;
}

/**
 * The request ids of a session whose messages pass roles. A role may swallow a request, or send one of its own; yet on the wire
 * they have to be 1, 2, 3 … So the ids of this side are its own, and what leaves is numbered when it leaves.
 *
 * @see WAMP Basic Profile, "IDs"
 */
export class WireIds {
  readonly #vocabulary: Vocabulary;
  /** Ours by the wire's, and the wire's by ours, of requests that have not been answered. */
  readonly #ours = new Map<Id, Id>();
  readonly #wires = new Map<Id, Id>();
  #last: Id = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /**
   * Hands `message` to `put` with the ids of the wire. One that is about a request that has never left stays here, too.
   *
   * @param isFurther whether it is a further part of a call, which has the id of its first
   * @throws whatever `put` throws: its id has not been used up then
   */
  send(message: AnyMessage, isFurther: boolean, put: (message: AnyMessage) => void): void {
    const isRequest = this.#vocabulary.byType[message.type]?.reply !== undefined;
    if (!isRequest && message.type !== 'CANCEL') {
      put(message);
      return;
    }
    const ours = (message as WithId).request;
    const known = this.#wires.get(ours);
    if (known !== undefined) {
      put(known === ours ? message : ({ ...message, request: known } as AnyMessage));
      return;
    }
    if (!isRequest || isFurther) return;
    const wires = this.#last === 2 ** 53 ? 1 : this.#last + 1;
    const before = this.#last;
    this.#last = wires;
    if (isAnswered(message)) {
      this.#ours.set(wires, ours);
      this.#wires.set(ours, wires);
    }
    try {
      put(wires === ours ? message : ({ ...message, request: wires } as AnyMessage));
    } catch (error) {
      this.#forget(wires);
      this.#last = before;
      throw error;
    }
  }

  /**
   * A message that came, with this side's ids.
   *
   * @returns `undefined` for a second answer to a request
   * @throws {ProtocolError} when no such request was ever made
   */
  receive(message: AnyMessage): AnyMessage | undefined {
    if (!isReply(message, this.#vocabulary)) return message;
    const { request } = message;
    const ours = this.#ours.get(request);
    if (ours === undefined) {
      if (request <= this.#last) return undefined;
      throw new ProtocolError(
        `expected the reply to a request that was made, received a ${message.type} to ${request}`,
      );
    }
    if (!isPart(message)) this.#forget(request);
    return ours === request ? message : ({ ...message, request: ours } as AnyMessage);
  }

  #forget(wires: Id): void {
    const ours = this.#ours.get(wires);
    this.#ours.delete(wires);
    if (ours !== undefined) this.#wires.delete(ours);
  }
}

import { ProtocolError, UsageError } from '../../errors.js';
import { isPromiseLike } from '../../roles/promise-like.js';
import { checkMessage } from '../../wamp/custom-messages.js';
import { came } from '../../wamp/given.js';
import type { Id } from '../../wamp/values.js';
import type { AnyMessage, Vocabulary } from '../../wamp/vocabulary.js';
import { concealed, isSealed, revealed } from './concealed.js';
import { isPart, type RawRequest } from './raw-request.js';
import { type AnyBehaviour, type Direction, swallow } from './role.js';
import { isReply } from './wire-ids.js';

/** More answers than this are not waited for: the oldest are then late, like any other that nobody waits for. */
const MOST_ASKED = 10_000;

/**
 * The place of one role, or of the peer's user, between the wire and the peer: what it has asked for itself, and what it makes of
 * the messages that pass.
 */
export class Link {
  /** Its place: 0 is next to the wire. */
  readonly at: number;
  behaviour: AnyBehaviour = {};
  readonly #vocabulary: Vocabulary;
  readonly #failed: (error: unknown) => void;
  /** What was asked here and has not been answered, with whoever waits for it. */
  readonly #asked = new Map<Id, { readonly type: string; readonly waiter: RawRequest | undefined }>();
  /** Of registrations and subscriptions that were asked for here. */
  readonly #registrations = new Set<Id>();
  readonly #subscriptions = new Set<Id>();

  /** @param failed hears of what the role throws */
  constructor(at: number, vocabulary: Vocabulary, failed: (error: unknown) => void) {
    this.at = at;
    this.#vocabulary = vocabulary;
    this.#failed = failed;
  }

  ask(id: Id, type: string, waiter: RawRequest | undefined): void {
    this.#asked.set(id, { type, waiter });
    if (this.#asked.size <= MOST_ASKED) return;
    for (const [oldest, { waiter }] of this.#asked) {
      if (waiter !== undefined) continue;
      this.#asked.delete(oldest);
      break;
    }
  }

  forget(id: Id): void {
    this.#asked.delete(id);
  }

  /** Whether it has asked for `id` and waits for the answer. */
  hasAsked(id: unknown): boolean {
    return this.#asked.has(id as Id);
  }

  hasSubscribed(subscription: Id): boolean {
    return this.#subscriptions.has(subscription);
  }

  /** Whether it waits for nothing and holds nothing. */
  get isIdle(): boolean {
    return this.#asked.size + this.#registrations.size + this.#subscriptions.size === 0;
  }

  /** The session has ended. */
  end(why: Error): void {
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    this.#registrations.clear();
    this.#subscriptions.clear();
    for (const { waiter } of asked) waiter?.reject(why);
  }

  /**
   * What goes on inwards of a message that came.
   *
   * @throws {ProtocolError} the role found that it breaks the protocol
   */
  incoming(message: AnyMessage): AnyMessage | undefined {
    if (!this.#isOwn(message)) return this.#pass(message, 'in');
    const asked = this.#asked.get((message as unknown as { request: Id }).request);
    const isReply = asked !== undefined && message.type !== 'INVOCATION';
    if (isReply && !isPart(message)) this.#settle(message, asked.type);
    if (isReply && asked.waiter !== undefined) asked.waiter.onReply(message);
    else this.#pass(message, 'in');
    return undefined;
  }

  /** What goes on outwards of a message that is sent. */
  outgoing(message: AnyMessage): AnyMessage | undefined {
    return this.#pass(message, 'out');
  }

  /** An answer to what was asked here, or work for a procedure that was registered here: nobody else's business. */
  #isOwn(message: AnyMessage): boolean {
    if (message.type === 'INVOCATION') {
      return this.#registrations.has((message as unknown as { registration: Id }).registration);
    }
    return this.#asked.size > 0 && isReply(message, this.#vocabulary) && this.#asked.has(message.request);
  }

  #settle(message: AnyMessage, type: string): void {
    const { request, registration, subscription } = message as unknown as Record<string, Id>;
    this.#asked.delete(request as Id);
    if (message.type === 'REGISTERED' && type === 'REGISTER') this.#registrations.add(registration as Id);
    if (message.type === 'SUBSCRIBED' && type === 'SUBSCRIBE') this.#subscriptions.add(subscription as Id);
  }

  /** It has given back what it held. */
  release(message: AnyMessage): void {
    const { registration, subscription } = message as unknown as Record<string, Id>;
    if (message.type === 'UNREGISTER') this.#registrations.delete(registration as Id);
    if (message.type === 'UNSUBSCRIBE') this.#subscriptions.delete(subscription as Id);
  }

  #pass(message: AnyMessage, direction: Direction): AnyMessage | undefined {
    if (this.behaviour.message === undefined) return message;
    const shown = concealed(message);
    let outcome: unknown;
    try {
      outcome = this.behaviour.message(shown, direction);
    } catch (error) {
      if (direction === 'in' && error instanceof ProtocolError) throw error;
      this.#failed(error);
      return message;
    }
    if (outcome === undefined || outcome === shown) return message;
    try {
      return this.#instead(message, outcome, direction);
    } catch (error) {
      this.#failed(error);
      return message;
    }
  }

  /** @throws {UsageError} when it cannot take the message's place */
  #instead(message: AnyMessage, outcome: unknown, direction: Direction): AnyMessage | undefined {
    const where = `message(${message.type}, '${direction}')`;
    if (isPromiseLike(outcome)) {
      Promise.resolve(outcome).catch((error: unknown) => this.#failed(error));
      throw new UsageError(
        `${where} returned a promise: it decides at once; to wait, return swallow, and deliver or send the message later`,
      );
    }
    if (isSealed(message)) {
      throw new UsageError(`${where}: it belongs to the methods of authentication; it can only be let pass`);
    }
    if (outcome === swallow) return undefined;
    if (typeof outcome !== 'object') {
      throw new UsageError(
        `${where}: expected a message, swallow or nothing to be returned, received ${came(outcome)}`,
      );
    }
    const made = checkMessage(where, outcome, this.#vocabulary, direction === 'in' ? 'router' : 'client');
    const [before, after] = [message, made].map((each) => (each as { readonly request?: unknown }).request);
    if (before !== undefined && after !== undefined && before !== after) {
      throw new UsageError(
        `${where}: what replaces a message keeps its request, ${String(before)}, received ${String(after)}`,
      );
    }
    return revealed(message, made);
  }
}

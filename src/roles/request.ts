import type { Message } from '../wamp/message.js';
import type { Dict, Id, Uri } from '../wamp/values.js';
import type { PayloadPassthru } from './payload-passthru.js';

/** The messages that a client sends and that a router answers. */
export type RequestType = 'CALL' | 'PUBLISH' | 'SUBSCRIBE' | 'UNSUBSCRIBE' | 'REGISTER' | 'UNREGISTER';

/**
 * One request of a client, from the moment it is made until it settles: over waiting for a session, being sent and
 * being answered. Its promise settles exactly once.
 */
export abstract class Request<T = unknown> {
  abstract readonly type: RequestType;
  /** What it is, for an error's message: `call of com.example.add`. */
  abstract readonly operation: string;
  readonly promise: Promise<T>;
  /** Its id in the session that carries it now; `undefined` while it waits for one. */
  id: Id | undefined = undefined;
  /** Whether it left this process at least once: then the other side may have acted on it. */
  sent = false;
  settled = false;
  /** How long it may take in all, in milliseconds. */
  timeout = Infinity;
  /** Whether it fails when there is no session, rather than wait for one. */
  needsSession = false;
  /** When it is given up, in the clock's milliseconds. */
  deadline = Infinity;
  /** Told once, when it settles: whoever keeps its deadline. */
  onSettled: (() => void) | undefined = undefined;
  /** Told of each sign that it is being worked on: its deadline moves on. */
  onSign: (() => void) | undefined = undefined;
  /** Told when it has left, in whichever session. */
  onSent: (() => void) | undefined = undefined;
  /** Told when it is given up before it was answered: whoever would send it. */
  giveUp: (() => void) | undefined = undefined;
  // Not of T: a table of requests of any kind must be able to hold each of them.
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve as (value: unknown) => void;
      this.#reject = reject;
    });
    // The promise may be looked at later than it rejects, and must not end the process in between. Whoever awaits it
    // still receives the rejection.
    this.promise.catch(() => {});
  }

  /** Whether the router answers it. */
  get answered(): boolean {
    return true;
  }

  /** Whether it may be sent again in another session although it was sent in one that is lost. */
  get idempotent(): boolean {
    return false;
  }

  /** The procedure that it calls, if it does. */
  get called(): Uri | undefined {
    return undefined;
  }

  /**
   * @param welcome what the router announced in the session that is to carry it
   * @param passthru seals its payload, if that is wanted
   * @throws {Error} when it cannot be made to that router, or its payload not be sealed: the request is then rejected with it
   */
  abstract toMessage(id: Id, welcome: Dict, passthru: PayloadPassthru): Message;

  resolve(value: T): void {
    if (this.#settle()) this.#resolve(value);
  }

  reject(error: unknown): void {
    if (this.#settle()) this.#reject(error);
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.onSettled?.();
    return true;
  }
}

type Unnumbered<M> = M extends Message ? Omit<M, 'request'> : never;

type Standing = Unnumbered<Message<'SUBSCRIBE' | 'UNSUBSCRIBE' | 'REGISTER' | 'UNREGISTER'>>;

/** A request whose message is known from its beginning, but for the id. */
export abstract class FixedRequest extends Request<void> {
  readonly type: RequestType;
  readonly operation: string;
  readonly #message: Standing;

  constructor(operation: string, message: Standing) {
    super();
    this.type = message.type;
    this.operation = operation;
    this.#message = message;
  }

  toMessage(request: Id): Message {
    return { ...this.#message, request } as Message;
  }
}

import type { Message, MessageTable, MessageType } from '../wamp/message.js';
import type { Decision } from './authorization.js';
import { LIMITS } from './limits.js';

/** What a session asks for, in an order that counts. Answers to invocations are none of it: the authorizer may be the one who asks. */
const REQUESTS = [
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'PUBLISH',
  'REGISTER',
  'UNREGISTER',
  'CALL',
  'CANCEL',
  'GOODBYE',
] as const satisfies readonly MessageType[];

/** With so many waiting, no more is read from the session. */
const PAUSE_AT = 64;

export interface HeldRequestsOptions {
  /** How many may wait, of those that were read already. Default 10,000. */
  readonly most?: number | undefined;
  /** Reads no more from the session, if that is possible. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** A request that has waited threw what the handler of a message may throw. */
  readonly fail: (error: unknown) => void;
  /** More wait than may. */
  readonly overflow: (most: number) => void;
}

/**
 * The requests of one session that wait until one before them is decided. They are served in the order in which they came; while
 * nothing waits they pass at once.
 */
export class HeldRequests {
  readonly #options: HeldRequestsOptions;
  #waiting: (() => void)[] = [];
  #isHeld = false;
  #isPaused = false;
  #hasEnded = false;

  constructor(options: HeldRequestsOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** The same table, whose requests wait where one before them does. */
  inFrontOf(table: MessageTable): MessageTable {
    const held: Partial<Record<MessageType, (message: Message) => void>> = {};
    for (const type of REQUESTS) {
      const take = table[type] as ((message: Message) => void) | undefined;
      if (take === undefined) continue;
      held[type] = (message) => {
        if (this.#isHeld || this.#waiting.length > 0) this.#add(() => take(message));
        else take(message);
      };
    }
    return { ...table, ...held };
  }

  /** Holds what comes until `decision` is there, with which it goes on, and then serves what has waited. */
  until(decision: Promise<Decision>, goOn: (decision: Decision) => void): void {
    this.#isHeld = true;
    void decision.then((made) => {
      this.#isHeld = false;
      this.#run(() => goOn(made));
      this.#serve();
    });
  }

  /** The session has ended: nothing of it is served any more. */
  end(): void {
    this.#hasEnded = true;
    this.#waiting = [];
  }

  #add(request: () => void): void {
    if (this.#hasEnded) return;
    const { most = LIMITS.authorizing.fallback } = this.#options;
    if (this.#waiting.length >= most) {
      this.end();
      this.#options.overflow(most);
      return;
    }
    this.#waiting.push(request);
    if (this.#waiting.length < PAUSE_AT || this.#isPaused) return;
    this.#isPaused = true;
    this.#options.pause();
  }

  #serve(): void {
    let served = 0;
    while (!this.#isHeld && !this.#hasEnded && served < this.#waiting.length) {
      const request = this.#waiting[served];
      served += 1;
      if (request !== undefined) this.#run(request);
    }
    this.#waiting = this.#waiting.slice(served);
    if (!this.#isPaused || this.#waiting.length >= PAUSE_AT / 2) return;
    this.#isPaused = false;
    this.#options.resume();
  }

  #run(request: () => void): void {
    if (this.#hasEnded) return;
    try {
      request();
    } catch (error) {
      this.end();
      this.#options.fail(error);
    }
  }
}

/**
 * What has come for the handlers of a session while too many of them are at work. It waits here, in its order; when that is
 * full, the connection is not read any more, so that whoever sends is slowed down.
 *
 * Replies pass it by: a handler may be waiting for one. For the same reason reading goes on, however full it is, while replies
 * are due; then what is too much is refused, if it is a call, or dropped, oldest first.
 */

import type { Message } from '../src/wamp/message.js';
import type { Id } from '../src/wamp/values.js';

export interface InboxOptions {
  /** How many handlers may be at work before others wait. */
  readonly concurrency: number;
  /** How many octets may wait to be sent: answers would only add to them. */
  readonly highWater: number;
  /** How many messages may wait before the connection is not read any more. */
  readonly limit: number;
}

/** The session's wire, as far as it is needed here. */
export interface InboxWire {
  readonly queued: number;
  flushed(then: () => void): boolean;
  /** Hands a message to its entry of the table. */
  take(message: Message): void;
  /** @returns whether the transport can do that */
  pause(): boolean;
  resume(): void;
}

export interface InboxHost {
  /** Handlers at work. */
  readonly running: number;
  /** Whether a reply of the router's is due. */
  readonly awaitsReplies: boolean;
  /** Whether it is of a call that is worked on, or was. */
  knows(request: Id): boolean;
  /** There is no place for this call. */
  refuse(invocation: Message<'INVOCATION'>): void;
  /** The caller gave this call up before anybody worked on it. With `isAnswered` the dealer waits for no word of that. */
  cancel(invocation: Message<'INVOCATION'>, isAnswered: boolean): void;
  /** An event was dropped. */
  dropped(): void;
  /** Messages begin to wait, for the first time. */
  behind(): void;
}

type Work = Message<'INVOCATION' | 'EVENT'>;

export class Inbox {
  readonly #options: InboxOptions;
  readonly #wire: InboxWire;
  readonly #host: InboxHost;
  #waiting: Work[] = [];
  #isPaused = false;
  #isDraining = false;
  #isTold = false;
  #awaitsFlush = false;
  /** Not on a transport that cannot tell when it is flushed: nobody would say when to go on. */
  #mindsQueue = true;

  constructor(options: InboxOptions, wire: InboxWire, host: InboxHost) {
    this.#options = options;
    this.#wire = wire;
    this.#host = host;
  }

  /** Messages that wait for a handler. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether the connection is not read for now. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Whether `message` goes to its entry now. Else it has been seen to here. */
  admits(message: Message): boolean {
    const { type } = message;
    if (type === 'EVENT' || type === 'INVOCATION') return this.#admitsWork(message as Work);
    return type !== 'INTERRUPT' || this.#waiting.length === 0 || !this.#interrupt(message as Message<'INTERRUPT'>);
  }

  /** Something has changed that may let messages go on: a handler has settled, what was sent has left. */
  proceed(): void {
    while (this.#waiting.length > 0 && this.#hasRoom) this.#takeNext();
    if (this.#waiting.length > 0) this.#awaitFlush();
    // Not at the first place that is free: it would be paused again by the next octets that come.
    if (this.#isPaused && this.#waiting.length <= this.#options.limit / 2) this.#resume();
  }

  /** A reply is due from now on: a handler may wait for it. */
  replyDue(): void {
    this.#resume();
  }

  /** The last is here that this session is to work on: all of it begins now, and a call that still comes is refused. */
  drain(): void {
    this.#isDraining = true;
    while (this.#waiting.length > 0) this.#takeNext();
    this.#resume();
  }

  /** The session takes no more: what waits goes nowhere. */
  close(): void {
    this.#waiting = [];
    this.#resume();
  }

  #admitsWork(message: Work): boolean {
    if (this.#waiting.length === 0 && this.#hasRoom) return true;
    if (message.type === 'EVENT') {
      if (this.#isDraining) return true;
    } else {
      // Of a call in parts whose endpoint is at work: it may be waiting for this one.
      if (this.#host.knows(message.request)) return true;
      if (this.#isDraining) {
        this.#host.refuse(message);
        return false;
      }
    }
    this.#keep(message);
    return false;
  }

  #takeNext(): void {
    const next = this.#waiting.shift() as Work;
    this.#wire.take(next);
    // The parts of one call stay together: what still comes of it does not wait any more.
    if (next.type !== 'INVOCATION' || next.details['progress'] !== true) return;
    for (const part of this.#extract(next.request)) this.#wire.take(part);
  }

  /** Takes out all that waits of one call. */
  #extract(request: Id): Message<'INVOCATION'>[] {
    const parts: Message<'INVOCATION'>[] = [];
    this.#waiting = this.#waiting.filter((each) => {
      if (each.type !== 'INVOCATION' || each.request !== request) return true;
      parts.push(each);
      return false;
    });
    return parts;
  }

  get #hasRoom(): boolean {
    return !this.#isDraining && this.#host.running < this.#options.concurrency && !this.#isChoked;
  }

  /** More waits to be sent than may. */
  get #isChoked(): boolean {
    return this.#mindsQueue && this.#wire.queued > this.#options.highWater;
  }

  #keep(message: Work): void {
    if (!this.#isTold) this.#host.behind();
    this.#isTold = true;
    if (this.#waiting.length >= this.#options.limit && !this.#isPaused) {
      // What has been read already still comes, and is kept: as much as one read brings.
      this.#isPaused = !this.#host.awaitsReplies && this.#wire.pause();
      if (!this.#isPaused && !this.#makeRoom(message)) return;
    }
    this.#waiting.push(message);
    this.#awaitFlush();
  }

  /** Too much waits: a call is refused, of events the oldest gives way. @returns whether there is a place for `message` now */
  #makeRoom(message: Work): boolean {
    if (message.type === 'INVOCATION') {
      this.#extract(message.request);
      this.#host.refuse(message);
      return false;
    }
    this.#host.dropped();
    const oldest = this.#waiting.findIndex(({ type }) => type === 'EVENT');
    if (oldest !== -1) this.#waiting.splice(oldest, 1);
    return oldest !== -1;
  }

  /** What waits goes on when what is to be sent has left, if it is that for which it waits. */
  #awaitFlush(): void {
    if (!this.#isChoked || this.#awaitsFlush) return;
    this.#awaitsFlush = this.#wire.flushed(() => {
      this.#awaitsFlush = false;
      this.proceed();
    });
    if (this.#awaitsFlush) return;
    this.#mindsQueue = false;
    this.proceed();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#wire.resume();
  }

  /** @returns whether the invocation waits here: then it is over */
  #interrupt({ request, options }: Message<'INTERRUPT'>): boolean {
    const last = this.#extract(request).at(-1);
    if (last === undefined) return false;
    // With `killnowait` the dealer has told the caller already and waits for nothing.
    this.#host.cancel(last, options['mode'] === 'killnowait');
    return true;
  }
}

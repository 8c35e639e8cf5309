/**
 * Every request of a peer that has not settled: where it is (waiting for a session, or for room on the way to the router, or
 * in flight), until when it may be there, and what ends it. It lives as long as the peer, over all its sessions.
 */

import type { Clock } from '../../supervisors/clock.js';
import { Deadlines } from '../deadlines.js';
import { ConnectionLost, type PeerDown, QueueFull, TimeoutError } from '../errors.js';
import { Call } from '../roles/caller.js';
import type { Request } from '../roles/request.js';
import type { SessionRoles } from '../roles/session-roles.js';
import type { Dict, List } from '../wamp/values.js';
import { peerDown, type Standing } from './down.js';
import type { Milliseconds, RequestOptions } from './options.js';

export interface OutboxOptions {
  readonly timeout: Milliseconds;
  readonly whenDown: 'wait' | 'fail';
  readonly queueLimit: number;
  /** How many octets may be on their way before requests wait, and how many of them may. */
  readonly highWater: number;
  readonly sendLimit: number;
}

/** What carries requests to the router: the session's wire. */
export interface Link {
  /** Octets that were sent and have not left this process. */
  readonly queued: number;
  /** Calls `then`, later, once these have left. @returns whether it can */
  flushed(then: () => void): boolean;
}

/** How often a link is looked at that cannot tell when it is flushed, in milliseconds. */
const LOOK_EVERY = 10;

/** Whether requests flow, wait or are refused, and in the last two cases why. */
export type Road =
  | { readonly open: true; readonly roles: SessionRoles; readonly link: Link; readonly dealerCancels: boolean }
  | { readonly open: false; readonly ahead: boolean; readonly why: unknown; readonly state: Standing };

export class Outbox {
  /** Requests that were given up by deadline or signal. */
  givenUp = 0;
  /** Told when the last request has settled that was not waiting. */
  onIdle: (() => void) | undefined = undefined;
  readonly #peer: string;
  readonly #options: OutboxOptions;
  readonly #clock: Clock;
  /** In their order: for a session, or while there is one for room. */
  #waiting = new Set<Request>();
  readonly #deadlines = new Deadlines<Request>();
  readonly #open = new Set<Request>();
  #road: Road;
  #timer: unknown;
  /** For the next look at a link that cannot tell. */
  #lookTimer: unknown;
  #timerAt: Milliseconds = Infinity;

  constructor(peer: string, options: OutboxOptions, clock: Clock, road: Road) {
    this.#peer = peer;
    this.#options = options;
    this.#clock = clock;
    this.#road = road;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get unsettled(): number {
    return this.#open.size;
  }

  /** Those that do not wait for anything of this side. */
  get due(): number {
    return this.#open.size - this.#waiting.size;
  }

  /** Takes charge of a request: from here on it settles in every case. */
  submit<T>(request: Request<T>, options: RequestOptions = {}): Promise<T> {
    const { signal } = options;
    if (signal?.aborted) {
      request.reject(signal.reason);
      return request.promise;
    }
    this.#keep(request as Request, options.timeout ?? this.#options.timeout, signal);
    this.forward(request as Request, options);
    return request.promise;
  }

  /** Sends one that was taken charge of, now or when a session comes. One that has settled in the meantime is left alone. */
  forward(request: Request, options: RequestOptions): void {
    if (request.settled) return;
    request.needsSession = (options.whenDown ?? this.#options.whenDown) === 'fail';
    const road = this.#road;
    if (!road.open) this.#wait(request);
    else if (this.#waiting.size === 0 && road.link.queued <= this.#options.highWater) {
      road.roles.requests.send(request);
    } else this.#waitForRoom(request, road);
  }

  /** As {@link submit}, for one that the peer itself sends, now or when a session comes: it waits outside the queue. */
  hold<T>(request: Request<T>, options: RequestOptions = {}, giveUp?: () => void): Promise<T> {
    const { signal } = options;
    if (signal?.aborted) request.reject(signal.reason);
    else {
      request.giveUp = giveUp;
      this.#keep(request as Request, options.timeout ?? this.#options.timeout, signal);
    }
    return request.promise;
  }

  /** The road has changed: opened, so that what waits leaves in its order; or closed for good, so that it is refused. */
  turn(road: Road): void {
    this.#road = road;
    this.#stopLooking();
    if (road.open) this.#proceed(road);
    else {
      for (const request of [...this.#waiting]) {
        // What waited for room, and is not to wait for a session.
        if (!road.ahead || request.needsSession) request.reject(this.#refusal(road, request));
      }
    }
  }

  /**
   * This session takes no more. What waits for room still leaves, however much that is.
   *
   * @param ahead whether another session is to come, for which requests wait from now on
   */
  close(ahead = false): void {
    const road = this.#road;
    if (road.open) {
      for (const request of this.#waiting) {
        this.#waiting.delete(request);
        road.roles.requests.send(request);
      }
    }
    this.turn({ open: false, ahead, why: undefined, state: ahead ? 'connecting' : 'leaving' });
  }

  /** The session that carried `lost` has ended. What was in flight is never sent again unless it said that it may be. */
  settleLost(lost: readonly Request[], why: unknown): void {
    const again: Request[] = [];
    for (const request of lost) {
      if (request.settled) continue;
      if (request.type === 'UNREGISTER' || request.type === 'UNSUBSCRIBE') {
        // The router has nothing of a session that is gone.
        request.resolve(undefined);
      } else if (request.idempotent) {
        again.push(request);
      } else {
        request.reject(
          new ConnectionLost(
            `${request.operation} was in flight when the session of peer "${this.#peer}" ended (${reasonText(why)}); it may have been carried out, so it is not sent again`,
            { mayHaveExecuted: true, cause: why },
          ),
        );
      }
    }
    // Before all that is still to come, and what has waited for room.
    if (again.length > 0) this.#waiting = new Set([...again, ...this.#waiting]);
  }

  /** Gives up a request that has not settled: it rejects with `reason`, and a dealer that can is asked to cancel a call. */
  giveUp(request: Request, reason: unknown): void {
    if (request.settled) return;
    this.givenUp += 1;
    const { id } = request;
    request.giveUp?.();
    request.reject(reason);
    // A registration or subscription stays in flight: when its reply comes, it is undone.
    if (id === undefined || !this.#road.open || !(request instanceof Call)) return;
    this.#road.roles.caller.cancel(id, this.#road.dealerCancels, request.cancelMode);
  }

  /**
   * Sends a further part of a call that is in flight.
   *
   * @returns false when there is no session that takes it: it is over, or about to end
   * @throws {SerializationError} when a value cannot be sent; the call goes on without the part
   */
  sendPart(call: Call, args: List, kwargs: Dict, isLast: boolean): boolean {
    const { id } = call;
    if (id === undefined || call.settled || !this.#road.open) return false;
    this.#road.roles.caller.sendPart(id, call, args, kwargs, isLast);
    return true;
  }

  #keep(request: Request, timeout: Milliseconds, signal: AbortSignal | undefined): void {
    const onAbort = signal && (() => this.giveUp(request, signal.reason));
    if (signal && onAbort) signal.addEventListener('abort', onAbort, { once: true });
    const now = this.#clock.now();
    this.#open.add(request);
    request.timeout = timeout;
    request.deadline = now + timeout;
    if (timeout !== Infinity) this.#deadlines.add(request);
    request.onSettled = () => {
      this.#open.delete(request);
      this.#waiting.delete(request);
      this.#deadlines.remove(request);
      if (signal && onAbort) signal.removeEventListener('abort', onAbort);
      if (this.due > 0) return;
      if (this.#open.size === 0) this.#disarm();
      this.onIdle?.();
    };
    if (request instanceof Call && request.hasParts) request.onSign = () => this.#moveOn(request);
    this.#arm(now + timeout, now);
  }

  /** With progress the timeout is the longest pause between two results, not the length of the whole call. */
  #moveOn(request: Request): void {
    if (request.settled || request.timeout === Infinity) return;
    this.#deadlines.remove(request);
    request.deadline = this.#clock.now() + request.timeout;
    this.#deadlines.add(request);
  }

  #waitForRoom(request: Request, road: Road & { open: true }): void {
    const { highWater, sendLimit } = this.#options;
    if (this.#waiting.size >= sendLimit) {
      request.reject(
        new QueueFull(
          `${request.operation}: ${this.#waiting.size} requests wait already until the router takes what peer "${this.#peer}" has sent, and more than ${highWater} octets are on their way; await what you send, slow down, or raise sendBuffer.limit`,
        ),
      );
      return;
    }
    this.#waiting.add(request);
    if (this.#waiting.size === 1) this.#awaitRoom(road);
  }

  /** All that waits goes, in its order, as long as there is room. */
  #proceed(road: Road & { open: true }): void {
    const { highWater } = this.#options;
    for (const request of this.#waiting) {
      if (road.link.queued > highWater) {
        this.#awaitRoom(road);
        return;
      }
      this.#waiting.delete(request);
      road.roles.requests.send(request);
    }
  }

  #awaitRoom(road: Road & { open: true }): void {
    const then = () => {
      this.#lookTimer = undefined;
      if (this.#road === road) this.#proceed(road);
    };
    if (!road.link.flushed(then)) this.#lookTimer = this.#clock.setTimeout(then, LOOK_EVERY);
  }

  #stopLooking(): void {
    if (this.#lookTimer !== undefined) this.#clock.clearTimeout(this.#lookTimer);
    this.#lookTimer = undefined;
  }

  #wait(request: Request): void {
    const road = this.#road;
    if (road.open) return;
    if (!road.ahead || request.needsSession) request.reject(this.#refusal(road, request));
    else if (this.#waiting.size >= this.#options.queueLimit) {
      request.reject(
        new QueueFull(
          `${request.operation}: ${this.#waiting.size} requests wait already while peer "${this.#peer}" is ${road.state}; raise queueLimit, or slow down`,
        ),
      );
    } else this.#waiting.add(request);
  }

  #refusal({ state, why }: Road & { open: false }, { operation }: Request): PeerDown {
    return peerDown(operation, this.#peer, state, why);
  }

  /** What a request waited for in vain, as an addition. */
  #standing(): string {
    const road = this.#road;
    if (road.open) return '';
    return `: peer "${this.#peer}" is ${road.state}${road.why === undefined ? '' : ` (${reasonText(road.why)})`}`;
  }

  /** One timer for all deadlines, and none while nothing is open. */
  #arm(at: Milliseconds, now: Milliseconds): void {
    if (at >= this.#timerAt) return;
    this.#disarm();
    this.#timerAt = at;
    this.#timer = this.#clock.setTimeout(() => this.#expire(), Math.max(0, at - now));
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }

  #expire(): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    const now = this.#clock.now();
    for (let request = this.#deadlines.takeDue(now); request !== undefined; request = this.#deadlines.takeDue(now)) {
      const { operation, timeout } = request;
      const unsent = this.#road.open ? 'it could not be sent' : 'no session';
      const what = request.id === undefined ? unsent : 'no answer';
      const message = `${operation}: ${what} within ${timeout} ms${this.#standing()}; give it more with the option timeout`;
      this.giveUp(request, new TimeoutError(message, { operation, timeout }));
    }
    this.#arm(this.#deadlines.next() ?? Infinity, now);
  }
}

export function reasonText(why: unknown): string {
  return why instanceof Error ? why.message : typeof why === 'string' ? why : 'for an unknown reason';
}

/**
 * Every request of a peer that has not settled: where it is (waiting for a session, or for room on the way to the router, or
 * in flight), until when it may be there, and what ends it. It lives as long as the peer, over all its sessions.
 */

import type { Clock } from '../../supervisors/clock.js';
import { ConnectionLost, QueueFull, TimeoutError } from '../errors.js';
import { Call } from '../roles/caller.js';
import type { Request } from '../roles/request.js';
import type { SessionRoles } from '../roles/session-roles.js';
import type { Dict, List } from '../wamp/values.js';
import { peerDown, reasonText, type Standing, standingOf } from './down.js';
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

interface OpenRoad {
  readonly open: true;
  readonly roles: SessionRoles;
  readonly link: Link;
}

interface ClosedRoad {
  readonly open: false;
  readonly ahead: boolean;
  readonly why: unknown;
  readonly state: Standing;
}

/** Whether requests flow, wait or are refused, and in the last two cases why. */
export type Road = OpenRoad | ClosedRoad;

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
  readonly #open = new Set<Request>();
  #road: Road;
  #timer: unknown;
  #timerAt: Milliseconds = Infinity;
  /** For the next look at a link that cannot tell. */
  #lookTimer: unknown;

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
    const answered = this.hold(request, options);
    this.forward(request as Request, options);
    return answered;
  }

  /** As {@link submit}, for one that the peer itself sends, now or when a session comes: it waits outside the queue. */
  hold<T>(request: Request<T>, options: RequestOptions = {}, giveUp?: () => void): Promise<T> {
    const { timeout = this.#options.timeout, signal } = options;
    if (signal?.aborted) request.reject(signal.reason);
    else {
      request.timeout = timeout;
      request.giveUp = giveUp;
      this.#keep(request as Request, signal);
    }
    return request.promise;
  }

  /** Sends one that was taken charge of, now or when a session comes. One that has settled in the meantime is left alone. */
  forward(request: Request, options: RequestOptions): void {
    if (request.settled) return;
    const { whenDown, highWater, sendLimit, queueLimit } = this.#options;
    request.needsSession = (options.whenDown ?? whenDown) === 'fail';
    const road = this.#road;
    const { size } = this.#waiting;
    if (!road.open) {
      if (this.#refuse(request, road)) return;
    } else if (size === 0 && road.link.queued <= highWater) {
      road.roles.requests.send(request);
      return;
    }
    if (size >= (road.open ? sendLimit : queueLimit)) {
      const reason = road.open
        ? '(sendBuffer.limit): the router reads too slowly'
        : `(queueLimit): ${standingOf(this.#peer, road.state, road.why)}`;
      request.reject(new QueueFull(`${request.operation}: ${size} requests wait already ${reason}`));
      return;
    }
    this.#waiting.add(request);
    if (road.open && size === 0) this.#awaitRoom(road);
  }

  /** The road has changed: opened, so that what waits leaves in its order; or closed for good, so that it is refused. */
  turn(road: Road): void {
    this.#road = road;
    this.#clock.clearTimeout(this.#lookTimer);
    if (road.open) this.#proceed(road);
    // Among them what waited for room, and is not to wait for a session.
    else for (const request of [...this.#waiting]) this.#refuse(request, road);
  }

  /**
   * This session takes no more. What waits for room still leaves, however much that is.
   *
   * @param ahead whether another session is to come, for which requests wait from now on
   */
  close(ahead = false): void {
    if (this.#road.open) this.#proceed(this.#road, Infinity);
    this.turn({ open: false, ahead, why: undefined, state: ahead ? 'connecting' : 'leaving' });
  }

  /** The session that carried `lost` has ended. What was in flight is never sent again unless it said that it may be. */
  settleLost(lost: readonly Request[], why: unknown): void {
    const again: Request[] = [];
    for (const request of lost) {
      if (request.settled) continue;
      const { type, operation } = request;
      // The router has nothing of a session that is gone.
      if (type === 'UNREGISTER' || type === 'UNSUBSCRIBE') request.resolve(undefined);
      else if (request.idempotent) again.push(request);
      else {
        const message = `${operation}: its session ended (${reasonText(why)}); it may have been carried out`;
        request.reject(new ConnectionLost(message, { mayHaveExecuted: true, cause: why }));
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
    const road = this.#road;
    if (id === undefined || !road.open || !(request instanceof Call)) return;
    road.roles.caller.cancel(id, request.cancelMode);
  }

  /**
   * Sends a further part of a call that is in flight.
   *
   * @returns false when there is no session that takes it: it is over, or about to end
   * @throws {SerializationError} when a value cannot be sent; the call goes on without the part
   */
  sendPart(call: Call, args: List, kwargs: Dict, isLast: boolean): boolean {
    const { id } = call;
    const road = this.#road;
    if (id === undefined || call.settled || !road.open) return false;
    road.roles.caller.sendPart(id, call, args, kwargs, isLast);
    return true;
  }

  #keep(request: Request, signal: AbortSignal | undefined): void {
    const onAbort = signal && (() => this.giveUp(request, signal.reason));
    if (onAbort) signal.addEventListener('abort', onAbort);
    this.#open.add(request);
    request.onSettled = () => {
      this.#open.delete(request);
      this.#waiting.delete(request);
      if (onAbort) signal.removeEventListener('abort', onAbort);
      if (this.due > 0) return;
      if (this.#open.size === 0) this.#arm(Infinity, 0);
      this.onIdle?.();
    };
    // With parts the timeout is the longest pause between two of them, not the length of the whole call.
    if (request instanceof Call && request.hasParts) request.onSign = () => this.#start(request);
    this.#start(request);
  }

  /** Its time begins, or begins anew. */
  #start(request: Request): void {
    if (request.settled) return;
    const now = this.#clock.now();
    request.deadline = now + request.timeout;
    if (request.deadline < this.#timerAt) this.#arm(request.deadline, now);
  }

  /** What cannot wait for a session, or waits for one in vain. @returns whether it was refused */
  #refuse(request: Request, { ahead, state, why }: ClosedRoad): boolean {
    if (ahead && !request.needsSession) return false;
    request.reject(peerDown(request.operation, this.#peer, state, why));
    return true;
  }

  /** All that waits goes, in its order, as long as no more than `most` octets are on their way. */
  #proceed(road: OpenRoad, most = this.#options.highWater): void {
    for (const request of this.#waiting) {
      if (road.link.queued > most) {
        this.#awaitRoom(road);
        return;
      }
      this.#waiting.delete(request);
      road.roles.requests.send(request);
    }
  }

  #awaitRoom(road: OpenRoad): void {
    const then = () => {
      if (this.#road === road) this.#proceed(road);
    };
    if (!road.link.flushed(then)) this.#lookTimer = this.#clock.setTimeout(then, LOOK_EVERY);
  }

  /** One timer for all deadlines, and none, which is one at Infinity, while nothing is open. */
  #arm(at: Milliseconds, now: Milliseconds): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timerAt = at;
    // A look costs what is open. So of thousands it is taken a little late, a millisecond for a thousand, at all that are due by then.
    const late = this.#open.size >> 10;
    this.#timer = at === Infinity ? undefined : this.#clock.setTimeout(() => this.#expire(), at - now + late);
  }

  #expire(): void {
    const road = this.#road;
    const standing = road.open ? '' : `: ${standingOf(this.#peer, road.state, road.why)}`;
    const unsent = road.open ? 'it could not be sent' : 'no session';
    const now = this.#clock.now();
    let next = Infinity;
    // Whatever has settled meanwhile is not among them: so this comes about once in the time that requests have, not for each of them.
    for (const request of this.#open) {
      if (request.deadline > now) {
        next = Math.min(next, request.deadline);
        continue;
      }
      const { operation, timeout, id } = request;
      const message = `${operation}: ${id === undefined ? unsent : 'no answer'} within ${timeout} ms (timeout)${standing}`;
      this.giveUp(request, new TimeoutError(message, { operation, timeout }));
    }
    this.#arm(next, now);
  }
}

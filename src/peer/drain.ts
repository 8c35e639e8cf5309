/** The last of a session's work: what is at work is finished, what was sent is answered, and nothing new is begun. */

import type { Clock } from '../../supervisors/clock.js';
import type { PeerDown } from '../errors.js';
import { MILLISECONDS } from '../wamp/given.js';
import type { Milliseconds, Session } from './options.js';
import type { Outbox } from './outbox.js';
import type { PeerLog } from './peer-log.js';
import type { OpenSession } from './session/open-session.js';
import type { Watchers } from './watchers.js';

/** How long to wait for what is at work. */
export interface DrainOptions {
  /** In all. Default 10,000 ms; what has not come to its end by then is given up. */
  readonly within?: Milliseconds;
}

/** What became of it. */
export interface Drained {
  /** Handlers that were still at work, and requests that were not answered, when the time was over: 0 if all was finished. */
  readonly abandoned: number;
}

export const DRAIN_WITHIN: Milliseconds = 10_000;

export const DRAIN = { within: MILLISECONDS };

/**
 * Waits until a session has nothing to do any more: first for its handlers, which may still ask for things; then for the
 * answers that are due.
 *
 * @param closeRoad no request is taken from now on
 * @param onEnd calls back when the session ends before, or another end of it is wanted. @returns a function that ends that
 */
function finished(
  { roles }: OpenSession,
  outbox: Outbox,
  within: Milliseconds,
  clock: Clock,
  closeRoad: () => void,
  onEnd: (ended: () => void) => () => void,
): Promise<Drained> {
  const { callee, load } = roles;
  const { onSettled } = load;
  return new Promise((resolve) => {
    let isClosed = false;
    const end = () => {
      stopWatching();
      clock.clearTimeout(timer);
      load.onSettled = onSettled;
      callee.onIdle = undefined;
      outbox.onIdle = undefined;
      resolve({ abandoned: atWork() + outbox.unsettled });
    };
    // An endpoint that was interrupted is at work until it has returned, one that waits for its turn before it has begun.
    const atWork = () => Math.max(callee.working, load.running);
    const look = () => {
      if (atWork() > 0) return;
      if (!isClosed) {
        isClosed = true;
        closeRoad();
      }
      if (outbox.due === 0) end();
    };
    const stopWatching = onEnd(end);
    const timer = clock.setTimeout(end, within);
    load.onSettled = () => {
      onSettled?.();
      look();
    };
    callee.onIdle = look;
    outbox.onIdle = look;
    look();
  });
}

function tellDrained(log: PeerLog, { abandoned }: Drained): void {
  if (abandoned === 0) log.line('info', 'drained');
  else log.line('warn', 'not all was finished in time that the peer had begun', { abandoned });
}

/** What it needs of the peer. */
export interface FinishingHost {
  readonly environment: { readonly clock: Clock };
  readonly outbox: Outbox;
  readonly watchers: Watchers;
  readonly log: PeerLog;
  readonly isOver: boolean;
  readonly present: OpenSession | undefined;
  release(session: OpenSession): void;
  replace(session: OpenSession): void;
  leave(options: object): Promise<void>;
  terminate(): Promise<void>;
  down(operation: string): PeerDown;
}

/** Ends sessions in good order: the last one, or one that another takes the place of. */
export class Finishing {
  readonly #host: FinishingHost;
  #draining: Promise<Drained> | undefined;
  #rejoining: Promise<Session> | undefined;
  /** Ends the wait for what is at work before a session is replaced. */
  #hurry: (() => void) | undefined;

  constructor(host: FinishingHost) {
    this.#host = host;
  }

  /** Whether another session is to come behind the one that is being left. */
  get replaces(): boolean {
    return this.#rejoining !== undefined && this.#draining === undefined;
  }

  /**
   * Finishes what is at work and takes nothing new, then leaves, or has the supervisor stop it. Whoever asks while it does gets the
   * same promise.
   */
  drain(within: Milliseconds, end: 'leave' | 'stop' = 'leave'): Promise<Drained> {
    if (this.#draining === undefined) {
      // Two cannot wait for the end of the same work, and there will be no other session.
      this.#hurry?.();
      this.#draining = this.#drain(within, end).finally(() => {
        this.#draining = undefined;
      });
    }
    return this.#draining;
  }

  /**
   * Finishes what is at work in this session, says GOODBYE and joins anew, in the same incarnation. Requests wait for the new session.
   * Between two sessions there is nothing to replace: then it is the next one that is awaited.
   */
  rejoin(within: Milliseconds): Promise<Session> {
    this.#rejoining ??= this.#rejoin(within).finally(() => {
      this.#rejoining = undefined;
    });
    return this.#rejoining;
  }

  async #rejoin(within: Milliseconds): Promise<Session> {
    const { environment, outbox, watchers, isOver, present } = this.#host;
    if (this.#draining !== undefined || isOver) throw this.#host.down('rejoin');
    if (present === undefined) return watchers.nextJoin();
    const next = watchers.nextJoin();
    next.catch(() => {});
    this.#host.release(present);
    const onEnd = (ended: () => void) => {
      this.#hurry = ended;
      const stops = (['left', 'exited'] as const).map((event) => watchers.on(event, ended));
      return () => {
        this.#hurry = undefined;
        for (const stop of stops) stop();
      };
    };
    await finished(present, outbox, within, environment.clock, () => outbox.close(true), onEnd);
    if (this.#draining !== undefined) throw this.#host.down('rejoin');
    this.#host.replace(present);
    return next;
  }

  async #drain(within: Milliseconds, end: 'leave' | 'stop'): Promise<Drained> {
    const { environment, outbox, watchers, log, present } = this.#host;
    let drained: Drained = { abandoned: 0 };
    if (present !== undefined) {
      this.#host.release(present);
      const closeRoad = () => outbox.close();
      drained = await finished(present, outbox, within, environment.clock, closeRoad, (ended) =>
        watchers.on('exited', ended),
      );
      tellDrained(log, drained);
    }
    if (end === 'leave') await this.#host.leave({});
    else await this.#host.terminate();
    return drained;
  }
}

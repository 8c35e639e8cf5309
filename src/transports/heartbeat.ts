import { TimeoutError } from '../errors.js';
import type { Timers } from './timers.js';

/** How a transport finds out that nobody is there any more. In milliseconds. */
export interface PingOptions {
  /** From one ping to the next. Default 10,000. */
  readonly interval: number;
  /** How long nothing at all may come after a ping. Default 5,000. */
  readonly timeout: number;
}

/** How a heartbeat is to go. */
export interface Beat extends PingOptions {
  /**
   * Asks only when nothing came for a while, which is as sure: what came is a sign of life. A connection in use is not
   * pinged then. Default false.
   */
  readonly onlyWhenIdle?: boolean;
}

export const DEFAULT_PING: PingOptions = { interval: 10_000, timeout: 5_000 };

/**
 * Notices a connection whose other end is gone without a word (a pulled cable, a sleeping laptop, a frozen router):
 * within `interval + timeout`, as long as `timeout` is not the longer of the two.
 *
 * Whatever is heard after a ping counts as its answer, since a pong may have to queue behind large frames.
 */
export class Heartbeat {
  readonly #timers: Timers;
  readonly #options: Beat;
  readonly #ping: () => void;
  readonly #dead: (why: TimeoutError) => void;
  #timer: unknown;
  #heard = false;
  #extended = false;
  #isAsking = false;

  /**
   * @param ping sends one
   * @param dead is told once, and then nothing more happens
   */
  constructor(timers: Timers, options: Beat, ping: () => void, dead: (why: TimeoutError) => void) {
    this.#timers = timers;
    this.#options = options;
    this.#ping = ping;
    this.#dead = dead;
  }

  start(): void {
    const { interval, onlyWhenIdle } = this.#options;
    this.#wait(onlyWhenIdle === true ? interval - this.#step : interval, () => this.#ask());
  }

  /** Something came from the other end. Called for each frame, so it sets a flag and moves no timer. */
  heard(): void {
    this.#heard = true;
  }

  /** Looked so often for signs of life, an end is noticed within `interval + timeout` of the last one. */
  get #step(): number {
    const { interval, timeout } = this.#options;
    return Math.min(timeout, interval / 2);
  }

  /** Asks at once, unless an answer is being waited for already: there is reason to believe that nobody is there any more. */
  askNow(): void {
    if (this.#isAsking) return;
    this.stop();
    this.#heard = false;
    this.#ask();
  }

  stop(): void {
    this.#timers.clearTimeout(this.#timer);
  }

  #ask(): void {
    const { timeout, onlyWhenIdle } = this.#options;
    if (onlyWhenIdle === true && this.#heard) {
      this.#heard = false;
      this.#wait(this.#step, () => this.#ask());
      return;
    }
    this.#heard = false;
    this.#extended = false;
    this.#isAsking = true;
    this.#ping();
    this.#await(timeout);
  }

  #await(timeout: number): void {
    const due = this.#timers.now() + timeout;
    this.#wait(timeout, () => this.#judge(this.#timers.now() - due));
  }

  /**
   * @param lag by how much this process was late itself. A timer fires before the socket is read, so after a handler that
   *   blocked the process an answer may be waiting: it gets that much longer, once.
   */
  #judge(lag: number): void {
    const { interval, timeout } = this.#options;
    if (this.#heard) {
      this.#heard = false;
      this.#isAsking = false;
      this.#wait(Math.max(0, interval - timeout), () => this.#ask());
    } else if (lag > 0 && !this.#extended) {
      this.#extended = true;
      this.#await(Math.min(lag, timeout));
    } else {
      this.#dead(new TimeoutError(`no pong within ${timeout} ms`, { operation: 'ping', timeout }));
    }
  }

  #wait(delay: number, then: () => void): void {
    this.#timer = this.#timers.setTimeout(then, delay);
  }
}

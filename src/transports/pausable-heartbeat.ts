import type { TimeoutError } from '../errors.js';
import { type Beat, Heartbeat } from './heartbeat.js';
import type { Timers } from './timers.js';

/** The heartbeat of a transport that can leave off reading: then silence says nothing, and nobody is taken for gone. */
export class PausableHeartbeat extends Heartbeat {
  readonly #timers: Timers;
  readonly #ping: () => void;
  /** From one ping to the next while nothing is read. */
  readonly #pace: number;
  #isRunning = false;
  #isDeaf = false;
  #timer: unknown;

  /** As of {@link Heartbeat}. */
  constructor(timers: Timers, options: Beat, ping: () => void, dead: (why: TimeoutError) => void) {
    super(timers, options, ping, dead);
    this.#timers = timers;
    this.#ping = ping;
    this.#pace = Math.min(options.interval, options.timeout) / 2;
  }

  override start(): void {
    this.#isRunning = true;
    super.start();
  }

  override stop(): void {
    this.#isRunning = false;
    this.#timers.clearTimeout(this.#timer);
    super.stop();
  }

  /**
   * Nothing is read for now, at this side's own wish: so silence says nothing, and the other end hears no answer to its pings. It
   * is told, often enough for an end that waits as long as this one, that somebody is there.
   */
  deafen(): void {
    if (!this.#isRunning || this.#isDeaf) return;
    this.#isDeaf = true;
    super.stop();
    this.#assure();
  }

  /** It is read on. */
  listen(): void {
    if (!this.#isDeaf) return;
    this.#isDeaf = false;
    if (!this.#isRunning) return;
    this.#timers.clearTimeout(this.#timer);
    super.start();
  }

  #assure(): void {
    this.#ping();
    this.#timer = this.#timers.setTimeout(() => this.#assure(), this.#pace);
  }
}

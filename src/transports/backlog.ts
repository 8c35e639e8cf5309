import type { Socket } from 'node:net';
import type { Timers } from './timers.js';

/** How long nothing at all may leave while something waits, in milliseconds, and how often that is looked at. */
const STALL_TIMEOUT = 10_000;
const LOOKS = 4;

/**
 * What waits in this process until a socket takes it: tells when it has left, and notices when the other end has ceased to read.
 * A heartbeat alone does not: an end that reads no more may still send.
 *
 * There is a timer only while somebody waits.
 */
export class Backlog {
  readonly #socket: Socket;
  readonly #timers: Timers;
  readonly #stalled: (why: string) => void;
  #waiting: (() => void)[] = [];
  #timer: unknown;
  #seen = 0;
  #looks = 0;

  /** @param stalled is told once, and then nothing more happens */
  constructor(socket: Socket, timers: Timers, stalled: (why: string) => void) {
    this.#socket = socket;
    this.#timers = timers;
    this.#stalled = stalled;
  }

  /** `then` is called when all that was sent until now has left; not when the socket ends before. */
  flushed(then: () => void): void {
    this.#waiting.push(then);
    if (this.#waiting.length > 1) return;
    // It takes its place behind what was written, and no room.
    this.#socket.write('', (error) => {
      if (!error) this.#tell();
    });
    this.#seen = this.#left;
    this.#looks = 0;
    this.#look();
  }

  stop(): void {
    this.#waiting = [];
    this.#timers.clearTimeout(this.#timer);
  }

  /**
   * Octets that have not left. The stream's own count goes down by whole writes only, which may be megabytes; how much of the
   * present one has left is known to the handle.
   */
  get #left(): number {
    const { _handle: handle, writableLength } = this.#socket as Socket & { _handle?: { writeQueueSize?: number } };
    return writableLength + (handle?.writeQueueSize ?? 0);
  }

  #tell(): void {
    const waiting = this.#waiting;
    this.stop();
    for (const then of waiting) then();
  }

  #look(): void {
    this.#timer = this.#timers.setTimeout(() => {
      const left = this.#left;
      this.#looks = left === this.#seen ? this.#looks + 1 : 0;
      this.#seen = left;
      if (this.#looks < LOOKS) return this.#look();
      const { writableLength } = this.#socket;
      this.stop();
      this.#stalled(
        `nothing of ${writableLength} octets has left within ${STALL_TIMEOUT} ms: the other end does not read`,
      );
    }, STALL_TIMEOUT / LOOKS);
  }
}

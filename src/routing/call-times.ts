import { Deadlines } from '../deadlines.js';
import type { Invocation } from './member.js';

/** Which calls in flight have their `timeout` kept here, and until when. No timer stands behind it. */
export class CallTimes {
  readonly #deadlines = new Deadlines<Invocation>();
  readonly #now: () => number;
  readonly #changed: () => void;

  /** @param changed the earliest deadline has come nearer */
  constructor(now: () => number, changed: () => void) {
    this.#now = now;
    this.#changed = changed;
  }

  /** The earliest deadline, in the clock's milliseconds. */
  next(): number | undefined {
    return this.#deadlines.next();
  }

  /** Takes out all whose deadline is `now` or earlier. */
  takeDue(now: number): readonly Invocation[] {
    const due: Invocation[] = [];
    for (let next = this.#deadlines.takeDue(now); next !== undefined; next = this.#deadlines.takeDue(now)) {
      due.push(next);
    }
    return due;
  }

  start(invocation: Invocation): void {
    if (invocation.timeout === 0) return;
    invocation.deadline = this.#now() + invocation.timeout;
    this.#deadlines.add(invocation);
    if (this.#deadlines.next() === invocation.deadline) this.#changed();
  }

  /** With parts, of either kind, the timeout is the longest pause between two of them, not the length of the whole call. */
  restart(invocation: Invocation): void {
    this.#deadlines.remove(invocation);
    this.start(invocation);
  }

  stop(invocation: Invocation): void {
    this.#deadlines.remove(invocation);
  }

  /** Of a timeout that is kept here, in whole milliseconds, and at least one: 0 would be none at all. */
  left({ timeout, deadline }: Invocation): number | undefined {
    return timeout === 0 ? undefined : Math.max(1, Math.ceil(deadline - this.#now()));
  }
}

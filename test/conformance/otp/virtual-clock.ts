import type { Clock } from '../../../supervisors/index.js';

/** Time that stands still until it is told to go on. It tells whole seconds, as Erlang's supervisor reads it. */
export class VirtualClock implements Clock {
  time = 0;
  #next = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly fn: () => void }>();

  now(): number {
    return Math.floor(this.time / 1_000) * 1_000;
  }

  setTimeout(fn: () => void, delay: number): number {
    this.#next += 1;
    this.#timers.set(this.#next, { at: this.time + delay, fn });
    return this.#next;
  }

  clearTimeout(id: unknown): void {
    this.#timers.delete(id as number);
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** When the next timer is due. */
  get due(): number | undefined {
    return this.pending === 0 ? undefined : Math.min(...Array.from(this.#timers.values(), ({ at }) => at));
  }

  /** Goes on to the next timer that is due by `until`, and fires it. @returns whether there was one */
  fire(until: number): boolean {
    const [first] = [...this.#timers].sort(([a, x], [b, y]) => x.at - y.at || a - b);
    if (first === undefined || first[1].at > until) return false;
    this.time = Math.max(this.time, first[1].at);
    this.#timers.delete(first[0]);
    first[1].fn();
    return true;
  }
}

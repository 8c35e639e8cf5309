/** A duration, or a time of a {@link Clock}, in milliseconds. */
export type Milliseconds = number;

/** The only source of time. XState's `SimulatedClock` is one. */
export interface Clock {
  /** Monotonic. Only differences mean anything. */
  now(): Milliseconds;
  setTimeout(fn: () => void, delay: Milliseconds): unknown;
  clearTimeout(id: unknown): void;
}

/** Beyond this many milliseconds Node fires a timer after one. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Real time: unmoved by changes of the wall clock; a delay beyond 24.8 days is cut to that. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (fn, delay) => setTimeout(fn, Math.min(delay, LONGEST_DELAY)),
  clearTimeout: (id) => clearTimeout(id as Parameters<typeof clearTimeout>[0]),
};

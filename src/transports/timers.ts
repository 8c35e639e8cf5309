/**
 * The time that transports read. It has the shape of the supervisors' clock, so one clock serves both; it is declared
 * here because transports know nothing of supervisors. XState's `SimulatedClock` fits.
 */
export interface Timers {
  /** Milliseconds; monotonic. Only differences mean anything. */
  now(): number;
  setTimeout(fn: () => void, delay: number): unknown;
  clearTimeout(id: unknown): void;
}

/** The longest delay in milliseconds, 24.8 days. Beyond it Node fires a timer after one millisecond. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/** Real time, unmoved by changes of the wall clock. */
export const realTimers: Timers = {
  now: () => performance.now(),
  setTimeout: (fn, delay) => setTimeout(fn, Math.min(delay, LONGEST_DELAY)),
  clearTimeout: (id) => clearTimeout(id as Parameters<typeof clearTimeout>[0]),
};

import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Family } from './exposition.js';

/** Milliseconds between two looks at the clock: what is shorter goes unnoticed. */
const RESOLUTION = 10;

/** How late the event loop is, measured from `start()` on; and what this process uses. Names are those of Prometheus' own clients. */
export class ProcessMetrics {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION });

  start(): void {
    this.#delay.enable();
  }

  stop(): void {
    this.#delay.disable();
  }

  /** Of the time since they were last asked for. */
  families(): readonly Family[] {
    const { user, system } = process.cpuUsage();
    // Each interval holds the resolution itself, which is no lag.
    const lag = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1e3);
    const delay = this.#delay;
    const families: readonly Family[] = [
      one(
        'nodejs_eventloop_lag_p50_seconds',
        'gauge',
        'How late the event loop was, half of the time',
        delay.count === 0 ? 0 : lag(delay.percentile(50)),
      ),
      one(
        'nodejs_eventloop_lag_p99_seconds',
        'gauge',
        'How late the event loop was, but for one time in a hundred',
        delay.count === 0 ? 0 : lag(delay.percentile(99)),
      ),
      one(
        'nodejs_eventloop_lag_max_seconds',
        'gauge',
        'How late the event loop was at most, since this was last asked',
        delay.count === 0 ? 0 : lag(delay.max),
      ),
      one(
        'process_cpu_seconds_total',
        'counter',
        'Time of processors that this process has used',
        (user + system) / 1e6,
      ),
      one('process_resident_memory_bytes', 'gauge', 'Memory of this process', process.memoryUsage.rss()),
      one(
        'process_start_time_seconds',
        'gauge',
        'When this process started, since 1970',
        Date.now() / 1e3 - process.uptime(),
      ),
    ];
    delay.reset();
    return families;
  }
}

function one(name: string, type: Family['type'], help: string, value: number): Family {
  return { name, type, help, samples: [{ labels: {}, value }] };
}

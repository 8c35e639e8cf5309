import { ProcessMetrics } from '../../src/metrics/process-metrics.js';

const figure = (metrics: ProcessMetrics, name: string) =>
  metrics.families().find((family) => family.name === name)?.samples[0]?.value ?? Number.NaN;

describe('ProcessMetrics', () => {
  it('tells how late the loop was since it was last asked', async () => {
    const metrics = new ProcessMetrics();
    metrics.start();
    try {
      expect(figure(metrics, 'nodejs_eventloop_lag_max_seconds')).toBe(0);
      // The first tick begins the measure; what holds up the second is the lag.
      let lag = 0;
      for (let tries = 0; lag < 0.1 && tries < 50; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const until = performance.now() + 150;
        while (performance.now() < until);
        await new Promise((resolve) => setTimeout(resolve, 20));
        lag = figure(metrics, 'nodejs_eventloop_lag_max_seconds');
      }
      expect(lag).toBeGreaterThan(0.1);
    } finally {
      metrics.stop();
    }
  });

  it('tells what the process uses', () => {
    const metrics = new ProcessMetrics();
    expect(figure(metrics, 'process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(figure(metrics, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(
      Math.abs(figure(metrics, 'process_start_time_seconds') * 1e3 + process.uptime() * 1e3 - Date.now()),
    ).toBeLessThan(5_000);
  });
});

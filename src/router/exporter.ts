import { exposition } from '../metrics/exposition.js';
import type { MetricsPlace } from '../metrics/metrics-place.js';
import { ProcessMetrics } from '../metrics/process-metrics.js';
import { type MetricsServer, serveMetrics } from '../metrics/server.js';

/**
 * Serves the metrics of a router, and those of its process. Loaded by whoever asks for it: a router that nobody watches measures
 * nothing.
 *
 * @param families the router's own, as text, for each request
 * @throws {ConnectError} when the port is taken or may not be listened on
 */
export async function serveRouterMetrics(place: MetricsPlace, families: () => string): Promise<MetricsServer> {
  const ofProcess = new ProcessMetrics();
  const server = await serveMetrics(place, () => families() + exposition(ofProcess.families()));
  ofProcess.start();
  return {
    ...server,
    close: async () => {
      ofProcess.stop();
      await server.close();
    },
  };
}

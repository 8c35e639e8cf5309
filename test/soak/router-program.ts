/** A router in a process of its own, for the soak: prints its port, then its figures for each line that it is asked by. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { router } from '../../src/router/router.js';

const write = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

void router({ port: 0, realms: { realm1: { limits: { sessions: 20_000 } } } }).then((house) => {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  write({ port: Number(new URL(house.url ?? '').port) });
  const input = createInterface({ input: process.stdin });
  input.on('line', () => {
    const late = delay.max / 1e6;
    for (let times = 0; times < 2; times++) globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const { sessions, joined, events, slow, calls, ends } = house.stats();
    const timers = process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length;
    write({ heapUsed, rss, cpu: (user + system) / 1e3, late, timers, sessions, joined, events, slow, calls, ends });
    delay.reset();
  });
  input.on('close', () => void house.kill().then(() => process.exit()));
});

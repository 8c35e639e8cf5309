/**
 * The process under test: embedded routers and clients, and nothing of the runner. What kills or blocks it does so to no
 * one else; the runner asks over Node's channel between processes.
 */
import { Clients, type ClientWish, type Deed } from './clients.js';
import { HealthWatch } from './health.js';
import { Routers, type RouterWish } from './routers.js';

export interface Ask {
  readonly id: number;
  readonly what: string;
  readonly key: string;
  readonly with?: unknown;
}

const routers = new Routers();
const clients = new Clients();
const health = new HealthWatch();

const say = (message: object): void => {
  process.send?.(message);
};

const ANSWERS: Readonly<Record<string, (key: string, given: unknown) => unknown>> = {
  'router.open': (key, wish) => routers.open(key, wish as RouterWish),
  'router.stats': (key) => routers.stats(key),
  'router.goodbye': (key, session) => routers.goodbye(key, session as number),
  'router.mark': (key) => routers.mark(key),
  'router.log': (key) => routers.log(key),
  'router.close': (key) => routers.close(key),
  'client.open': (key, wish) => clients.open(key, wish as ClientWish, (notice) => say({ key, notice })),
  'client.do': (key, deed) => clients.do(key, deed as Deed),
  'client.mark': (key) => clients.mark(key),
  'client.log': (key) => clients.log(key),
  'client.close': (key) => clients.close(key),
  bystander: () => clients.bystander(),
  'health.begin': () => health.begin(),
  'health.look': () => health.look(),
};

process.on('message', ({ id, what, key, with: given }: Ask) => {
  void (async () => ANSWERS[what]?.(key, given))().then(
    (value) => say({ id, value }),
    (error: unknown) => say({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));
say({ ready: true });

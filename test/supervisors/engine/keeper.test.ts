/** A keeper decides as a supervisor would that has this one child: the same story is told of both. */

import { systemClock } from '../../../supervisors/clock.js';
import { Keeper, type KeptSpec } from '../../../supervisors/engine/keeper.js';
import { type ChildSpec, type Report, start, supervisor } from '../../../supervisors/index.js';
import { CountingClock } from '../../support/counting-clock.js';
import { settle } from '../support/settle.js';
import { worker } from '../support/workers.js';

type Actor = { send(event: { type: string; reason?: unknown }): void };

interface World {
  readonly reports: Report[];
  readonly told: unknown[];
  readonly clock: CountingClock;
  /** The child's own doing. */
  send(type: string, reason?: unknown): Promise<void>;
  wait(ms: number): Promise<void>;
  stop(): Promise<void>;
}

const BUDGET = { intensity: 3, period: 60_000 };

const DEFAULTS: KeptSpec = {
  id: 'me',
  start: worker(),
  restart: 'transient',
  shutdown: 5_000,
  budget: BUDGET,
  backoff: { first: 200, base: 400 },
  ready: () => true,
  judge: () => undefined,
  handle: () => ({ started: () => {}, exited: () => {} }),
  input: () => undefined,
};

function world(spec: Partial<KeptSpec>, run: (spec: KeptSpec, clock: CountingClock, told: Report[]) => () => unknown) {
  const clock = new CountingClock();
  const reports: Report[] = [];
  const told: unknown[] = [];
  let actor: Actor | undefined;
  const stop = run(
    {
      ...DEFAULTS,
      handle: () => ({
        started: (incarnation, started) => {
          actor = started;
          told.push(['started', incarnation]);
        },
        exited: (reason, fate) => told.push(['exited', reason, fate]),
      }),
      ...spec,
    },
    clock,
    reports,
  );
  const world: World = {
    reports,
    told,
    clock,
    async send(type, reason) {
      actor?.send({ type, reason });
      await settle();
    },
    async wait(ms) {
      clock.increment(ms);
      await settle();
    },
    async stop() {
      stop();
      await settle();
    },
  };
  return world;
}

const kept = (spec: Partial<KeptSpec>) =>
  world(spec, (full, clock, reports) => {
    const keeper = new Keeper(full, { clock, random: () => 0.5, onReport: (report) => reports.push(report) });
    keeper.start();
    return () => keeper.stop();
  });

const supervised = (spec: Partial<KeptSpec>) =>
  world(spec, (full, clock, reports) => {
    const onReport = (report: Report) => report.path === 'me' && reports.push(report);
    const tree = start(supervisor({ children: [full as ChildSpec] }), { clock, random: () => 0.5, onReport });
    return () => tree.stop();
  });

const SURROUNDINGS = { clock: systemClock, random: () => 0.5, onReport: () => {} };

const failure = new Error('it failed');
const crash = ({ send }: World) => send('exit', failure);

const STORIES: Readonly<Record<string, [spec: Partial<KeptSpec>, story: (world: World) => Promise<void>]>> = {
  'a normal end of a transient child': [{}, ({ send }) => send('exit', 'normal')],
  'a normal end of a permanent child': [{ restart: 'permanent' }, ({ send }) => send('exit', 'normal')],
  'an abnormal end of a temporary child': [{ restart: 'temporary' }, crash],
  'ends in a row, each with a longer wait, until its budget is spent': [
    {},
    async (world) => {
      for (const wait of [100, 200, 400, 800]) {
        await crash(world);
        await world.wait(wait - 1);
        await world.wait(1);
      }
    },
  ],
  'a throw': [{}, ({ send, wait }) => send('crash').then(() => wait(100))],
  'a long life between two ends': [
    { backoff: { first: 200, base: 4_000, resetAfter: 1_000 } },
    async (world) => {
      await crash(world);
      await world.wait(100);
      await world.wait(1_000);
      await crash(world);
      await world.wait(100);
    },
  ],
  'a verdict that parks it': [{ judge: () => 'park' }, crash],
  'a verdict that stops it': [{ judge: () => 'stop' }, crash],
  'a verdict that names another budget': [{ judge: () => ({ intensity: 0, period: 1 }) }, crash],
  'a parked child that is tried once more, and fails at once': [
    { budget: { intensity: 0, period: 60_000 }, probe: 5_000 },
    async (world) => {
      await crash(world);
      await world.wait(5_000);
      await crash(world);
      await world.wait(5_000);
    },
  ],
  'a parked child that is tried once more, lives well, and then fails twice': [
    { budget: { intensity: 2, period: 600_000 }, probe: 5_000 },
    async (world) => {
      for (const wait of [100, 200, 5_000]) {
        await crash(world);
        await world.wait(wait);
      }
      await world.wait(5_000);
      for (const wait of [100, 200]) {
        await crash(world);
        await world.wait(wait);
      }
    },
  ],
  'a stop': [{}, ({ stop }) => stop()],
  'a stop while it waits': [{}, (world) => crash(world).then(() => world.stop())],
  'a stop that takes its time': [
    { start: worker({ slow: 1_000 }) },
    ({ stop, wait }) => stop().then(() => wait(1_000)),
  ],
  'a stop that it does not hear': [{ start: worker('ignore') }, ({ stop, wait }) => stop().then(() => wait(5_000))],
  'a brutal kill': [{ start: worker('ignore'), shutdown: 'brutal_kill' }, ({ stop }) => stop()],
  'a stop after it has ended': [{}, ({ send, stop }) => send('exit', 'normal').then(stop)],
};

describe('Keeper', () => {
  it.each(Object.keys(STORIES))('does with one child what a supervisor does: %s', async (name) => {
    const [spec, story] = STORIES[name] ?? [{}, crash];
    const [here, there] = [kept(spec), supervised(spec)];
    for (const each of [here, there]) {
      await settle();
      await story(each);
    }
    expect(here.reports).toEqual(there.reports);
    expect(here.told).toEqual(there.told);
    expect(here.told.length).toBeGreaterThan(1);
    expect(here.clock.timers).toBe(there.clock.timers);
    await Promise.all([here.stop(), there.stop()]);
    expect(here.clock.timers).toBe(0);
  });

  it('starts at once what waits, when it is told to, and nothing else', async () => {
    const clock = new CountingClock();
    const started: number[] = [];
    let actor: Actor | undefined;
    const handle = () => ({
      started: (incarnation: number, one: Actor) => {
        started.push(incarnation);
        actor = one;
      },
      exited: () => {},
    });
    const keeper = new Keeper({ ...DEFAULTS, backoff: { first: 60_000 }, handle }, { ...SURROUNDINGS, clock });
    keeper.start();
    keeper.hasten();
    expect(started).toEqual([1]);
    actor?.send({ type: 'exit', reason: failure });
    await settle();
    keeper.hasten();
    keeper.hasten();
    expect([started, clock.timers]).toEqual([[1, 2], 0]);
    await keeper.stop();
    keeper.hasten();
    expect(started).toEqual([1, 2]);
  });

  it('starts nothing while it stops, when it is told not to wait', async () => {
    const clock = new CountingClock();
    const started: number[] = [];
    const handle = () => ({ started: (incarnation: number) => void started.push(incarnation), exited: () => {} });
    const keeper = new Keeper({ ...DEFAULTS, start: worker('ignore'), handle }, { ...SURROUNDINGS, clock });
    keeper.start();
    const stopped = keeper.stop();
    keeper.hasten();
    expect([started, clock.timers]).toEqual([[1], 1]);
    clock.increment(5_000);
    await stopped;
  });

  it('is stopped once, however often it is asked to', async () => {
    const told: unknown[] = [];
    const handle = () => ({ started: () => {}, exited: (...end: unknown[]) => void told.push(end) });
    const keeper = new Keeper({ ...DEFAULTS, handle }, SURROUNDINGS);
    keeper.start();
    await Promise.all([keeper.stop(), keeper.stop()]);
    await keeper.stop();
    expect(told).toEqual([['shutdown', 'stopped']]);
  });
});

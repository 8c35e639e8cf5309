/** Loads the routers in turn, each in a process of its own, so that what else the machine does hits all alike. */
import { locate } from '../../../scripts/system-parts.js';
import { ProgramFailed } from '../child-process.js';
import { type Machine, machine, type Section } from '../comparison.js';
import { cpuTimeOf } from '../cpu-time.js';
import { inTime, pause } from '../in-time.js';
import { type Figures, Rounds } from '../rounds.js';
import { type Running, startEmbedded, startForeign } from './contenders.js';
import { FULL, type Measure, measuresOf, QUICK, type Sizes } from './measures.js';

/** For a load to begin or to end, many times what it takes. */
const DEADLINE_MS = 30_000;

/** All that a run has measured. It can become JSON. */
export interface Comparison {
  readonly quick: boolean;
  readonly sizes: Sizes;
  readonly took: number;
  readonly machine: Machine;
  readonly versions: { readonly node: string; readonly v8: string; readonly nexus?: string };
  /** Why there is no other router, and what to do about it. */
  readonly withoutNexus?: string;
  readonly sections: readonly Section[];
}

export interface CompareOptions {
  readonly quick: boolean;
  /** The folder of another checkout of this project, whose router is measured, too. */
  readonly beside: string | undefined;
  readonly onProgress: (what: string) => void;
}

/** A router that is measured. */
interface Contender {
  readonly name: string;
  readonly start: () => Promise<Running>;
}

/** @throws {ProgramFailed} when a router fails, or loses what it was given */
export async function compare({ quick, beside, onProgress }: CompareOptions): Promise<Comparison> {
  const begun = performance.now();
  const sizes = quick ? QUICK : FULL;
  const nexus = locate('nexus');
  const contenders: readonly Contender[] = [
    { name: 'respell', start: () => startEmbedded() },
    ...(beside === undefined ? [] : [{ name: 'the other checkout', start: () => startEmbedded(beside) }]),
    ...(nexus.available ? [{ name: 'nexus', start: startForeign }] : []),
  ];
  const measures = measuresOf(sizes);
  const rounds = await measureAll(contenders, measures, sizes, onProgress);
  return {
    quick,
    sizes,
    took: performance.now() - begun,
    machine: machine(),
    versions: {
      node: process.versions.node,
      v8: process.versions.v8,
      ...(nexus.available && { nexus: /nexus-([\d.]+)/.exec(nexus.path)?.[1] ?? 'unknown' }),
    },
    ...(!nexus.available && { withoutNexus: `${nexus.why}: ${nexus.get}` }),
    sections: measures.map(({ id, title }) => rounds.section(id, title)),
  };
}

async function measureAll(
  contenders: readonly Contender[],
  measures: readonly Measure[],
  sizes: Sizes,
  onProgress: (what: string) => void,
): Promise<Rounds> {
  const rounds = new Rounds(contenders.map(({ name }) => name));
  for (let round = 1; round <= sizes.rounds; round += 1) {
    const running = new Map<string, Running>();
    try {
      for (const { name, start } of contenders) running.set(name, await start());
      for (const measure of measures) {
        for (const [name, router] of running) {
          const what = `${name}: ${measure.title}`;
          onProgress(`round ${round} of ${sizes.rounds}: ${what}`);
          rounds.add(name, measure.id, await measured(router, measure, sizes, what));
        }
      }
    } finally {
      for (const router of running.values()) await router.stop();
    }
  }
  return rounds;
}

async function measured(router: Running, { begin, way }: Measure, sizes: Sizes, what: string): Promise<Figures> {
  const load = await inTime(begin(router.ports, way), DEADLINE_MS, what);
  await pause(sizes.warmUp);
  const [since, doneBefore, cpuBefore] = [performance.now(), load.done, cpuTimeOf(router.pid)];
  // In a test's short span, on a machine that is busy, it may have had no turn.
  const enough = performance.now() + DEADLINE_MS;
  do await pause(sizes.span);
  while (load.done === doneBefore && performance.now() < enough);
  const [until, doneAfter, cpuAfter] = [performance.now(), load.done, cpuTimeOf(router.pid)];
  await inTime(load.stop(), DEADLINE_MS, what);
  const done = doneAfter - doneBefore;
  if (done === 0) throw new ProgramFailed(`${what}: nothing was done`);
  const cpu = cpuBefore === undefined || cpuAfter === undefined ? undefined : ((cpuAfter - cpuBefore) / done) * 1e3;
  return { rate: (done / (until - since)) * 1e3, cpu };
}

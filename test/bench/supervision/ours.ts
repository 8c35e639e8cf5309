/**
 * The measurements on this project's supervisors: a program, run in a process of its own for each kind of child, so that
 * none is slowed by what the engine has learnt of another. `supervision.erl` does the same in Erlang.
 *
 *     node --expose-gc --require ts-node/register ours.ts KIND SIZES      (SIZES as JSON; prints the figures as JSON)
 */
import type { AnyActorLogic, AnyActorRef } from 'xstate';
import { type ChildHandle, dynamicSupervisor, start, supervisor, type Tree } from '../../../supervisors/index.js';
import { quantile } from '../statistics.js';
import { CRASH, KINDS, type Kind, type KindId } from './kinds.js';
import type { Figures, Sizes } from './measures.js';

/** Restarts never exceed it, in a window that is longer than any run. */
const HUGE = 1e9;

/** A supervised child that ends by itself, as often as it is told to. It acts in a turn of its own, as a process would. */
class Ending implements ChildHandle {
  /** How many more incarnations end as soon as they run. */
  left = 0;
  /** When an incarnation ran that did not end. */
  upAt = 0;
  #actor: AnyActorRef | undefined;
  #onUp: (actor: AnyActorRef) => void = () => {};
  readonly #run = (): void => {
    const actor = this.#actor;
    if (actor === undefined) return;
    if (this.left > 0) {
      this.left -= 1;
      actor.send(CRASH);
    } else {
      this.upAt = performance.now();
      this.#onUp(actor);
    }
  };

  started(_incarnation: number, actor: AnyActorRef): void {
    this.#actor = actor;
    queueMicrotask(this.#run);
  }

  /** The next incarnation that runs and does not end. To be called before it starts. */
  up(): Promise<AnyActorRef> {
    return new Promise((resolve) => {
      this.#onUp = resolve;
    });
  }
}

async function startOne(logic: AnyActorLogic): Promise<{ tree: Tree; child: Ending; actor: AnyActorRef }> {
  const child = new Ending();
  const up = child.up();
  const children = [{ id: 'child', start: logic, handle: () => child }];
  const tree = start(supervisor({ intensity: HUGE, period: HUGE, children }));
  return { tree, child, actor: await up };
}

/** How long a child takes to be restarted so many times, where each ends as soon as it runs; in milliseconds. */
async function burst(logic: AnyActorLogic, restarts: number): Promise<number> {
  const { tree, child, actor } = await startOne(logic);
  child.left = restarts - 1;
  const up = child.up();
  const begun = performance.now();
  actor.send(CRASH);
  await up;
  const took = child.upAt - begun;
  await tree.stop();
  return took;
}

/** Restarts a second, where each window has a supervisor of its own. */
async function restartRate(logic: AnyActorLogic, restarts: number, inWindow: number): Promise<number> {
  let took = 0;
  for (let done = 0; done < restarts; done += inWindow) took += await burst(logic, inWindow);
  return (restarts / took) * 1e3;
}

/** How long each restart took, one after the other, from telling the child to end to its successor's first turn; in µs. */
async function latencies(logic: AnyActorLogic, count: number, inWindow: number): Promise<readonly number[]> {
  const took: number[] = [];
  while (took.length < count) {
    const one = await startOne(logic);
    const { tree, child } = one;
    let { actor } = one;
    for (let done = 0; done < inWindow; done++) {
      const up = child.up();
      const begun = performance.now();
      actor.send(CRASH);
      actor = await up;
      took.push((child.upAt - begun) * 1e3);
    }
    await tree.stop();
  }
  return took;
}

interface Dynamic {
  /** A second. */
  readonly starts: number;
  /** Of one child, in bytes. */
  readonly memory: number;
  /** Of all, in milliseconds. */
  readonly stop: number;
}

async function dynamic(logic: AnyActorLogic, children: number): Promise<Dynamic> {
  const tree = start(dynamicSupervisor({ child: { start: logic, restart: 'temporary' } }));
  const before = heapUsed();
  const begun = performance.now();
  for (let started = 0; started < children; started++) await tree.startChild({});
  const started = performance.now() - begun;
  const memory = (heapUsed() - before) / children;
  const stopping = performance.now();
  await tree.stop();
  return { starts: (children / started) * 1e3, memory, stop: performance.now() - stopping };
}

async function repeated(logic: AnyActorLogic, { children, repeats }: Sizes): Promise<Dynamic> {
  const each: Dynamic[] = [];
  for (let done = 0; done < repeats; done++) each.push(await dynamic(logic, children));
  const median = (of: (one: Dynamic) => number): number => quantile(each.map(of), 0.5);
  return {
    starts: median(({ starts }) => starts),
    memory: median(({ memory }) => memory),
    stop: median(({ stop }) => stop),
  };
}

/** Bytes, without garbage. */
function heapUsed(): number {
  if (globalThis.gc === undefined) throw new TypeError('expected node --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

async function measure({ idle, timed }: Kind, sizes: Sizes): Promise<Figures> {
  const { restarts, shortWindow, longWindow, hugeWindow, children } = sizes;
  // What lives long runs as compiled code: that is what counts.
  await restartRate(idle, restarts, shortWindow);
  await dynamic(idle, children);
  const restartsShortWindow = await restartRate(idle, restarts, shortWindow);
  const restartsLongWindow = await restartRate(idle, restarts, longWindow);
  const restartsHugeWindow = await restartRate(idle, restarts, hugeWindow);
  const each = await latencies(idle, sizes.latencies, shortWindow);
  const { starts, memory, stop } = await repeated(idle, sizes);
  const { stop: stopTimed } = await repeated(timed, sizes);
  return {
    restartsShortWindow,
    restartsLongWindow,
    restartsHugeWindow,
    latencyMedian: quantile(each, 0.5),
    latencyP99: quantile(each, 0.99),
    starts,
    memory,
    stop,
    stopTimed,
  };
}

const [kind, sizes = ''] = process.argv.slice(2);
// Node ends in peace when nothing is left to wait for, also where somebody still waits.
const stalled = (): void => {
  process.stderr.write('a child was not started again, or did not start\n');
  process.exitCode = 1;
};
process.once('beforeExit', stalled);
void measure(KINDS[kind as KindId], JSON.parse(sizes) as Sizes).then((figures) => {
  process.off('beforeExit', stalled);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
});

import type { FrameCase } from './case.js';
import { runClientCase, skipsClient } from './client-case.js';
import { lengthOf } from './frame.js';
import type { Health } from './host/health.js';
import { judge, type Seen, type Verdict } from './outcome.js';
import { PeerProcess, ProcessDied } from './peer-process.js';
import { REFUSED } from './refused.js';
import { runRouterCase, skipsRouter } from './router-case.js';
import { Watch } from './watch.js';

/** What there is to say of one case. */
export interface Report {
  readonly test: FrameCase;
  readonly verdict: Verdict;
  /** What was seen, of a case that came to its end. */
  readonly seen?: Seen;
}

/** At the same time: each has a router, or a client, of its own, so all they share is the process. */
const AT_ONCE = 40;
/** Frames of more octets are sent while nothing else is done. */
const HEAVY = 50_000;
const MEBI = 2 ** 20;

const LIMITS = { blocked: 200, grown: 64 * MEBI, kept: 16 * MEBI, keptWithin: 5_000 } as const;

let runs = 0;

/**
 * Runs all cases. Those that are light run many at once; where an invariant of the process did not hold, or it died, each
 * of them is run once more, alone in a process of its own, so that it is known whose fault it was.
 */
export async function runAll(
  cases: readonly FrameCase[],
  told: (report: Report) => void = () => {},
): Promise<readonly Report[]> {
  const reports = new Map<FrameCase, Report>();
  const tell = (report: Report) => {
    reports.set(report.test, report);
    told(report);
  };
  const able = cases.filter((test) => {
    const why = REFUSED[test.id] ?? (test.sent_to === 'router' ? skipsRouter(test) : skipsClient(test));
    if (why !== undefined) tell({ test, verdict: { is: 'skipped', why } });
    return why === undefined;
  });
  const isHeavy = (test: FrameCase) => lengthOf(test) > HEAVY;
  const light = able.filter((test) => !isHeavy(test));
  await Promise.all([
    // Whoever waits for a silence to end waits beside all the others.
    inBatches(light.filter(isPatient), tell),
    inBatches(
      light.filter((test) => !isPatient(test)),
      tell,
    ),
    alone(able.filter(isHeavy), tell),
  ]);
  return cases.flatMap((test) => reports.get(test) ?? []);
}

const isPatient = ({ then, setup }: FrameCase): boolean =>
  then === 'silence' || setup.includes('send-nothing') || setup.some((each) => each.startsWith('wait:'));

async function inBatches(cases: readonly FrameCase[], tell: (report: Report) => void): Promise<void> {
  let peer: PeerProcess | undefined;
  try {
    for (let first = 0; first < cases.length; first += AT_ONCE) {
      const batch = cases.slice(first, first + AT_ONCE);
      let reports: readonly Report[] | undefined;
      // Once more, as a machine that is short of time or memory may be to blame, and then one by one.
      for (let tries = 0; tries < 2 && reports === undefined; tries += 1) {
        peer ??= await warm();
        reports = await batchOf(batch, peer);
        if (reports !== undefined) continue;
        await peer.end();
        peer = undefined;
      }
      const again = reports?.filter(hasFailed).map(({ test }) => test) ?? batch;
      reports?.filter((report) => !hasFailed(report)).forEach(tell);
      await alone(again, tell);
    }
  } finally {
    await peer?.end();
  }
}

/** Beside others, on a machine that is busy, an answer may have come too late: then it is nobody's fault yet. */
const hasFailed = ({ verdict }: Report): boolean => verdict.is === 'failed';

/** `undefined` when something was wrong with the process, and nobody knows by whose fault. */
async function batchOf(batch: readonly FrameCase[], peer: PeerProcess): Promise<readonly Report[] | undefined> {
  try {
    await peer.ask('health.begin');
    const reports = await Promise.all(batch.map((test) => runCase(test, peer)));
    const broken = await brokenIn(peer);
    return broken.length === 0 ? reports : undefined;
  } catch (error) {
    if (error instanceof ProcessDied) return undefined;
    throw error;
  }
}

/** One at a time, in a process that is started anew after each that harmed it. */
async function alone(cases: readonly FrameCase[], tell: (report: Report) => void): Promise<void> {
  let peer: PeerProcess | undefined;
  try {
    for (const test of cases) {
      peer ??= await warm();
      const [report, isWell] = await aloneIn(peer, test);
      tell(report);
      if (isWell) continue;
      await peer.end();
      peer = undefined;
    }
  } finally {
    await peer?.end();
  }
}

/** A process that has seen work: what the first sessions of all cost is not a frame's doing. */
async function warm(): Promise<PeerProcess> {
  const peer = await PeerProcess.start();
  await Promise.all(WARMING.map((test) => runCase(test, peer)));
  return peer;
}

const WARMING: readonly FrameCase[] = Array.from({ length: 24 }, (_, index) => ({
  id: 'warming',
  sent_to: index % 2 === 0 ? 'router' : 'client',
  session_state: 'established',
  category: '',
  transport: 'websocket',
  serializer: 'json',
  encoding: 'text',
  setup: ['registered'],
  frame: '[]',
  why: '',
  expected: 'any-but-alive',
}));

async function aloneIn(peer: PeerProcess, test: FrameCase): Promise<readonly [Report, isWell: boolean]> {
  try {
    await peer.ask('health.begin');
    let report = await runCase(test, peer);
    let broken = await brokenIn(peer);
    if (broken.length > 0) {
      // What V8 grew once, for the first frame of a kind, it keeps; what is lost for each frame is lost again.
      await peer.ask('health.begin');
      report = await runCase(test, peer);
      broken = await brokenIn(peer);
    }
    if (broken.length === 0 || report.seen === undefined) return [report, broken.length === 0];
    const seen = { ...report.seen, broken: [...report.seen.broken, ...broken] };
    return [{ test, seen, verdict: judge(test, seen) }, false];
  } catch (error) {
    if (!(error instanceof ProcessDied)) throw error;
    return [{ test, verdict: { is: 'failed', faults: [`the process died: ${error.message}`], came: '' } }, false];
  }
}

/** @throws {ProcessDied} */
async function runCase(test: FrameCase, peer: PeerProcess): Promise<Report> {
  runs += 1;
  const key = `${test.id}#${runs}`;
  try {
    const seen = await (test.sent_to === 'router' ? runRouterCase : runClientCase)(test, peer, key);
    if ('skipped' in seen) return { test, verdict: { is: 'skipped', why: seen.skipped } };
    return { test, seen, verdict: judge(test, seen) };
  } catch (error) {
    if (error instanceof ProcessDied) throw error;
    const fault = `it could not be run: ${error instanceof Error ? error.message : String(error)}`;
    return { test, verdict: { is: 'failed', faults: [fault], came: '' } };
  }
}

/** The invariants of the process that do not hold, in words. Memory has some time to come back. */
async function brokenIn(peer: PeerProcess): Promise<readonly string[]> {
  const until = performance.now() + LIMITS.keptWithin;
  let health = await peer.health();
  while (health.kept > LIMITS.kept && performance.now() < until) {
    await new Watch().until(() => undefined, 100);
    health = await peer.health();
  }
  return faultsOf(health);
}

/** What is wrong with a process. */
export function faultsOf({ blocked, grown, kept, prototype }: Health): readonly string[] {
  const mebi = (octets: number) => `${Math.round(octets / MEBI)} MiB`;
  return [
    ...(blocked >= LIMITS.blocked ? [`its event loop was blocked for ${blocked} ms`] : []),
    ...(grown >= LIMITS.grown ? [`its memory grew by ${mebi(grown)}`] : []),
    ...(kept > LIMITS.kept
      ? [`after ${LIMITS.keptWithin / 1_000} s ${mebi(kept)} of its memory were not given back`]
      : []),
    ...(prototype === 'changed' ? ['the prototype of all objects was changed'] : []),
  ];
}

import { computations } from '../computing.js';

/** Those of when this was loaded: fake timers that a test runner puts in their place would wait for the test. */
const turn = setImmediate;
const realNow = performance.now.bind(performance);

/** So many turns of the event loop without a pause are no longer a step on the way to quiet. */
const MOST_TURNS = 200_000;

/** How long, in real milliseconds, a file or a signature is waited for. */
const PATIENCE = 2_000;

/** How many computations were waited for in vain: they wait for something themselves, and are not waited for again. */
let stuck = 0;

/** What goes on and no clock drives. */
function isBusy(): boolean {
  stuck = Math.min(stuck, computations());
  if (computations() > stuck) return true;
  // Node's own requests: a file that is read, a name that is looked up. They are of a few kinds, and all end by themselves.
  for (const what of resources()) if (what !== 'CloseReq' && what.includes('Req')) return true;
  return false;
}

const resources: () => readonly string[] =
  typeof process.getActiveResourcesInfo === 'function' ? () => process.getActiveResourcesInfo() : () => [];

/**
 * Fulfilled when all that can happen without time passing has happened: microtasks, frames on their way between linked
 * transports, turns of supervisors, signatures that are computed, files that are read.
 *
 * @throws {Error} when it never ends: two that answer each other for ever
 */
export function quiet(): Promise<void> {
  // All who wait look at the same turns, since each would take the other's for something that goes on.
  running ??= comeToRest().finally(() => {
    running = undefined;
  });
  return running;
}

let running: Promise<void> | undefined;

async function comeToRest(): Promise<void> {
  let waitedSince: number | undefined;
  for (let turns = 0; turns < MOST_TURNS; ) {
    await new Promise<void>((resolve) => turn(resolve));
    if (isBusy()) {
      // In real time: it is another thread that works.
      waitedSince ??= realNow();
      if (realNow() - waitedSince <= PATIENCE) continue;
      stuck = computations();
      return;
    }
    waitedSince = undefined;
    // Whoever asked for a turn of the event loop has not had it yet.
    if (!resources().includes('Immediate')) return;
    turns += 1;
  }
  throw new Error(
    `it does not come to rest: after ${MOST_TURNS} turns of the event loop, at one and the same time, something still goes on; look for two handlers that answer each other`,
  );
}

/**
 * What becomes of a peer that has ended abnormally: whether it is restarted, and on which budget. A value for a value; the
 * supervisor carries it out.
 */

import type { ExitReason } from '../../supervisors/exit-reason.js';
import type { Budget } from '../../supervisors/spec/child-spec.js';
import {
  AuthenticationError,
  ConnectError,
  ConnectionLost,
  ProtocolError,
  SessionAborted,
  SessionClosed,
  TimeoutError,
} from '../errors.js';
import { type Ending, prospect } from '../wamp/prospects.js';
import type { OnAbort } from './options.js';

const MINUTE = 60_000;

/** A router may be away for hours; the backoff keeps the tries apart. */
export const UNLIMITED: Budget = { intensity: Number.POSITIVE_INFINITY, period: MINUTE };
/** For reasons that stay true until somebody acts, such as a wrong realm: a few tries, since deployments overlap, then parked. */
export const LASTING: Budget = { intensity: 3, period: MINUTE };
/** For what may be a race once and is a defect of this program when it goes on. */
const VIOLATIONS: Budget = { intensity: 3, period: MINUTE };
/** For anything that has no name of its own, such as a defect in a machine. */
export const CRASHES: Budget = { intensity: 10, period: MINUTE };

/** Budgets by their number of tries: a budget is counted by its identity, so each exists once. */
const LIMITED = new Map<number, Budget>();

function limited(tries: number): Budget {
  let budget = LIMITED.get(tries);
  if (budget === undefined) {
    budget = { intensity: tries, period: 5 * MINUTE };
    LIMITED.set(tries, budget);
  }
  return budget;
}

/** @param onAbort the user's word, by URI; it goes before everything else */
export function verdict(
  reason: ExitReason,
  onAbort: Readonly<Record<string, OnAbort>>,
): Budget | 'park' | 'stop' | undefined {
  if (reason instanceof SessionAborted || reason instanceof SessionClosed) {
    const wish = Object.hasOwn(onAbort, reason.uri) ? onAbort[reason.uri] : undefined;
    if (wish !== undefined) return wish === 'restart' ? UNLIMITED : wish;
    return budgetFor(reason.uri, endingOf(reason));
  }
  if (reason instanceof ConnectError) {
    if (reason.errors.length > 0) return mostHopeful(reason.errors.map((error) => verdict(error, onAbort)));
    return reason.transient ? UNLIMITED : LASTING;
  }
  if (reason instanceof ConnectionLost || reason instanceof TimeoutError) return UNLIMITED;
  if (reason instanceof AuthenticationError) return LASTING;
  if (reason instanceof ProtocolError) return VIOLATIONS;
  return undefined;
}

/** Of several routers one is enough: only what holds for all of them lasts. */
function mostHopeful(verdicts: readonly ReturnType<typeof verdict>[]): ReturnType<typeof verdict> {
  return verdicts.reduce((best, each) => (hope(each) > hope(best) ? each : best));
}

function hope(judged: ReturnType<typeof verdict>): number {
  if (judged === 'stop') return -2;
  if (judged === 'park') return -1;
  return (judged ?? CRASHES).intensity;
}

function endingOf(reason: SessionAborted | SessionClosed): Ending {
  if (reason instanceof SessionClosed) return 'goodbye';
  return reason.established ? 'aborted' : 'refused';
}

function budgetFor(uri: string, ending: Ending): Budget {
  const { kind, tries, within } = prospect(uri, ending);
  if (kind === 'lasting') return LASTING;
  if (tries === Number.POSITIVE_INFINITY) return UNLIMITED;
  return within === undefined ? limited(tries) : VIOLATIONS;
}

/**
 * What becomes of a peer that has ended abnormally: whether it is restarted, and on which budget. A value for a value; the
 * supervisor carries it out.
 */

import { budgetAfterAbort, budgetAfterGoodbye, LASTING, UNLIMITED, VIOLATIONS } from '../../actors/session-reasons.js';
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
import type { OnAbort } from './options.js';

/** For anything that has no name of its own, such as a defect in a machine. */
export const CRASHES: Budget = { intensity: 10, period: 60_000 };

/** @param onAbort the user's word, by URI; it goes before everything else */
export function verdict(
  reason: ExitReason,
  onAbort: Readonly<Record<string, OnAbort>>,
): Budget | 'park' | 'stop' | undefined {
  if (reason instanceof SessionAborted || reason instanceof SessionClosed) {
    const { uri } = reason;
    const wish = Object.hasOwn(onAbort, uri) ? onAbort[uri] : undefined;
    if (wish !== undefined) return wish === 'restart' ? UNLIMITED : wish;
    return reason instanceof SessionClosed ? budgetAfterGoodbye(uri) : budgetAfterAbort(uri, reason.established);
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

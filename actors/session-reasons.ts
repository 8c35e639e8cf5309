/**
 * What the reason for a session's end means to the peer whose session it was: how often it may try again before somebody has
 * to act. What that somebody can do is in `session-remedies.ts`.
 */

import * as ADVANCED_ERROR from '../src/wamp/uris/advanced-error.js';
import * as CLOSE from '../src/wamp/uris/close.js';
import * as ERROR from '../src/wamp/uris/error.js';
import * as FIELD_ERROR from '../src/wamp/uris/field-error.js';
import type { Uri } from '../src/wamp/values.js';
import type { Budget } from '../supervisors/spec/child-spec.js';

// A budget is counted by its identity, so each is here once.

const MINUTE = 60_000;

/** For what is only a matter of time: a router may be away for hours, and the backoff keeps the tries apart. */
export const UNLIMITED: Budget = { intensity: Number.POSITIVE_INFINITY, period: MINUTE };

/** For what stays true until somebody acts, such as a wrong realm: a few tries, since deployments overlap. */
export const LASTING: Budget = { intensity: 3, period: MINUTE };

/** A race may break the protocol once; a defect of this program's does so again and again. */
export const VIOLATIONS: Budget = { intensity: 3, period: MINUTE };

/** A technical failure heals, but one that goes on is a misconfiguration that names itself badly. */
const FAILURES: Budget = { intensity: 5, period: 5 * MINUTE };

/** For what nobody here knows, an application's perhaps. */
const UNKNOWN: Budget = { intensity: 10, period: 5 * MINUTE };

/** By the reason of an ABORT. */
const BUDGETS: ReadonlyMap<Uri, Budget> = /* @__PURE__ */ new Map<Uri, Budget>([
  [ADVANCED_ERROR.authenticationFailed, FAILURES],
  [CLOSE.closeRealm, UNKNOWN],
  ...[
    ERROR.authorizationFailed,
    ADVANCED_ERROR.networkFailure,
    ADVANCED_ERROR.unavailable,
    ADVANCED_ERROR.timeout,
    CLOSE.systemShutdown,
    FIELD_ERROR.systemShutdown,
  ].map((uri): [Uri, Budget] => [uri, UNLIMITED]),
  ...[
    ERROR.noSuchRealm,
    ERROR.noSuchRole,
    ERROR.invalidUri,
    ERROR.invalidArgument,
    ERROR.notAuthorized,
    ERROR.protocolViolation,
    ADVANCED_ERROR.noSuchPrincipal,
    ADVANCED_ERROR.authenticationDenied,
    FIELD_ERROR.cannotAuthenticate,
    ADVANCED_ERROR.authenticationRequired,
    ADVANCED_ERROR.noMatchingAuthMethod,
    ADVANCED_ERROR.authorizationDenied,
    ADVANCED_ERROR.authorizationRequired,
    ADVANCED_ERROR.featureNotSupported,
    ADVANCED_ERROR.optionNotAllowed,
    CLOSE.killed,
  ].map((uri): [Uri, Budget] => [uri, LASTING]),
]);

const LASTING_GOODBYES: readonly Uri[] = [CLOSE.closeRealm, FIELD_ERROR.closeRealm, CLOSE.killed];

/** Of a session that the router refused or, where it had been `established`, aborted. */
export function budgetAfterAbort(reason: Uri, established: boolean): Budget {
  if (established && reason === ERROR.protocolViolation) return VIOLATIONS;
  return BUDGETS.get(reason) ?? UNKNOWN;
}

/** Of a session that the router ended with GOODBYE. */
export function budgetAfterGoodbye(reason: Uri): Budget {
  return LASTING_GOODBYES.includes(reason) ? LASTING : UNLIMITED;
}

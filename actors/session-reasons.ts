/**
 * What the reason for a session's end means to the peer whose session it was: how often it may try again before somebody has
 * to act, and what that somebody can do.
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

/** @param methods the names of the authentication methods on offer */
type Remedy = string | ((methods: string) => string);

const PERMISSION = 'ask for the permission, or join as somebody else';
const CREDENTIALS = 'check its password or key, and the authid';
const SHUTDOWN = 'the router is shutting down';

/** By the reason of an ABORT. The remedies hold for a GOODBYE, too. */
const REASONS: readonly (readonly [reason: Uri, Budget, Remedy?])[] = [
  [ERROR.noSuchRealm, LASTING, 'that realm does not exist there; check its name'],
  [ERROR.noSuchRole, LASTING, 'the router knows no such role; check its configuration'],
  [ERROR.invalidUri, LASTING, 'the realm is no URI to this router; check its name'],
  [ERROR.invalidArgument, LASTING],
  [ERROR.notAuthorized, LASTING, PERMISSION],
  [ERROR.authorizationFailed, UNLIMITED, 'the router could not find out what this peer may do; see its log, try later'],
  [
    ERROR.protocolViolation,
    LASTING,
    'the router holds that this peer broke the protocol; please report it with its words',
  ],
  [ADVANCED_ERROR.noSuchPrincipal, LASTING, 'the router does not know it; check the authid'],
  [ADVANCED_ERROR.authenticationDenied, LASTING, CREDENTIALS],
  [FIELD_ERROR.cannotAuthenticate, LASTING, CREDENTIALS],
  [ADVANCED_ERROR.authenticationFailed, FAILURES, 'the router could not check the credentials; see its log, try later'],
  [
    ADVANCED_ERROR.authenticationRequired,
    LASTING,
    'the realm is not open to anonymous peers; give an authid and a method to authenticate with',
  ],
  [
    ADVANCED_ERROR.noMatchingAuthMethod,
    LASTING,
    (methods) => `the router takes none of the authentication methods on offer (${methods}); offer another`,
  ],
  [ADVANCED_ERROR.authorizationDenied, LASTING, PERMISSION],
  [ADVANCED_ERROR.authorizationRequired, LASTING, PERMISSION],
  [ADVANCED_ERROR.featureNotSupported, LASTING],
  [ADVANCED_ERROR.optionNotAllowed, LASTING],
  [ADVANCED_ERROR.networkFailure, UNLIMITED],
  [ADVANCED_ERROR.unavailable, UNLIMITED],
  [ADVANCED_ERROR.timeout, UNLIMITED],
  [CLOSE.systemShutdown, UNLIMITED, SHUTDOWN],
  [FIELD_ERROR.systemShutdown, UNLIMITED, SHUTDOWN],
  [CLOSE.closeRealm, UNKNOWN, 'the realm was closed'],
  [CLOSE.killed, LASTING, 'somebody with the right to do so ended it by force'],
];

const LASTING_GOODBYES: readonly Uri[] = [CLOSE.closeRealm, FIELD_ERROR.closeRealm, CLOSE.killed];

/** Of a session that the router refused or, where it had been `established`, aborted. */
export function budgetAfterAbort(reason: Uri, established: boolean): Budget {
  if (established && reason === ERROR.protocolViolation) return VIOLATIONS;
  const [, budget = UNKNOWN] = rowOf(reason);
  return budget;
}

/** Of a session that the router ended with GOODBYE. */
export function budgetAfterGoodbye(reason: Uri): Budget {
  return LASTING_GOODBYES.includes(reason) ? LASTING : UNLIMITED;
}

/** What the reason means, and what to do about it; `undefined` where nobody here knows. */
export function remedyFor(reason: Uri, methods: string): string | undefined {
  const [, , remedy] = rowOf(reason);
  return typeof remedy === 'function' ? remedy(methods) : remedy;
}

function rowOf(reason: Uri): (typeof REASONS)[number] | readonly [] {
  return REASONS.find(([uri]) => uri === reason) ?? [];
}

import * as ADVANCED_ERROR from './uris/advanced-error.js';
import * as CLOSE from './uris/close.js';
import * as ERROR from './uris/error.js';
import * as FIELD_ERROR from './uris/field-error.js';
import type { Uri } from './values.js';

/** How the other side ended a session: it refused the HELLO, aborted it later, or said GOODBYE. */
export type Ending = 'refused' | 'aborted' | 'goodbye';

/** Whether another session may fare better although nobody changes the program or its configuration. */
export interface Prospect {
  /** A `lasting` reason stays true until somebody acts; a `transient` one may pass by itself. */
  readonly kind: 'lasting' | 'transient';
  /**
   * How often in a row a session may end so before the reason counts as lasting: 0 for a lasting one, `Infinity` for
   * one that is only ever a matter of time.
   */
  readonly tries: number;
  /** Only ends within so many milliseconds count as a row. Left out where time does not matter. */
  readonly within?: number;
}

const LASTING: Prospect = { kind: 'lasting', tries: 0 };
const PASSING: Prospect = { kind: 'transient', tries: Number.POSITIVE_INFINITY };

/** A technical failure heals, but one that goes on is a misconfiguration that names itself badly. */
const AUTHENTICATION_FAILED: Prospect = { kind: 'transient', tries: 5 };

/** A URI that nobody here knows, an application's perhaps. */
const UNKNOWN: Prospect = { kind: 'transient', tries: 10 };

/** A race may break the protocol once; a defect of this program's does so again and again. */
const VIOLATION: Prospect = { kind: 'transient', tries: 3, within: 60_000 };

const LASTING_ABORTS: ReadonlySet<Uri> = new Set<Uri>([
  ERROR.noSuchRealm,
  ERROR.noSuchRole,
  ERROR.notAuthorized,
  ERROR.protocolViolation,
  ERROR.invalidUri,
  ERROR.invalidArgument,
  ADVANCED_ERROR.noSuchPrincipal,
  ADVANCED_ERROR.authenticationDenied,
  ADVANCED_ERROR.authenticationRequired,
  ADVANCED_ERROR.noMatchingAuthMethod,
  ADVANCED_ERROR.authorizationDenied,
  ADVANCED_ERROR.authorizationRequired,
  ADVANCED_ERROR.featureNotSupported,
  ADVANCED_ERROR.optionNotAllowed,
  CLOSE.killed,
  FIELD_ERROR.cannotAuthenticate,
]);

const PASSING_ABORTS: ReadonlySet<Uri> = new Set<Uri>([
  ERROR.authorizationFailed,
  ADVANCED_ERROR.networkFailure,
  ADVANCED_ERROR.unavailable,
  ADVANCED_ERROR.timeout,
  CLOSE.systemShutdown,
  FIELD_ERROR.systemShutdown,
]);

const LASTING_GOODBYES: ReadonlySet<Uri> = new Set<Uri>([CLOSE.closeRealm, FIELD_ERROR.closeRealm, CLOSE.killed]);

/** What is to be expected of another session after one that ended so, for the reason `uri`. */
export function prospect(uri: Uri, ending: Ending): Prospect {
  if (ending === 'goodbye') return LASTING_GOODBYES.has(uri) ? LASTING : PASSING;
  if (ending === 'aborted' && uri === ERROR.protocolViolation) return VIOLATION;
  if (LASTING_ABORTS.has(uri)) return LASTING;
  if (uri === ADVANCED_ERROR.authenticationFailed) return AUTHENTICATION_FAILED;
  return PASSING_ABORTS.has(uri) ? PASSING : UNKNOWN;
}

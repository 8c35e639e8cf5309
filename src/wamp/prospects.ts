import { ADVANCED_ERROR, CLOSE, ERROR, FIELD_ERROR } from './predefined-uris.js';
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

const ABORTS: ReadonlyMap<Uri, Prospect> = new Map([
  [ERROR.noSuchRealm, LASTING],
  [ERROR.noSuchRole, LASTING],
  [ERROR.notAuthorized, LASTING],
  [ERROR.protocolViolation, LASTING],
  [ERROR.invalidUri, LASTING],
  [ERROR.invalidArgument, LASTING],
  [ADVANCED_ERROR.noSuchPrincipal, LASTING],
  [ADVANCED_ERROR.authenticationDenied, LASTING],
  [ADVANCED_ERROR.authenticationRequired, LASTING],
  [ADVANCED_ERROR.noMatchingAuthMethod, LASTING],
  [ADVANCED_ERROR.authorizationDenied, LASTING],
  [ADVANCED_ERROR.authorizationRequired, LASTING],
  [ADVANCED_ERROR.featureNotSupported, LASTING],
  [ADVANCED_ERROR.optionNotAllowed, LASTING],
  [CLOSE.killed, LASTING],
  [FIELD_ERROR.cannotAuthenticate, LASTING],
  [ADVANCED_ERROR.authenticationFailed, AUTHENTICATION_FAILED],
  [ERROR.authorizationFailed, PASSING],
  [ADVANCED_ERROR.networkFailure, PASSING],
  [ADVANCED_ERROR.unavailable, PASSING],
  [ADVANCED_ERROR.timeout, PASSING],
  [CLOSE.systemShutdown, PASSING],
  [FIELD_ERROR.systemShutdown, PASSING],
]);

const GOODBYES: ReadonlyMap<Uri, Prospect> = new Map([
  [CLOSE.closeRealm, LASTING],
  [FIELD_ERROR.closeRealm, LASTING],
  [CLOSE.killed, LASTING],
]);

/** What is to be expected of another session after one that ended so, for the reason `uri`. */
export function prospect(uri: Uri, ending: Ending): Prospect {
  if (ending === 'goodbye') return GOODBYES.get(uri) ?? PASSING;
  if (ending === 'aborted' && uri === ERROR.protocolViolation) return VIOLATION;
  return ABORTS.get(uri) ?? UNKNOWN;
}

import * as ADVANCED_ERROR from '../src/wamp/uris/advanced-error.js';
import * as CLOSE from '../src/wamp/uris/close.js';
import * as ERROR from '../src/wamp/uris/error.js';
import * as FIELD_ERROR from '../src/wamp/uris/field-error.js';
import type { Uri } from '../src/wamp/values.js';

/** @param methods the names of the authentication methods on offer */
type Remedy = string | ((methods: string) => string);

const PERMISSION = 'ask for the permission, or join as somebody else';
const CREDENTIALS = 'check its password or key, and the authid';
const SHUTDOWN = 'the router is shutting down';

/** By the reason of an ABORT or GOODBYE. */
const REMEDIES: ReadonlyMap<Uri, Remedy> = new Map<Uri, Remedy>([
  [ERROR.noSuchRealm, 'that realm does not exist there; check its name'],
  [ERROR.noSuchRole, 'the router knows no such role; check its configuration'],
  [ERROR.invalidUri, 'the realm is no URI to this router; check its name'],
  [ERROR.notAuthorized, PERMISSION],
  [ERROR.authorizationFailed, 'the router could not find out what this peer may do; see its log, try later'],
  [ERROR.protocolViolation, 'the router holds that this peer broke the protocol; please report it with its words'],
  [ADVANCED_ERROR.noSuchPrincipal, 'the router does not know it; check the authid'],
  [ADVANCED_ERROR.authenticationDenied, CREDENTIALS],
  [FIELD_ERROR.cannotAuthenticate, CREDENTIALS],
  [ADVANCED_ERROR.authenticationFailed, 'the router could not check the credentials; see its log, try later'],
  [
    ADVANCED_ERROR.authenticationRequired,
    'the realm is not open to anonymous peers; give an authid and a method to authenticate with',
  ],
  [
    ADVANCED_ERROR.noMatchingAuthMethod,
    (methods) => `the router takes none of the authentication methods on offer (${methods}); offer another`,
  ],
  [ADVANCED_ERROR.authorizationDenied, PERMISSION],
  [ADVANCED_ERROR.authorizationRequired, PERMISSION],
  [CLOSE.systemShutdown, SHUTDOWN],
  [FIELD_ERROR.systemShutdown, SHUTDOWN],
  [CLOSE.closeRealm, 'the realm was closed'],
  [CLOSE.killed, 'somebody with the right to do so ended it by force'],
]);

/**
 * What the reason for a session's end means to whoever runs the peer, and what to do about it; `undefined` where nobody here knows.
 *
 * @param methods the names of the authentication methods on offer
 */
export function remedyFor(reason: Uri, methods: string): string | undefined {
  const remedy = REMEDIES.get(reason);
  return typeof remedy === 'function' ? remedy(methods) : remedy;
}

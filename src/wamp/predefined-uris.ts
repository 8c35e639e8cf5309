import type { Uri } from './values.js';

/**
 * Why a session ends: reasons of GOODBYE, and of ABORT.
 *
 * @see WAMP Basic Profile, "Basic Profile URIs"; WAMP Advanced Profile, "Advanced Profile URIs"
 */
export const CLOSE = {
  /** The peer, mostly a router, shuts down altogether. */
  systemShutdown: 'wamp.close.system_shutdown',
  /** The peer leaves the realm: the usual reason of the first GOODBYE. */
  closeRealm: 'wamp.close.close_realm',
  /** The answer to a GOODBYE. */
  goodbyeAndOut: 'wamp.close.goodbye_and_out',
  /** The router ended the client's session by force: `wamp.session.kill` and its kin. */
  killed: 'wamp.close.killed',
} as const satisfies Readonly<Record<string, Uri>>;

/**
 * Why a request or a session failed, in the basic profile.
 *
 * @see WAMP Basic Profile, "Basic Profile URIs"
 */
export const ERROR = {
  /** A URI of the message breaks the rules for URIs. */
  invalidUri: 'wamp.error.invalid_uri',
  /** CALL: nobody has registered the procedure. */
  noSuchProcedure: 'wamp.error.no_such_procedure',
  /** REGISTER: somebody has registered it, and does not share it. */
  procedureAlreadyExists: 'wamp.error.procedure_already_exists',
  /** UNREGISTER: the session holds no such registration. */
  noSuchRegistration: 'wamp.error.no_such_registration',
  /** UNSUBSCRIBE: the session holds no such subscription. */
  noSuchSubscription: 'wamp.error.no_such_subscription',
  /** Arguments or options whose types or values the procedure, or the router, does not take. */
  invalidArgument: 'wamp.error.invalid_argument',
  /** A call was cancelled, by its caller or because its callee is gone. */
  canceled: 'wamp.error.canceled',
  /** The message is longer than the transport lets through. */
  payloadSizeExceeded: 'wamp.error.payload_size_exceeded',
  /** ABORT: the other side broke the protocol. */
  protocolViolation: 'wamp.error.protocol_violation',
  /** The session may not do that. */
  notAuthorized: 'wamp.error.not_authorized',
  /** Whether the session may do that could not be found out. */
  authorizationFailed: 'wamp.error.authorization_failed',
  /** ABORT: the router has no such realm. */
  noSuchRealm: 'wamp.error.no_such_realm',
  /** ABORT: the client was authenticated under a role that the router does not have. */
  noSuchRole: 'wamp.error.no_such_role',
} as const satisfies Readonly<Record<string, Uri>>;

/**
 * Why a request or a session failed, in the advanced profile.
 *
 * @see WAMP Advanced Profile, "Advanced Profile URIs"
 */
export const ADVANCED_ERROR = {
  /** ABORT: none of the authentication methods on offer is accepted. */
  noMatchingAuthMethod: 'wamp.error.no_matching_auth_method',
  /** ABORT: nobody has this `authid`. */
  noSuchPrincipal: 'wamp.error.no_such_principal',
  /** ABORT: the credentials are wrong. */
  authenticationDenied: 'wamp.error.authentication_denied',
  /** ABORT: the credentials could not be checked, for a technical reason. */
  authenticationFailed: 'wamp.error.authentication_failed',
  /** ABORT: the realm is not open to the anonymous. */
  authenticationRequired: 'wamp.error.authentication_required',
  /** The principal may not do that. */
  authorizationDenied: 'wamp.error.authorization_denied',
  /** The principal would need a permission that was not shown. */
  authorizationRequired: 'wamp.error.authorization_required',
  /** A call was given up at its deadline. */
  timeout: 'wamp.error.timeout',
  /** An option that the router does not allow. */
  optionNotAllowed: 'wamp.error.option_not_allowed',
  /** The router lets nobody disclose who he is. */
  discloseMeNotAllowed: 'wamp.error.option_disallowed.disclose_me',
  /** The router could not reach what it needed. */
  networkFailure: 'wamp.error.network_failure',
  /** The callee cannot take the call now; another may. */
  unavailable: 'wamp.error.unavailable',
  /** Every callee of the procedure has answered `unavailable`. */
  noAvailableCallee: 'wamp.error.no_available_callee',
  /** The callee lacks a feature that the call needs. */
  featureNotSupported: 'wamp.error.feature_not_supported',
  /** The meta procedures for sessions: there is no session of that id. */
  noSuchSession: 'wamp.error.no_such_session',
} as const satisfies Readonly<Record<string, Uri>>;

/**
 * What no edition of the standard lists, or only an early one, but other implementations send. Taken when it comes; of
 * these only `runtimeError` is ever sent.
 */
export const FIELD_ERROR = {
  /** A handler failed: what Autobahn and its kin send where the standard names no URI. */
  runtimeError: 'wamp.error.runtime_error',
  /** The answer to a GOODBYE, from Autobahn|JS. */
  goodbyeAndOut: 'wamp.error.goodbye_and_out',
  /** The usual reason of the first GOODBYE, in early editions. */
  closeRealm: 'wamp.error.close_realm',
  /** The usual reason of the first GOODBYE, from Autobahn|Python. */
  closeNormal: 'wamp.close.normal',
  /** `wamp.close.system_shutdown` of early editions. */
  systemShutdown: 'wamp.error.system_shutdown',
  /** The client could not answer the CHALLENGE, from Autobahn. */
  cannotAuthenticate: 'wamp.error.cannot_authenticate',
  /** The router lets nobody disclose who he is, from Crossbar.io. */
  discloseMeNotAllowed: 'wamp.error.disclose_me.not_allowed',
} as const satisfies Readonly<Record<string, Uri>>;

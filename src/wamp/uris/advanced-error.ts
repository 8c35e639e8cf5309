/**
 * Why a request or a session failed, in the advanced profile.
 *
 * @see WAMP Advanced Profile, "Advanced Profile URIs"
 */

/** ABORT: none of the authentication methods on offer is accepted. */
export const noMatchingAuthMethod = 'wamp.error.no_matching_auth_method';
/** ABORT: nobody has this `authid`. */
export const noSuchPrincipal = 'wamp.error.no_such_principal';
/** ABORT: the credentials are wrong. */
export const authenticationDenied = 'wamp.error.authentication_denied';
/** ABORT: the credentials could not be checked, for a technical reason. */
export const authenticationFailed = 'wamp.error.authentication_failed';
/** ABORT: the realm is not open to the anonymous. */
export const authenticationRequired = 'wamp.error.authentication_required';
/** The principal may not do that. */
export const authorizationDenied = 'wamp.error.authorization_denied';
/** The principal would need a permission that was not shown. */
export const authorizationRequired = 'wamp.error.authorization_required';
/** A call was given up at its deadline. */
export const timeout = 'wamp.error.timeout';
/** An option that the router does not allow. */
export const optionNotAllowed = 'wamp.error.option_not_allowed';
/** The router lets nobody disclose who he is. */
export const discloseMeNotAllowed = 'wamp.error.option_disallowed.disclose_me';
/** The router could not reach what it needed. */
export const networkFailure = 'wamp.error.network_failure';
/** The callee cannot take the call now; another may. */
export const unavailable = 'wamp.error.unavailable';
/** Every callee of the procedure has answered `unavailable`. */
export const noAvailableCallee = 'wamp.error.no_available_callee';
/** The callee lacks a feature that the call needs. */
export const featureNotSupported = 'wamp.error.feature_not_supported';
/** The meta procedures for sessions: there is no session of that id. */
export const noSuchSession = 'wamp.error.no_such_session';

/**
 * What no edition of the standard lists, or only an early one, but other implementations send. Taken when it comes; of
 * these only `runtimeError` is ever sent.
 */

/** A handler failed: what Autobahn and its kin send where the standard names no URI. */
export const runtimeError = 'wamp.error.runtime_error';
/** The answer to a GOODBYE, from Autobahn|JS. */
export const goodbyeAndOut = 'wamp.error.goodbye_and_out';
/** The usual reason of the first GOODBYE, in early editions. */
export const closeRealm = 'wamp.error.close_realm';
/** The usual reason of the first GOODBYE, from Autobahn|Python. */
export const closeNormal = 'wamp.close.normal';
/** `wamp.close.system_shutdown` of early editions. */
export const systemShutdown = 'wamp.error.system_shutdown';
/** The client could not answer the CHALLENGE, from Autobahn. */
export const cannotAuthenticate = 'wamp.error.cannot_authenticate';
/** The router lets nobody disclose who he is, from Crossbar.io. */
export const discloseMeNotAllowed = 'wamp.error.disclose_me.not_allowed';

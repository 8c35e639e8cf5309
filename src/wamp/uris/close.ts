/**
 * Why a session ends: reasons of GOODBYE, and of ABORT.
 *
 * @see WAMP Basic Profile, "Basic Profile URIs"; WAMP Advanced Profile, "Advanced Profile URIs"
 */

/** The peer, mostly a router, shuts down altogether. */
export const systemShutdown = 'wamp.close.system_shutdown';
/** The peer leaves the realm: the usual reason of the first GOODBYE. */
export const closeRealm = 'wamp.close.close_realm';
/** The answer to a GOODBYE. */
export const goodbyeAndOut = 'wamp.close.goodbye_and_out';
/** The router ended the client's session by force: `wamp.session.kill` and its kin. */
export const killed = 'wamp.close.killed';

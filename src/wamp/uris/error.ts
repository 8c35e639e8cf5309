/**
 * Why a request or a session failed, in the basic profile.
 *
 * @see WAMP Basic Profile, "Basic Profile URIs"
 */

/** A URI of the message breaks the rules for URIs. */
export const invalidUri = 'wamp.error.invalid_uri';
/** CALL: nobody has registered the procedure. */
export const noSuchProcedure = 'wamp.error.no_such_procedure';
/** REGISTER: somebody has registered it, and does not share it. */
export const procedureAlreadyExists = 'wamp.error.procedure_already_exists';
/** UNREGISTER: the session holds no such registration. */
export const noSuchRegistration = 'wamp.error.no_such_registration';
/** UNSUBSCRIBE: the session holds no such subscription. */
export const noSuchSubscription = 'wamp.error.no_such_subscription';
/** Arguments or options whose types or values the procedure, or the router, does not take. */
export const invalidArgument = 'wamp.error.invalid_argument';
/** A call was cancelled, by its caller or because its callee is gone. */
export const canceled = 'wamp.error.canceled';
/** The message is longer than the transport lets through. */
export const payloadSizeExceeded = 'wamp.error.payload_size_exceeded';
/** ABORT: the other side broke the protocol. */
export const protocolViolation = 'wamp.error.protocol_violation';
/** The session may not do that. */
export const notAuthorized = 'wamp.error.not_authorized';
/** Whether the session may do that could not be found out. */
export const authorizationFailed = 'wamp.error.authorization_failed';
/** ABORT: the router has no such realm. */
export const noSuchRealm = 'wamp.error.no_such_realm';
/** ABORT: the client was authenticated under a role that the router does not have. */
export const noSuchRole = 'wamp.error.no_such_role';

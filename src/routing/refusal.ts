import { ApplicationError } from '../errors.js';
import { faultInOptions, type TypeWithOptions } from '../wamp/fault-in-options.js';
import { MESSAGES, type MessageType } from '../wamp/message.js';
import { checkUri, isReserved, MAX_URI_LENGTH, type UriPattern } from '../wamp/uri.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import * as ERROR from '../wamp/uris/error.js';
import type { Dict, Id, Uri } from '../wamp/values.js';
import type { Allowed, Decision } from './authorization.js';
import { LimitReached } from './limits.js';
import type { RouterPeer } from './router-peer.js';

/** Shared by all messages that say nothing in their details: no dictionary is built for each. */
export const NOTHING: Dict = Object.freeze({});

/**
 * Answers a request with the ERROR that its handler threw. Whatever else a handler throws goes on its way:
 * a ProtocolError ends the session.
 */
export function refuse(peer: RouterPeer, type: MessageType, request: Id, error: unknown): void {
  if (!(error instanceof ApplicationError)) throw error;
  if (error instanceof LimitReached) peer.reached(error.limit);
  sendError(peer, type, request, error.uri, error.args);
}

/** Sends an ERROR of the router's own making. */
export function sendError(
  peer: RouterPeer,
  type: MessageType,
  request: Id,
  error: Uri,
  args: readonly unknown[] = [],
): void {
  peer.send({ type: 'ERROR', requestType: MESSAGES[type].code, request, details: NOTHING, error, args });
}

/**
 * Refuses options whose values make no sense; such as nobody here knows are no fault.
 *
 * @throws {ApplicationError} `wamp.error.invalid_argument`
 */
export function checkOptions(type: TypeWithOptions, options: Dict): void {
  const fault = faultInOptions(type, options);
  if (fault !== undefined) throw new ApplicationError(ERROR.invalidArgument, [fault]);
}

/**
 * Refuses what is no URI, or with `pattern`, no such pattern. The URI itself is not repeated: it may hold anything.
 *
 * @throws {ApplicationError} `wamp.error.invalid_uri`
 * @see WAMP Basic Profile, "URIs"
 */
export function refuseInvalid(uri: Uri, pattern: UriPattern = 'exact'): void {
  const problem = checkUri(uri, { pattern });
  if (problem === undefined) return;
  const said = `the URI ${problem}`;
  if (uri.length > MAX_URI_LENGTH) throw new LimitReached('uriLength', said, ERROR.invalidUri);
  throw new ApplicationError(ERROR.invalidUri, [said]);
}

/**
 * Refuses what a client may neither register nor publish: `wamp.` and below is the router's own, and so is a pattern
 * that covers it.
 *
 * @throws {ApplicationError} `wamp.error.invalid_uri`
 * @see WAMP Basic Profile, "URIs"
 */
export function refuseReserved(uri: Uri, pattern: UriPattern = 'exact'): void {
  if (isReserved(uri, pattern)) {
    throw new ApplicationError(ERROR.invalidUri, ['URIs that begin with wamp. are reserved for the router']);
  }
}

/**
 * Refuses what the session may not do.
 *
 * @throws {ApplicationError} `wamp.error.not_authorized`, or `wamp.error.authorization_failed` where it could not be found out
 * @see WAMP Advanced Profile, "Authorization"
 */
export function refuseForbidden(decision: Decision): Allowed {
  if (decision instanceof ApplicationError) throw decision;
  return decision;
}

/**
 * Whether others are to be told who sent a message.
 *
 * @param isAllowed whether the realm lets a client ask for it
 * @param disclose what the sender's permission says of it, which counts more
 * @throws {ApplicationError} `wamp.error.option_disallowed.disclose_me`
 * @see WAMP Advanced Profile, "Caller Identification" and "Publisher Identification"
 */
export function discloses(options: Dict, isAllowed: boolean, { disclose }: Allowed): boolean {
  if (disclose === true) return true;
  if (options['disclose_me'] !== true) return false;
  if (disclose === undefined && isAllowed) return true;
  throw new ApplicationError(ADVANCED_ERROR.discloseMeNotAllowed, ['this realm tells nobody who calls or publishes']);
}

import { ApplicationError, ProtocolError } from '../errors.js';
import { type Dict, type Id, id, type Uri } from '../wamp/values.js';

/**
 * Which registration or subscription a router takes back.
 *
 * @param details those of UNREGISTERED or UNSUBSCRIBED with request 0
 * @throws {ProtocolError} when they do not name one
 * @see WAMP Advanced Profile, "Registration Revocation" and "Subscription Revocation"
 */
export function revokedId(message: string, what: 'registration' | 'subscription', details: Dict = {}): Id {
  try {
    return id(details[what]);
  } catch (error) {
    throw new ProtocolError(`${message}.details.${what}: ${(error as Error).message}`);
  }
}

/** Why a peer no longer has what it registered or subscribed to. */
export function revocation(error: Uri, what: string, uri: Uri, { reason }: Dict = {}): ApplicationError {
  const because = typeof reason === 'string' && reason !== '' ? `: ${reason}` : '';
  return new ApplicationError(error, [`the router took the ${what} of ${uri} back${because}`]);
}

import { ApplicationError, ProtocolError } from '../errors.js';
import { announces, type ClientRole } from '../wamp/features.js';
import type { Payload } from '../wamp/message.js';
import { attributesOf } from '../wamp/passthru.js';
import { isPassedThrough, octetsOf } from '../wamp/sealed-payload.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import * as ERROR from '../wamp/uris/error.js';
import type { Dict } from '../wamp/values.js';
import type { RouterPeer } from './router-peer.js';

/**
 * The attributes of a payload that passes through, for the message that goes on with it; `undefined` for any other. Of the payload
 * itself nothing is looked at but whether it is octets.
 *
 * @param role that of the client from which it comes
 * @param details its options or details
 * @throws {ProtocolError} when the client has not announced that it sends such, or uses transparent payload, which is not announced
 *   here
 * @throws {ApplicationError} `wamp.error.invalid_argument` when it is not one octet string alone
 * @see WAMP Advanced Profile, "Payload Passthru Mode"
 */
export function passthruOf(peer: RouterPeer, role: ClientRole, details: Dict, payload: Payload): Dict | undefined {
  if (payload.payload !== undefined) {
    throw new ProtocolError(
      'option enc_algo: this router does not announce payload_transparency; use payload passthru mode or send a plain payload',
    );
  }
  if (!isPassedThrough(details)) return undefined;
  if (!announces(peer.details, role, 'payload_passthru_mode')) {
    throw new ProtocolError(
      `option ppt_scheme: this client's ${role} has not announced payload_passthru_mode in HELLO; announce it or send a plain payload`,
    );
  }
  try {
    octetsOf(payload);
  } catch (error) {
    throw new ApplicationError(ERROR.invalidArgument, [(error as Error).message]);
  }
  return attributesOf(details);
}

/**
 * As {@link passthruOf}, of a callee's answer. One that is malformed is given back as the error with which its caller is answered:
 * the caller must not wait for ever.
 *
 * @throws {ProtocolError}
 */
export function answerPassthru(
  callee: RouterPeer,
  details: Dict,
  payload: Payload,
): Dict | ApplicationError | undefined {
  try {
    return passthruOf(callee, 'callee', details, payload);
  } catch (error) {
    if (error instanceof ApplicationError) return error;
    throw error;
  }
}

/** What is answered where a payload passes through to a client that has not announced that it takes such. */
export function notPassedTo(receiver: 'caller' | 'callee'): ApplicationError {
  return new ApplicationError(ADVANCED_ERROR.featureNotSupported, [
    `the ${receiver} has not announced payload_passthru_mode`,
  ]);
}

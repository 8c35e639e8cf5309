import { PassthruError } from '../errors.js';
import type { Payload } from '../wamp/message.js';
import { faultInPayloadAttributes } from '../wamp/payload-attributes.js';
import { octetsOf } from '../wamp/sealed-payload.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import * as ERROR from '../wamp/uris/error.js';
import type { Dict } from '../wamp/values.js';
import type { PayloadPassthru } from './payload-passthru.js';

/**
 * Checks what can be told of a sealed payload without its scheme.
 *
 * @throws {PassthruError} that begins with `what`
 */
export function checkSealed(what: string, details: Dict, payload: Payload): void {
  const fault = faultInPayloadAttributes(details);
  if (fault !== undefined) throw new PassthruError('malformed', `${what}: ${fault}`);
  if (payload.payload !== undefined) {
    throw new PassthruError(
      'unsupported',
      `${what}: its payload is transparent (enc_algo), which nobody here opens; have it sent by payload passthru mode`,
    );
  }
  try {
    octetsOf(payload);
  } catch (error) {
    const { message } = error as Error;
    throw new PassthruError('malformed', `${what}: its payload cannot be opened: ${message}`, { cause: error });
  }
}

/** @param known the schemes that there are, as in `wamp is`. @throws {PassthruError} */
export function refuseScheme(what: string, known: string): never {
  throw new PassthruError(
    'unsupported',
    `${what}: its payload is sealed by a scheme that is not among the peer's (option passthru; ${known})`,
  );
}

const refuse = (what: string): never => refuseScheme(what, 'none is');

/** Payload passthru of a peer without schemes: whatever comes sealed is refused, and nothing is sealed. */
export const NO_PASSTHRU: PayloadPassthru = {
  features: {},
  sealRequest: refuse,
  seal: refuse,
  open(what, message) {
    checkSealed(what, message.details, message);
    return refuse(what);
  },
  unmet: refuse,
  refusal: ({ problem }: PassthruError) =>
    problem === 'malformed'
      ? { error: ERROR.invalidArgument, args: ['the payload is not what its scheme makes'] }
      : {
          error: ADVANCED_ERROR.featureNotSupported,
          args: ['the callee cannot open a payload of this scheme, cipher or serializer'],
        },
};

import { PassthruError } from '../errors.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import type { PayloadPassthru } from './payload-passthru.js';

function refuse(what: string): never {
  throw new PassthruError('unsupported', `${what}: its payload is sealed, which this peer cannot open`);
}

/** Payload passthru of a peer that knows nothing of it: whatever comes sealed is refused as it is, and nothing is sealed. */
export const SEALED_IS_REFUSED: PayloadPassthru = {
  features: {},
  sealRequest: refuse,
  seal: refuse,
  open: refuse,
  unmet: refuse,
  refusal: () => ({ error: ADVANCED_ERROR.featureNotSupported, args: ['the callee cannot open sealed payloads'] }),
};

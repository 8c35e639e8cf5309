import { ApplicationError } from '../errors.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import type { PayloadPassthru } from './payload-passthru.js';

/** No `PassthruError`, which a peer that knows nothing of payload passthru has no need of. */
function refuse(what: string): never {
  throw new ApplicationError(ADVANCED_ERROR.featureNotSupported, [`the payload of ${what} is sealed`]);
}

/** Payload passthru of a peer that knows nothing of it: whatever comes sealed is refused as it is, and nothing is sealed. */
export const SEALED_IS_REFUSED: PayloadPassthru = {
  features: {},
  sealRequest: refuse,
  seal: refuse,
  open: refuse,
  unmet: refuse,
  refusal: () => ({ error: ADVANCED_ERROR.featureNotSupported, args: ['the payload is sealed'] }),
};

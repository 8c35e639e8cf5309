import { ProtocolError } from '../errors.js';
import type { Payload } from './message.js';
import { type Dict, show } from './values.js';

/**
 * Whether the options or details say that the payload is passed through: by a scheme that is not empty.
 *
 * @see WAMP Advanced Profile, "Payload Passthru Mode"
 */
export function isPassedThrough({ ppt_scheme: scheme }: Dict): boolean {
  return scheme !== undefined && scheme !== null && scheme !== '';
}

/** What a message says of itself whose payload is for a scheme to open, and not for a handler as it is. */
export function isSealed(details: Dict, { payload }: Payload): boolean {
  return payload !== undefined || isPassedThrough(details);
}

/** The octets that were passed through. @throws {ProtocolError} when the payload is not one octet string alone */
export function octetsOf({ args = [], kwargs }: Payload): Uint8Array {
  const [octets] = args;
  if (args.length !== 1 || kwargs !== undefined || !(octets instanceof Uint8Array)) {
    const came = args.length === 1 && kwargs === undefined ? show(octets) : 'more or less than that';
    throw new ProtocolError(`a payload that is passed through is one octet string and nothing else, received ${came}`);
  }
  return octets;
}

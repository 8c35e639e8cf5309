import { PassthruError, SerializationError } from '../errors.js';
import type { PayloadSerializer } from '../serializers/serializer.js';
import type { OpenPayload } from '../wamp/payload-scheme.js';
import { type Dict, dict, type List, list } from '../wamp/values.js';

/** What stands in one octet string: arguments of both kinds, and what a scheme puts beside them. */
export interface Envelope extends OpenPayload {
  readonly beside: Dict;
}

/**
 * Writes arguments of both kinds as one octet string.
 *
 * @param beside further keys, which a receiver that does not know them leaves alone
 * @throws {SerializationError} with a path in a caller's words: `args[0].when`
 * @see WAMP Advanced Profile, "Payload Passthru Mode", "Message Structure"
 */
export function toOctets(serializer: PayloadSerializer, { args, kwargs }: OpenPayload, beside: Dict = {}): Uint8Array {
  try {
    return serializer.encodePayload({ args, kwargs, ...beside });
  } catch (error) {
    if (!(error instanceof SerializationError) || !error.path.startsWith('.')) throw error;
    throw new SerializationError(error.path.slice(1), error.problem, { cause: error.cause });
  }
}

/** The inverse. Arguments may be left out, or null. @throws {PassthruError} when the octets are nothing of the kind */
export function fromOctets(serializer: PayloadSerializer, octets: Uint8Array): Envelope {
  try {
    const { args, kwargs, ...beside } = serializer.decodePayload(octets);
    return { args: orNone<List>(list, args, []), kwargs: orNone<Dict>(dict, kwargs, {}), beside };
  } catch (error) {
    throw new PassthruError('malformed', `it is no payload in ${serializer.name}: ${(error as Error).message}`);
  }
}

function orNone<T>(parse: (value: unknown) => T, value: unknown, none: T): T {
  return value === undefined || value === null ? none : parse(value);
}

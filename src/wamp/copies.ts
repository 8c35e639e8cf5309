import type { SerializationError } from '../errors.js';

/**
 * What one message that goes to many has become on its way: its frame, or why there can be none, by the serializer. Whoever sends
 * it gives the same to each of its receivers, so that it is encoded once for all that get it alike.
 *
 * A frame in here is sent more than once: nobody may write to it.
 */
export type Copies = Map<object, string | Uint8Array | SerializationError>;

import type { SerializationError } from '../errors.js';

/**
 * What one message that goes to many has become on its way: its frame, or why there can be none, by the serializer. Whoever sends
 * it gives the same to each of its receivers, so that it is encoded once for all that get it alike.
 */
export type Copies = Map<object, SharedFrame | SerializationError>;

/** A frame that is sent more than once: nobody may write to it, nor to what was made of it. */
export interface SharedFrame {
  readonly frame: string | Uint8Array;
  /** The octets as they leave, by the kind of transport. One that puts the same around it for all its like finds them here. */
  readonly framed: Map<symbol, readonly Uint8Array[]>;
}

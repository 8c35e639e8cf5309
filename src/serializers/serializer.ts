import type { Frame } from '../transports/transport.js';
import type { Dict, List } from '../wamp/values.js';

/**
 * Turns a WAMP message, already a list, into a frame and back. A user may bring one.
 *
 * Frames of `wamp.2.json` are text, all others binary: a string that another serializer gives leaves as its octets of UTF-8.
 *
 * @see WAMP Basic Profile, "Serializers"
 */
export interface Serializer {
  /** The WebSocket subprotocol, such as `wamp.2.json`. It names the serializer everywhere. */
  readonly subprotocol: string;

  /**
   * The number that stands for it in a RawSocket's handshake, from 4 to 15, as both sides have agreed. Left out: it is not for
   * RawSockets. The standard's serializers have theirs.
   */
  readonly rawSocketId?: number;

  /**
   * What it gives is not written to again, neither here nor by whoever sends it: the same frame may go to many.
   *
   * @throws {SerializationError} that names the path of the first value which the format cannot carry without loss,
   *   with the message's elements counted from 0: `[4][0].when`
   */
  encode(message: List): Frame;

  /** @throws {ProtocolError} when the frame is not a list in this format, or is beyond its limits */
  decode(frame: Frame): List;
}

/**
 * A serializer that also writes a payload by itself, which then passes through routers as octets.
 *
 * @see WAMP Advanced Profile, "Payload Passthru Mode"
 */
export interface PayloadSerializer extends Serializer {
  /** `ppt_serializer`, such as `cbor`. */
  readonly name: string;
  /** @throws {SerializationError} as `encode`, with a path such as `.args[0].when` */
  encodePayload(payload: Dict): Uint8Array;
  /** @throws {ProtocolError} when the octets are no dictionary in this format, or are beyond its limits */
  decodePayload(octets: Uint8Array): Dict;
}

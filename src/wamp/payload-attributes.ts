import { type Attributes, faultIn } from './attributes.js';
import { type Dict, oneOf, type Parse, string } from './values.js';

/** One of these, or a name of somebody's own that begins with `x_`. */
const orCustom =
  (parse: Parse<string>): Parse<string> =>
  (value) =>
    typeof value === 'string' && /^x_[a-z][0-9a-z_]*$/.test(value) ? value : parse(value);

/**
 * What one client writes for another about a payload, by way of a router that does not answer for it: the attributes of payload
 * passthru mode, and those of transparent payload, which Autobahn and Crossbar.io had before the standard had that.
 *
 * @see WAMP Advanced Profile, "Payload Passthru Mode"; the standard's test vectors for EVENT and PUBLISH
 */
export const END_TO_END: Attributes = {
  ppt_scheme: string,
  ppt_serializer: string,
  ppt_cipher: string,
  ppt_keyid: string,
  enc_algo: orCustom(/* @__PURE__ */ oneOf('cryptobox', 'mqtt', 'xbr')),
  enc_key: string,
  enc_serializer: orCustom(/* @__PURE__ */ oneOf('json', 'msgpack', 'cbor', 'ubjson', 'flatbuffers', 'opaque')),
};

/**
 * The first thing that the sender of a payload has written about it for its receiver and that makes no sense, as a sentence, or
 * `undefined`. What nobody here knows is no fault, and null says no more than nothing does.
 *
 * @returns `details.ppt_scheme: expected a string, received 7`
 */
export function faultInPayloadAttributes(details: Dict): string | undefined {
  return faultIn('details', details, END_TO_END);
}

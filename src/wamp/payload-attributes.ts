import { type Attributes, faultIn } from './attributes.js';
import { PASSTHRU_ATTRIBUTES } from './passthru.js';
import { type Dict, oneOf, type Parse, string } from './values.js';

const algorithm = oneOf('cryptobox', 'mqtt', 'xbr');
const serializer = oneOf('json', 'msgpack', 'cbor', 'ubjson', 'flatbuffers', 'opaque');

/** One of those, or a name of somebody's own that begins with `x_`. */
const orCustom =
  (parse: Parse<string>): Parse<string> =>
  (value) =>
    typeof value === 'string' && /^x_[a-z][0-9a-z_]*$/.test(value) ? value : parse(value);

/**
 * Of transparent payload, which Autobahn and Crossbar.io had before the standard had payload passthru mode.
 *
 * @see the standard's test vectors for EVENT and PUBLISH
 */
const TRANSPARENT: Attributes = {
  enc_algo: orCustom(algorithm),
  enc_key: string,
  enc_serializer: orCustom(serializer),
};

/** What one client writes for another, by way of a router that does not answer for it. */
export const END_TO_END: Attributes = { ...PASSTHRU_ATTRIBUTES, ...TRANSPARENT };

/**
 * The first thing that the sender of a payload has written about it for its receiver and that makes no sense, as a sentence, or
 * `undefined`. What nobody here knows is no fault, and null says no more than nothing does.
 *
 * @returns `details.ppt_scheme: expected a string, received 7`
 */
export function faultInPayloadAttributes(details: Dict): string | undefined {
  return faultIn('details', details, END_TO_END);
}

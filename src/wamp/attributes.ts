import { PASSTHRU_ATTRIBUTES } from './passthru.js';
import { boolean, type Dict, dict, id, listOf, oneOf, type Parse, string, uri } from './values.js';

type Attributes = Readonly<Record<string, Parse<unknown>>>;

const maybe =
  <T>(parse: Parse<T>): Parse<T | null> =>
  (value) =>
    value === undefined || value === null ? null : parse(value);

/** The routers that a message has come by, as Crossbar.io's links between routers tell. */
const FORWARD_FOR: Attributes = {
  forward_for: listOf((hop) => {
    const { session, authid, authrole } = dict(hop);
    id(session);
    maybe(string)(authid);
    maybe(string)(authrole);
  }),
};

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
const END_TO_END: Attributes = { ...PASSTHRU_ATTRIBUTES, ...TRANSPARENT };

/** What a router tells of an event. */
const OF_EVENT: Attributes = {
  publisher: id,
  publisher_authid: string,
  publisher_authrole: string,
  topic: uri,
  retained: boolean,
  x_acknowledged_delivery: boolean,
  transaction_hash: string,
  ...FORWARD_FOR,
};

/** Beyond what a user of this package may ask for: what others may put into options, by its name on the wire. */
export const FURTHER_OPTIONS: Readonly<Record<string, Attributes>> = {
  PUBLISH: { transaction_hash: string, ...FORWARD_FOR, ...END_TO_END },
  SUBSCRIBE: FORWARD_FOR,
  CALL: { transaction_hash: string, ...FORWARD_FOR, ...END_TO_END },
  REGISTER: FORWARD_FOR,
  YIELD: { ...FORWARD_FOR, ...END_TO_END },
};

/**
 * The first thing that a router tells of an event and that makes no sense, as a sentence, or `undefined`. What nobody here knows is
 * no fault, and null says no more than nothing does. What the publisher has written is no fault of the router's, and not looked at.
 *
 * @returns `EVENT.details.publisher: expected an ID from 1 to 2^53, received a string`
 */
export function faultInEvent(details: Dict): string | undefined {
  return faultIn('EVENT.details', details, OF_EVENT);
}

/** As {@link faultInEvent}, of what the sender of a payload has written about it for its receiver. */
export function faultInPayloadAttributes(details: Dict): string | undefined {
  return faultIn('details', details, END_TO_END);
}

function faultIn(where: string, details: Dict, known: Attributes): string | undefined {
  for (const key in details) {
    if (!Object.hasOwn(details, key) || !Object.hasOwn(known, key)) continue;
    try {
      maybe(known[key] as Parse<unknown>)(details[key]);
    } catch (error) {
      return `${where}.${key}: ${(error as Error).message}`;
    }
  }
  return undefined;
}

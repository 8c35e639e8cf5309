import { boolean, type Dict, dict, id, listOf, type Parse, string, uri } from './values.js';

/** What may stand in options or details, by its name on the wire. */
export type Attributes = Readonly<Record<string, Parse<unknown>>>;

const maybe =
  <T>(parse: Parse<T>): Parse<T | null> =>
  (value) =>
    value === undefined || value === null ? null : parse(value);

/** The routers that a message has come by, as Crossbar.io's links between routers tell. */
export const FORWARD_FOR: Attributes = {
  forward_for: listOf((hop) => {
    const { session, authid, authrole } = dict(hop);
    id(session);
    maybe(string)(authid);
    maybe(string)(authrole);
  }),
};

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

/**
 * The first thing that a router tells of an event and that makes no sense, as a sentence, or `undefined`. What nobody here knows is
 * no fault, and null says no more than nothing does. What the publisher has written is no fault of the router's, and not looked at.
 *
 * @returns `EVENT.details.publisher: expected an ID from 1 to 2^53, received a string`
 */
export function faultInEvent(details: Dict): string | undefined {
  return faultIn('EVENT.details', details, OF_EVENT);
}

/** The first of these attributes that makes no sense, as a sentence that begins with `where` and its name, or `undefined`. */
export function faultIn(where: string, details: Dict, known: Attributes): string | undefined {
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

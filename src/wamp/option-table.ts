import { boolean, type Id, id, integer, listOf, oneOf, type Parse, string } from './values.js';

const ids: Parse<readonly Id[]> = listOf(id);
const strings: Parse<readonly string[]> = listOf(string);
const match = oneOf('exact', 'prefix', 'wildcard');

/**
 * Every option that a user may set on a message, under our name, with the values that it takes; the standard's name is the same in
 * snake case. The types, the check on the way out and that on the way in are derived from it. Durations are milliseconds on both sides.
 *
 * @see WAMP Advanced Profile, "Advanced RPC Features" and "Advanced PubSub Features"
 */
export const OPTIONS = {
  PUBLISH: {
    acknowledge: boolean,
    excludeMe: boolean,
    exclude: ids,
    excludeAuthid: strings,
    excludeAuthrole: strings,
    eligible: ids,
    eligibleAuthid: strings,
    eligibleAuthrole: strings,
    discloseMe: boolean,
    retain: boolean,
  },
  SUBSCRIBE: {
    match,
    getRetained: boolean,
  },
  CALL: {
    timeout: integer(0),
    receiveProgress: boolean,
    discloseMe: boolean,
  },
  REGISTER: {
    match,
    invoke: oneOf('single', 'roundrobin', 'random', 'first', 'last'),
    concurrency: integer(1),
    queueLimit: integer(0),
    discloseCaller: boolean,
    forceReregister: boolean,
    forwardTimeout: boolean,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Parse<unknown>>>>>;

/** The messages that carry options of a user's choice. */
export type OptionsType = keyof typeof OPTIONS;

type Values<T> = { readonly [K in keyof T]?: T[K] extends Parse<infer V> ? V : never };

/** What a user may ask for with such a message; keys that begin with `_` are his own, and go out as they are. */
export type Options<T extends OptionsType> = Values<(typeof OPTIONS)[T]> & {
  readonly [custom: `_${string}`]: unknown;
};

import { UsageError } from '../errors.js';
import { came } from './given.js';
import { boolean, type Dict, type Id, id, integer, listOf, oneOf, type Parse, string } from './values.js';

const ids: Parse<readonly Id[]> = listOf(id);
const strings: Parse<readonly string[]> = listOf(string);
const match = oneOf('exact', 'prefix', 'wildcard');

/**
 * Every option that a user may set on a message, under our name, with the values that it takes; the standard's name is the same in
 * snake case. The types, the way out and the check on the way in are derived from it. Durations are milliseconds on both sides.
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

const NONE: Dict = Object.freeze({});

/** Our names, and those on the wire: an option is called the same in all messages that have it. */
const WIRE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.values(OPTIONS).flatMap((rows) => Object.keys(rows).map((name) => [name, wireName(name)] as const)),
);

/** @returns `exclude_me` for `excludeMe` */
export function wireName(name: string): string {
  // A name of our own: with it a router that keeps the limit lets as many wait as the callee would.
  return name === 'queueLimit' ? '_queue_limit' : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * What more can be said of a name that no option of a message has, as the whole sentence: which one was meant.
 *
 * @param known the names of those that there are
 */
export type OptionAdvice = (type: OptionsType, name: string, known: readonly string[]) => string | undefined;

let advice: OptionAdvice = () => undefined;

/** Has {@link wireOptions} say more of unknown names. A page that has to be small does without. */
export function adviseOnOptions(better: OptionAdvice): void {
  advice = better;
}

/**
 * Turns a user's options into the wire's. An option that is `undefined` counts as not given.
 *
 * @param local the names of options that the caller of this function sees to, and which stay here, whatever the table says
 * @returns a dictionary that may be shared: nobody may change it
 * @throws {UsageError} for an unknown name, and for a value that the option does not take
 */
export function wireOptions<T extends OptionsType>(type: T, options: Options<T>, local: readonly string[] = []): Dict {
  const table: Readonly<Record<string, Parse<unknown>>> = OPTIONS[type];
  let wire: Record<string, unknown> | undefined;
  for (const name of Object.keys(options)) {
    const value = (options as Dict)[name];
    if (local.includes(name)) continue;
    const parse = Object.hasOwn(table, name) ? table[name] : undefined;
    if (parse === undefined && !isCustom(name)) throw unknown(type, name, [...Object.keys(table), ...local]);
    if (value === undefined) continue;
    wire ??= {};
    if (parse === undefined) wire[name] = value;
    else wire[WIRE_NAMES.get(name) as string] = parsed(type, name, parse, value);
  }
  return wire ?? NONE;
}

function parsed(type: OptionsType, name: string, parse: Parse<unknown>, value: unknown): unknown {
  try {
    return parse(value);
  } catch (error) {
    // What came over the wire is not repeated; what stands in the user's own program is.
    const message = (error as Error).message.replace(/received a string$/, () => `received ${came(value)}`);
    throw new UsageError(`option '${name}' of ${type}: ${message}`);
  }
}

/**
 * By the standard's rule for keys of an implementation's own: `_` and at least three of `a-z`, `0-9` and `_`. The one
 * that would set a prototype fits the rule, and is none.
 */
function isCustom(name: string): boolean {
  return /^_[a-z0-9_]{3,}$/.test(name) && name !== '__proto__';
}

function unknown(type: OptionsType, name: string, names: readonly string[]): UsageError {
  const known = [...new Set(names)];
  const said = `unknown option '${name}' of ${type}: expected one of ${known.join(', ')}, or a custom one that begins with "_"`;
  return new UsageError(advice(type, name, known) ?? said);
}

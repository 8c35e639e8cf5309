import { UsageError } from '../errors.js';
import { FURTHER_OPTIONS } from './attributes.js';
import { came } from './given.js';
import { nearest } from './nearest.js';
import { boolean, type Dict, type Id, id, integer, listOf, oneOf, type Parse, string } from './values.js';

interface OptionShape {
  /** The standard's name. Ours is the key. */
  readonly wire: string;
  /** The values that make sense, on either side of the wire. */
  readonly parse: Parse<unknown>;
  /** Who sets it, and what to use in its place: a user may not. */
  readonly reserved?: string;
}

const ids: Parse<readonly Id[]> = listOf(id);
const strings: Parse<readonly string[]> = listOf(string);
const match = oneOf('exact', 'prefix', 'wildcard');

/**
 * Every option that a message may carry, under our name, the standard's, and with the values that it takes. The types,
 * the way out and the check on the way in are derived from it. Durations are milliseconds on both sides.
 *
 * @see WAMP Advanced Profile, "Advanced RPC Features" and "Advanced PubSub Features"
 */
export const OPTIONS = {
  PUBLISH: {
    acknowledge: { wire: 'acknowledge', parse: boolean },
    excludeMe: { wire: 'exclude_me', parse: boolean },
    exclude: { wire: 'exclude', parse: ids },
    excludeAuthid: { wire: 'exclude_authid', parse: strings },
    excludeAuthrole: { wire: 'exclude_authrole', parse: strings },
    eligible: { wire: 'eligible', parse: ids },
    eligibleAuthid: { wire: 'eligible_authid', parse: strings },
    eligibleAuthrole: { wire: 'eligible_authrole', parse: strings },
    discloseMe: { wire: 'disclose_me', parse: boolean },
    retain: { wire: 'retain', parse: boolean },
  },
  SUBSCRIBE: {
    match: { wire: 'match', parse: match },
    getRetained: { wire: 'get_retained', parse: boolean },
  },
  CALL: {
    timeout: { wire: 'timeout', parse: integer(0) },
    receiveProgress: { wire: 'receive_progress', parse: boolean },
    progress: {
      wire: 'progress',
      parse: boolean,
      reserved:
        'it says that more parts of the call are to come, and none would; stream() sends a call in parts, progress() or onProgress takes its result so',
    },
    discloseMe: { wire: 'disclose_me', parse: boolean },
  },
  CANCEL: {
    mode: { wire: 'mode', parse: oneOf('skip', 'kill', 'killnowait') },
  },
  REGISTER: {
    match: { wire: 'match', parse: match },
    invoke: { wire: 'invoke', parse: oneOf('single', 'roundrobin', 'random', 'first', 'last') },
    concurrency: { wire: 'concurrency', parse: integer(1) },
    // A name of our own: with it a router that keeps the limit lets as many wait as the callee would.
    queueLimit: { wire: '_queue_limit', parse: integer(0) },
    discloseCaller: { wire: 'disclose_caller', parse: boolean },
    forceReregister: { wire: 'force_reregister', parse: boolean },
    forwardTimeout: { wire: 'forward_timeout', parse: boolean },
  },
  YIELD: {
    progress: { wire: 'progress', parse: boolean },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, OptionShape>>>>;

/** The messages that carry options of their sender's choice. */
export type OptionsType = keyof typeof OPTIONS;

type Values<T> = {
  readonly [K in keyof T as T[K] extends { readonly reserved: string } ? never : K]?: T[K] extends {
    readonly parse: Parse<infer V>;
  }
    ? V
    : never;
};

/** What a user may ask for with such a message; keys that begin with `_` are his own, and go out as they are. */
export type Options<T extends OptionsType> = Values<(typeof OPTIONS)[T]> & {
  readonly [custom: `_${string}`]: unknown;
};

const NONE: Dict = Object.freeze({});

type Table = ReadonlyMap<string, OptionShape>;

const BY_NAME = new Map<OptionsType, Table>();
const BY_WIRE = new Map<OptionsType, ReadonlyMap<string, Parse<unknown>>>();
for (const [type, rows] of Object.entries<Readonly<Record<string, OptionShape>>>(OPTIONS)) {
  BY_NAME.set(type as OptionsType, new Map(Object.entries(rows)));
  const ours = Object.values(rows).map(({ wire, parse }) => [wire, parse] as const);
  BY_WIRE.set(type as OptionsType, new Map([...ours, ...Object.entries(FURTHER_OPTIONS[type] ?? {})]));
}

/**
 * Turns a user's options into the wire's. An option that is `undefined` counts as not given.
 *
 * @param local the names of options that the caller of this function sees to, and which stay here, whatever the table says
 * @returns a dictionary that may be shared: nobody may change it
 * @throws {UsageError} for an unknown name, with the one that was probably meant, for one that is not a user's to set, and for
 *   a value that the option does not take
 */
export function wireOptions<T extends OptionsType>(type: T, options: Options<T>, local: readonly string[] = []): Dict {
  const table = BY_NAME.get(type) as Table;
  let wire: Record<string, unknown> | undefined;
  for (const name of Object.keys(options)) {
    const value = (options as Dict)[name];
    const row = table.get(name);
    if (local.includes(name)) continue;
    if (row === undefined && !isCustom(name)) throw new UsageError(unknown(type, name, table, local));
    if (value === undefined) continue;
    if (row?.reserved !== undefined)
      throw new UsageError(`option '${name}' of ${type} is not a user's: ${row.reserved}`);
    wire ??= {};
    wire[row?.wire ?? name] = row === undefined ? value : parsed(type, name, row, value);
  }
  return wire ?? NONE;
}

/**
 * The first option of a message that came whose value makes no sense, as a sentence, or `undefined`. Options that
 * nobody here knows are no fault.
 *
 * @returns `SUBSCRIBE.options.match: expected 'exact', 'prefix' or 'wildcard', received a list`, fit for the arguments
 *   of an ERROR with `wamp.error.invalid_argument`
 */
export function faultInOptions(type: OptionsType, options: Dict): string | undefined {
  const table = BY_WIRE.get(type) as ReadonlyMap<string, Parse<unknown>>;
  for (const key of Object.keys(options)) {
    const parse = table.get(key);
    if (parse === undefined) continue;
    try {
      parse(options[key]);
    } catch (error) {
      return `${type}.options.${key}: ${(error as Error).message}`;
    }
  }
  return undefined;
}

function parsed(type: OptionsType, name: string, row: OptionShape, value: unknown): unknown {
  try {
    return row.parse(value);
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

function unknown(type: OptionsType, name: string, table: Table, local: readonly string[]): string {
  const said = `unknown option '${name}' of ${type}`;
  if (/^args(list|dict)$/i.test(name))
    return `${said}: args are the second argument, and the rest goes in kwargs: { … }`;
  if (name.startsWith('_'))
    return `${said}: a custom one is "_" and three or more of a-z, 0-9 and "_", such as '_trace'`;
  for (const [ours, { wire }] of table) if (wire === name) return `${said}: it is '${ours}' here`;
  const free = [...table].flatMap(([ours, { reserved }]) => (reserved === undefined ? [ours] : []));
  const names = [...new Set([...free, ...local])];
  const meant = nearest(name, names);
  if (meant !== undefined) return `${said}: did you mean '${meant}'?`;
  const help = type === 'CALL' || type === 'PUBLISH' ? '; keyword arguments go in kwargs: { … }' : '';
  return `${said}: expected one of ${names.join(', ')}, or a custom one that begins with "_"${help}`;
}

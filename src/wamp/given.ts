import { UsageError } from '../errors.js';
import { show } from './values.js';

/** What an option takes, in words that follow "expected … to be", and as a test. */
export interface Kind {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
  /** It may hold a secret: what came is named by its kind only. */
  readonly hidden?: boolean;
}

/** What a function's options may be called, and what each of them takes. */
export type Kinds<T> = Readonly<Record<keyof T & string, Kind>>;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isFunction = (value: unknown): boolean => typeof value === 'function';

export const A_FUNCTION: Kind = { expected: 'a function', fits: isFunction };
export const A_BOOLEAN: Kind = { expected: 'true or false', fits: (value) => typeof value === 'boolean' };
export const A_STRING: Kind = { expected: 'a string that is not empty', fits: (value) => isText(value) };
export const AN_OBJECT: Kind = {
  expected: 'an object',
  fits: (value) => isObject(value) && !Array.isArray(value),
  hidden: true,
};
export const MILLISECONDS: Kind = {
  expected: 'milliseconds above 0',
  fits: (value) => typeof value === 'number' && value > 0,
};
export const A_COUNT: Kind = {
  expected: 'a whole number from 1',
  fits: (value) => value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && Number(value) >= 1),
};
/** Checked where it is used, in words of its own. */
export const ANYTHING: Kind = { expected: 'anything', fits: () => true };
/** A number of them, that whoever enforces it looks at closer. */
export const OCTETS: Kind = { expected: 'octets', fits: ANYTHING.fits };
export const A_LOGGER: Kind = /* @__PURE__ */ having(
  'a logger, such as pino: an object',
  'debug',
  'info',
  'warn',
  'error',
);
export const A_CLOCK: Kind = /* @__PURE__ */ having('a clock: an object', 'now', 'setTimeout', 'clearTimeout');
export const A_SIGNAL: Kind = {
  expected: 'an AbortSignal',
  fits: (value) => isObject(value) && 'aborted' in value && 'addEventListener' in value,
};

/** What a user may write instead is the function that makes one: `json` for `json()`. */
export const SERIALIZERS: Kind = {
  expected: 'a list of at least one serializer, such as [msgpack(), json()]',
  fits: (value) => Array.isArray(value) && value.length > 0 && value.every(isSerializer),
  hidden: true,
};

/** An object with these methods. */
export function having(what: string, ...methods: readonly string[]): Kind {
  return {
    expected: `${what} with the methods ${methods.join(', ')}`,
    fits: (value) => isObject(value) && methods.every((name) => isFunction((value as Record<string, unknown>)[name])),
    hidden: true,
  };
}

export function oneOfThese(...choices: readonly string[]): Kind {
  return {
    expected: `one of ${choices.map((choice) => `"${choice}"`).join(', ')}`,
    fits: (value) => typeof value === 'string' && choices.includes(value),
  };
}

function isSerializer(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { subprotocol, encode, decode } = value as Record<string, unknown>;
  return isText(subprotocol) && isFunction(encode) && isFunction(decode);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/**
 * Checks the options that a user gave: at the place where he wrote them, and not where one of them is first needed. An
 * option that is `undefined` counts as not given. Who takes more than a handful has them checked by `checkManyOptions`.
 *
 * @param where what they are options of, to begin the message with: `peer "thermostat"`
 * @param help what to add to the error for an unknown name: by default all that are known
 * @throws {UsageError} that says which option is wrong, what was expected and what came
 */
export function checkOptions<T>(
  where: string,
  given: unknown,
  kinds: Kinds<T>,
  help: (unknown: string) => string = () => `known are ${Object.keys(kinds).join(', ')}`,
): asserts given is T {
  if (!isObject(given) || Array.isArray(given)) {
    throw new UsageError(`${where}: expected options, an object, received ${came(given)}`);
  }
  for (const [name, value] of Object.entries(given)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name as keyof T & string] : undefined;
    if (kind === undefined) throw new UsageError(`${where}: unknown option "${name}"; ${help(name)}`);
    if (value !== undefined && !kind.fits(value)) throw unfit(where, name, kind, value);
  }
}

/** The error for one option, or another thing of a name, that does not fit. */
export function unfit(
  where: string,
  name: string,
  kind: Pick<Kind, 'expected' | 'hidden'>,
  value: unknown,
): UsageError {
  const received = kind.hidden === true && typeof value === 'string' ? 'a string' : came(value);
  return new UsageError(`${where}: expected ${name} to be ${kind.expected}, received ${received}`);
}

/** What came, in few words. Nothing of the value is run: it may be an object that cannot be turned into text. */
export function came(value: unknown): string {
  if (typeof value === 'string' && value !== '')
    return value.length <= 60 ? JSON.stringify(value) : `a string of ${value.length} characters`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (!Array.isArray(value)) return isObject(value) ? 'an object' : show(value);
  // What should have been called: `[msgpack]` for `[msgpack()]`.
  return value.length > 0 && value.every(isFunction) ? 'a list of functions' : 'a list';
}

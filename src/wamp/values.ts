import { ProtocolError } from '../errors.js';

/**
 * A WAMP id, of a session, request, registration or publication: an integer from 1 to 2^53.
 *
 * @see WAMP Basic Profile, "IDs"
 */
export type Id = number;

/**
 * A WAMP URI, of a realm, procedure, topic or error: words with dots between them, `com.example.add`.
 *
 * @see WAMP Basic Profile, "URIs"
 */
export type Uri = string;

/** A WAMP dict: an object with a value for each name, such as keyword arguments or details. */
export type Dict = Readonly<Record<string, unknown>>;

/** A WAMP list: values in order, such as positional arguments. */
export type List = readonly unknown[];

/** Returns `value` with its type, or throws a {@link ProtocolError} that says what was expected and what came. */
export type Parse<T> = (value: unknown) => T;

/**
 * Checks that `value` is a WAMP ID: an integer from 1 to 2^53, both included.
 *
 * 2^53 is one more than `Number.MAX_SAFE_INTEGER`, so `Number.isSafeInteger` would refuse
 * an ID that the specification allows.
 *
 * @throws {ProtocolError} when `value` is anything else
 * @see WAMP Basic Profile, "IDs"
 */
export const id: Parse<Id> = (value) => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 2 ** 53) return value;
  throw unlike('an ID from 1 to 2^53', value);
};

/** Checks that `value` is an ID, or 0: a router revokes a subscription or registration with request 0. */
export const idOrZero: Parse<Id> = (value) => (value === 0 ? 0 : id(value));

const REQUEST_TYPES: readonly unknown[] = [16, 32, 34, 48, 64, 66, 68];

/**
 * Checks that `value` is the code of a message that ERROR may answer: PUBLISH, SUBSCRIBE, UNSUBSCRIBE, CALL, REGISTER,
 * UNREGISTER or INVOCATION.
 *
 * @see WAMP Basic Profile, "Protocol Errors": an ERROR with an invalid REQUEST.Type
 */
export const requestType: Parse<number> = (value) => {
  if (REQUEST_TYPES.includes(value)) return value as number;
  throw unlike(`the code of a request (${REQUEST_TYPES.join(', ')})`, value);
};

/** Checks that `value` is a string. Whether it is a URI is for the side that owns the URI's namespace to say. */
export const uri: Parse<Uri> = (value) => {
  if (typeof value === 'string') return value;
  throw unlike('a URI', value);
};

/** Checks that `value` is a string. */
export const string: Parse<string> = (value) => {
  if (typeof value === 'string') return value;
  throw unlike('a string', value);
};

/** Checks that `value` is a boolean. 0 and 1 are none. */
export const boolean: Parse<boolean> = (value) => {
  if (typeof value === 'boolean') return value;
  throw unlike('true or false', value);
};

/** Checks that `value` is a dictionary: an object that is neither a list nor binary. */
export const dict: Parse<Dict> = (value) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)) {
    return value as Dict;
  }
  throw unlike('a dictionary', value);
};

/** Checks that `value` is a list. */
export const list: Parse<List> = (value) => {
  if (Array.isArray(value)) return value;
  throw unlike('a list', value);
};

/** Checks that `value` is an integer of at least `least` and small enough to be exact. */
export function integer(least: number): Parse<number> {
  return (value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
    throw unlike(`an integer from ${least}`, value);
  };
}

/** Checks that `value` is one of these strings. */
export function oneOf<const T extends string>(...choices: readonly T[]): Parse<T> {
  const named = choices.map((choice) => `'${choice}'`);
  const expected = `${named.slice(0, -1).join(', ')} or ${named.at(-1)}`;
  return (value) => {
    if (choices.includes(value as T)) return value as T;
    throw unlike(expected, value);
  };
}

/** Checks that `value` is a list of such elements. The one that is not is named by its place, from 0. */
export function listOf<T>(parse: Parse<T>): Parse<readonly T[]> {
  return (value) => {
    list(value).forEach((element, at) => {
      try {
        parse(element);
      } catch (error) {
        throw new ProtocolError(`element ${at}: ${(error as Error).message}`);
      }
    });
    return value as readonly T[];
  };
}

/** The error for a value of another kind than was expected. */
function unlike(expected: string, value: unknown): ProtocolError {
  return new ProtocolError(`expected ${expected}, received ${show(value)}`);
}

/** What a parse found; a user's own may throw anything. */
export function problemIn(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : `it is refused: ${show(thrown)}`;
}

/** Names a value by its kind, and by itself only where it is short and cannot hold a payload or a secret. */
export function show(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Uint8Array) return 'binary';
  if (typeof value === 'object') return 'a dictionary';
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string';
  return String(value);
}

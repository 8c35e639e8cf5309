/**
 * What may stand at a place of a configuration, said once: for the check of what stands there, which finds everything that
 * is wrong, and for the JSON schema that an editor checks and completes by.
 */

import { nearest } from '../../wamp/nearest.js';
import type { Place } from './place.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Shape {
  /** In words that follow "expected". */
  readonly expected: string;
  readonly schema: JsonSchema;
  /** What the program is to use; `undefined` where it cannot be meant, which the place was told. */
  read(value: unknown, place: Place): unknown;
}

/** A shape with what it is for. */
export interface Field {
  readonly shape: Shape;
  /** One line, without a full stop. */
  readonly says: string;
  /** As the documentation tells it: `8080`, `all in the file`. */
  readonly fallback?: string;
}

function primitive(expected: string, schema: JsonSchema, fits: (value: unknown) => boolean): Shape {
  return {
    expected,
    schema,
    read: (value, place) => (fits(value) ? value : place.refuse(expected, value)),
  };
}

export const YES_OR_NO: Shape = primitive('true or false', { type: 'boolean' }, (value) => typeof value === 'boolean');

export const ANY_TEXT: Shape = primitive('a string', { type: 'string' }, (value) => typeof value === 'string');

export const TEXT: Shape = primitive(
  'a string that is not empty',
  { type: 'string', minLength: 1 },
  (value) => typeof value === 'string' && value !== '',
);

export function whole(from: number, to = Number.MAX_SAFE_INTEGER, unit = ''): Shape {
  const upTo = to === Number.MAX_SAFE_INTEGER ? '' : ` to ${to}`;
  return primitive(
    `a whole number${unit} from ${from}${upTo}`,
    { type: 'integer', minimum: from, ...(upTo !== '' && { maximum: to }) },
    (value) => Number.isInteger(value) && Number(value) >= from && Number(value) <= to,
  );
}

export const MILLISECONDS: Shape = primitive(
  'milliseconds above 0',
  { type: 'number', exclusiveMinimum: 0 },
  (value) => typeof value === 'number' && value > 0,
);

/** Exactly this value. */
export function exactly(value: string | boolean): Shape {
  return primitive(JSON.stringify(value), { const: value }, (given) => given === value);
}

export function oneOf(...choices: readonly string[]): Shape {
  const expected = `one of ${choices.join(', ')}`;
  return {
    expected,
    schema: { enum: choices },
    read: (value, place) => {
      if (typeof value === 'string' && choices.includes(value)) return value;
      const close = typeof value === 'string' ? nearest(value, choices) : undefined;
      return place.refuse(expected, value, close === undefined ? '' : `; did you mean "${close}"?`);
    },
  };
}

export function listOf(item: Shape): Shape {
  const expected = `a list, each of it ${item.expected}`;
  return {
    expected,
    schema: { type: 'array', items: item.schema },
    read: (value, place) =>
      Array.isArray(value)
        ? value.map((each, at) => item.read(each, place.at(String(at))))
        : place.refuse(expected, value),
  };
}

/** An object of which the keys are a user's own: a realm's name, a user's. */
export function mapOf(what: string, value: Shape): Shape {
  const expected = `an object with ${what}`;
  return {
    expected,
    schema: { type: 'object', additionalProperties: value.schema },
    read: (given, place) => {
      if (!isObject(given)) return place.refuse(expected, given);
      return fromEntries(Object.entries(given).map(([key, each]) => [key, value.read(each, place.at(key))]));
    },
  };
}

/** An object whose keys are known; each of them may be left out, unless it is named in `needed`. */
export function record(
  expected: string,
  fields: Readonly<Record<string, Field>>,
  needed: readonly string[] = [],
  isHidden = false,
): Shape {
  const known = Object.keys(fields);
  return {
    expected,
    schema: {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(fields).map(([key, { shape, says, fallback }]) => [
          key,
          { description: `${says}.${fallback === undefined ? '' : ` Default: ${fallback}.`}`, ...shape.schema },
        ]),
      ),
      ...(needed.length > 0 && { required: needed }),
      additionalProperties: false,
    },
    read: (given, outside) => {
      const place = isHidden ? outside.hidden : outside;
      if (!isObject(given)) return place.refuse(expected, given);
      const missing = needed.filter((key) => !Object.hasOwn(given, key));
      if (missing.length > 0) place.problem(`expected ${expected}; ${missing.join(', ')} is missing`);
      const entries: [string, unknown][] = [];
      for (const [key, value] of Object.entries(given)) {
        const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
        if (field === undefined) place.at(key).problem(`unknown key${meant(key, known)}`);
        else entries.push([key, field.shape.read(value, place.at(key))]);
      }
      return fromEntries(entries);
    },
  };
}

/** One shape or another: the first whose kind of value it is says what is wrong with it. */
export function either(
  expected: string,
  ...shapes: readonly (readonly [fits: (value: unknown) => boolean, Shape])[]
): Shape {
  return {
    expected,
    schema: { anyOf: shapes.map(([, { schema }]) => schema) },
    read: (value, place) => {
      const [, shape] = shapes.find(([fits]) => fits(value)) ?? [];
      return shape === undefined ? place.refuse(expected, value) : shape.read(value, place);
    },
  };
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isString = (value: unknown): value is string => typeof value === 'string';
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
export const isList = (value: unknown): boolean => Array.isArray(value);

/** `; did you mean "port"?`, or what there is. */
export function meant(typed: string, known: readonly string[]): string {
  const close = nearest(typed, known);
  return close === undefined ? `; known are ${known.join(', ')}` : `; did you mean "${close}"?`;
}

/** A user of a realm may be called `__proto__`: that is a key like any other, here. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

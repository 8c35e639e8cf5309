/** Payloads against schemas: what is wrong with one, or what the schemas make of it. */

import { came } from '../wamp/given.js';
import type { Dict, List } from '../wamp/values.js';
import type { PayloadSchemas } from './definition.js';
import { isSchema, type SchemaIssue, type SchemaResult, type StandardSchema } from './standard-schema.js';

/** One thing that is wrong with a payload: where, as `args[0].when` or `kwargs.limit`, and what. */
export interface ContractIssue {
  readonly path: string;
  readonly message: string;
}

/** What a check comes to: the payload as the schemas make it, or what is wrong. */
export type Verdict =
  | { readonly issues?: undefined; readonly args: List; readonly kwargs: Dict }
  | { readonly issues: readonly ContractIssue[] };

/** So much of what is wrong is told; the rest would only say the same again. */
const MOST_ISSUES = 16;
const LONGEST_MESSAGE = 400;

type Values<T> = { readonly issues?: undefined; readonly value: T } | { readonly issues: readonly ContractIssue[] };

/** The schemas of one payload. */
export class PayloadCheck {
  readonly #args: readonly StandardSchema[] | StandardSchema | undefined;
  readonly #kwargs: StandardSchema | undefined;

  constructor({ args, kwargs }: PayloadSchemas) {
    this.#args = args;
    this.#kwargs = kwargs;
  }

  /** Never throws or rejects. A promise only where a schema answers by one. */
  check(args: List, kwargs: Dict): Verdict | Promise<Verdict> {
    const checkedArgs = this.#args === undefined ? { value: args } : checkArgs(this.#args, args);
    const checkedKwargs = this.#kwargs === undefined ? { value: kwargs } : checkKwargs(this.#kwargs, kwargs);
    if (checkedArgs instanceof Promise || checkedKwargs instanceof Promise) {
      return Promise.all([checkedArgs, checkedKwargs]).then(([one, other]) => verdict(one, other));
    }
    return verdict(checkedArgs, checkedKwargs);
  }
}

function verdict(args: Values<List>, kwargs: Values<Dict>): Verdict {
  if (args.issues === undefined && kwargs.issues === undefined) return { args: args.value, kwargs: kwargs.value };
  return { issues: [...(args.issues ?? []), ...(kwargs.issues ?? [])].slice(0, MOST_ISSUES) };
}

function checkArgs(
  schemas: readonly StandardSchema[] | StandardSchema,
  args: List,
): Values<List> | Promise<Values<List>> {
  if (isSchema(schemas)) return of(schemas, args, 'args', isList);
  if (args.length > schemas.length) {
    return { issues: [{ path: 'args', message: `expected at most ${schemas.length}, received ${args.length}` }] };
  }
  const checked = schemas.map((schema, at) => of(schema, args[at], `args[${at}]`));
  return checked.some((one) => one instanceof Promise)
    ? Promise.all(checked).then((all) => together(all, args.length))
    : together(checked as Values<unknown>[], args.length);
}

function checkKwargs(schema: StandardSchema, kwargs: Dict): Values<Dict> | Promise<Values<Dict>> {
  return of(schema, kwargs, 'kwargs', isDict);
}

/** @param given how many there were: what a schema made of one that was left out is kept only if it is something */
function together(checked: readonly Values<unknown>[], given: number): Values<List> {
  const issues = checked.flatMap((one) => one.issues ?? []);
  if (issues.length > 0) return { issues };
  const values = checked.map((one) => (one.issues === undefined ? one.value : undefined));
  while (values.length > given && values.at(-1) === undefined) values.pop();
  return { value: values };
}

const isList = (value: unknown): value is List => Array.isArray(value);
const isDict = (value: unknown): value is Dict => typeof value === 'object' && value !== null && !Array.isArray(value);
const isAnything = (_value: unknown): _value is unknown => true;

/** One value against one schema. A schema that throws is one that the value does not fit. */
function of<T = unknown>(
  schema: StandardSchema,
  value: unknown,
  path: string,
  isOfShape: (made: unknown) => made is T = isAnything as (made: unknown) => made is T,
): Values<T> | Promise<Values<T>> {
  const read = (result: SchemaResult<unknown>): Values<T> => {
    if (result.issues !== undefined) return { issues: result.issues.map((issue) => told(issue, path)) };
    if (isOfShape(result.value)) return { value: result.value };
    return { issues: [{ path, message: `the schema made ${came(result.value)} of it` }] };
  };
  const failed = (error: unknown): Values<T> => ({
    issues: [{ path, message: `the schema failed: ${error instanceof Error ? error.message : came(error)}` }],
  });
  try {
    const result = schema['~standard'].validate(value);
    // Of another realm's promise, too.
    if ('then' in result) return Promise.resolve(result).then(read).catch(failed);
    return read(result);
  } catch (error) {
    return failed(error);
  }
}

function told({ message, path = [] }: SchemaIssue, start: string): ContractIssue {
  let at = start;
  for (const segment of path) {
    const key = typeof segment === 'object' ? segment.key : segment;
    if (typeof key === 'number') at += `[${key}]`;
    else at += /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(String(key))}]`;
  }
  return {
    path: at,
    message: String(message)
      .slice(0, LONGEST_MESSAGE)
      .replace(/\p{Surrogate}/gu, '\ufffd'),
  };
}

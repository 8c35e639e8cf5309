/**
 * What a schema is here: anything that follows Standard Schema, as those of Zod, Valibot and ArkType do. It is an agreement on
 * the shape of one property, so it takes no dependency to keep it.
 *
 * @see https://standardschema.dev
 */

/** A schema of any library that follows Standard Schema, version 1. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    /** Tells whether a value fits, at once or by a promise, and what the schema makes of it. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** Of the types only; no value has it. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong with a value, and where in it. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema takes: what whoever sends such a value writes. */
export type InferInput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['input'];

/** What a schema makes of it: what whoever receives such a value sees. */
export type InferOutput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output'];

/** Whether `value` is a schema: an object, or a function as ArkType's are. */
export function isSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  if (!('~standard' in value)) return false;
  const standard: unknown = value['~standard'];
  return (
    typeof standard === 'object' &&
    standard !== null &&
    'validate' in standard &&
    typeof standard.validate === 'function'
  );
}

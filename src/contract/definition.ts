/** An API in schemas: what `contract({ procedures, topics })` takes, and the two APIs in types that follow from it. */

import type { UriPattern } from '../wamp/uri.js';
import type { Uri } from '../wamp/values.js';
import type { Template } from './api.js';
import type { StandardSchema } from './standard-schema.js';

/** Schemas of what goes with an event, or with an error. What is left out is not looked at. */
export interface PayloadSchemas {
  /** A schema of each argument in its order, or one schema of the whole list. */
  readonly args?: readonly StandardSchema[] | StandardSchema;
  /** A schema of the object that `kwargs` is. */
  readonly kwargs?: StandardSchema;
}

interface Matching {
  /** How the URI is meant: itself (`exact`, the default), or as a pattern, `prefix` or `wildcard` (`com.example..value`). */
  readonly match?: UriPattern;
}

/** A topic in schemas. */
export interface TopicDefinition extends PayloadSchemas, Matching {}

/** A procedure in schemas. */
export interface ProcedureDefinition extends PayloadSchemas, Matching {
  /** Of the one value of the result, or of its `args` and `kwargs` where there are several or some with names. */
  readonly result?: StandardSchema | PayloadSchemas;
  /** Of the further parts of a call that is sent in parts, where they differ from the first, which is `args` and `kwargs`. */
  readonly parts?: PayloadSchemas;
  /** Of the parts of a result before its end, as `result`. */
  readonly progress?: StandardSchema | PayloadSchemas;
  /** By URI, the errors that it answers with beside those that anything can. */
  readonly errors?: Readonly<Record<Uri, PayloadSchemas>>;
}

/** What {@link contract} takes: an API in schemas of any library that follows Standard Schema. */
export interface Definition {
  readonly procedures?: Readonly<Record<Uri, ProcedureDefinition>>;
  readonly topics?: Readonly<Record<Uri, TopicDefinition>>;
}

type Way = 'input' | 'output';

type Infer<S, W extends Way> = S extends StandardSchema ? NonNullable<S['~standard']['types']>[W] : never;

type ArgsOf<S, W extends Way> = S extends readonly unknown[]
  ? { readonly [K in keyof S]: Infer<S[K], W> }
  : Infer<S, W>;

type PayloadOf<D, W extends Way> = {
  readonly [K in keyof D]: K extends 'args' ? ArgsOf<D[K], W> : K extends 'kwargs' ? Infer<D[K], W> : never;
};

type ResultOf<D, W extends Way> = D extends StandardSchema ? Infer<D, W> : PayloadOf<D, W>;

// An error reaches its caller as it was sent: see isError.
type ErrorsOf<D> = { readonly [U in keyof D]: PayloadOf<D[U], 'input'> };

type EntryOf<D, W extends Way> = {
  readonly [K in Exclude<keyof D, 'match'>]: K extends 'args'
    ? ArgsOf<D[K], W>
    : K extends 'kwargs'
      ? Infer<D[K], W>
      : K extends 'errors'
        ? ErrorsOf<D[K]>
        : ResultOf<D[K], W>;
};

type PatternKeys<D> = {
  [U in keyof D]: D[U] extends { readonly match: 'prefix' | 'wildcard' } ? U : never;
}[keyof D];

/** By the very keys of the definition: so an editor goes from a URI to the place where it is defined. */
type Exactly<D, U extends keyof D, W extends Way> = { readonly [K in U]: EntryOf<D[K], W> };

type Patterns<D, U extends keyof D, W extends Way> = {
  readonly [K in U as D[K] extends { readonly match: infer M extends UriPattern }
    ? Template<M, K & string>
    : never]: EntryOf<D[K], W>;
};

type PartOf<D, W extends Way> = [PatternKeys<D>] extends [never]
  ? Exactly<D, keyof D, W>
  : Exactly<D, Exclude<keyof D, PatternKeys<D>>, W> & Patterns<D, PatternKeys<D>, W>;

/** The API in types of what is sent: what the schemas take (`input`); or of what is received: what they make of it (`output`). */
export type ApiOf<D extends Definition, W extends Way> = {
  readonly [K in keyof D]: PartOf<D[K], W>;
};

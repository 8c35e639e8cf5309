/**
 * An API in types: which procedures and topics there are, and what goes to and comes from each. All that a contract says to the
 * compiler is derived here, from one such type; nothing in this file is run.
 */

import type { ApplicationError } from '../errors.js';
import type { Result } from '../roles/caller.js';
import type { EndpointResult } from '../roles/endpoint-result.js';
import type { Invocation } from '../roles/invocation.js';
import type { Event } from '../roles/subscriber.js';
import type { UriPattern } from '../wamp/uri.js';
import type { List, Uri } from '../wamp/values.js';

/** What goes with an event, or with an error. What is left out is empty. */
export interface PayloadTypes {
  readonly args?: List;
  readonly kwargs?: object;
}

/** What goes to a procedure and comes back. What is left out is empty. */
export interface ProcedureTypes extends PayloadTypes {
  /** The one value of the result, or `{ args, kwargs }` where there are several or some with names. */
  readonly result?: unknown;
  /** The further parts of a call that is sent in parts, where they differ from the first, which is `args` and `kwargs`. */
  readonly parts?: PayloadTypes;
  /** The parts of a result before its end, as `result`. */
  readonly progress?: unknown;
  /** By URI, the errors that it answers with beside those that anything can. */
  readonly errors?: Readonly<Record<Uri, PayloadTypes>>;
}

/** A whole API. `ApiShape` says more exactly what may stand in it. */
export interface Api {
  readonly procedures?: object;
  readonly topics?: object;
}

/** What the `Api` of a contract has to be: `A extends ApiShape<A>`. A misspelt key is an error at that key. */
export type ApiShape<A> = {
  readonly [K in keyof A]: K extends 'procedures'
    ? {
        readonly [U in keyof A[K]]: A[K][U] extends (...args: never) => unknown
          ? A[K][U]
          : Strictly<A[K][U], ProcedureTypes>;
      }
    : K extends 'topics'
      ? { readonly [U in keyof A[K]]: Strictly<A[K][U], PayloadTypes> }
      : never;
};

type Strictly<T, Shape> = Shape & { readonly [K in Exclude<keyof T, keyof Shape>]: never };

/** Stands for the API of a peer that has no contract. */
export interface Untyped {
  readonly untyped: true;
}

/** Nothing by name. */
type None = Readonly<Record<never, unknown>>;

/** The URIs of an API: `procedures` or `topics`. */
export type UriOf<A, K extends keyof Api> = A extends { readonly [k in K]: infer P } ? keyof P & string : never;

/** What an API says of one URI. */
type Entry<A, K extends keyof Api, U> = A extends { readonly [k in K]: infer P }
  ? U extends keyof P
    ? P[U] extends (...args: infer I) => infer O
      ? { readonly args: I; readonly result: Awaited<O> }
      : P[U]
    : never
  : never;

type Args<E> = E extends { readonly args: infer T extends List } ? Readonly<T> : readonly [];
type Kwargs<E> = E extends { readonly kwargs: infer T extends object } ? Readonly<T> : None;

/** Whether a value is not one value, but says itself what its `args` and `kwargs` are. */
type IsSeveral<T> = T extends PayloadTypes
  ? [keyof T] extends [never]
    ? false
    : keyof T extends keyof PayloadTypes
      ? true
      : false
  : false;

// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is of this type, and of no other
type Nothing = void;

/** A result as it comes: one value, several, or none. */
type ResultArgs<T> = [T] extends [Nothing] ? readonly [] : IsSeveral<T> extends true ? Args<T> : readonly [T];
type ResultKwargs<T> = IsSeveral<T> extends true ? Kwargs<T> : None;

type ResultOf<E> = E extends { readonly result: infer T } ? T : undefined;
type PartOf<E> = E extends { readonly parts: infer T } ? T : E;
type ProgressOf<E> = E extends { readonly progress: infer T } ? T : undefined;

/** A result, or a part of one, whose payload is known. */
export interface ResultWith<A extends List, K> extends Omit<Result, 'args' | 'kwargs'> {
  readonly args: A;
  readonly kwargs: K;
}

/** What a call of `U` comes back with: `args` and `kwargs` in the types that the contract `A` gives them. */
export type CallResult<A, U> = ResultWith<
  ResultArgs<ResultOf<Entry<A, 'procedures', U>>>,
  ResultKwargs<ResultOf<Entry<A, 'procedures', U>>>
>;

/** What a call of `U` brings before its end: as {@link CallResult}, of one part. */
export type CallProgress<A, U> = ResultWith<
  ResultArgs<ProgressOf<Entry<A, 'procedures', U>>>,
  ResultKwargs<ProgressOf<Entry<A, 'procedures', U>>>
>;

/** Arguments and options, as a list of parameters: each is only needed where something has to stand in it. */
type Payload<E, Options> =
  None extends Kwargs<E>
    ? readonly [] extends Args<E>
      ? [args?: Args<E>, options?: Options & { readonly kwargs?: Kwargs<E> }]
      : [args: Args<E>, options?: Options & { readonly kwargs?: Kwargs<E> }]
    : [args: Args<E>, options: Options & { readonly kwargs: Kwargs<E> }];

/** What follows the URI in a call. */
export type CallParameters<A, U, Options> = Payload<Entry<A, 'procedures', U>, Options>;

/** What follows the URI in a publication. */
export type PublishParameters<A, U, Options> = Payload<Entry<A, 'topics', U>, Options>;

/** What follows the URI in a call in parts; `Options` without its `kwargs` and `parts`. */
export type StreamParameters<A, U, Options> = StreamPayload<Entry<A, 'procedures', U>, Options>;

type StreamPayload<E, Options> = [
  args?: Args<E> | readonly [],
  options?: Options & {
    readonly kwargs?: Kwargs<E>;
    /** What to send behind the first part, and then the end. */
    readonly parts?: Iterable<CallPartOf<PartOf<E>>> | AsyncIterable<CallPartOf<PartOf<E>>>;
  },
];

type CallPartOf<E> = Args<E> | { readonly args?: Args<E>; readonly kwargs?: Kwargs<E> };

/** The args, and the kwargs, of the further parts of a call. */
export type PartArgs<A, U> = Args<PartOf<Entry<A, 'procedures', U>>>;
export type PartKwargs<A, U> = Kwargs<PartOf<Entry<A, 'procedures', U>>>;

/** A part of a call whose payload is known. */
export interface PartWith<A extends List, K> {
  readonly args: A;
  readonly kwargs: K;
}

/** An invocation whose payload is known. `Q` is a part of the call, `P` one of the result. */
export interface InvocationWith<U, A extends List, K, Q, P>
  extends Omit<Invocation, 'args' | 'kwargs' | 'procedure' | 'progress' | 'parts'> {
  readonly args: A;
  readonly kwargs: K;
  readonly procedure: U;
  /** The parts of the call, for a loop. @see {@link Invocation.parts} */
  readonly parts: AsyncIterableIterator<Q, undefined>;
  /** Sends a part of the result, before its end, to a caller who takes such. @see {@link Invocation.progress} */
  readonly progress: (
    ...part: None extends ResultKwargs<P>
      ? [args: ResultArgs<P>, kwargs?: ResultKwargs<P>]
      : [args: ResultArgs<P>, kwargs: ResultKwargs<P>]
  ) => boolean;
}

/** What an endpoint of `U` may return. */
type Returned<T> = [T] extends [Nothing]
  ? Nothing
  : IsSeveral<T> extends true
    ? EndpointResult<Args<T>, Kwargs<T>>
    : T | EndpointResult<readonly [T], None>;

/** An endpoint for what the pattern (or URI) `P` matches: it receives what `R` says, and answers what `S` says. */
export type EndpointFor<S, R, M extends UriPattern, P> = (
  invocation: InvocationFor<S, R, Matched<R, 'procedures', M, P>>,
) => Answer<S, Matched<S, 'procedures', M, P>>;

type InvocationFor<S, R, U> = U extends unknown
  ? InvocationWith<
      U,
      Args<Entry<R, 'procedures', U>>,
      Kwargs<Entry<R, 'procedures', U>>,
      | PartWith<Args<Entry<R, 'procedures', U>>, Kwargs<Entry<R, 'procedures', U>>>
      | PartWith<PartArgs<R, U>, PartKwargs<R, U>>,
      ProgressOf<Entry<S, 'procedures', U>>
    >
  : never;

type Answer<S, U> =
  | Returned<ResultOf<Entry<S, 'procedures', U>>>
  | PromiseLike<Returned<ResultOf<Entry<S, 'procedures', U>>>>;

/** An event whose payload is known. */
export interface EventWith<U, A extends List, K> extends Omit<Event, 'args' | 'kwargs' | 'topic'> {
  readonly args: A;
  readonly kwargs: K;
  readonly topic: U;
}

/** The events of what the pattern (or URI) `P` matches: told apart by their `topic`. */
export type EventFor<R, M extends UriPattern, P> = EventAt<R, Matched<R, 'topics', M, P>>;

type EventAt<R, U> = U extends unknown
  ? EventWith<U, Args<Entry<R, 'topics', U>>, Kwargs<Entry<R, 'topics', U>>>
  : never;

/** The URIs of an API that a pattern matches; of `exact`, the URI itself. */
export type Matched<A, K extends keyof Api, M extends UriPattern, P> = P extends string
  ? M extends 'exact'
    ? P & UriOf<A, K>
    : M extends 'prefix'
      ? Extract<UriOf<A, K>, `${P}${string}`>
      : WildcardMatched<UriOf<A, K>, P>
  : never;

/** Those of the URIs `U` that a wildcard matches, component by component. What may be anything may be what matches. */
type WildcardMatched<U, P extends string> = U extends string ? (IsMatched<U, P> extends true ? U : never) : never;

type IsMatched<U extends string, P extends string> = string extends U
  ? true
  : P extends `${infer Component}.${infer Rest}`
    ? U extends `${infer Head}.${infer Tail}`
      ? IsSame<Head, Component> extends true
        ? IsMatched<Tail, Rest>
        : false
      : false
    : U extends `${string}.${string}`
      ? false
      : IsSame<U, P>;

type IsSame<U, Component> = Component extends '' ? true : string extends U ? true : U extends Component ? true : false;

/** A pattern of WAMP as a type: every URI that it matches. */
export type Template<M extends UriPattern, P extends string> = M extends 'prefix'
  ? `${P}${string}`
  : M extends 'wildcard'
    ? Wildcard<P>
    : P;

type Wildcard<P extends string> = P extends `${infer Head}.${infer Tail}`
  ? `${Component<Head>}.${Wildcard<Tail>}`
  : Component<P>;
type Component<P extends string> = P extends '' ? string : P;

/** What may stand where something is registered or subscribed to: a URI of the API, or any pattern. */
export type UriOrPattern<A, K extends keyof Api, M extends UriPattern> = M extends 'exact' ? UriOf<A, K> : string;

/** Of a pattern, that it matches something of the API. */
export type MatchesSome<A, K extends keyof Api, M extends UriPattern, P> = [Matched<A, K, M, P>] extends [never]
  ? { readonly [no in `${K} of the contract that match`]: never }
  : unknown;

/** The URIs of all errors that an API's procedures answer with. */
export type ErrorUri<A> = A extends { readonly procedures: infer P } ? ErrorsIn<P[keyof P]>[0] : never;

type ErrorsIn<E> = E extends { readonly errors: infer X }
  ? { [U in keyof X & string]: [U, X[U]] }[keyof X & string]
  : never;

/** The ERROR of URI `U`, with what the API says goes with it. */
export type ErrorFor<A, U> = A extends { readonly procedures: infer P }
  ? Extract<ErrorsIn<P[keyof P]>, readonly [U, unknown]> extends readonly [unknown, infer E]
    ? ApplicationError<U & string, Args<E>, Kwargs<E>>
    : never
  : never;

/** What follows the URI where such an error is made. */
export type ErrorParameters<A, U> = A extends { readonly procedures: infer P }
  ? Extract<ErrorsIn<P[keyof P]>, readonly [U, unknown]> extends readonly [unknown, infer E]
    ? None extends Kwargs<E>
      ? readonly [] extends Args<E>
        ? [args?: Args<E>, kwargs?: Kwargs<E>]
        : [args: Args<E>, kwargs?: Kwargs<E>]
      : [args: Args<E>, kwargs: Kwargs<E>]
    : never
  : never;

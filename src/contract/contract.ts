import { ApplicationError, UsageError } from '../errors.js';
import { came } from '../wamp/given.js';
import type { Api, ApiShape, ErrorFor, ErrorParameters, ErrorUri } from './api.js';
import { type CompiledDefinition, compile } from './compiled.js';
import type { ApiOf, Definition } from './definition.js';

declare const TYPES: unique symbol;

const BRAND = Symbol.for('respell.contract');

/**
 * An API that callers and callees, publishers and subscribers share: made by {@link contract}. `Sent` is what is written by
 * whoever sends, `Received` what whoever receives sees; they differ where a schema transforms.
 */
export interface Contract<Sent = Api, Received = Sent> {
  /** Of the types only; no value has it. */
  readonly [TYPES]?: { readonly sent: Sent; readonly received: Received };
  /**
   * Its URIs, each by itself: `uris['com.example.add']` is `'com.example.add'`. An editor does not go from the text in a call
   * to its definition; from here it does.
   */
  readonly uris: { readonly [U in keyof UrisOf<Sent>]: U };
  /** The schemas that stand behind it; `undefined` when it consists of types. */
  readonly definition: Definition | undefined;
}

type UrisOf<A> = (A extends { readonly procedures: infer P } ? P : unknown) &
  (A extends { readonly topics: infer T } ? T : unknown);

/** What the machinery knows of a contract beside what its user sees. */
interface Compiled {
  readonly [BRAND]: CompiledDefinition | undefined;
}

const URIS = new Proxy(Object.freeze({}), { get: (_, uri) => (typeof uri === 'string' ? uri : undefined) });

const OF_TYPES: Contract & Compiled = Object.freeze({ uris: URIS, definition: undefined, [BRAND]: undefined });

/**
 * An API, for the types and, if it is given in schemas, for checks while the program runs.
 *
 * In types, `contract<Api>()`: nothing of it is there at run time. In schemas of any library that follows Standard Schema,
 * `contract({ procedures, topics })`: types follow from the schemas, and peers check by them what they send and receive, as
 * their option `validate` says.
 *
 * @throws {UsageError} when the definition makes no sense
 * @example
 * ```ts
 * interface Api {
 *   procedures: { 'com.example.add': { args: [a: number, b: number]; result: number } };
 *   topics: { [sensor: `com.example.sensor.${string}`]: { args: [celsius: number] } };
 * }
 * const peer = await connect(url, { realm: 'realm1', contract: contract<Api>() });
 * ```
 */
export function contract<A extends ApiShape<A>>(): Contract<A>;
export function contract<const D extends Definition>(definition: D): Contract<ApiOf<D, 'input'>, ApiOf<D, 'output'>>;
export function contract(definition?: Definition): Contract {
  if (definition === undefined) return OF_TYPES;
  const made: Contract & Compiled = { uris: URIS, definition, [BRAND]: compile(definition) };
  return Object.freeze(made);
}

/** Whether `value` is a contract, of this half of the package or the other. */
export function isContract(value: unknown): value is Contract {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** What there is to check by, if there is anything. */
export function compiledOf(of: Contract<unknown>): CompiledDefinition | undefined {
  return (of as Contract<unknown> & Compiled)[BRAND];
}

/**
 * Whether `error` is the ERROR of URI `uri`, with the payload that the contract says goes with it. Where the contract is in
 * schemas, the payload is looked at, too, as it was sent; a schema that can only tell later is taken to agree.
 *
 * @example `if (isError(error, api, 'com.example.too_hot')) console.log(error.kwargs.limit)`
 * @throws {UsageError} when `contract` is none
 */
export function isError<S, R, U extends ErrorUri<S> & string>(
  error: unknown,
  contract: Contract<S, R>,
  uri: U,
): error is ErrorFor<S, U> {
  if (!isContract(contract)) throw noContract('isError', contract);
  if (!(error instanceof ApplicationError) || error.uri !== uri) return false;
  return compiledOf(contract)?.errorFits(uri, error.args, error.kwargs) ?? true;
}

/**
 * An error of a contract, for an endpoint to throw.
 *
 * @example `throw errorOf(api, 'com.example.too_hot', [], { limit: 25 })`
 * @throws {UsageError} when `contract` is none
 */
export function errorOf<S, R, U extends ErrorUri<S> & string>(
  contract: Contract<S, R>,
  uri: U,
  ...payload: ErrorParameters<S, U>
): ErrorFor<S, U> {
  if (!isContract(contract)) throw noContract('errorOf', contract);
  const [args, kwargs] = payload as readonly [(readonly unknown[])?, Readonly<Record<string, unknown>>?];
  return new ApplicationError(uri, args, kwargs) as ErrorFor<S, U>;
}

/** The error for what was given in place of a contract. */
export function noContract(where: string, received: unknown): UsageError {
  return new UsageError(`${where}: expected a contract, made by contract(…), received ${came(received)}`);
}

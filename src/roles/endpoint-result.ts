import type { Dict, List } from '../wamp/values.js';
import { NO_ARGS, NO_KWARGS } from './empty-payload.js';
import { checkPayload } from './payload.js';

const RESULT = Symbol.for('respell.result');

/** The result of an endpoint that is not just one value. Made by {@link result}. */
export interface EndpointResult<A extends List = List, K = Dict> {
  readonly [RESULT]: true;
  readonly args: A;
  readonly kwargs: K;
}

/**
 * Makes the result of an endpoint that is more than one value: a list of them, and named ones.
 *
 * @example `return result([quotient, remainder], { exact: false })`
 * @throws {UsageError} when `args` is no list or `kwargs` no object: the router would end the session over it
 */
export function result<A extends List, K extends object = Readonly<Record<never, unknown>>>(
  args: readonly [...A],
  kwargs: K = {} as K,
): EndpointResult<readonly [...A], K> {
  checkPayload('result', args, kwargs);
  return { [RESULT]: true, args, kwargs };
}

/** What an endpoint's return stands for on the wire. */
export function payloadOf(value: unknown): { readonly args: List; readonly kwargs: Dict } {
  if (isEndpointResult(value)) return value;
  return { args: value === undefined ? NO_ARGS : [value], kwargs: NO_KWARGS };
}

function isEndpointResult(value: unknown): value is EndpointResult {
  return typeof value === 'object' && value !== null && RESULT in value;
}

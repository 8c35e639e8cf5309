import { CodedError } from '../../supervisors/coded-error.js';

/** V8's and JavaScriptCore's; the standard has none, and nor have its types. */
const { captureStackTrace } = Error as { captureStackTrace?: (error: Error, from: unknown) => void };

/**
 * Lets the stack of an error lead to whoever awaits the request that failed. It was made where the reply was read, which leads to
 * nobody; taken anew in the function that is awaited, V8 adds those that await it: `at async main (first.ts:9:20)`.
 *
 * Only an error costs anything, and only Respell's own is touched: a signal's reason is its user's.
 *
 * @returns the same error
 */
export function fromCallSite(error: unknown, signal?: AbortSignal): unknown {
  if (error instanceof CodedError && error !== signal?.reason) captureStackTrace?.(error, fromCallSite);
  return error;
}

/**
 * The same for a promise that was made before the error and is rejected from elsewhere, such as that of a loop that waits: it is
 * resolved with this one, and V8 finds whoever awaits it.
 */
export async function rejectedAtCallSite(error: unknown, signal?: AbortSignal): Promise<never> {
  // By then this promise has been taken over by the other one: until it has, nobody is seen to await it.
  await undefined;
  await undefined;
  throw fromCallSite(error, signal);
}

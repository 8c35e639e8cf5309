import { UsageError } from '../errors.js';

/**
 * Checks what a user wants to put into Arguments and ArgumentsKw. Anything else there breaks the protocol: the router would
 * end the session over it, with everything else that is in flight.
 *
 * @throws {UsageError} that begins with `operation`
 */
export function checkPayload(operation: string, args: unknown, kwargs: unknown): void {
  if (!Array.isArray(args)) {
    const came = kindOf(args);
    const help = came === 'object' ? ' (kwargs is an option)' : '';
    throw new UsageError(`${operation}: expected args to be a list such as [value], received ${came}${help}`);
  }
  if (typeof kwargs !== 'object' || kwargs === null || Array.isArray(kwargs)) {
    throw new UsageError(`${operation}: expected kwargs to be an object, received ${kindOf(kwargs)}`);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}

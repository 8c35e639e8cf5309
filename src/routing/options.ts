import { ApplicationError, ProtocolError } from '../errors.js';
import { ERROR } from '../wamp/predefined-uris.js';
import type { UriPattern } from '../wamp/uri.js';
import { type Dict, show } from '../wamp/values.js';

/**
 * Readers of the options a client sends. Only own keys count, so a client cannot set one through `__proto__`; a key
 * that is unknown is ignored; a value of the wrong kind is answered with `wamp.error.invalid_argument`.
 */

const MATCHES: readonly UriPattern[] = ['exact', 'prefix', 'wildcard'];

/** @throws {ApplicationError} when it is there and no boolean */
export function flag(options: Dict, name: string, otherwise: boolean): boolean {
  if (!Object.hasOwn(options, name)) return otherwise;
  const value = options[name];
  if (typeof value === 'boolean') return value;
  throw new ApplicationError(ERROR.invalidArgument, [
    `option ${name}: expected true or false, received ${show(value)}`,
  ]);
}

/** @throws {ApplicationError} when it is there and no whole number of milliseconds from 0 */
export function milliseconds(options: Dict, name: string): number {
  if (!Object.hasOwn(options, name)) return 0;
  const value = options[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new ApplicationError(ERROR.invalidArgument, [
    `option ${name}: expected a whole number of milliseconds from 0, received ${show(value)}`,
  ]);
}

/** @throws {ApplicationError} when it is there and none of `choices` */
export function choice<T extends string>(options: Dict, name: string, choices: readonly T[], otherwise: T): T {
  if (!Object.hasOwn(options, name)) return otherwise;
  const value = options[name];
  const chosen = choices.find((each) => each === value);
  if (chosen !== undefined) return chosen;
  throw new ApplicationError(ERROR.invalidArgument, [
    `option ${name}: expected ${choices.join(', ')}, received ${typeof value === 'string' ? 'another string' : show(value)}`,
  ]);
}

/** The `match` option of SUBSCRIBE and REGISTER. */
export function matchPolicy(options: Dict): UriPattern {
  return choice(options, 'match', MATCHES, 'exact');
}

/**
 * The router does not announce payload passthru, so a client that uses it breaks the protocol.
 *
 * @throws {ProtocolError}
 * @see WAMP Advanced Profile, "Payload Passthru Mode"
 */
export function refusePassthru(options: Dict): void {
  if (Object.hasOwn(options, 'ppt_scheme')) {
    throw new ProtocolError(
      'option ppt_scheme: this router does not announce payload_passthru_mode; send a plain payload',
    );
  }
}

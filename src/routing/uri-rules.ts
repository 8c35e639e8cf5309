import { ApplicationError } from '../errors.js';
import { ERROR } from '../wamp/predefined-uris.js';
import { checkUri, isReserved, type UriPattern } from '../wamp/uri.js';
import type { Uri } from '../wamp/values.js';

/**
 * Refuses what is no URI: with `pattern`, what is no such pattern. The URI itself is not repeated, it may hold anything.
 *
 * @throws {ApplicationError} `wamp.error.invalid_uri`
 * @see WAMP Basic Profile, "URIs"
 */
export function refuseInvalid(uri: Uri, pattern: UriPattern = 'exact'): void {
  const problem = checkUri(uri, { pattern });
  if (problem !== undefined) throw new ApplicationError(ERROR.invalidUri, [`the URI ${problem}`]);
}

/**
 * Refuses what a client may neither register nor publish: `wamp.` and below is the router's own, and so is a pattern
 * that covers it.
 *
 * @throws {ApplicationError} `wamp.error.invalid_uri`
 * @see WAMP Basic Profile, "URIs"
 */
export function refuseReserved(uri: Uri, pattern: UriPattern = 'exact'): void {
  if (isReserved(uri, pattern)) {
    throw new ApplicationError(ERROR.invalidUri, ['URIs that begin with wamp. are reserved for the router']);
  }
}

import { UsageError } from '../src/errors.js';
import { AN_OBJECT, came, isText } from '../src/wamp/given.js';
import type { Dict, Id, Uri } from '../src/wamp/message.js';
import type { ProofName, UserOptions } from './accounts.js';

/** Who wants to join, and how. */
export interface AuthenticationFacts {
  readonly realm: Uri;
  readonly authmethod: Exclude<ProofName, 'tls'>;
  readonly authid: string;
  /** `HELLO.Details.authextra`, or nothing. */
  readonly authextra: Dict;
  /** The id that WELCOME would give. */
  readonly session: Id;
  /** Of method `ticket`: what the client has shown, for you to check. */
  readonly ticket?: string;
}

/**
 * Who it is. Of method `ticket` this lets the client in; of every other it is what the client's proof is checked against, so it needs
 * that method's secret.
 */
export interface AuthenticatedUser extends Pick<UserOptions, 'role' | 'wampcra' | 'scram' | 'authorizedKeys'> {
  /** What the session is called. Default: as the client has called itself. */
  readonly authid?: string;
  /** Goes into `WELCOME.Details.authextra`. */
  readonly authextra?: Dict;
}

/**
 * Says who somebody is; nothing, where it is nobody that may join. A throw fails that session with
 * `wamp.error.authentication_failed`, and is told to nobody but the log.
 */
export type Authenticate = (
  facts: AuthenticationFacts,
) => AuthenticatedUser | undefined | null | false | Promise<AuthenticatedUser | undefined | null | false>;

/** A procedure that is called with the facts in place of a function. */
export interface AuthenticateProcedure {
  readonly procedure: Uri;
  /** Where it is registered. Default: the realm that is to be joined. */
  readonly realm?: Uri;
}

/** Calls a procedure of a realm of this router, and gives the first argument of its result. */
export type CallProcedure = (realm: Uri, procedure: Uri, facts: AuthenticationFacts) => Promise<unknown>;

/**
 * The function to ask.
 *
 * @throws {UsageError} when it can be neither
 */
export function authenticateFrom(
  realm: Uri,
  given: Authenticate | AuthenticateProcedure,
  call: CallProcedure,
): (facts: AuthenticationFacts) => Promise<AuthenticatedUser | undefined> {
  if (typeof given === 'function') return async (facts) => read(await given(facts));
  if (!AN_OBJECT.fits(given) || !isText(given.procedure) || !(given.realm === undefined || isText(given.realm))) {
    throw new UsageError(
      `realm ${realm}: expected auth.authenticate to be a function or { procedure, realm }, received ${came(given)}`,
    );
  }
  const { procedure, realm: where = realm } = given;
  return async (facts) => read(await call(where, procedure, facts));
}

/** @throws {TypeError} when it is no answer; no secret stands in it */
function read(given: unknown): AuthenticatedUser | undefined {
  if (given === undefined || given === null || given === false) return undefined;
  const { role, authid, authextra } = AN_OBJECT.fits(given) ? (given as AuthenticatedUser) : { role: 0 };
  const isUser = [role, authid].every((text) => text === undefined || isText(text));
  if (isUser && (authextra === undefined || AN_OBJECT.fits(authextra))) return given as AuthenticatedUser;
  throw new TypeError(
    'expected auth.authenticate to give { role, authid, authextra } with a secret, or nothing; received something else',
  );
}

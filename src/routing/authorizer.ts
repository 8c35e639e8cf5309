import { ApplicationError } from '../errors.js';
import { came } from '../wamp/given.js';
import * as ERROR from '../wamp/uris/error.js';
import type { Dict, Id, Uri } from '../wamp/values.js';
import { type Action, ALLOWED, type Allowed, type Decision } from './authorization.js';

/** Whose request an authorizer decides. */
export interface AuthorizedSession {
  readonly realm: Uri;
  readonly session: Id;
  readonly authid: string;
  readonly authrole: string;
  readonly authmethod: string;
  readonly authprovider: string;
}

/** `true` and `false`, or with more to say. */
export type Authorization =
  | boolean
  | {
      readonly allow: boolean;
      /** Whether callees and subscribers are told who calls and publishes: `true` always, `false` never; left out, as they ask. */
      readonly disclose?: boolean;
      /** Whether the answer holds for this session, action, URI and `match` until the session ends. Default false. */
      readonly cache?: boolean;
    };

/**
 * Decides what a session may do. Whatever it throws answers the request with `wamp.error.authorization_failed`, and is told to nobody
 * but the log.
 *
 * @param uri what is called, registered, published or subscribed to
 * @param options those of the message; `match` among them where it is a pattern
 */
export type Authorizer = (
  session: AuthorizedSession,
  uri: Uri,
  action: Action,
  options: Dict,
) => Authorization | Promise<Authorization>;

/** What an authorizer said, as a decision. */
export interface Read {
  readonly decision: Decision;
  readonly cache: boolean;
}

/**
 * Makes a decision of what an authorizer gave, which may be anything.
 *
 * @throws {TypeError} when it is no answer
 */
export function readAuthorization(given: unknown, action: Action, uri: Uri): Read {
  if (typeof given === 'boolean') return { decision: given ? ALLOWED : notAllowed(action, uri), cache: false };
  if (typeof given === 'object' && given !== null) {
    const { allow, disclose, cache = false } = given as Dict;
    if (typeof allow === 'boolean' && isFlag(disclose) && typeof cache === 'boolean') {
      const allowed: Allowed = disclose === undefined ? ALLOWED : { disclose };
      return { decision: allow ? allowed : notAllowed(action, uri), cache };
    }
  }
  throw new TypeError(
    `expected an authorizer to give true, false or { allow, disclose, cache } of them, received ${came(given)}`,
  );
}

/** The answer where it could not be found out. The reason is for the router's log. */
export function undecided(action: Action, uri: Uri): ApplicationError {
  return new ApplicationError(ERROR.authorizationFailed, [
    `whether this session may ${action} ${uri} could not be found out; try later`,
  ]);
}

function notAllowed(action: Action, uri: Uri): ApplicationError {
  return new ApplicationError(ERROR.notAuthorized, [`this session may not ${action} ${uri}`]);
}

function isFlag(value: unknown): value is boolean | undefined {
  return value === undefined || typeof value === 'boolean';
}

import type { SessionInput } from '../../actors/session.js';
import type { Wire } from '../../actors/wire.js';
import { type RolesHost, SessionRoles } from '../roles/session-roles.js';
import type { Dict } from '../wamp/values.js';
import { announced } from './announced.js';
import type { PeerOptions } from './options.js';

/** One session's wire and roles, from the opening of its transport to the end of its incarnation. */
export interface OpenSession {
  readonly wire: Wire;
  readonly roles: SessionRoles;
  /** For the session's machine. */
  readonly input: SessionInput;
}

/**
 * Prepares a session on an open wire.
 *
 * @param features what the user's roles announce
 * @param failed hears of what user code throws
 */
export function openSession(
  wire: Wire,
  options: PeerOptions,
  features: Readonly<Record<string, Dict>>,
  failed: RolesHost['failed'],
): OpenSession {
  const roles = new SessionRoles({ send: (message) => wire.send(message), failed });
  const { realm, auth = [], authid, agent = 'respell', handshakeTimeout, goodbyeTimeout } = options;
  const input: SessionInput = {
    wire,
    realm,
    details: { agent, roles: announced(features) },
    auth: Array.isArray(auth) ? auth : [auth],
    table: roles.table,
    ...(authid === undefined ? {} : { authid }),
    ...(handshakeTimeout === undefined ? {} : { handshakeTimeout }),
    ...(goodbyeTimeout === undefined ? {} : { goodbyeTimeout }),
  };
  return { wire, roles, input };
}

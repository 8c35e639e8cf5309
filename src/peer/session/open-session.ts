import type { Inbox } from '../../../actors/inbox.js';
import type { SessionInput } from '../../../actors/session.js';
import type { Wire } from '../../../actors/wire.js';
import type { AuthMethod } from '../../auth/auth-method.js';
import type { PayloadPassthru } from '../../roles/payload-passthru.js';
import type { RolesHost } from '../../roles/roles-host.js';
import { SessionRoles } from '../../roles/session-roles.js';
import type { Dict } from '../../wamp/values.js';
import type { PeerOptions } from '../options.js';
import { announced } from './announced.js';

/** One session's wire and roles, from the opening of its transport to the end of its incarnation. */
export interface OpenSession {
  readonly wire: Wire;
  readonly roles: SessionRoles;
  /** If it has one. */
  inbox: Inbox | undefined;
  /** For the session's machine. */
  readonly input: SessionInput;
}

/** What a session has of whoever runs it: the time, and somebody to tell of what goes wrong in it. */
export interface SessionObserver {
  readonly timers: RolesHost['timers'];
  /** User code threw. */
  readonly failed: RolesHost['failed'];
  /** A payload was not opened, or not taken. */
  readonly unopened: RolesHost['unopened'];
}

/** Octets that may be on their way, where the user has not said. */
export const HIGH_WATER = 2 ** 20;

/** What of a peer's parts a session has to do with. */
export interface SessionParts {
  /** What the user's roles announce. */
  readonly passage: { readonly features: Readonly<Record<string, Dict>> };
  readonly sealing: { readonly passthru: PayloadPassthru };
  readonly remedyFor: SessionInput['remedyFor'];
  /** Holds methods of authentication that may be a user's own to what they have to be. */
  readonly foreign: { method(given: AuthMethod): AuthMethod } | undefined;
}

/** Prepares a session on an open wire. */
export function openSession(
  wire: Wire,
  options: PeerOptions,
  { passage, sealing, remedyFor, foreign }: SessionParts,
  { failed, unopened, timers }: SessionObserver,
): OpenSession {
  const { passthru } = sealing;
  const methods = [options.auth ?? []].flat();
  const roles = new SessionRoles({ send: (message) => wire.send(message), failed, unopened, timers }, passthru);
  const { realm, authid, agent = 'respell', handshakeTimeout, goodbyeTimeout } = options;
  const input: SessionInput = {
    wire,
    realm,
    details: { agent, roles: announced(passage.features, passthru.features) },
    auth: foreign === undefined ? methods : methods.map(foreign.method),
    remedyFor,
    table: roles.table,
    ...(authid === undefined ? {} : { authid }),
    ...(handshakeTimeout === undefined ? {} : { handshakeTimeout }),
    ...(goodbyeTimeout === undefined ? {} : { goodbyeTimeout }),
  };
  return { wire, roles, input, inbox: undefined };
}

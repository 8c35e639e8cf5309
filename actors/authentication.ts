import { challengeTicket, challengeWampcra, type IssuedChallenge, type Principal } from '../src/auth/verifier.js';
import { deriveKey, type Salting } from '../src/auth/wampcra.js';
import { UsageError } from '../src/errors.js';
import type { Dict, Id, Message, Uri } from '../src/wamp/message.js';
import { ADVANCED_ERROR } from '../src/wamp/predefined-uris.js';

/** How one user may prove who it is. Each method for which it has a secret is open to it. */
export interface UserOptions {
  /** Its `authrole`. Default `user`. */
  readonly role?: string;
  readonly ticket?: string;
  /** The shared secret; with a salt, the password from which both sides derive it. */
  readonly wampcra?: string | ({ readonly secret: string } & Salting);
}

/** Who may join a realm. */
export interface AuthOptions {
  /** By `authid`. */
  readonly users: Readonly<Record<string, UserOptions>>;
  /**
   * What the realm accepts, the most wanted first; of these the first that the client offers and the user can do is
   * asked for. Default `wampcra`, `ticket`. With `anonymous` the realm is open to everybody else too.
   */
  readonly methods?: readonly AuthMethodName[];
}

export type AuthMethodName = 'wampcra' | 'ticket' | 'anonymous';

/** What becomes of a HELLO. */
export type Verdict =
  | { readonly accepted: AuthenticatedPrincipal }
  | { readonly challenge: IssuedChallenge; readonly principal: AuthenticatedPrincipal }
  | Refusal;

/** ABORT, with this reason and message. */
export interface Refusal {
  readonly refused: Uri;
  readonly message: string;
}

export interface AuthenticatedPrincipal extends Principal {
  readonly authmethod: string;
}

const METHODS: readonly AuthMethodName[] = ['wampcra', 'ticket', 'anonymous'];

interface User {
  readonly authrole: string;
  readonly ticket: string | undefined;
  readonly wampcra: { readonly key: Promise<string>; readonly salting: Required<Salting> | undefined } | undefined;
}

/**
 * Decides who may join one realm: everybody, anonymously, or the users of a static list.
 *
 * @see WAMP Advanced Profile, "Authentication"
 */
export class Authenticator {
  readonly #methods: readonly AuthMethodName[];
  readonly #users = new Map<string, User>();

  /**
   * @param auth left out: the realm is open to everybody
   * @throws {UsageError} when an option cannot be meant; no secret stands in it
   */
  constructor(realm: string, auth: AuthOptions | undefined) {
    this.#methods = auth === undefined ? ['anonymous'] : (auth.methods ?? ['wampcra', 'ticket']);
    const unknown = this.#methods.find((method) => !METHODS.includes(method));
    if (unknown !== undefined || this.#methods.length === 0) {
      throw new UsageError(
        `realm ${realm}: expected auth.methods to be some of ${METHODS.join(', ')}, received ${String(unknown ?? 'none')}`,
      );
    }
    for (const [authid, user] of Object.entries(auth?.users ?? {})) {
      if (user.ticket === undefined && user.wampcra === undefined) {
        throw new UsageError(`realm ${realm}, user ${authid}: expected a ticket or a wampcra secret, received neither`);
      }
      this.#users.set(authid, userFrom(`realm ${realm}, user ${authid}`, user));
    }
  }

  /** @param session the id that WELCOME would give: a challenge names it */
  async judge(hello: Message<'HELLO'>, session: Id): Promise<Verdict> {
    const offered = offeredBy(hello.details);
    const { authid } = hello.details;
    const user = typeof authid === 'string' ? this.#users.get(authid) : undefined;
    for (const method of this.#methods) {
      if (!offered.includes(method)) continue;
      if (method === 'anonymous') return { accepted: anonymous(session) };
      if (typeof authid !== 'string' || user === undefined) continue;
      const principal = { authid, authrole: user.authrole, authprovider: 'static', authmethod: method };
      const challenge = await challengeOf(method, user, principal, session);
      if (challenge !== undefined) return { challenge, principal };
    }
    return this.#refusal(offered, authid, user);
  }

  #refusal(offered: readonly string[], authid: unknown, user: User | undefined): Refusal {
    const accepted = this.#methods.join(', ');
    const proof = this.#methods.some((method) => method !== 'anonymous' && offered.includes(method));
    if (offered.every((method) => method === 'anonymous')) {
      return {
        refused: ADVANCED_ERROR.authenticationRequired,
        message: `this realm is not open to anonymous peers; it accepts ${accepted}`,
      };
    }
    if (!proof) {
      return {
        refused: ADVANCED_ERROR.noMatchingAuthMethod,
        message: `none of the methods on offer is accepted; this realm accepts ${accepted}`,
      };
    }
    if (typeof authid !== 'string') {
      return {
        refused: ADVANCED_ERROR.noSuchPrincipal,
        message: 'HELLO named no authid, so nobody can be authenticated',
      };
    }
    return user === undefined
      ? { refused: ADVANCED_ERROR.noSuchPrincipal, message: 'this realm knows nobody of that authid' }
      : {
          refused: ADVANCED_ERROR.noMatchingAuthMethod,
          message: 'that user has no secret for any of the methods on offer that this realm accepts',
        };
  }
}

/** A client that offers nothing wants to be anonymous. */
function offeredBy(details: Dict): readonly string[] {
  const { authmethods } = details;
  const offered = Array.isArray(authmethods) ? authmethods.filter((method) => typeof method === 'string') : [];
  return offered.length === 0 ? ['anonymous'] : offered;
}

/** Whatever name it asked for, an anonymous client gets one that nobody else has. */
function anonymous(session: Id): AuthenticatedPrincipal {
  return {
    authid: `anonymous-${session.toString(36)}`,
    authrole: 'anonymous',
    authprovider: 'static',
    authmethod: 'anonymous',
  };
}

async function challengeOf(
  method: 'ticket' | 'wampcra',
  { ticket, wampcra }: User,
  principal: Principal,
  session: Id,
): Promise<IssuedChallenge | undefined> {
  if (method === 'ticket') return ticket === undefined ? undefined : challengeTicket(ticket);
  if (wampcra === undefined) return undefined;
  const { key, salting } = wampcra;
  return challengeWampcra(await key, { principal, session, ...(salting && { salting }) });
}

function userFrom(where: string, { role = 'user', ticket, wampcra }: UserOptions): User {
  if (ticket !== undefined) demand(`${where}, ticket`, ticket);
  if (wampcra === undefined) return { authrole: role, ticket, wampcra: undefined };
  if (typeof wampcra === 'string') {
    demand(`${where}, wampcra`, wampcra);
    return { authrole: role, ticket, wampcra: { key: Promise.resolve(wampcra), salting: undefined } };
  }
  const { secret, salt, iterations = 1_000, keylen = 32 } = wampcra;
  demand(`${where}, wampcra.secret`, secret);
  // Derived once: it is made to be slow, and a client must not be able to ask for it.
  const key = deriveKey(secret, { salt, iterations, keylen });
  key.catch(() => {}); // Whoever joins meets the error.
  return { authrole: role, ticket, wampcra: { key, salting: { salt, iterations, keylen } } };
}

function demand(where: string, secret: unknown): void {
  if (typeof secret === 'string' && secret !== '') return;
  throw new UsageError(
    `${where}: expected a string that is not empty, received ${secret === '' ? 'an empty one' : typeof secret}; is an environment variable unset?`,
  );
}

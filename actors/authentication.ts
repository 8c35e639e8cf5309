import { challengeCryptosign, publicKeyIn } from '../src/auth/cryptosign-verifier.js';
import { saslprep } from '../src/auth/saslprep.js';
import { challengeScram, problemOfScramHello } from '../src/auth/scram-verifier.js';
import { challengeTicket, challengeWampcra, type IssuedChallenge, type Principal } from '../src/auth/verifier.js';
import { UsageError } from '../src/errors.js';
import type { Dict, Id, Message, Uri } from '../src/wamp/message.js';
import { ADVANCED_ERROR } from '../src/wamp/predefined-uris.js';
import { type Account, Accounts, PROOFS, type ProofName, type UserOptions } from './accounts.js';

/** Who may join a realm. */
export interface AuthOptions {
  /** By `authid`. */
  readonly users: Readonly<Record<string, UserOptions>>;
  /**
   * What the realm accepts, the most wanted first; of these the first that the client offers and the user can do is
   * asked for. Default: what at least one user can do, of `cryptosign`, `wamp-scram`, `wampcra`, `ticket`, in this order.
   * With `anonymous` the realm is open to everybody else too.
   */
  readonly methods?: readonly AuthMethodName[];
}

export type AuthMethodName = ProofName | 'anonymous';

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

const METHODS: readonly AuthMethodName[] = [...PROOFS, 'anonymous'];

/**
 * Decides who may join one realm: everybody, anonymously, or the users of a static list. Whoever names an authid and offers a
 * proof that the realm accepts is challenged, whether there is such a user or not.
 *
 * @see WAMP Advanced Profile, "Authentication"
 */
export class Authenticator {
  readonly #methods: readonly AuthMethodName[];
  readonly #accounts: Accounts;

  /**
   * @param auth left out: the realm is open to everybody
   * @throws {UsageError} when an option cannot be meant; no secret stands in it
   */
  constructor(realm: string, auth: AuthOptions | undefined) {
    this.#accounts = new Accounts(realm, auth?.users ?? {});
    const { proofs } = this.#accounts;
    this.#methods = auth === undefined ? ['anonymous'] : (auth.methods ?? (proofs.length === 0 ? PROOFS : proofs));
    const unknown = this.#methods.find((method) => !METHODS.includes(method));
    if (unknown !== undefined || this.#methods.length === 0) {
      throw new UsageError(
        `realm ${realm}: expected auth.methods to be some of ${METHODS.join(', ')}, received ${String(unknown ?? 'none')}`,
      );
    }
  }

  /** @param session the id that WELCOME would give: a challenge names it */
  async judge(hello: Message<'HELLO'>, session: Id): Promise<Verdict> {
    const offered = offeredBy(hello.details);
    const possible = this.#methods.filter((method) => offered.includes(method));
    const authextra = authextraOf(hello.details);
    const authid = this.#authidOf(hello.details, authextra, possible);
    const account = authid === undefined ? undefined : await this.#accounts.of(authid);
    const method =
      typeof hello.details['authid'] === 'string' && account !== undefined
        ? // A user who can do none of them is asked for one all the same, as anybody is who does not exist.
          (possible.find((one) => one === 'anonymous' || account.proofs.has(one)) ?? possible[0])
        : possible.find((one) => one === 'anonymous' || (one === 'cryptosign' && account !== undefined));
    if (method === undefined) return this.#refusal(offered, possible);
    if (method === 'anonymous') return { accepted: anonymous(session) };
    if (authid === undefined || account === undefined) return this.#refusal(offered, possible);
    const principal = { authid, authrole: account.authrole, authprovider: 'static', authmethod: method };
    const challenge = await challengeOf(method, account, { principal, session, authextra });
    return 'refused' in challenge ? challenge : { challenge, principal };
  }

  /** Who the client wants to be. Its public key may say so alone; whose key nobody's is, is called by it. */
  #authidOf(details: Dict, authextra: Dict, possible: readonly AuthMethodName[]): string | undefined {
    const { authid } = details;
    if (typeof authid === 'string') return authid;
    const key = possible.includes('cryptosign') ? publicKeyIn(authextra) : undefined;
    return key === undefined ? undefined : (this.#accounts.ownerOf(key) ?? key);
  }

  #refusal(offered: readonly string[], possible: readonly AuthMethodName[]): Refusal {
    const accepted = this.#methods.join(', ');
    if (offered.every((method) => method === 'anonymous')) {
      return {
        refused: ADVANCED_ERROR.authenticationRequired,
        message: `this realm is not open to anonymous peers; it accepts ${accepted}`,
      };
    }
    return possible.length === 0
      ? {
          refused: ADVANCED_ERROR.noMatchingAuthMethod,
          message: `none of the methods on offer is accepted; this realm accepts ${accepted}`,
        }
      : {
          refused: ADVANCED_ERROR.noSuchPrincipal,
          message: 'HELLO named no authid, so nobody can be authenticated',
        };
  }
}

/** A client that offers nothing wants to be anonymous. */
function offeredBy(details: Dict): readonly string[] {
  const { authmethods } = details;
  const offered = Array.isArray(authmethods) ? authmethods.filter((method) => typeof method === 'string') : [];
  return offered.length === 0 ? ['anonymous'] : offered;
}

function authextraOf({ authextra }: Dict): Dict {
  return typeof authextra === 'object' && authextra !== null ? (authextra as Dict) : {};
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
  method: ProofName,
  { ticket, wampcra, scram, keys }: Account,
  { principal, session, authextra }: { principal: Principal; session: Id; authextra: Dict },
): Promise<IssuedChallenge | Refusal> {
  switch (method) {
    case 'ticket':
      return challengeTicket(ticket);
    case 'wampcra': {
      const { key, salting } = wampcra;
      return challengeWampcra(await key, { principal, session, ...(salting && { salting }) });
    }
    case 'wamp-scram': {
      const authid = saslprep(principal.authid);
      if ('problem' in authid) return unfit(`authid cannot be used for SCRAM: ${authid.problem}`);
      const problem = problemOfScramHello(authextra);
      return problem === undefined ? challengeScram(scram, { authid: authid.prepared, authextra }) : unfit(problem);
    }
    case 'cryptosign': {
      const publicKey = publicKeyIn(authextra);
      if (publicKey === undefined) return unfit('expected authextra.pubkey to be 64 hexadecimal digits');
      return challengeCryptosign(publicKey, keys.has(publicKey));
    }
  }
}

/** The client's HELLO lacks what the method needs. It says nothing of who there is. */
function unfit(problem: string): Refusal {
  return { refused: ADVANCED_ERROR.authenticationFailed, message: problem };
}

import { challengeCryptosign, publicKeyIn } from '../src/auth/cryptosign-verifier.js';
import { saslprep } from '../src/auth/saslprep.js';
import { challengeScram, problemOfScramHello } from '../src/auth/scram-verifier.js';
import { challengeTicket, challengeWampcra, type IssuedChallenge, once, type Principal } from '../src/auth/verifier.js';
import { UsageError } from '../src/errors.js';
import type { PeerCertificate } from '../src/transports/transport.js';
import { A_FUNCTION, AN_OBJECT, ANYTHING, came, type Kinds, unfit as unfitOption } from '../src/wamp/given.js';
import { checkManyOptions } from '../src/wamp/many-options.js';
import type { Dict, Id, Message, Uri } from '../src/wamp/message.js';
import * as ADVANCED_ERROR from '../src/wamp/uris/advanced-error.js';
import { type Account, Accounts, PROOFS, type ProofName, type UserOptions } from './accounts.js';
import type { Channel } from './admission.js';
import { isOneOfThese } from './certificates.js';
import {
  type Authenticate,
  type AuthenticatedUser,
  type AuthenticateProcedure,
  type AuthenticationFacts,
  authenticateFrom,
  type CallProcedure,
} from './dynamic-users.js';

/** Who may join a realm. */
export interface AuthOptions {
  /** By `authid`. */
  readonly users?: Readonly<Record<string, UserOptions>>;
  /**
   * Methods of your own, by their name in HELLO: each makes a challenge for whoever wants to be somebody. Who is told `undefined` is
   * refused at once; to keep to yourself who exists, challenge everybody.
   */
  readonly challenges?: Readonly<Record<string, Challenger>>;
  /**
   * Asked about everybody who is not among `users`: a function, or a procedure (`{ procedure: 'com.example.authenticate' }`), which is
   * called with the same facts. Then all methods are accepted by default.
   */
  readonly authenticate?: Authenticate | AuthenticateProcedure;
  /**
   * What the realm accepts, the most wanted first; of these the first that the client offers and the user can do is
   * asked for. Default: your own, then what at least one user can do, of `tls`, `cryptosign`, `wamp-scram`, `wampcra`, `ticket`, in this order.
   * `tls` counts as on offer only where the client has shown a certificate, if it offers another, too. With `anonymous` the realm is open to everybody else too.
   */
  readonly methods?: readonly (AuthMethodName | (string & {}))[];
}

const AUTH: Kinds<AuthOptions> = { users: AN_OBJECT, challenges: ANYTHING, authenticate: ANYTHING, methods: ANYTHING };

/** Makes challenges by a method of a user's own. A throw fails that session, and is told to nobody but the log. */
export type Challenger = (facts: ChallengeFacts) => OwnChallenge | undefined | Promise<OwnChallenge | undefined>;

/** Who wants to be let in. */
export interface ChallengeFacts {
  readonly realm: Uri;
  readonly authid: string;
  /** `HELLO.Details.authextra`, or nothing. */
  readonly authextra: Dict;
  /** The id that WELCOME would give. */
  readonly session: Id;
}

/** One CHALLENGE, good for one answer. */
export interface OwnChallenge {
  /** `CHALLENGE.Extra`. Default empty. */
  readonly extra?: Dict;
  /** Of whoever answers right. Default `user`. */
  readonly role?: string;
  /** Whether the answer is right: `true`, and nothing else, lets the client in. */
  verify(answer: { readonly signature: string; readonly extra?: Dict }): boolean | Promise<boolean>;
  /** What goes into `WELCOME.Details.authextra`: the router's own proof. */
  welcome?(): Dict;
}

export type AuthMethodName = ProofName | 'anonymous';

/** What becomes of a HELLO. */
export type Verdict =
  | { readonly accepted: AuthenticatedPrincipal }
  | {
      readonly challenge: IssuedChallenge;
      /** Known for certain once the answer is right. */
      readonly principal: AuthenticatedPrincipal;
      /** What WELCOME is to tell beside the router's own proof. */
      readonly authextra?: Dict | undefined;
    }
  | Refusal;

/** ABORT, with this reason and message. */
export interface Refusal {
  readonly refused: Uri;
  readonly message: string;
}

export interface AuthenticatedPrincipal extends Principal {
  readonly authmethod: string;
}

/** Of a transport that tells nothing of itself. */
const NO_CHANNEL: Channel = {
  channelId: async () => undefined,
  tlsUnique: () => undefined,
  peerCertificate: () => undefined,
};

const METHODS: readonly AuthMethodName[] = [...PROOFS, 'anonymous'];

/**
 * Decides who may join one realm: everybody, anonymously, or the users of a static list. Whoever names an authid and offers a
 * proof that the realm accepts is challenged, whether there is such a user or not.
 *
 * @see WAMP Advanced Profile, "Authentication"
 */
export class Authenticator {
  readonly #realm: Uri;
  readonly #methods: readonly string[];
  readonly #challengers: ReadonlyMap<string, Challenger>;
  readonly #accounts: Accounts;
  readonly #authenticate: ReturnType<typeof authenticateFrom> | undefined;

  /**
   * @param auth left out: the realm is open to everybody
   * @param call calls a procedure that is to be asked
   * @throws {UsageError} when an option cannot be meant; no secret stands in it
   */
  constructor(realm: string, auth: AuthOptions | undefined, call: CallProcedure = nobodyToCall) {
    if (auth !== undefined) checkManyOptions<AuthOptions>(`realm ${realm}: auth`, auth, AUTH);
    this.#realm = realm;
    this.#challengers = challengersOf(realm, auth?.challenges);
    this.#accounts = new Accounts(realm, auth?.users ?? {});
    this.#authenticate = auth?.authenticate && authenticateFrom(realm, auth.authenticate, call);
    const proofs = PROOFS.filter(
      (proof) => this.#accounts.proofs.includes(proof) || (this.#authenticate !== undefined && proof !== 'tls'),
    );
    this.#methods = auth === undefined ? ['anonymous'] : (auth.methods ?? this.#possible(proofs));
    const known: readonly string[] = [...METHODS, ...this.#challengers.keys()];
    const unknown = this.#methods.find((method) => !known.includes(method));
    if (unknown !== undefined || this.#methods.length === 0) {
      throw new UsageError(
        `realm ${realm}: expected auth.methods to be some of ${known.join(', ')}, received ${String(unknown ?? 'none')}`,
      );
    }
  }

  /** Those that it is known to give: of its users, and of the anonymous. */
  get roles(): ReadonlySet<string> {
    const isOpen = this.#methods.includes('anonymous');
    return new Set([...this.#accounts.roles, ...(isOpen ? ['anonymous'] : [])]);
  }

  /** Whether a client with these `HELLO.Details` offers to prove who it is, in a way that is accepted. */
  takesProofOf(details: Dict): boolean {
    const offered = offeredBy(details);
    return this.#methods.some((method) => method !== 'anonymous' && offered.includes(method));
  }

  /**
   * @param session the id that WELCOME would give: a challenge names it
   * @param channel what the session's transport tells of itself
   */
  async judge(hello: Message<'HELLO'>, session: Id, channel: Channel = NO_CHANNEL): Promise<Verdict> {
    const offered = offeredBy(hello.details);
    const certificate = offered.includes('tls') ? channel.peerCertificate() : undefined;
    const accepted = this.#methods.filter((method) => offered.includes(method));
    const possible = accepted.filter(
      (method) => method !== 'tls' || certificate !== undefined || accepted.length === 1,
    );
    const authextra = authextraOf(hello.details);
    const named = hello.details['authid'];
    const claims = (method: string) => this.#claim(method, authextra, certificate);
    const authid = typeof named === 'string' ? named : possible.map(claims).find((claim) => claim !== undefined);
    const ask = this.#authenticate;
    if (ask !== undefined && authid !== undefined && !this.#accounts.has(authid)) {
      const [method] = possible.filter((one) => one !== 'tls');
      if (isChallenging(method)) {
        const facts = { realm: this.#realm, authmethod: method, authid, authextra, session };
        return this.#judgeOther(ask, facts, channel);
      }
    }
    const account = authid === undefined ? undefined : await this.#accounts.of(authid);
    const method =
      typeof named === 'string' && account !== undefined
        ? // A user who can do none of them is asked for one all the same, as anybody is who does not exist.
          (possible.find((one) => one === 'anonymous' || this.#challengers.has(one) || isOneOf(one, account.proofs)) ??
          possible[0])
        : possible.find((one) => one === 'anonymous' || claims(one) !== undefined);
    if (method === 'tls' || (method === undefined && possible.includes('tls'))) {
      if (certificate === undefined) return unfit('expected a certificate of the client in TLS, and it has shown none');
    }
    if (method === undefined) return this.#refusal(offered, possible);
    if (method === 'anonymous') return { accepted: anonymous(session) };
    if (authid === undefined || account === undefined) return this.#refusal(offered, possible);
    const challenger = this.#challengers.get(method);
    if (challenger !== undefined)
      return ownChallenge(method, challenger, { realm: this.#realm, authid, authextra, session });
    const principal = { authid, authrole: account.authrole, authprovider: 'static', authmethod: method };
    if (method === 'tls') {
      return certificate !== undefined && isOneOfThese(certificate, account.certificates)
        ? { accepted: principal }
        : // As after any wrong answer: who asks is not told whether it is the name, the certificate, or who issued it.
          { refused: ADVANCED_ERROR.authenticationDenied, message: 'the credentials are wrong' };
    }
    const challenge = await challengeOf(method as Challenging, account, { principal, session, authextra, channel });
    return 'refused' in challenge ? challenge : { challenge, principal };
  }

  /** Of somebody whom another has to know. Who is nobody is challenged all the same, and learns no more than that the answer was wrong. */
  async #judgeOther(
    ask: (facts: AuthenticationFacts) => Promise<AuthenticatedUser | undefined>,
    facts: AuthenticationFacts,
    channel: Channel,
  ): Promise<Verdict> {
    const { authmethod, authid, authextra, session } = facts;
    const principalOf = (user: AuthenticatedUser | undefined): AuthenticatedPrincipal => ({
      authid: user?.authid ?? authid,
      authrole: user?.role ?? 'user',
      authprovider: 'dynamic',
      authmethod,
    });
    if (authmethod === 'ticket') {
      let user: AuthenticatedUser | undefined;
      const challenge = challengeTicket(async (ticket) => {
        user = await ask({ ...facts, ticket });
        return user !== undefined;
      });
      return {
        challenge,
        get principal() {
          return principalOf(user);
        },
        get authextra() {
          return user?.authextra;
        },
      };
    }
    const user = await ask(facts);
    const account = await this.#accountOf(user, facts);
    const principal = principalOf(user);
    const challenge = await challengeOf(authmethod, account, { principal, session, authextra, channel });
    return 'refused' in challenge ? challenge : { challenge, principal, authextra: user?.authextra };
  }

  async #accountOf(
    user: AuthenticatedUser | undefined,
    { realm, authid, authmethod }: AuthenticationFacts,
  ): Promise<Account> {
    if (user === undefined) return this.#accounts.of(authid);
    const { role, wampcra, scram, authorizedKeys } = user;
    const where = `realm ${realm}, what auth.authenticate gave for method ${authmethod}`;
    const given = {
      ...(role !== undefined && { role }),
      ...(wampcra !== undefined && { wampcra }),
      ...(scram !== undefined && { scram }),
      ...(authorizedKeys !== undefined && { authorizedKeys }),
    };
    return this.#accounts.ofOther(where, authid, given);
  }

  /** What is accepted where nothing is said. */
  #possible(proofs: readonly ProofName[]): readonly string[] {
    const own = [...this.#challengers.keys()];
    return own.length + proofs.length === 0 ? PROOFS : [...own, ...proofs];
  }

  /** Who a client is that does not say so: its certificate or public key tells. Whose it is nobody's, is called by it. */
  #claim(method: string, authextra: Dict, certificate: PeerCertificate | undefined): string | undefined {
    if (method === 'tls' && certificate !== undefined) {
      return this.#accounts.holderOf(certificate) ?? certificate.fingerprint;
    }
    const key = method === 'cryptosign' ? publicKeyIn(authextra) : undefined;
    return key === undefined ? undefined : (this.#accounts.ownerOf(key) ?? key);
  }

  #refusal(offered: readonly string[], possible: readonly string[]): Refusal {
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

/** @throws {UsageError} when one is no function, or has a name that stands for something else */
function challengersOf(realm: string, given: unknown = {}): ReadonlyMap<string, Challenger> {
  const where = `realm ${realm}`;
  if (!AN_OBJECT.fits(given)) throw unfitOption(where, 'auth.challenges', AN_OBJECT, given);
  const challengers = new Map<string, Challenger>(Object.entries(given as Record<string, Challenger>));
  for (const [name, challenger] of challengers) {
    if (METHODS.includes(name as AuthMethodName)) {
      throw new UsageError(`${where}: auth.challenges: "${name}" is a method of the router's own; choose another name`);
    }
    if (typeof challenger !== 'function')
      throw unfitOption(where, `auth.challenges["${name}"]`, A_FUNCTION, challenger);
  }
  return challengers;
}

/** @throws {UsageError} when what a user's function made is no challenge */
async function ownChallenge(authmethod: string, challenger: Challenger, facts: ChallengeFacts): Promise<Verdict> {
  const made = await challenger(facts);
  if (made === undefined) return { refused: ADVANCED_ERROR.authenticationDenied, message: 'authentication denied' };
  if (typeof made?.verify !== 'function') {
    throw new UsageError(`auth.challenges["${authmethod}"]: expected { verify } or undefined, received ${came(made)}`);
  }
  const { extra = {}, role = 'user' } = made;
  const challenge: IssuedChallenge = {
    authmethod,
    extra,
    verify: once(async (answer) => (await made.verify(answer)) === true),
    ...(made.welcome !== undefined && { welcome: () => made.welcome?.() ?? {} }),
  };
  return { challenge, principal: { authid: facts.authid, authrole: role, authprovider: 'dynamic', authmethod } };
}

const nobodyToCall: CallProcedure = async () => {
  throw new Error('the router is not there yet');
};

function isChallenging(method: string | undefined): method is Challenging {
  return method !== 'tls' && (PROOFS as readonly (string | undefined)[]).includes(method);
}

function isOneOf(method: string, proofs: ReadonlySet<ProofName>): boolean {
  return proofs.has(method as ProofName);
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

/** Those that ask for an answer. */
type Challenging = Exclude<ProofName, 'tls'>;

async function challengeOf(
  method: Challenging,
  { ticket, wampcra, scram, keys }: Account,
  { principal, session, authextra, channel }: { principal: Principal; session: Id; authextra: Dict; channel: Channel },
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
      const tlsUnique = channel.tlsUnique();
      const problem = problemOfScramHello(authextra, tlsUnique);
      if (problem !== undefined) return unfit(problem);
      return challengeScram(scram, { authid: authid.prepared, authextra, tlsUnique });
    }
    case 'cryptosign': {
      const publicKey = publicKeyIn(authextra);
      if (publicKey === undefined) return unfit('expected authextra.pubkey to be 64 hexadecimal digits');
      return challengeCryptosign(publicKey, keys.has(publicKey), await bindingOf(authextra, channel));
    }
  }
}

/** The id of the channel that the client wants to be bound to. Where there is none it is told so, and may go or stay. */
async function bindingOf(authextra: Dict, channel: Channel): Promise<Uint8Array | undefined> {
  return authextra['channel_binding'] === 'tls-unique' ? channel.channelId() : undefined;
}

/** The client's HELLO lacks what the method needs. It says nothing of who there is. */
function unfit(problem: string): Refusal {
  return { refused: ADVANCED_ERROR.authenticationFailed, message: problem };
}

import { hmacSha256, randomOctets, toBase64, toHex, utf8 } from '../src/auth/octets.js';
import { readCredential, type ScramCredential, type StoredCredential } from '../src/auth/scram-credential.js';
import { checkSalting, deriveKey, type Salting } from '../src/auth/wampcra.js';
import { UsageError } from '../src/errors.js';
import type { PeerCertificate } from '../src/transports/transport.js';
import { A_STRING, ANYTHING, type Kinds } from '../src/wamp/given.js';
import { checkManyOptions } from '../src/wamp/many-options.js';
import { certificatesFrom, isOneOfThese, type KnownCertificate } from './certificates.js';

/** How one user may prove who it is. Each method for which it has a secret is open to it. */
export interface UserOptions {
  /** Its `authrole`. Default `user`. */
  readonly role?: string;
  readonly ticket?: string;
  /** The shared secret; with a salt, the password from which both sides derive it. */
  readonly wampcra?: string | ({ readonly secret: string } & Salting);
  /** What `scramCredential(password)` made of the password, which the router does not know. */
  readonly scram?: ScramCredential;
  /**
   * For `tls`: the certificates that this user shows in TLS, each by its SHA-256 fingerprint, 64 hexadecimal digits, colons or none
   * between them; or by its subject, of which all that is named has to be so: `{ subject: { CN: 'thermostat' } }`. In either case an
   * authority that the router trusts has to have issued it (`tls.ca`).
   */
  readonly certificates?: readonly (string | CertificateSubject)[];
  /** For cryptosign: the user's Ed25519 public keys, each as 64 hexadecimal digits. */
  readonly authorizedKeys?: readonly string[];
}

/** What each of them takes is checked where it is read, in words of its own. */
const USER: Kinds<UserOptions> = {
  role: A_STRING,
  ticket: ANYTHING,
  wampcra: ANYTHING,
  scram: ANYTHING,
  certificates: ANYTHING,
  authorizedKeys: ANYTHING,
};

/** Whoever has a certificate of this subject. It outlives the renewal of a certificate, which a fingerprint does not. */
export interface CertificateSubject {
  readonly subject: Readonly<Record<string, string>>;
}

/** What a proof is given by; the names are those of `HELLO.Details.authmethods`. */
export type ProofName = 'tls' | 'cryptosign' | 'wamp-scram' | 'wampcra' | 'ticket';

/** The strongest first. */
export const PROOFS: readonly ProofName[] = ['tls', 'cryptosign', 'wamp-scram', 'wampcra', 'ticket'];

/** All there is to challenge somebody with. */
export interface Account {
  readonly authrole: string;
  /** What this account can do. A decoy can be challenged by the others as well. */
  readonly proofs: ReadonlySet<ProofName>;
  readonly ticket: string;
  readonly wampcra: { readonly key: Promise<string>; readonly salting: Required<Salting> | undefined };
  readonly scram: StoredCredential;
  /** Public keys in lower case. */
  readonly keys: ReadonlySet<string>;
  readonly certificates: readonly KnownCertificate[];
}

/** A user's own part of an account. */
type Known = Pick<Account, 'authrole' | 'proofs' | 'keys' | 'certificates'> &
  Partial<Pick<Account, 'ticket' | 'wampcra' | 'scram'>>;

/**
 * The users of one realm, and the decoys that stand in for everybody else: whoever asks to be somebody is challenged, and
 * learns no more than that the answer was wrong.
 *
 * A decoy resembles one of the users, always the same one for a name, with a salt of its own; secrets that nobody knows
 * make every answer wrong. It costs the same work, and for a user too it is made, since time tells as well. Its salts are
 * others after the router has started anew, which a user's are not: whoever can watch that can tell.
 */
export class Accounts {
  readonly #users = new Map<string, Known>();
  /** By public key, in lower case; of a key that two users share nobody is the owner. */
  readonly #owners = new Map<string, string | undefined>();
  readonly #decoySecret = randomOctets(32);
  /** Until the keys of all users are derived, nobody is answered: a decoy would be quicker. */
  readonly #ready: Promise<unknown>;

  /** @throws {UsageError} when an option cannot be meant; no secret stands in it */
  constructor(realm: string, users: Readonly<Record<string, UserOptions>>) {
    for (const [authid, options] of Object.entries(users)) {
      const where = `realm ${realm}, user ${authid}`;
      checkManyOptions<UserOptions>(where, options, USER);
      const user = userFrom(where, options);
      this.#users.set(authid, user);
      for (const key of user.keys) this.#owners.set(key, this.#owners.has(key) ? undefined : authid);
    }
    this.#ready = Promise.allSettled([...this.#users.values()].map(({ wampcra }) => wampcra?.key));
  }

  /** What at least one user can do. */
  get proofs(): readonly ProofName[] {
    const users = [...this.#users.values()];
    return PROOFS.filter((name) => users.some(({ proofs }) => proofs.has(name)));
  }

  /** That at least one user has. */
  get roles(): ReadonlySet<string> {
    return new Set([...this.#users.values()].map(({ authrole }) => authrole));
  }

  /** Whose public key it is. */
  ownerOf(publicKey: string): string | undefined {
    return this.#owners.get(publicKey);
  }

  /** Whose certificate it is; of one that two users share nobody is the owner. */
  holderOf(certificate: PeerCertificate): string | undefined {
    const holders = [...this.#users].filter(([, { certificates }]) => isOneOfThese(certificate, certificates));
    return holders.length === 1 ? holders[0]?.[0] : undefined;
  }

  /** Whether there is such a user. */
  has(authid: string): boolean {
    return this.#users.has(authid);
  }

  /** The account of a user that is not among these, by what somebody else knows of it. */
  async ofOther(where: string, authid: string, options: UserOptions): Promise<Account> {
    return { ...(await this.#decoyOf(authid)), ...userFrom(where, options) };
  }

  async of(authid: string): Promise<Account> {
    await this.#ready;
    const decoy = await this.#decoyOf(authid);
    return { ...decoy, ...this.#users.get(authid) };
  }

  async #decoyOf(authid: string): Promise<Account> {
    const digest = await hmacSha256(this.#decoySecret, utf8(authid));
    const users = [...this.#users.values()];
    const like = users[new DataView(digest.buffer).getUint32(0) % Math.max(users.length, 1)];
    const withWampcra = like?.wampcra === undefined ? users.find(({ wampcra }) => wampcra !== undefined) : like;
    const withScram = like?.scram === undefined ? users.find(({ scram }) => scram !== undefined) : like;
    const salting = withWampcra?.wampcra?.salting;
    const nobodys = toHex(randomOctets(32));
    return {
      authrole: like?.authrole ?? 'user',
      proofs: like?.proofs ?? new Set<ProofName>(),
      ticket: nobodys,
      wampcra: {
        key: Promise.resolve(nobodys),
        salting: salting && { ...salting, salt: likeSalt(salting.salt, toHex(digest)) },
      },
      scram: {
        ...(withScram?.scram ?? { kdf: 'pbkdf2', iterations: 600_000, memory: undefined }),
        salt: toBase64(digest.slice(0, withScram === undefined ? 16 : saltLength(withScram.scram))),
        storedKey: randomOctets(32),
        serverKey: randomOctets(32),
      },
      keys: new Set(),
      certificates: [],
    };
  }
}

/** As long as the other, of its kinds of characters as far as these are digits and letters. */
function likeSalt(salt: string, hex: string): string {
  return Array.from(salt, (character, at) => {
    const value = Number.parseInt(hex.slice((2 * at) % 64, ((2 * at) % 64) + 2), 16);
    if (/[0-9]/.test(character)) return String(value % 10);
    if (/[a-z]/.test(character)) return String.fromCharCode(97 + (value % 26));
    if (/[A-Z]/.test(character)) return String.fromCharCode(65 + (value % 26));
    return character;
  }).join('');
}

/** Of a salt in base64, in octets; of at most the 32 that a decoy has. */
function saltLength(scram: StoredCredential | undefined): number {
  const { salt = '' } = scram ?? {};
  return Math.min((salt.length / 4) * 3 - (/=*$/.exec(salt)?.[0].length ?? 0), 32);
}

function userFrom(where: string, options: UserOptions): Known {
  const { role = 'user', ticket, wampcra, scram, authorizedKeys, certificates: shown = [] } = options;
  if (ticket !== undefined) demand(`${where}, ticket`, ticket);
  const keys = new Set(authorizedKeys?.map((key, at) => publicKey(`${where}, authorizedKeys[${at}]`, key)));
  const certificates = certificatesFrom(`${where}, certificates`, shown);
  const user = {
    ...(ticket === undefined ? {} : { ticket }),
    ...(wampcra === undefined ? {} : { wampcra: wampcraFrom(where, wampcra) }),
    ...(scram === undefined ? {} : { scram: readCredential(`${where}, scram`, scram) }),
  };
  const proofs = new Set(
    PROOFS.filter((name) => {
      if (name === 'tls') return certificates.length > 0;
      return name === 'cryptosign' ? keys.size > 0 : (name === 'wamp-scram' ? 'scram' : name) in user;
    }),
  );
  if (proofs.size === 0) {
    throw new UsageError(
      `${where}: expected a ticket, a wampcra secret, a scram credential, authorizedKeys or certificates, received none`,
    );
  }
  return { authrole: role, proofs, keys, certificates, ...user };
}

function wampcraFrom(where: string, wampcra: NonNullable<UserOptions['wampcra']>): Account['wampcra'] {
  if (typeof wampcra === 'string') {
    demand(`${where}, wampcra`, wampcra);
    return { key: Promise.resolve(wampcra), salting: undefined };
  }
  const { secret, salt, iterations = 1_000, keylen = 32 } = wampcra;
  const salting = { salt, iterations, keylen };
  demand(`${where}, wampcra.secret`, secret);
  demand(`${where}, wampcra.salt`, salt);
  try {
    checkSalting(salting);
  } catch (error) {
    throw new UsageError(`${where}, wampcra: ${error instanceof Error ? error.message : String(error)}`);
  }
  // Derived once: it is made to be slow, and a client must not be able to ask for it.
  const key = deriveKey(secret, salting);
  key.catch(() => {}); // Whoever joins meets the error.
  return { key, salting };
}

function publicKey(where: string, key: unknown): string {
  if (typeof key === 'string' && /^[0-9a-f]{64}$/i.test(key)) return key.toLowerCase();
  throw new UsageError(
    `${where}: expected an Ed25519 public key as 64 hexadecimal digits, received ${typeof key === 'string' ? `${key.length} characters` : typeof key}`,
  );
}

function demand(where: string, secret: unknown): void {
  if (typeof secret === 'string' && secret !== '') return;
  throw new UsageError(
    `${where}: expected a string that is not empty, received ${secret === '' ? 'an empty one' : typeof secret}; is an environment variable unset?`,
  );
}

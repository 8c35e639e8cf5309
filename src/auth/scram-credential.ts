import { AuthenticationError, UsageError } from '../errors.js';
import { A_FUNCTION, ANYTHING, checkOptions, type Kinds } from '../wamp/given.js';
import { show } from '../wamp/values.js';
import type { Argon2id } from './argon2id.js';
import { fromBase64, type Octets, randomOctets, toBase64 } from './octets.js';
import { checkCost, type PasswordCost } from './password-cost.js';
import { saslprep } from './saslprep.js';
import { keysOf, saltPassword, WAYS } from './scram-exchange.js';

/**
 * What a router keeps in place of a user's password. Who steals it can guess at the password, and pose as the router, but
 * not as the user. Octets are in base64.
 */
export interface ScramCredential {
  readonly kdf: 'pbkdf2' | 'argon2id13';
  /** Random, and of one user only. */
  readonly salt: string;
  readonly iterations: number;
  /** KiB; for `argon2id13` only. */
  readonly memory?: number;
  readonly storedKey: string;
  readonly serverKey: string;
}

/** How a router's copy of a password is made. More rounds, passes or memory cost each log-in that much, and each guess of a thief. */
export interface ScramCredentialOptions {
  /** Default `pbkdf2`. */
  readonly kdf?: ScramCredential['kdf'];
  /** Base64 of 8 octets or more. Default 16 random octets. */
  readonly salt?: string;
  /** Rounds of PBKDF2, default 600,000; passes of Argon2id, default 2. */
  readonly iterations?: number;
  /** KiB for Argon2id. Default 19,456. */
  readonly memory?: number;
  /** As for `scram`. */
  readonly argon2id?: Argon2id;
}

const KINDS: Kinds<ScramCredentialOptions> = {
  kdf: ANYTHING,
  salt: ANYTHING,
  iterations: ANYTHING,
  memory: ANYTHING,
  argon2id: A_FUNCTION,
};

/**
 * Makes the credential of a user from its password, once, to be stored: `users: { joe: { scram: credential } }`.
 *
 * @throws {UsageError} when the password or an option cannot be used; neither is repeated
 * @see WAMP Advanced Profile, "Salted Challenge Response Authentication", "Data Stored on the Server"
 */
export async function scramCredential(
  password: string,
  options: ScramCredentialOptions = {},
): Promise<ScramCredential> {
  checkOptions<ScramCredentialOptions>('scramCredential', options, KINDS);
  const { kdf = 'pbkdf2', argon2id } = options;
  const { iterations = kdf === 'pbkdf2' ? 600_000 : 2, memory = 19_456 } = options;
  const result = typeof password === 'string' ? saslprep(password) : { problem: `it is of type ${typeof password}` };
  if ('problem' in result) throw new UsageError(`the password for SCRAM cannot be used: ${result.problem}`);
  const salt = options.salt === undefined ? randomOctets(16) : fromBase64(options.salt, 64);
  if (salt === undefined || salt.length < 8) throw new UsageError('expected the salt to be base64 of 8 to 64 octets');
  const cost = affordable(kdf, iterations, memory);
  const salted = await saltPassword(result.prepared, salt, cost, { ways: WAYS.standard, argon2id });
  const { storedKey, serverKey } = await keysOf(salted);
  return {
    kdf,
    salt: toBase64(salt),
    iterations,
    ...(cost.memory === undefined ? {} : { memory }),
    storedKey: toBase64(storedKey),
    serverKey: toBase64(serverKey),
  };
}

/** A credential as it is used: its octets, checked. */
export interface StoredCredential extends PasswordCost {
  readonly salt: string;
  readonly storedKey: Octets;
  readonly serverKey: Octets;
}

/**
 * Reads a credential, which may be anything of a configuration file.
 *
 * @throws {UsageError} that names what is wrong with it, and none of its values but the costs
 */
export function readCredential(where: string, credential: ScramCredential): StoredCredential {
  if (typeof credential !== 'object' || credential === null) {
    throw new UsageError(`${where}: expected what scramCredential(password) gives, received ${typeof credential}`);
  }
  const octets = (name: 'salt' | 'storedKey' | 'serverKey', least: number, most: number): Octets => {
    const read = fromBase64(credential[name], most);
    if (read !== undefined && read.length >= least) return read;
    throw new UsageError(
      `${where}.${name}: expected base64 of ${least === most ? least : `${least} to ${most}`} octets; make the credential by scramCredential(password)`,
    );
  };
  octets('salt', 8, 64);
  const { kdf, iterations, memory, salt } = credential;
  const cost = affordable(kdf, iterations, memory, where);
  return { ...cost, salt, storedKey: octets('storedKey', 32, 32), serverKey: octets('serverKey', 32, 32) };
}

/** What a client would refuse is refused here, where somebody can mend it. */
function affordable(kdf: unknown, iterations: unknown, memory: unknown, where?: string): PasswordCost {
  if (kdf !== 'pbkdf2' && kdf !== 'argon2id13') {
    throw new UsageError(
      `${where === undefined ? '' : `${where}.`}kdf: expected "pbkdf2" or "argon2id13", received ${show(kdf)}`,
    );
  }
  try {
    return checkCost({ kdf, iterations, memory });
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error;
    throw new UsageError(where === undefined ? error.message : `${where}: ${error.message}`);
  }
}

import { AuthenticationError } from '../errors.js';
import { type Argon2id, findArgon2id } from './argon2id.js';
import { concat, hmacSha256, type Octets, pbkdf2Sha256, sha256, toBase64, utf8, xor } from './octets.js';
import { MOST_WRITTEN, type PasswordCost } from './password-cost.js';

/**
 * How the field differs. `standard` is WAMP's Advanced Profile; `crossbar` is what Crossbar.io and Autobahn made of an
 * early draft: another name, no channel binding in what is signed, and an Argon2 hash that counts as its base64 text.
 */
export type ScramDialect = 'standard' | 'crossbar';

interface Ways {
  readonly authmethod: string;
  /** The `c=` of what is signed: base64 of `n,,`, which is "no channel binding". */
  readonly channelBinding: string;
  /** Where WELCOME's authextra has the router's proof. */
  readonly verifier: string;
  /** What Argon2 may be asked for, as `checkCost` has it. */
  readonly mostWritten: number;
  name(authid: string): string;
  saltedPassword(derived: Octets, kdf: PasswordCost['kdf']): Octets;
}

export const WAYS: Readonly<Record<ScramDialect, Ways>> = {
  standard: {
    authmethod: 'wamp-scram',
    channelBinding: 'biws',
    verifier: 'verifier',
    mostWritten: MOST_WRITTEN,
    name: (authid) => authid.replace(/[=,]/g, (one) => (one === ',' ? '=2C' : '=3D')),
    saltedPassword: (derived) => derived,
  },
  crossbar: {
    authmethod: 'scram',
    channelBinding: '',
    verifier: 'scram_server_signature',
    // The credentials that Autobahn makes ask for 4,096 passes over 512 KiB.
    mostWritten: 2 * MOST_WRITTEN,
    name: (authid) => authid,
    saltedPassword: (derived, kdf) => (kdf === 'argon2id13' ? utf8(toBase64(derived).replace(/=+$/, '')) : derived),
  },
};

/** What both sides have seen by the time of AUTHENTICATE. */
export interface ScramFacts {
  /** Prepared by SASLprep. */
  readonly authid: string;
  readonly clientNonce: string;
  /** The client's, with the router's behind it. */
  readonly nonce: string;
  /** In base64. */
  readonly salt: string;
  readonly iterations: number;
  /** The first Finished of TLS, where both sides bind to it. */
  readonly tlsUnique?: Uint8Array | undefined;
}

/** What the two sides sign: all of the exchange that came before. */
export function authMessage(
  { authid, clientNonce, nonce, salt, iterations, tlsUnique }: ScramFacts,
  ways: Ways,
): Octets {
  const binding =
    tlsUnique === undefined
      ? ways.channelBinding
      : toBase64(concat(utf8('p=tls-unique,,'), Uint8Array.from(tlsUnique)));
  const first = `n=${ways.name(authid)},r=${clientNonce}`;
  return utf8(`${first},r=${nonce},s=${salt},i=${iterations},c=${binding},r=${nonce}`);
}

/** The password as SCRAM uses it: salted, and made slow to guess. */
export async function saltPassword(
  password: string,
  salt: Octets,
  { kdf, iterations, memory }: PasswordCost,
  { ways, argon2id }: { ways: Ways; argon2id: Argon2id | undefined },
): Promise<Octets> {
  const octets = utf8(password);
  if (kdf === 'pbkdf2' || memory === undefined) {
    return ways.saltedPassword(await pbkdf2Sha256(octets, salt, { iterations, length: 32 }), 'pbkdf2');
  }
  const derive = argon2id ?? (await findArgon2id());
  const derived: unknown = await derive({ password: octets, salt, iterations, memory, parallelism: 1, length: 32 });
  if (!(derived instanceof Uint8Array) || derived.length !== 32) {
    throw new AuthenticationError('expected argon2id() for SCRAM to give a Uint8Array of 32 octets');
  }
  return ways.saltedPassword(Uint8Array.from(derived), kdf);
}

/** What a router keeps in place of a password, and the client's key, which it must not have. */
export async function keysOf(
  saltedPassword: Octets,
): Promise<{ clientKey: Octets; storedKey: Octets; serverKey: Octets }> {
  const clientKey = await hmacSha256(saltedPassword, utf8('Client Key'));
  const [storedKey, serverKey] = await Promise.all([sha256(clientKey), hmacSha256(saltedPassword, utf8('Server Key'))]);
  return { clientKey, storedKey, serverKey };
}

/** The client's proof, from its key; or its key, from its proof: the two are each other's mask. */
export async function unmask(proofOrKey: Octets, storedKey: Octets, message: Octets): Promise<Octets> {
  return xor(proofOrKey, await hmacSha256(storedKey, message));
}

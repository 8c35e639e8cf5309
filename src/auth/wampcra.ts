import { AuthenticationError } from '../errors.js';
import { type Dict, show } from '../wamp/values.js';
import { type AuthMethod, keep, type Secret } from './auth-method.js';
import { hmacSha256, own, pbkdf2Sha256, toBase64, utf8 } from './octets.js';

/** How a password is turned into the key that both sides share. */
export interface Salting {
  readonly salt: string;
  /** Rounds of PBKDF2: from 1 to 1,000,000, over all the blocks of 32 octets of the key. Default 1,000. */
  readonly iterations?: number;
  /** Length of the derived key in octets: from 16 to 512. Default 32. */
  readonly keylen?: number;
}

/** A router could ask for hours of work: a million rounds take about half a second. */
const MOST_ITERATIONS = 1_000_000;
const KEYLEN = { least: 16, most: 512 };
/** PBKDF2 makes a key in blocks of this length, and does all its rounds for each. */
const BLOCK = 32;
const LONGEST_SALT = 1_024;

/**
 * Authenticates by signing the router's challenge with a shared secret, which never leaves this process. Salted
 * passwords are understood.
 *
 * @throws {UsageError} when `secret` is neither a string that is not empty nor a function
 * @see WAMP Advanced Profile, "Challenge Response Authentication"
 */
export function wampcra(secret: Secret): AuthMethod {
  const ask = keep(secret, 'wampcra');
  return {
    name: 'wampcra',
    answer: async ({ extra }) => {
      const challenge = own(extra, 'challenge');
      if (typeof challenge !== 'string') {
        throw new AuthenticationError(
          `expected the CHALLENGE for wampcra to hold a string "challenge", received ${show(challenge)}`,
        );
      }
      const salting = saltingOf(extra);
      const password = await ask();
      return {
        signature: await sign(salting === undefined ? password : await deriveKey(password, salting), challenge),
      };
    },
    toJSON: () => ({ name: 'wampcra' }),
  };
}

/**
 * HMAC-SHA256 of `challenge` in base64.
 *
 * @param key the shared secret, or what {@link deriveKey} made of it
 */
export async function sign(key: string, challenge: string): Promise<string> {
  return toBase64(await hmacSha256(utf8(key), utf8(challenge)));
}

/**
 * Derives the shared key from a password by PBKDF2-SHA256. The key is the base64 text of the derived octets, as in every
 * implementation in the field; the standard does not say.
 *
 * @throws {AuthenticationError} when `salting` is beyond its bounds
 */
export async function deriveKey(password: string, { salt, iterations = 1_000, keylen = 32 }: Salting): Promise<string> {
  checkSalting({ salt, iterations, keylen });
  return toBase64(await pbkdf2Sha256(utf8(password), utf8(salt), { iterations, length: keylen }));
}

/** @throws {AuthenticationError} when `salting` is beyond its bounds */
export function checkSalting({ salt, iterations, keylen }: Required<Salting>): void {
  inBounds('iterations', iterations, 1, MOST_ITERATIONS);
  inBounds('keylen', keylen, KEYLEN.least, KEYLEN.most);
  inBounds("the salt's length", salt.length, 1, LONGEST_SALT);
  inBounds('iterations × blocks of 32 octets of keylen', iterations * Math.ceil(keylen / BLOCK), 1, MOST_ITERATIONS);
}

/** Reads the three parameters of a salted password, if the router sent them. */
function saltingOf(extra: Dict): Salting | undefined {
  const salt = own(extra, 'salt');
  if (salt === undefined) return undefined;
  if (typeof salt !== 'string') {
    throw new AuthenticationError(
      `expected the salt in the CHALLENGE for wampcra to be a string, received ${show(salt)}`,
    );
  }
  const iterations = own(extra, 'iterations');
  const keylen = own(extra, 'keylen');
  return {
    salt,
    ...(iterations === undefined ? {} : { iterations: integer('iterations', iterations) }),
    ...(keylen === undefined ? {} : { keylen: integer('keylen', keylen) }),
  };
}

function integer(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new AuthenticationError(`expected ${name} for wampcra to be an integer, received ${show(value)}`);
}

function inBounds(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new AuthenticationError(`expected ${name} for wampcra to be from ${least} to ${most}, received ${value}`);
}

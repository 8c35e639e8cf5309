import type { Dict } from '../wamp/values.js';
import { verifyEd25519 } from './ed25519.js';
import { areEqual, fromHex, type Octets, own, randomOctets, toHex, xor } from './octets.js';
import { type IssuedChallenge, once } from './verifier.js';

/** Of a signature and of what was signed, in hexadecimal digits, one behind the other. */
const SIGNATURE_LENGTH = 64;
const CHALLENGE_LENGTH = 32;

/**
 * The public key that a client's HELLO names for cryptosign, in lower case.
 *
 * @returns `undefined` when it names none
 */
export function publicKeyIn(authextra: Dict): string | undefined {
  const key = fromHex(own(authextra, 'pubkey'), 32);
  return key === undefined ? undefined : toHex(key);
}

/**
 * Asks for the Ed25519 signature of 256 random bits.
 *
 * @param publicKey in hexadecimal digits, the one that the client named
 * @param isAuthorized whether that key is one of the principal's. The signature is looked at in either case, so that the
 *   time of the answer does not tell.
 * @param channel the 32 octets that the client is to bind its signature to, if it asked for that
 * @see WAMP Advanced Profile, "Cryptosign-based Authentication"
 */
export function challengeCryptosign(publicKey: string, isAuthorized: boolean, channel?: Uint8Array): IssuedChallenge {
  const challenge: Octets = randomOctets(CHALLENGE_LENGTH);
  const message = channel === undefined ? challenge : xor(challenge, channel);
  const key = fromHex(publicKey, 32) ?? new Uint8Array(32);
  return {
    authmethod: 'cryptosign',
    extra: { challenge: toHex(challenge), channel_binding: channel === undefined ? null : 'tls-unique' },
    verify: once(async ({ signature }) => {
      const both = fromHex(signature, SIGNATURE_LENGTH + CHALLENGE_LENGTH);
      if (both === undefined) return false;
      const isSigned = await verifyEd25519(key, both.slice(0, SIGNATURE_LENGTH), message);
      return areEqual(both.subarray(SIGNATURE_LENGTH), message) && isSigned && isAuthorized;
    }),
  };
}

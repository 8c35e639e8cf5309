import type { Dict } from '../wamp/values.js';
import { areEqual, fromBase64, hmacSha256, type Octets, own, randomOctets, sha256, toBase64 } from './octets.js';
import type { StoredCredential } from './scram-credential.js';
import { authMessage, unmask, WAYS } from './scram-exchange.js';
import { type IssuedChallenge, once } from './verifier.js';

const LONGEST_NONCE = 256;

/**
 * What is wrong with what a client's HELLO says for SCRAM, or `undefined`: it has to bring a nonce in base64, and to ask for no channel
 * binding that cannot be had.
 *
 * @param tlsUnique of the connection, if there is one
 */
export function problemOfScramHello(authextra: Dict, tlsUnique?: Uint8Array): string | undefined {
  const nonce = own(authextra, 'nonce');
  // Not `fromBase64`: a client that appends nonces to each other has padding in the middle.
  if (typeof nonce !== 'string' || nonce.length > LONGEST_NONCE || !/^[A-Za-z0-9+/=]+$/.test(nonce)) {
    return `expected authextra.nonce to be base64 of at most ${LONGEST_NONCE} characters`;
  }
  const binding = own(authextra, 'channel_binding') ?? null;
  if (binding === null || (binding === 'tls-unique' && tlsUnique !== undefined)) return undefined;
  return 'this router does no channel binding but "tls-unique", on a connection with TLS to itself';
}

/**
 * Asks for the proof of a password that the router does not know, and proves that it knows what was made of it.
 *
 * @param authid prepared by SASLprep
 * @param authextra of HELLO, in which `problemOfScramHello` found nothing wrong
 * @param tlsUnique of the connection, which is looked at if the client asked for it
 * @see WAMP Advanced Profile, "Salted Challenge Response Authentication"
 */
export function challengeScram(
  { kdf, salt, iterations, memory, storedKey, serverKey }: StoredCredential,
  { authid, authextra, tlsUnique }: { authid: string; authextra: Dict; tlsUnique?: Uint8Array | undefined },
): IssuedChallenge {
  const binding = own(authextra, 'channel_binding') ?? null;
  const bound = binding === null ? undefined : tlsUnique;
  const clientNonce = String(own(authextra, 'nonce'));
  const nonce = clientNonce + toBase64(randomOctets(18));
  const message = authMessage({ authid, clientNonce, nonce, salt, iterations, tlsUnique: bound }, WAYS.standard);
  let verifier: Octets | undefined;
  return {
    authmethod: WAYS.standard.authmethod,
    extra: { nonce, salt, kdf, iterations, memory: memory ?? null },
    verify: once(async ({ signature, extra = {} }) => {
      const proof = fromBase64(signature, 32);
      if (proof?.length !== 32 || own(extra, 'nonce') !== nonce) return false;
      const data = bound === undefined ? null : toBase64(bound);
      if ((own(extra, 'channel_binding') ?? null) !== binding || (own(extra, 'cbind_data') ?? null) !== data)
        return false;
      const clientKey = await unmask(proof, storedKey, message);
      verifier = await hmacSha256(serverKey, message);
      return areEqual(await sha256(clientKey), storedKey);
    }),
    welcome: () => ({ verifier: verifier === undefined ? '' : toBase64(verifier) }),
  };
}

import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** joe's side of a CHALLENGE, worked out by the runner itself. */

export const SECRET = 'secret';

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (octets: Buffer): Buffer => createHash('sha256').update(octets).digest();

/** @see WAMP Advanced Profile, "Challenge Response Authentication" */
export function craSignature(extra: Readonly<Record<string, unknown>>): Buffer {
  const { challenge, salt, iterations = 1_000, keylen = 32 } = extra;
  const key =
    typeof salt === 'string'
      ? pbkdf2Sync(SECRET, salt, iterations as number, keylen as number, 'sha256').toString('base64')
      : SECRET;
  return hmac(key, String(challenge));
}

/** @see WAMP Advanced Profile, "Salted Challenge Response Authentication" */
export function scramProof(extra: Readonly<Record<string, unknown>>, clientNonce: string): string {
  const { nonce, salt, iterations } = extra as { nonce: string; salt: string; iterations: number };
  const salted = pbkdf2Sync(SECRET, Buffer.from(salt, 'base64'), iterations, 32, 'sha256');
  const clientKey = hmac(salted, 'Client Key');
  const binding = Buffer.from('n,,').toString('base64');
  const message = `n=joe,r=${clientNonce},r=${nonce},s=${salt},i=${iterations},c=${binding},r=${nonce}`;
  const signature = hmac(sha256(clientKey), message);
  return Buffer.from(clientKey.map((octet, at) => octet ^ (signature[at] ?? 0))).toString('base64');
}

/** The right signature, with every octet but the first changed. */
export function almostRight(signature: Buffer): string {
  return Buffer.from(signature.map((octet, at) => (at === 0 ? octet : octet ^ 0xff))).toString('base64');
}

import { gcm } from '@noble/ciphers/aes.js';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { PassthruError } from '../errors.js';

/** `ppt_cipher`. */
export type CipherName = 'xsalsa20poly1305' | 'aes256gcm';

interface Cipher {
  readonly make: (key: Uint8Array, nonce: Uint8Array) => Pick<ReturnType<typeof gcm>, 'encrypt' | 'decrypt'>;
  /** In octets. */
  readonly nonce: number;
}

/** In octets, of both. */
export const KEY_LENGTH = 32;
const TAG_LENGTH = 16;

const CIPHERS: Readonly<Record<CipherName, Cipher>> = {
  xsalsa20poly1305: { make: xsalsa20poly1305, nonce: 24 },
  aes256gcm: { make: gcm, nonce: 12 },
};

export const CIPHER_NAMES = Object.keys(CIPHERS) as readonly CipherName[];

export function isCipher(name: string | undefined): name is CipherName {
  return name !== undefined && Object.hasOwn(CIPHERS, name);
}

/**
 * Encrypts under a nonce of its own, at random, which stands before what the cipher makes: for `xsalsa20poly1305` NaCl's secretbox
 * (tag, ciphertext), for `aes256gcm` ciphertext and tag.
 */
export function encrypt(name: CipherName, key: Uint8Array, plain: Uint8Array): Uint8Array {
  const { make, nonce: length } = CIPHERS[name];
  const nonce = crypto.getRandomValues(new Uint8Array(length));
  const box = make(key, nonce).encrypt(plain);
  const octets = new Uint8Array(length + box.length);
  octets.set(nonce);
  octets.set(box, length);
  return octets;
}

/** The inverse. @throws {PassthruError} when it is too short, or not what was encrypted with this key */
export function decrypt(name: CipherName, key: Uint8Array, octets: Uint8Array): Uint8Array {
  const { make, nonce: length } = CIPHERS[name];
  if (octets.length < length + TAG_LENGTH) {
    throw new PassthruError(
      'malformed',
      `expected ${length} octets of nonce and ${TAG_LENGTH} of tag at least, received ${octets.length} octets in all`,
    );
  }
  try {
    return make(key, octets.subarray(0, length)).decrypt(octets.subarray(length));
  } catch {
    // What the cipher's library has to say adds nothing, and may hold anything.
    throw new PassthruError('forged', 'it was not encrypted with this key, or has been changed since');
  }
}

import { concat, type Octets } from './octets.js';
import { subtle } from './subtle.js';

/** DER of PKCS#8 in front of a seed: WebCrypto takes a private key in no rawer form. */
const PKCS8 = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);

/**
 * What a seed can do. It is imported anew for each use: nothing of it stays in memory.
 *
 * WebCrypto has Ed25519 in Node and in the browsers of today.
 *
 * @see RFC 8032, "Ed25519"
 */
export async function signEd25519(seed: Octets, message: Octets): Promise<Octets> {
  const key = await subtle().importKey('pkcs8', concat(PKCS8, seed), 'Ed25519', false, ['sign']);
  return new Uint8Array(await subtle().sign('Ed25519', key, message));
}

/** 32 octets. */
export async function publicKeyOf(seed: Octets): Promise<Octets> {
  const key = await subtle().importKey('pkcs8', concat(PKCS8, seed), 'Ed25519', true, ['sign']);
  const { x = '' } = await subtle().exportKey('jwk', key);
  const base64 = x.replaceAll('-', '+').replaceAll('_', '/');
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Whether `signature` is right. A public key that is none makes it wrong. */
export async function verifyEd25519(publicKey: Octets, signature: Octets, message: Octets): Promise<boolean> {
  try {
    const key = await subtle().importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    return await subtle().verify('Ed25519', key, signature, message);
  } catch {
    return false;
  }
}

import type { Dict } from '../wamp/values.js';
import { subtle } from './subtle.js';

/** Octets in memory of their own, as WebCrypto wants them. */
export type Octets = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Octets => new TextEncoder().encode(text);

export const randomOctets = (length: number): Octets => crypto.getRandomValues(new Uint8Array(length));

export function toBase64(octets: Uint8Array): string {
  return btoa(String.fromCharCode(...octets));
}

/**
 * Reads at most `most` octets from base64 in its one canonical form: padded, without white space and without stray bits.
 *
 * @returns `undefined` when it is anything else
 * @see RFC 4648, section 4
 */
export function fromBase64(text: unknown, most: number): Octets | undefined {
  if (typeof text !== 'string' || text.length > Math.ceil(most / 3) * 4 || text.length % 4 !== 0) return undefined;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const octets = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return octets.length <= most && toBase64(octets) === text ? octets : undefined;
}

export function toHex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** @returns `undefined` when `text` is not exactly `length` octets in hexadecimal digits of either case */
export function fromHex(text: unknown, length: number): Octets | undefined {
  if (typeof text !== 'string' || text.length !== length * 2 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  return Uint8Array.from({ length }, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16));
}

/** Of two of the same length. */
export function xor(one: Uint8Array, other: Uint8Array): Octets {
  return Uint8Array.from(one, (octet, at) => octet ^ (other[at] ?? 0));
}

export function concat(...parts: readonly Uint8Array[]): Octets {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export async function sha256(octets: Octets): Promise<Octets> {
  return new Uint8Array(await subtle().digest('SHA-256', octets));
}

/** @param key not empty */
export async function hmacSha256(key: Octets, message: Octets): Promise<Octets> {
  const hmac = await subtle().importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle().sign('HMAC', hmac, message));
}

/** Runs off the event loop. */
export async function pbkdf2Sha256(
  password: Octets,
  salt: Octets,
  { iterations, length }: { iterations: number; length: number },
): Promise<Octets> {
  const base = await subtle().importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return new Uint8Array(await subtle().deriveBits(parameters, base, length * 8));
}

/** In a time that tells nothing of where two of the same length differ. A length is no secret here. */
export function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at += 1) difference |= (one[at] ?? 0) ^ (other[at] ?? 0);
  return difference === 0;
}

/** Never the prototype's: what comes from elsewhere may lack a key that `Object.prototype` has. */
export function own(dict: Dict, key: string): unknown {
  return Object.hasOwn(dict, key) ? dict[key] : undefined;
}

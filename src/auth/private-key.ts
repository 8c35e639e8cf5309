import { areEqual, fromHex, type Octets, utf8 } from './octets.js';

/** What reading a key came to. A problem is told in words that repeat nothing of it. */
export type ReadKey = { readonly seed: Octets } | { readonly problem: string };

const SEED_LENGTH = 32;
const LONGEST_PEM = 16_384;

/** DER of PKCS#8 around an Ed25519 seed, behind the sequence's length: version, `id-Ed25519`, and the seed's own header. */
const PKCS8_V1 = [0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
const PKCS8_V2 = PKCS8_V1.with(2, 0x01);

/**
 * Reads an Ed25519 private key: 32 octets in hexadecimal, or PEM of PKCS#8 or of OpenSSH, without a passphrase.
 *
 * @see RFC 8410, "Private Key Format"; OpenSSH's PROTOCOL.key
 */
export function readPrivateKey(text: string): ReadKey {
  const key = text.trim();
  const seed = fromHex(key, SEED_LENGTH);
  if (seed !== undefined) return { seed };
  const pem =
    key.length > LONGEST_PEM ? undefined : /^-----BEGIN ([A-Z ]+)-----\s([\sA-Za-z0-9+/=]+)-----END \1-----$/.exec(key);
  const [, label, body = ''] = pem ?? [];
  const octets = octetsOf(body);
  if (label === 'PRIVATE KEY' && octets !== undefined) return fromPkcs8(octets);
  if (label === 'OPENSSH PRIVATE KEY' && octets !== undefined) return fromOpenSsh(octets);
  if (label === 'ENCRYPTED PRIVATE KEY') return ENCRYPTED;
  return { problem: 'it is neither 64 hexadecimal digits nor PEM of a private key (PKCS#8 or OpenSSH)' };
}

const ENCRYPTED = { problem: 'it needs a passphrase; give the key without one, or a function that signs' };
const NOT_ED25519 = { problem: 'it is not an Ed25519 key' };
const BROKEN = { problem: 'it is PEM of something broken' };

function octetsOf(base64: string): Octets | undefined {
  try {
    return Uint8Array.from(atob(base64.replace(/\s/g, '')), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** DER has one way only to write such a key, so its octets are compared rather than parsed. */
function fromPkcs8(der: Octets): ReadKey {
  const start = 2 + PKCS8_V1.length;
  const header = [...der.subarray(2, start)];
  const isHere = [PKCS8_V1, PKCS8_V2].some((known) => known.every((octet, at) => header[at] === octet));
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || !isHere) return NOT_ED25519;
  const seed = der.slice(start, start + SEED_LENGTH);
  return seed.length === SEED_LENGTH ? { seed } : BROKEN;
}

/** Strings with their length in front, one behind the other. */
class Strings {
  #rest: Octets;

  constructor(octets: Octets) {
    this.#rest = octets;
  }

  /** @returns `undefined` when so many are not left */
  take(length: number): Octets | undefined {
    if (length > this.#rest.length) return undefined;
    const taken = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return taken;
  }

  number(): number | undefined {
    const octets = this.take(4);
    return octets === undefined ? undefined : new DataView(octets.buffer).getUint32(0);
  }

  next(): Octets | undefined {
    const length = this.number();
    return length === undefined ? undefined : this.take(length);
  }
}

function fromOpenSsh(octets: Octets): ReadKey {
  const file = new Strings(octets);
  const magic = utf8('openssh-key-v1\0');
  const is = (value: Octets | undefined, text: string) => value !== undefined && areEqual(value, utf8(text));
  if (!areEqual(file.take(magic.length) ?? new Uint8Array(), magic)) return BROKEN;
  if (!is(file.next(), 'none') || !is(file.next(), 'none')) return ENCRYPTED;
  file.next(); // The options of the cipher that there is not.
  if (file.number() !== 1) return { problem: 'it holds more than one key' };
  file.next(); // The public key, which stands in the private part again.
  const secret = new Strings(file.next() ?? new Uint8Array());
  const check = secret.number();
  if (check === undefined || check !== secret.number()) return BROKEN;
  if (!is(secret.next(), 'ssh-ed25519')) return NOT_ED25519;
  secret.next();
  const both = secret.next();
  return both?.length === 2 * SEED_LENGTH ? { seed: both.slice(0, SEED_LENGTH) } : BROKEN;
}

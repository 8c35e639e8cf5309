import { PassthruError, UsageError } from '../errors.js';
import { AN_OBJECT, unfit } from '../wamp/given.js';
import type { PayloadContext } from '../wamp/payload-scheme.js';
import { KEY_LENGTH } from './ciphers.js';

/** 32 octets, or their 64 hexadecimal digits. Both ends have the same one. */
export type Key = Uint8Array | string;

/** By `ppt_keyid`. */
export type Keys = Readonly<Record<string, Key>>;

/** The id of the key to seal with. */
export type KeyChoice = string | ((context: PayloadContext) => string);

/** Keys by their ids. No key ever leaves it but to a cipher. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #choice: KeyChoice;

  /**
   * @param choice may be left out where there is one key
   * @throws {UsageError} when a key is none, or it is not clear which one seals
   */
  constructor(keys: Keys, choice: KeyChoice | undefined) {
    if (!AN_OBJECT.fits(keys)) throw unfit('e2ee', 'keys', { expected: 'an object of keys by id', hidden: true }, keys);
    this.#keys = new Map(Object.entries(keys).map(([id, key]) => [id, octetsOf(id, key)]));
    const ids = [...this.#keys.keys()];
    const [only] = ids;
    if (only === undefined) throw new UsageError('e2ee: expected at least one key in keys, received none');
    if (choice === undefined && ids.length > 1) {
      throw new UsageError(`e2ee: there are ${ids.length} keys; say by keyId which of them seals: ${ids.join(', ')}`);
    }
    if (typeof choice === 'string' && !this.#keys.has(choice)) {
      throw new UsageError(`e2ee: expected keyId to be one of ${ids.join(', ')}, received "${choice}"`);
    }
    this.#choice = choice ?? only;
  }

  has(id: string | undefined): id is string {
    return id !== undefined && this.#keys.has(id);
  }

  /** Which key seals. */
  idFor(context: PayloadContext): string {
    return typeof this.#choice === 'string' ? this.#choice : this.#choice(context);
  }

  /** @throws {PassthruError} when there is none of that id */
  get(id: string): Uint8Array {
    const key = this.#keys.get(id);
    if (key !== undefined) return key;
    throw new PassthruError('unknownKey', `nobody has given e2ee the key of the id ${clipped(id)} (option keys)`);
  }
}

function octetsOf(id: string, key: unknown): Uint8Array {
  if (key instanceof Uint8Array && key.length === KEY_LENGTH) return key.slice();
  if (typeof key === 'string' && /^[0-9a-f]{64}$/i.test(key)) {
    return Uint8Array.from({ length: KEY_LENGTH }, (_, at) => Number.parseInt(key.slice(2 * at, 2 * at + 2), 16));
  }
  // Not what came: it may be the key itself, with a digit too many.
  const came = key instanceof Uint8Array || typeof key === 'string' ? `${key.length} of them` : `a ${typeof key}`;
  throw new UsageError(
    `e2ee: expected the key ${clipped(id)} to be ${KEY_LENGTH} octets, or ${2 * KEY_LENGTH} hexadecimal digits, received ${came}`,
  );
}

/** It may come from the other end, and goes into a log. */
const clipped = (id: string): string => JSON.stringify(id.slice(0, 100));

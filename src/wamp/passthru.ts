import { ProtocolError } from '../errors.js';
import type { Payload } from './message.js';
import { octetsOf } from './sealed-payload.js';
import { type Dict, string } from './values.js';

/** What a payload says of itself on its way through a router: the values of `ppt_serializer`, `ppt_cipher` and `ppt_keyid`. */
export interface SealingFacts {
  /** What the payload was written with: `json`, `msgpack`, `cbor`, or `native` for octets of another technology's making. */
  readonly serializer?: string | undefined;
  /** What it was encrypted with: `xsalsa20poly1305` or `aes256gcm`, if it was. */
  readonly cipher?: string | undefined;
  /** Which key it was encrypted with. */
  readonly keyId?: string | undefined;
}

/** A payload that routers pass on as it is. */
export interface SealedPayload extends SealingFacts {
  readonly octets: Uint8Array;
}

/** The attributes of options and details, and what they are called in {@link SealingFacts}. `ppt_scheme` says whose they are. */
const FACTS = [
  ['ppt_serializer', 'serializer'],
  ['ppt_cipher', 'cipher'],
  ['ppt_keyid', 'keyId'],
] as const satisfies readonly (readonly [string, keyof SealingFacts])[];

const SCHEME = 'ppt_scheme';
const KEYS: readonly string[] = [SCHEME, ...FACTS.map(([key]) => key)];

/**
 * The options or details that say how a payload was sealed.
 *
 * @returns `{ ppt_scheme: 'wamp', ppt_serializer: 'cbor', ppt_cipher: 'aes256gcm', ppt_keyid: 'k1' }`
 */
export function toAttributes(scheme: string, facts: SealingFacts): Dict {
  const attributes: Record<string, string> = { [SCHEME]: scheme };
  for (const [key, name] of FACTS) {
    const value = facts[name];
    if (value !== undefined) attributes[key] = value;
  }
  return attributes;
}

/** The attributes of one message that another one takes over, as they are. */
export function attributesOf(details: Dict): Dict {
  const taken: Record<string, unknown> = {};
  for (const key of KEYS) if (Object.hasOwn(details, key)) taken[key] = details[key];
  return taken;
}

/**
 * What stands in a message whose payload was passed through.
 *
 * @throws {ProtocolError} when an attribute is no string, or the payload is not one octet string alone
 * @see WAMP Advanced Profile, "Payload Passthru Mode", "Message Structure"
 */
export function fromAttributes(details: Dict, payload: Payload): SealedPayload & { readonly scheme: string } {
  return { ...factsOf(details), scheme: text(SCHEME, details[SCHEME]), octets: octetsOf(payload) };
}

/** @throws {ProtocolError} when an attribute is no string */
export function factsOf(details: Dict): SealingFacts {
  const facts: Partial<Record<keyof SealingFacts, string>> = {};
  for (const [key, name] of FACTS) {
    const value = details[key];
    if (value !== undefined && value !== null) facts[name] = text(key, value);
  }
  return facts;
}

function text(key: string, value: unknown): string {
  try {
    return string(value);
  } catch (error) {
    throw new ProtocolError(`${key}: ${(error as Error).message}`);
  }
}

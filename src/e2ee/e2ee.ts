import { PassthruError } from '../errors.js';
import { fromOctets, toOctets } from '../passthru/envelope.js';
import { A_PAYLOAD_SERIALIZER, Formats } from '../passthru/formats.js';
import { cbor } from '../serializers/cbor.js';
import type { PayloadSerializer } from '../serializers/serializer.js';
import { ANYTHING, type Kinds, oneOfThese } from '../wamp/given.js';
import { checkManyOptions } from '../wamp/many-options.js';
import type { SealedPayload } from '../wamp/passthru.js';
import type { OpenPayload, PayloadContext, PayloadScheme } from '../wamp/payload-scheme.js';
import { CIPHER_NAMES, type CipherName, decrypt, encrypt, isCipher } from './ciphers.js';
import { type KeyChoice, KeyRing, type Keys } from './keys.js';

/** Whose keys seal payloads from end to end, and how. */
export interface E2eeOptions {
  /**
   * The keys that both ends have, by their ids. A function is asked before each session of a peer, so that what has changed by then,
   * a key that was added or taken away, is known from then on.
   */
  readonly keys: Keys | (() => Keys | Promise<Keys>);
  /** Which key seals: its id, or a function that gives one for a procedure or topic. Default: the only key. All of them open. */
  readonly keyId?: KeyChoice;
  /** What payloads are encrypted with; both are decrypted. Default `xsalsa20poly1305`. */
  readonly cipher?: CipherName;
  /** What payloads are written in; all three are read. Default `cbor()`, which every implementation of the scheme `wamp` has. */
  readonly serializer?: PayloadSerializer;
}

const KINDS: Kinds<E2eeOptions> = {
  keys: { ...ANYTHING, expected: 'keys by their ids, or a function that gives them' },
  keyId: {
    expected: 'the id of a key, or a function that gives one',
    fits: (value) => typeof value === 'string' || typeof value === 'function',
  },
  cipher: oneOfThese(...CIPHER_NAMES),
  serializer: A_PAYLOAD_SERIALIZER,
};

/**
 * End-to-end encryption: what peers with the same keys call, answer and publish, no router can read or change. It cannot move it
 * either: a payload is bound to its procedure or topic and to the kind of its message, and opens as no other. It can hold back a
 * message, or deliver it twice; and it sees URIs, options, how long payloads are, and which peers talk.
 *
 * @throws {UsageError} when an option makes no sense. No key is ever in an error, a log or an inspector
 * @example `connect(url, { realm, passthru: e2ee({ keys: { k1: process.env.KEY } }) })`
 * @see WAMP Advanced Profile, "Payload Passthru Mode", "End-to-End Encryption Predefined Scheme"
 */
export function e2ee(options: E2eeOptions): PayloadScheme {
  checkManyOptions<E2eeOptions>('e2ee', options, KINDS);
  return new E2ee(options);
}

/** Beside the arguments: what a payload was sealed for. */
const CONTEXT = 'context';

class E2ee implements PayloadScheme {
  readonly scheme = 'wamp';
  readonly authenticates = true;
  readonly #source: (() => Keys | Promise<Keys>) | undefined;
  readonly #choice: KeyChoice | undefined;
  readonly #cipher: CipherName;
  readonly #serializer: PayloadSerializer;
  readonly #formats: Formats;
  #ring: KeyRing | undefined;

  constructor({ keys, keyId, cipher = 'xsalsa20poly1305', serializer = cbor() }: E2eeOptions) {
    this.#choice = keyId;
    this.#cipher = cipher;
    this.#serializer = serializer;
    this.#formats = new Formats(serializer);
    if (typeof keys === 'function') this.#source = keys;
    else this.#ring = new KeyRing(keys, keyId);
  }

  async prepare(): Promise<void> {
    if (this.#source === undefined) return;
    let keys: Keys;
    try {
      keys = await this.#source();
    } catch (cause) {
      throw new PassthruError('failed', 'e2ee: the function that gives the keys failed; see the cause', { cause });
    }
    this.#ring = new KeyRing(keys, this.#choice);
  }

  seal(payload: OpenPayload, context: PayloadContext): SealedPayload {
    const ring = this.#keys();
    const { inReplyTo } = context;
    // Who has sent a call can open what is sealed as it was; a new key may not have got there yet.
    const serializer = this.#formats.get(inReplyTo?.serializer) ?? this.#serializer;
    const cipher = isCipher(inReplyTo?.cipher) ? inReplyTo.cipher : this.#cipher;
    const id = ring.has(inReplyTo?.keyId) ? inReplyTo.keyId : ring.idFor(context);
    const octets = encrypt(cipher, ring.get(id), toOctets(serializer, payload, { [CONTEXT]: boundTo(context) }));
    return { serializer: serializer.name, cipher, keyId: id, octets };
  }

  open({ serializer, cipher, keyId, octets }: SealedPayload, context: PayloadContext): OpenPayload {
    if (cipher === undefined) throw new PassthruError('plain', 'it names no ppt_cipher: it is not encrypted');
    if (!isCipher(cipher)) {
      throw new PassthruError(
        'unsupported',
        `expected ppt_cipher to be one of ${CIPHER_NAMES.join(', ')}, received another`,
      );
    }
    const format = this.#formats.named(serializer);
    const ring = this.#keys();
    const plain = decrypt(cipher, ring.get(keyId ?? ring.idFor(context)), octets);
    const { args, kwargs, beside } = fromOctets(format, plain);
    // Other implementations bind theirs to nothing. Nobody without the key can take it out of one that has it.
    const bound = beside[CONTEXT];
    if (bound !== undefined && bound !== boundTo(context)) {
      throw new PassthruError('forged', 'it was sealed for another procedure, topic or kind of message');
    }
    return { args, kwargs };
  }

  toJSON(): { scheme: string; cipher: string } {
    return { scheme: this.scheme, cipher: this.#cipher };
  }

  #keys(): KeyRing {
    if (this.#ring !== undefined) return this.#ring;
    throw new PassthruError('unknownKey', 'e2ee has no keys yet: its function is asked before a session');
  }
}

/** A URI has no space in it, so no two contexts are written alike. */
const boundTo = ({ type, uri }: PayloadContext): string => `${type} ${uri}`;

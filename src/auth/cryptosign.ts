import { AuthenticationError, UsageError } from '../errors.js';
import { A_FUNCTION, ANYTHING, checkOptions, type Kinds, oneOfThese } from '../wamp/given.js';
import { type Dict, show } from '../wamp/values.js';
import { type AuthMethod, type HelloFacts, keep, type Secret } from './auth-method.js';
import { publicKeyOf, signEd25519 } from './ed25519.js';
import { concat, fromHex, type Octets, own, toHex, xor } from './octets.js';
import { readPrivateKey } from './private-key.js';

const NAME = 'cryptosign';
const CHALLENGE_LENGTH = 32;

interface Binding {
  /**
   * Signs for this one connection: who answers in the middle can do nothing with the signature. It takes `wss:` or `rss:` in Node, and a
   * router that does it; the session ends where it cannot be had. Default: none.
   */
  readonly channelBinding?: 'tls-unique';
}

/** With a key in this process, or with a function that has it elsewhere: a hardware token, an agent, a key service. */
export type CryptosignOptions = Binding &
  (
    | {
        /** 64 hexadecimal digits, or PEM of PKCS#8 or OpenSSH without a passphrase; or a function that fetches it. */
        readonly privateKey: Secret;
        /** 64 hexadecimal digits. Left out, it is derived, for which the private key is asked for once more. */
        readonly publicKey?: string;
      }
    | {
        /** Gives the 64 octets of the Ed25519 signature of 32. */
        readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;
        /** 64 hexadecimal digits. */
        readonly publicKey: string;
      }
  );

/**
 * Authenticates by an Ed25519 key, whose public half the router knows. An `authid` is not needed where the router finds it
 * by the key.
 *
 * Certificates and the router's own authentication are not offered.
 *
 * @throws {UsageError} when an option cannot be used; no key stands in it
 * @see WAMP Advanced Profile, "Cryptosign-based Authentication"
 */
export function cryptosign(options: CryptosignOptions): AuthMethod {
  const { sign, publicKey } = signerOf(options);
  const binding = options.channelBinding ?? null;
  return {
    name: NAME,
    hello: async (facts) => {
      if (binding !== null) await channelOf(facts);
      return { pubkey: await publicKey(), channel_binding: binding };
    },
    answer: async ({ extra }, facts) => {
      const challenge = challengeIn(extra, binding);
      const message = binding === null ? challenge : xor(challenge, await channelOf(facts));
      const signature = await sign(message, own(facts.authextra, 'pubkey'));
      return { signature: toHex(concat(signature, message)) };
    },
    toJSON: () => ({ name: NAME }),
  };
}

interface Signer {
  /** In hexadecimal digits. */
  readonly publicKey: () => Promise<string>;
  /** @param announced the public key that HELLO named */
  readonly sign: (message: Octets, announced: unknown) => Promise<Octets>;
}

const KINDS: Kinds<{ privateKey: unknown; publicKey: unknown; sign: unknown; channelBinding: unknown }> = {
  privateKey: ANYTHING,
  publicKey: {
    expected: '64 hexadecimal digits',
    fits: (value) => fromHex(value, 32) !== undefined,
    hidden: true,
  },
  // Somebody may give a key here.
  sign: { ...A_FUNCTION, hidden: true },
  channelBinding: oneOfThese('tls-unique'),
};

function signerOf(options: CryptosignOptions): Signer {
  checkOptions('cryptosign', options as unknown, KINDS);
  const publicKey = options.publicKey?.toLowerCase();
  if ('privateKey' in options) return ofKey(options.privateKey, publicKey);
  const { sign } = options;
  if (sign === undefined || publicKey === undefined) {
    throw new UsageError('cryptosign: expected { privateKey } or { sign, publicKey }, received neither');
  }
  return {
    publicKey: async () => publicKey,
    sign: async (message) => {
      // A copy: what is given away may be changed.
      const signature: unknown = await sign(message.slice());
      if (signature instanceof Uint8Array && signature.length === 64) return Uint8Array.from(signature);
      throw new AuthenticationError(
        'expected sign() of cryptosign to give a Uint8Array of 64 octets: the Ed25519 signature alone',
      );
    },
  };
}

function ofKey(privateKey: Secret, publicKey: string | undefined): Signer {
  const ask = keep(privateKey, NAME);
  if (typeof privateKey === 'string') readSeed(privateKey, UsageError);
  const seed = async () => readSeed(await ask(), AuthenticationError);
  return {
    publicKey: async () => publicKey ?? toHex(await publicKeyOf(await seed())),
    sign: async (message, announced) => {
      const key = await seed();
      // A signature by another key than HELLO's is worth nothing, and the router would not say why.
      if (toHex(await publicKeyOf(key)) === announced) return signEd25519(key, message);
      throw new AuthenticationError(
        'the private key for cryptosign is not the one of the public key that HELLO named: it was exchanged meanwhile, publicKey is of another key, or cryptosign is offered twice',
      );
    },
  };
}

function readSeed(key: string, Failure: typeof UsageError | typeof AuthenticationError): Octets {
  const read = readPrivateKey(key);
  if ('seed' in read) return read.seed;
  throw new Failure(`the private key for cryptosign cannot be used: ${read.problem}`);
}

/** What tells the connection from every other. */
async function channelOf({ address, channelId }: HelloFacts): Promise<Uint8Array> {
  const id = await channelId?.();
  if (id?.length === CHALLENGE_LENGTH) return id;
  throw new AuthenticationError(
    `cryptosign is to bind to its channel by "tls-unique", which the connection to ${address} does not offer: it takes wss: or rss: in Node`,
  );
}

/** Reads the router's CHALLENGE. */
function challengeIn(extra: Dict, binding: string | null): Octets {
  const bound = own(extra, 'channel_binding') ?? null;
  if (bound !== binding) {
    throw new AuthenticationError(
      binding === null
        ? `the router demands channel binding (${show(bound)}), which was not offered: see the option channelBinding of cryptosign`
        : `the router does not bind to the channel by "${binding}", as was asked for: received ${show(bound)}`,
    );
  }
  const challenge = fromHex(own(extra, 'challenge'), CHALLENGE_LENGTH);
  if (challenge !== undefined) return challenge;
  throw new AuthenticationError(
    `expected the challenge for cryptosign to be ${CHALLENGE_LENGTH} octets in hexadecimal digits`,
  );
}

import { AuthenticationError, UsageError } from '../errors.js';
import { A_FUNCTION, checkOptions, type Kinds, oneOfThese } from '../wamp/given.js';
import type { Dict } from '../wamp/values.js';
import type { Argon2id } from './argon2id.js';
import { type AuthMethod, type HelloFacts, keep, type Secret } from './auth-method.js';
import { areEqual, fromBase64, hmacSha256, own, randomOctets, toBase64 } from './octets.js';
import { checkCost } from './password-cost.js';
import { saslprep } from './saslprep.js';
import { authMessage, keysOf, type ScramDialect, saltPassword, unmask, WAYS } from './scram-exchange.js';

/**
 * How `scram` proves the password.
 *
 * @see WAMP Advanced Profile, "Salted Challenge Response"
 */
export interface ScramOptions {
  /** Where passwords are hashed by Argon2id, and neither Node 24.7 nor the package `argon2` is there: in a browser. */
  readonly argon2id?: Argon2id;
  /**
   * Default `standard`: the method `wamp-scram` of the Advanced Profile. `crossbar` is the method `scram`, as Crossbar.io
   * and Autobahn have it. Both may be offered to one router.
   */
  readonly dialect?: ScramDialect;
  /**
   * Proves the password for this one connection: who answers in the middle can do nothing with the proof. It takes `wss:` or `rss:` in
   * Node, the standard's dialect, and a router that does it; the session ends where it cannot be had. Default: none.
   */
  readonly channelBinding?: 'tls-unique';
}

const KINDS: Kinds<ScramOptions> = {
  argon2id: A_FUNCTION,
  dialect: oneOfThese(...Object.keys(WAYS)),
  channelBinding: oneOfThese('tls-unique'),
};

/** A multiple of 3, so that its base64 has no padding and stays the beginning of whatever is appended. */
const NONCE_LENGTH = 24;
const LONGEST_NONCE = 1_024;
const LONGEST_SALT = 256;

/**
 * Authenticates by a password that neither leaves this process nor is known to the router, which in turn has to prove
 * that it knows what was made of it: a session with a router that does not prove itself is ended, one that welcomes
 * without having asked included.
 *
 * Needs an `authid`. What a CHALLENGE may cost is bounded: PBKDF2 from 4,096 to 1,000,000
 * rounds; Argon2id to 256 MiB, and from 16 MiB to 1 GiB (`crossbar`: 2) in all its passes. The work is done off the event loop.
 *
 * @param password prepared by SASLprep before its use
 * @throws {UsageError} when `password` is neither a string that is not empty nor a function, or an option cannot be meant
 * @see WAMP Advanced Profile, "Salted Challenge Response Authentication"; RFC 5802 and RFC 7677
 */
export function scram(password: Secret, options: ScramOptions = {}): AuthMethod {
  checkOptions<ScramOptions>('scram', options, KINDS);
  const { argon2id, dialect = 'standard', channelBinding: binding = null } = options;
  if (binding !== null && dialect !== 'standard') {
    throw new UsageError(`scram: the dialect "${dialect}" has no channel binding: leave channelBinding out`);
  }
  const ways = WAYS[dialect];
  const name = ways.authmethod;
  const ask = keep(password, name);
  return {
    name,
    mutual: true,
    hello: (facts) => {
      if (binding !== null) uniqueOf(facts, name);
      return { nonce: toBase64(randomOctets(NONCE_LENGTH)), channel_binding: binding };
    },
    answer: async ({ extra }, facts) => {
      const { authid, authextra } = facts;
      if (authid === undefined) throw new AuthenticationError(`expected an authid for ${name}: give the peer one`);
      const clientNonce = String(own(authextra, 'nonce'));
      const { nonce, salt, cost } = asked(extra, { clientNonce, mostWritten: ways.mostWritten, binding });
      const tlsUnique = binding === null ? undefined : uniqueOf(facts, name);
      const saltedPassword = await saltPassword(prepared(await ask(), 'password'), salt, cost, { ways, argon2id });
      const message = authMessage(
        {
          authid: prepared(authid, 'authid'),
          clientNonce,
          nonce,
          salt: toBase64(salt),
          iterations: cost.iterations,
          tlsUnique,
        },
        ways,
      );
      const { clientKey, storedKey, serverKey } = await keysOf(saltedPassword);
      const proof = await unmask(clientKey, storedKey, message);
      const expected = await hmacSha256(serverKey, message);
      return {
        signature: toBase64(proof),
        extra: { nonce, channel_binding: binding, cbind_data: tlsUnique === undefined ? null : toBase64(tlsUnique) },
        confirm: (welcome) => {
          const verifier = verifierIn(welcome, ways.verifier);
          if (verifier !== undefined && areEqual(verifier, expected)) return;
          throw new AuthenticationError(
            `the router did not prove that it knows the password of "${authid}": expected its signature in WELCOME.Details.authextra.${ways.verifier}, received ${verifier === undefined ? 'none' : 'another'}`,
          );
        },
      };
    },
    toJSON: () => ({ name }),
  };
}

/** Reads the router's CHALLENGE. */
function asked(
  extra: Dict,
  { clientNonce, mostWritten, binding }: { clientNonce: string; mostWritten: number; binding: string | null },
) {
  const nonce = own(extra, 'nonce');
  if (typeof nonce !== 'string' || !nonce.startsWith(clientNonce)) {
    throw new AuthenticationError("expected the nonce in the CHALLENGE for SCRAM to begin with this peer's own");
  }
  // Of base64's characters only: a comma would end the nonce in what is signed.
  if (nonce.length <= clientNonce.length || nonce.length > LONGEST_NONCE || !/^[A-Za-z0-9+/=]*$/.test(nonce)) {
    throw new AuthenticationError(
      `expected the router's part of the nonce in the CHALLENGE for SCRAM to be base64, of at most ${LONGEST_NONCE} characters in all`,
    );
  }
  const salt = fromBase64(own(extra, 'salt'), LONGEST_SALT);
  if (salt === undefined || salt.length === 0) {
    throw new AuthenticationError(
      `expected the salt in the CHALLENGE for SCRAM to be base64 of 1 to ${LONGEST_SALT} octets`,
    );
  }
  // The standard's has none. That the router binds too shows in its own proof.
  const demanded = own(extra, 'channel_binding') ?? null;
  if (demanded !== null && demanded !== binding) {
    throw new AuthenticationError('the router demands channel binding, which this peer does not offer');
  }
  const [kdf, iterations, memory] = ['kdf', 'iterations', 'memory'].map((key) => own(extra, key));
  return { nonce, salt, cost: checkCost({ kdf, iterations, memory }, mostWritten) };
}

/** The first Finished of the connection's TLS. */
function uniqueOf({ address, tlsUnique }: HelloFacts, name: string): Uint8Array {
  const finished = tlsUnique?.();
  if (finished !== undefined) return finished;
  throw new AuthenticationError(
    `${name} is to bind to its channel by "tls-unique", which the connection to ${address} does not offer: it takes wss: or rss: in Node`,
  );
}

function prepared(text: string, what: string): string {
  const result = saslprep(text);
  if ('prepared' in result) return result.prepared;
  throw new AuthenticationError(`the ${what} for SCRAM cannot be used: ${result.problem}`);
}

/** The standard's example writes it with the `v=` of RFC 5802, its text without. */
function verifierIn(welcome: Dict, name: string): Uint8Array | undefined {
  const authextra = own(welcome, 'authextra');
  if (typeof authextra !== 'object' || authextra === null) return undefined;
  const verifier = own(authextra as Dict, name);
  return typeof verifier === 'string' ? fromBase64(verifier.replace(/^v=/, ''), 32) : undefined;
}

import { AuthenticationError } from '../errors.js';

/**
 * Argon2id, version 1.3. What it takes and gives is octets; `memory` is in KiB.
 *
 * @see RFC 9106
 */
export type Argon2id = (input: {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly memory: number;
  readonly parallelism: 1;
  /** Of the result, in octets. */
  readonly length: 32;
}) => Uint8Array | Promise<Uint8Array>;

/** What is used of `node:crypto` 24.7 and newer. */
interface NodeCrypto {
  argon2?(
    algorithm: 'argon2id',
    parameters: { message: Uint8Array; nonce: Uint8Array; parallelism: number; tagLength: number; memory: number } & {
      passes: number;
    },
    done: (error: Error | null, key: Uint8Array) => void,
  ): void;
}

/** What is used of the package `argon2`. */
interface Argon2Package {
  readonly argon2id: number;
  hash(password: Uint8Array, options: object): Promise<Uint8Array>;
}

/**
 * Finds an Argon2id that does its work off the event loop: Node's own, from 24.7 on, else the package `argon2` if it is
 * installed. It is looked for when a router asks for it and no sooner, so nobody else needs it.
 *
 * @throws {AuthenticationError} that says what to install, where there is neither
 */
export async function findArgon2id(): Promise<Argon2id> {
  const found = ofNode() ?? (await ofPackage());
  if (found !== undefined) return found;
  throw new AuthenticationError(
    'the router asks for a password by Argon2id, and there is none here: use Node 24.7 or newer, install the package "argon2" (npm install argon2), or give scram() a function of yours as its option argon2id',
  );
}

function ofNode(): Argon2id | undefined {
  const node = (globalThis as { process?: { getBuiltinModule?(id: string): NodeCrypto | undefined } }).process;
  const argon2 = node?.getBuiltinModule?.('node:crypto')?.argon2;
  if (argon2 === undefined) return undefined;
  return ({ password, salt, iterations, memory, parallelism, length }) =>
    new Promise((resolve, reject) => {
      const parameters = { message: password, nonce: salt, parallelism, tagLength: length, memory, passes: iterations };
      argon2('argon2id', parameters, (error, key) => (error === null ? resolve(key) : reject(error)));
    });
}

async function ofPackage(): Promise<Argon2id | undefined> {
  // By a name that no bundler can follow: it would else insist on a package that most do without.
  const name = 'argon2';
  let loaded: Argon2Package | { readonly default: Argon2Package };
  try {
    loaded = await import(/* webpackIgnore: true */ /* @vite-ignore */ name);
  } catch {
    return undefined;
  }
  const { argon2id, hash } = 'default' in loaded ? loaded.default : loaded;
  return ({ password, salt, iterations, memory, parallelism, length }) =>
    hash(password, {
      raw: true,
      type: argon2id,
      version: 0x13,
      salt,
      timeCost: iterations,
      memoryCost: memory,
      parallelism,
      hashLength: length,
    });
}

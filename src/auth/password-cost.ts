import { AuthenticationError } from '../errors.js';
import { show } from '../wamp/values.js';

/** What a key derivation function is told beside the password and its salt. */
export interface PasswordCost {
  readonly kdf: 'pbkdf2' | 'argon2id13';
  /** Rounds of PBKDF2, or passes of Argon2 over its memory. */
  readonly iterations: number;
  /** KiB of memory for Argon2; none for PBKDF2. */
  readonly memory: number | undefined;
}

/** RFC 7677 asks for 4,096 at least; a million rounds take about half a second. */
const ROUNDS = { least: 4_096, most: 1_000_000 };
const MEMORY = { least: 512, most: 262_144 };
/** Passes times KiB: what Argon2 writes in all. */
const LEAST_WRITTEN = 16_384;
/** 1 GiB, which takes about a second. */
export const MOST_WRITTEN = 1_048_576;

/**
 * Refuses what a hostile router would ask for: so little that the password could be found by trying, or so much that
 * this process would work for it for seconds.
 *
 * @param mostWritten passes times KiB
 * @throws {AuthenticationError} that names the bound
 * @see WAMP Advanced Profile, "Salted Challenge Response Authentication"
 */
export function checkCost(
  { kdf, iterations, memory }: { readonly kdf?: unknown; readonly iterations?: unknown; readonly memory?: unknown },
  mostWritten = MOST_WRITTEN,
): PasswordCost {
  if (kdf === 'pbkdf2') {
    return { kdf, iterations: within('iterations', iterations, ROUNDS), memory: undefined };
  }
  // The second name is the one that Crossbar.io uses.
  if (kdf !== 'argon2id13' && kdf !== 'argon2id-13') {
    throw new AuthenticationError(`expected the kdf for SCRAM to be "pbkdf2" or "argon2id13", received ${show(kdf)}`);
  }
  const kibibytes = within('memory (in KiB)', memory, MEMORY);
  const passes = within('iterations', iterations, { least: 1, most: ROUNDS.most });
  within('iterations × memory (in KiB)', passes * kibibytes, { least: LEAST_WRITTEN, most: mostWritten });
  return { kdf: 'argon2id13', iterations: passes, memory: kibibytes };
}

function within(what: string, value: unknown, { least, most }: { least: number; most: number }): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new AuthenticationError(
    `expected ${what} for SCRAM to be an integer from ${least} to ${most}, received ${show(value)}`,
  );
}

import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { ConnectError } from '../errors.js';
import { A_STRING, AN_OBJECT, ANYTHING, type Kind, type Kinds } from '../wamp/given.js';
import { checkManyOptions } from '../wamp/many-options.js';
import { messageOf, printable } from './ending.js';

/** Certificates and keys, and whom to trust, in Node's words. */
export type TlsSecrets = Pick<
  SecureContextOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'pfx' | 'crl' | 'ciphers' | 'minVersion' | 'maxVersion'
>;

/** What a client may say of TLS. */
export interface ClientTls extends TlsSecrets {
  /** The name that the router's certificate is for, where that is not the host's. */
  readonly servername?: string;
}

/** Values, or a function that fetches them, which is asked anew each time: a renewed certificate is found at the next one. */
export type Fetched<T> = T | (() => T | Promise<T>);

/** A value may be a secret. */
const SECRET: Kind = { ...ANYTHING, hidden: true };

export const SECRETS: Kinds<TlsSecrets> = {
  ca: SECRET,
  cert: SECRET,
  key: SECRET,
  passphrase: SECRET,
  pfx: SECRET,
  crl: SECRET,
  ciphers: SECRET,
  minVersion: ANYTHING,
  maxVersion: ANYTHING,
};
const CLIENT: Kinds<ClientTls> = { ...SECRETS, servername: A_STRING };

export const TLS: Kind = {
  expected: 'an object of certificates and keys, or a function that gives one',
  fits: (value) => typeof value === 'function' || AN_OBJECT.fits(value),
  hidden: true,
};

/** Certificates and keys, as OpenSSL has them, and what else was said. */
export interface Fresh<T> {
  readonly context: SecureContext;
  readonly options: T;
}

/**
 * What one end shows in TLS, and whom it trusts, for one connection after the other. What a function of the user's gives, or
 * fails with, may be another the next time; values stay what they are.
 *
 * @param where what the options are of, for messages: `websocket.tls`
 * @returns a function that rejects with what `failed` makes of it, or with the reason of its signal
 * @throws {UsageError} when a value cannot be meant
 */
export function freshTls<T extends TlsSecrets>(
  where: string,
  given: Fetched<T>,
  kinds: Kinds<T>,
  failed: (problem: string, transient: boolean, cause?: unknown) => Error,
): (signal?: AbortSignal) => Promise<Fresh<T>> {
  const madeOf = (options: T, transient: boolean): Fresh<T> => {
    try {
      return { context: createSecureContext(secretsOf(options)), options };
    } catch (error) {
      const { problem, cause } = unusable(error);
      throw failed(`${where} cannot be used: ${problem}`, transient, cause);
    }
  };
  if (typeof given !== 'function') {
    checkManyOptions<T>(where, given, kinds);
    let kept: Fresh<T> | undefined;
    return async () => {
      kept ??= madeOf(given, false);
      return kept;
    };
  }
  return async (signal) => {
    let options: unknown;
    try {
      options = await orAborted(given(), signal);
    } catch (error) {
      signal?.throwIfAborted();
      const why = error instanceof Error ? printable(messageOf(error)) : 'it threw what is no Error';
      throw failed(`the function given as ${where} failed: ${why}`, true, error instanceof Error ? error : undefined);
    }
    if (!AN_OBJECT.fits(options)) {
      const came = Array.isArray(options) ? 'a list' : options === null ? 'null' : typeof options;
      throw failed(`expected the function given as ${where} to give an object, received ${came}`, false);
    }
    try {
      checkManyOptions<T>(`what ${where} gave`, options, kinds);
    } catch (error) {
      throw failed((error as Error).message, false);
    }
    // Of two files one may be renewed already, and the other not.
    return madeOf(options, true);
  };
}

/** What OpenSSL is told. Whether the other end is believed is said by each connection. */
function secretsOf(options: TlsSecrets): SecureContextOptions {
  const known = Object.keys(SECRETS).flatMap((name) => {
    const value = options[name as keyof TlsSecrets];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

/** Node quotes a value of a wrong type, and that may be the passphrase. */
function unusable(error: unknown): { problem: string; cause?: unknown } {
  const { code = '', message } = error as Error & { code?: string };
  return code.startsWith('ERR_INVALID_')
    ? { problem: message.replace(/[.,;]? Received .*$/s, '') }
    : { problem: printable(message.replace(/^error:[0-9a-f]+:/i, '')), cause: error };
}

async function orAborted<T>(promise: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * What a client shows to one router, and whom it trusts.
 *
 * @throws {UsageError} when a value cannot be meant
 */
export function clientTls(
  where: string,
  given: Fetched<ClientTls>,
  address: string,
): (signal: AbortSignal) => Promise<Fresh<ClientTls>> {
  return freshTls(
    where,
    given,
    CLIENT,
    (problem, transient, cause) =>
      new ConnectError(`could not connect to ${address}: ${problem}`, {
        address,
        transient,
        ...(cause !== undefined && { cause }),
      }),
  );
}

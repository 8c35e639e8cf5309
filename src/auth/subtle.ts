import { AuthenticationError } from '../errors.js';

/**
 * WebCrypto. A browser has it in a secure context only.
 *
 * @throws {AuthenticationError} where there is none
 */
export function subtle(): SubtleCrypto {
  const own: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (own !== undefined) return own;
  throw new AuthenticationError(
    'there is no WebCrypto here: browsers have it in pages of https://, localhost and 127.0.0.1 only; serve the page so, or use ticket(…)',
  );
}

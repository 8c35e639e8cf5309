import { UsageError } from '../src/errors.js';
import type { PeerCertificate } from '../src/transports/transport.js';
import { came } from '../src/wamp/given.js';

/** How a certificate is known. */
export type KnownCertificate =
  | { readonly fingerprint: string }
  | { readonly subject: readonly (readonly [attribute: string, value: string])[] };

/**
 * Whether `shown` is one of these. One that is not verified never is: anybody may write any subject into a certificate.
 */
export function isOneOfThese(shown: PeerCertificate, known: readonly KnownCertificate[]): boolean {
  return (
    shown.isVerified &&
    known.some((one) =>
      'fingerprint' in one
        ? one.fingerprint === shown.fingerprint
        : one.subject.every(([attribute, value]) => own(shown.subject, attribute) === value),
    )
  );
}

/**
 * Reads how a user's certificates are known.
 *
 * @param where to begin messages with
 * @throws {UsageError} when one is neither a fingerprint nor a subject
 */
export function certificatesFrom(where: string, given: unknown): readonly KnownCertificate[] {
  if (!Array.isArray(given)) throw new UsageError(`${where}: expected a list, received ${came(given)}`);
  return given.map((one: unknown, at) => {
    const known = typeof one === 'string' ? ofFingerprint(one) : ofSubject(one);
    if (known !== undefined) return known;
    throw new UsageError(
      `${where}[${at}]: expected a SHA-256 fingerprint of 64 hexadecimal digits, or a subject such as { subject: { CN: 'thermostat' } }, received ${came(one)}`,
    );
  });
}

/** Whether a certificate may be known by what an authority has written into it, and not by itself. */
export function trustsAuthorities(certificates: unknown): boolean {
  return Array.isArray(certificates) && certificates.some((one) => typeof one !== 'string');
}

function ofFingerprint(text: string): KnownCertificate | undefined {
  const fingerprint = text.replaceAll(':', '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(fingerprint) ? { fingerprint } : undefined;
}

function ofSubject(given: unknown): KnownCertificate | undefined {
  if (typeof given !== 'object' || given === null || Object.keys(given).join() !== 'subject') return undefined;
  const { subject } = given as { subject: unknown };
  if (typeof subject !== 'object' || subject === null || Array.isArray(subject)) return undefined;
  const attributes = Object.entries(subject as Record<string, unknown>);
  const isMeant = attributes.length > 0 && attributes.every(([, value]) => typeof value === 'string' && value !== '');
  return isMeant ? { subject: attributes as [string, string][] } : undefined;
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

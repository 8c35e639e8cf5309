import { certificatesFrom, isOneOfThese, trustsAuthorities } from '../../actors/certificates.js';
import { UsageError } from '../../src/errors.js';
import type { PeerCertificate } from '../../src/transports/transport.js';

const FINGERPRINT = 'ab'.repeat(32);
const shown = (subject: PeerCertificate['subject'] = { CN: 'joe', O: 'Example', OU: ['a', 'b'] }): PeerCertificate => ({
  fingerprint: FINGERPRINT,
  subject,
  isVerified: true,
});

describe('isOneOfThese', () => {
  test.each<[unknown, boolean]>([
    [FINGERPRINT, true],
    [FINGERPRINT.toUpperCase().match(/../g)?.join(':'), true],
    ['cd'.repeat(32), false],
    [{ subject: { CN: 'joe' } }, true],
    [{ subject: { CN: 'joe', O: 'Example' } }, true],
    [{ subject: { CN: 'joe', O: 'Other' } }, false],
    [{ subject: { CN: 'Joe' } }, false],
    [{ subject: { L: 'Linz' } }, false],
    // One of several is not all of it.
    [{ subject: { OU: 'a' } }, false],
    [{ subject: { toString: 'joe' } }, false],
  ])('by %j: %s', (known, expected) => {
    expect(isOneOfThese(shown(), certificatesFrom('here', [known]))).toBe(expected);
  });

  it('is false of one that is not verified, whatever it says', () => {
    const known = certificatesFrom('here', [FINGERPRINT, { subject: { CN: 'joe' } }]);
    expect(isOneOfThese({ ...shown(), isVerified: false }, known)).toBe(false);
  });

  it('is false of none', () => {
    expect(isOneOfThese(shown(), [])).toBe(false);
  });
});

describe('certificatesFrom', () => {
  test.each<[unknown]>([
    ['ab:cd'],
    [`${FINGERPRINT}00`],
    [''],
    [7],
    [null],
    [{}],
    [{ subject: {} }],
    [{ subject: { CN: '' } }],
    [{ subject: { CN: 7 } }],
    [{ subject: 'CN=joe' }],
    [{ subject: { CN: 'joe' }, fingerprint: FINGERPRINT }],
  ])('refuses %j', (one) => {
    expect(() => certificatesFrom('user joe, certificates', [FINGERPRINT, one])).toThrow(UsageError);
    expect(() => certificatesFrom('user joe, certificates', [FINGERPRINT, one])).toThrow(
      /^user joe, certificates\[1\]: expected a SHA-256/,
    );
  });

  it('takes a list', () => {
    expect(() => certificatesFrom('here', FINGERPRINT)).toThrow('here: expected a list');
  });
});

describe('trustsAuthorities', () => {
  test.each<[unknown, boolean]>([
    [[FINGERPRINT], false],
    [[FINGERPRINT, { subject: { CN: 'joe' } }], true],
    [undefined, false],
  ])('of %j is %s', (certificates, expected) => {
    expect(trustsAuthorities(certificates)).toBe(expected);
  });
});

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { fromHex } from '../../src/auth/octets.js';
import { readPrivateKey } from '../../src/auth/private-key.js';

/** The first key of RFC 8032, section 7.1. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const READ = { seed: fromHex(SEED, 32) };

const pem = (label: string, body: string) => {
  const lines = body.match(/.{1,70}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};
const openSsh = (body: string) => pem('OPENSSH PRIVATE KEY', body);

// Each was written by another program, of that key: without a passphrase, and with one; the third is of another kind.
const PLAIN = openSsh(
  'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUxOQAAACDXWpgBgrEKt9VL/tPJZAc6DuFy89qmIyWvAhpo9wdRGgAAAIgbh/CwG4fwsAAAAAtzc2gtZWQyNTUxOQAAACDXWpgBgrEKt9VL/tPJZAc6DuFy89qmIyWvAhpo9wdRGgAAAECdYbGd7/1aYLqESvSS7CzEREnFaXsyaRlwO6wDHK5/YNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1EaAAAAAAECAwQF',
);
const LOCKED = openSsh(
  'b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABA90TdoGvC5piAUuotBRWTyAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1EaAAAAkF68bJRADAg4QuAifG0oXr/osiRK2ErU/VfvfygVS6UK43ctTXiPCTJTzSktuKN7TAjXXQ1cgCqfwYh2IAulHZvzF3ws+zDipgN1RdPfBtnuTbAeV8ahFMfXKqGQeENGbkDWwUscx0kmNkikaV4+gMobRyGCKN4Foas7nHf+RUVnJ91WmdDooN7MiNtqF6dZPA==',
);
const ECDSA = openSsh(
  'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNlY2RzYS1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQRtCSl0g7NU4gHzE9gaiuQhzAwFpjUo9VG7Est/5VEsZjbUvzcqo8FLEDO/RmG86zhC79KXQ4sq1i3XUpL9N5g3AAAAoCoUZNgqFGTYAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBG0JKXSDs1TiAfMT2BqK5CHMDAWmNSj1UbsSy3/lUSxmNtS/NyqjwUsQM79GYbzrOELv0pdDiyrWLddSkv03mDcAAAAgZjcgwrRSS7qe4S6TVuCj6ImXTRnJxLSasQJIzUIOAI4AAAAAAQIDBAUGBwg=',
);
const node = createPrivateKey({
  key: Buffer.from(`302e020100300506032b657004220420${SEED}`, 'hex'),
  format: 'der',
  type: 'pkcs8',
});
const PKCS8 = String(node.export({ type: 'pkcs8', format: 'pem' }));
const WITH_PUBLIC = pem(
  'PRIVATE KEY',
  Buffer.from(`3051020101300506032b657004220420${SEED}812100${'d7'.repeat(32)}`, 'hex').toString('base64'),
);

describe('readPrivateKey', () => {
  test.each([
    ['hexadecimal digits', SEED],
    ['upper-case ones, and a line end', `${SEED.toUpperCase()}\n`],
    ['PKCS#8', PKCS8],
    ['PKCS#8 with the lines of Windows', PKCS8.replaceAll('\n', '\r\n')],
    ['PKCS#8 of its second version, which has the public key too', WITH_PUBLIC],
    ["OpenSSH's own form", PLAIN],
  ])('reads %s', (_, key) => {
    expect(readPrivateKey(key)).toEqual(READ);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const locked = node.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'pw' });
  const NEITHER = /neither 64 hexadecimal digits nor PEM of a private key/;
  test.each<[string, string, RegExp]>([
    ['too few digits', SEED.slice(1), NEITHER],
    ['a password', 'correct horse', NEITHER],
    ['PEM of a public key', pem('PUBLIC KEY', 'AAAA'), NEITHER],
    ['PEM that has no end', PKCS8.slice(0, -10), NEITHER],
    ['PEM of no base64', pem('PRIVATE KEY', 'A=A='), NEITHER],
    ['a megabyte', openSsh('A'.repeat(1_000_000)), NEITHER],
    ['PKCS#8 of another kind', String(rsa), /not an Ed25519 key/],
    ['PKCS#8 that is cut', pem('PRIVATE KEY', 'MC4CAQAwBQYDK2VwBCIEIAAA'), /not an Ed25519 key/],
    ['PKCS#8 with a passphrase', String(locked), /needs a passphrase/],
    ['OpenSSH with a passphrase', LOCKED, /needs a passphrase/],
    ['OpenSSH of another kind', ECDSA, /not an Ed25519 key/],
    ['OpenSSH of nothing', openSsh('AAAA'), /something broken/],
  ])('refuses %s, in words that do not repeat it', (_, key, problem) => {
    const read = readPrivateKey(key);
    expect(read).toEqual({ problem: expect.stringMatching(problem) });
    expect(JSON.stringify(read)).not.toContain(key.slice(0, 20));
  });

  it('never throws, whatever is cut from or changed in a key', () => {
    const body = Buffer.from(PLAIN.split('\n').slice(1, -2).join(''), 'base64');
    fc.assert(
      fc.property(fc.nat(body.length), fc.nat(body.length - 1), fc.nat(255), (length, at, octet) => {
        const spoilt = Buffer.from(body);
        spoilt[at] = octet;
        const read = readPrivateKey(openSsh(spoilt.subarray(0, length).toString('base64')));
        expect(Object.keys(read)).toHaveLength(1);
      }),
    );
  });
});

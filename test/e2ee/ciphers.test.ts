/** Against what others have: NaCl's own vector of a secretbox, and Node's AES. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { CIPHER_NAMES, decrypt, encrypt, isCipher, KEY_LENGTH } from '../../src/e2ee/ciphers.js';
import { PassthruError } from '../../src/errors.js';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'));

/** "Cryptography in NaCl", section 10: tests/secretbox.c and its output. */
const NACL = {
  key: hex('1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389'),
  nonce: hex('69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37'),
  plain:
    hex(`be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffc e5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb31
    0e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde 048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f93776384864 5e0705`),
  box: hex(`f3ffc7703f9400e52a7dfb4b3d3305d9 8e993b9f48681273c29650ba32fc76ce 48332ea7164d96a4476fb8c531a1186a c0dfc17c98dce87b4da7f011ec48c972
    71d2c20f9b928fe2270d6fb863d51738 b48eeee314a7cc8ab932164548e526ae 90224368517acfeabd6bb3732bc0e9da 99832b61ca01b6de56244a9e88d5f9b3
    7973f622a43d14a6599b1f654cb45a74 e355a5`),
};

const KEY = new Uint8Array(randomBytes(KEY_LENGTH));
const PLAIN = new TextEncoder().encode('the cellar door is open');

describe('xsalsa20poly1305', () => {
  it('reads what NaCl has written', () => {
    const octets = Uint8Array.of(...NACL.nonce, ...NACL.box);
    expect(decrypt('xsalsa20poly1305', NACL.key, octets)).toEqual(NACL.plain);
  });

  it('writes what NaCl would, under its nonce', () => {
    const random = jest.spyOn(crypto, 'getRandomValues').mockImplementation((into) => {
      (into as Uint8Array).set(NACL.nonce);
      return into;
    });
    try {
      expect(encrypt('xsalsa20poly1305', NACL.key, NACL.plain)).toEqual(Uint8Array.of(...NACL.nonce, ...NACL.box));
    } finally {
      random.mockRestore();
    }
  });
});

describe('aes256gcm', () => {
  it('is read by Node, and reads what Node has written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ maxLength: 200 }), (key, plain) => {
        const octets = encrypt('aes256gcm', key, plain);
        const decipher = createDecipheriv('aes-256-gcm', key, octets.subarray(0, 12));
        decipher.setAuthTag(octets.subarray(-16));
        expect(new Uint8Array(Buffer.concat([decipher.update(octets.subarray(12, -16)), decipher.final()]))).toEqual(
          plain,
        );
        const nonce = randomBytes(12);
        const cipher = createCipheriv('aes-256-gcm', key, nonce);
        const parts = [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
        expect(decrypt('aes256gcm', key, new Uint8Array(Buffer.concat(parts)))).toEqual(plain);
      }),
      { numRuns: 50 },
    );
  });
});

describe.each(CIPHER_NAMES)('%s', (name) => {
  it('gives back what it was given', () => {
    expect(decrypt(name, KEY, encrypt(name, KEY, PLAIN))).toEqual(PLAIN);
    expect(decrypt(name, KEY, encrypt(name, KEY, new Uint8Array(0)))).toEqual(new Uint8Array(0));
  });

  it('writes no two alike', () => {
    const written = new Set(Array.from({ length: 100 }, () => Buffer.from(encrypt(name, KEY, PLAIN)).toString('hex')));
    expect(written.size).toBe(100);
  });

  it('refuses what has one bit changed, whichever', () => {
    const octets = encrypt(name, KEY, PLAIN);
    for (let bit = 0; bit < octets.length * 8; bit += 1) {
      const changed = octets.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decrypt(name, KEY, changed)).toThrow(expect.objectContaining({ problem: 'forged' }));
    }
  });

  it('refuses what is cut short, at either end, wherever', () => {
    const octets = encrypt(name, KEY, PLAIN);
    for (let length = 0; length < octets.length; length += 1) {
      expect(() => decrypt(name, KEY, octets.subarray(0, length))).toThrow(PassthruError);
      expect(() => decrypt(name, KEY, octets.subarray(octets.length - length))).toThrow(PassthruError);
    }
  });

  it('refuses what another key has written', () => {
    const other = new Uint8Array(randomBytes(KEY_LENGTH));
    expect(() => decrypt(name, other, encrypt(name, KEY, PLAIN))).toThrow(
      'it was not encrypted with this key, or has been changed since',
    );
  });

  it('does not read what the other one has written', () => {
    for (const other of CIPHER_NAMES.filter((each) => each !== name)) {
      expect(() => decrypt(name, KEY, encrypt(other, KEY, PLAIN))).toThrow(PassthruError);
    }
  });
});

it('isCipher knows these two, and no property of an object', () => {
  expect(['xsalsa20poly1305', 'aes256gcm', 'constructor', undefined].map(isCipher)).toEqual([true, true, false, false]);
});

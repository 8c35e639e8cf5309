import { readCredential, scramCredential } from '../../src/auth/scram-credential.js';
import { UsageError } from '../../src/errors.js';

const SALT = 'W22ZaJ0SNY7soEsUEjb6gQ==';
/** Of the user in RFC 7677's example. */
const CREDENTIAL = {
  kdf: 'pbkdf2',
  salt: SALT,
  iterations: 4_096,
  storedKey: 'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=',
  serverKey: 'wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
} as const;

describe('scramCredential', () => {
  it('makes the keys that other implementations make', async () => {
    expect(await scramCredential('pencil', { salt: SALT, iterations: 4_096 })).toEqual(CREDENTIAL);
  });

  it('makes another salt each time, of 16 octets, and 600,000 rounds', async () => {
    const [one, other] = await Promise.all([scramCredential('pencil'), scramCredential('pencil')]);
    expect(one).toMatchObject({ kdf: 'pbkdf2', iterations: 600_000, salt: expect.stringMatching(/^.{22}==$/) });
    expect(one.salt).not.toBe(other.salt);
    expect(one.storedKey).not.toBe(other.storedKey);
  });

  it('hashes by Argon2id where it is told to', async () => {
    const asked: unknown[] = [];
    const argon2id = (input: unknown) => {
      asked.push(input);
      return new Uint8Array(32);
    };
    const credential = await scramCredential('pencil', { kdf: 'argon2id13', argon2id });
    expect(credential).toMatchObject({ kdf: 'argon2id13', iterations: 2, memory: 19_456 });
    expect(asked).toMatchObject([{ iterations: 2, memory: 19_456, parallelism: 1, length: 32 }]);
  });

  it.each<[string, unknown, object, string]>([
    ['a password of a number', 4711, {}, 'it is of type number'],
    ['an empty password', '', {}, 'nothing is left of it'],
    ['a password that cannot be typed', 'canary\u0007', {}, 'it holds a control character'],
    ['a salt that is no base64', 'pencil', { salt: 'canary' }, 'expected the salt'],
    ['a salt too short', 'pencil', { salt: 'AAAA' }, 'expected the salt'],
    ['too few rounds', 'pencil', { iterations: 1_000 }, 'from 4096 to 1000000'],
    ['another hash', 'pencil', { kdf: 'md5' }, 'kdf: expected'],
  ])('refuses %s', async (_, password, options, message) => {
    const refusal = scramCredential(password as string, options);
    await expect(refusal).rejects.toThrow(UsageError);
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.not.toThrow(/canary|4711/);
  });
});

describe('readCredential', () => {
  it('reads what scramCredential makes', () => {
    expect(readCredential('joe', CREDENTIAL)).toMatchObject({ kdf: 'pbkdf2', salt: SALT, memory: undefined });
  });

  it.each<[unknown, string]>([
    ['canary', 'joe: expected what scramCredential(password) gives, received string'],
    [null, 'joe: expected what'],
    [{ ...CREDENTIAL, storedKey: 'canary' }, 'joe.storedKey: expected base64 of 32 octets'],
    [{ ...CREDENTIAL, serverKey: undefined }, 'joe.serverKey: expected'],
    [{ ...CREDENTIAL, salt: 'canary' }, 'joe.salt: expected base64 of 8 to 64 octets'],
    [{ ...CREDENTIAL, iterations: 10 ** 9 }, 'joe: expected iterations'],
    [{ ...CREDENTIAL, kdf: 'canary' }, 'joe.kdf: expected'],
  ])('refuses %j, and repeats none of it', (credential, message) => {
    const read = () => readCredential('joe', credential as never);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/canary/);
  });
});

import { fromBase64, hmacSha256, type Octets, toBase64, toHex } from '../../src/auth/octets.js';
import { authMessage, keysOf, saltPassword, unmask, WAYS } from '../../src/auth/scram-exchange.js';

/** RFC 7677, section 3. */
const FACTS = {
  authid: 'user',
  clientNonce: 'rOprNGfwEbeRWgbNEkqO',
  nonce: 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  salt: 'W22ZaJ0SNY7soEsUEjb6gQ==',
  iterations: 4_096,
};
const SALT = fromBase64(FACTS.salt, 16) as Octets;
const PBKDF2 = { kdf: 'pbkdf2', iterations: 4_096, memory: undefined } as const;

describe('the exchange of SCRAM', () => {
  it("makes the proof and the signature of RFC 7677's example", async () => {
    const ways = WAYS.standard;
    const message = authMessage(FACTS, ways);
    expect(Buffer.from(message).toString()).toBe(
      'n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    );
    const salted = await saltPassword('pencil', SALT, PBKDF2, { ways, argon2id: undefined });
    const { clientKey, storedKey, serverKey } = await keysOf(salted);
    const proof = await unmask(clientKey, storedKey, message);
    expect(toBase64(proof)).toBe('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=');
    expect(await unmask(proof, storedKey, message)).toEqual(clientKey);
    expect(toBase64(await hmacSha256(serverKey, message))).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  });

  test.each([
    ['standard', 'n=a=2Cb=3Dc,r=', ',c=biws,r='],
    ['crossbar', 'n=a,b=c,r=', ',c=,r='],
  ] as const)('is signed in the words of the dialect %s', (dialect, start, binding) => {
    const text = Buffer.from(authMessage({ ...FACTS, authid: 'a,b=c' }, WAYS[dialect])).toString();
    expect(text.startsWith(start)).toBe(true);
    expect(text).toContain(binding);
  });

  it('asks for Argon2id as the standard has it, of whom it is given', async () => {
    const asked: unknown[] = [];
    const argon2id = (input: unknown) => {
      asked.push(input);
      return new Uint8Array(32);
    };
    const cost = { kdf: 'argon2id13', iterations: 2, memory: 8_192 } as const;
    const salted = await saltPassword('pencil', SALT, cost, { ways: WAYS.standard, argon2id });
    expect(asked).toEqual([
      {
        password: new TextEncoder().encode('pencil'),
        salt: SALT,
        iterations: 2,
        memory: 8_192,
        parallelism: 1,
        length: 32,
      },
    ]);
    expect(salted).toEqual(new Uint8Array(32));
  });

  it('makes the keys that Autobahn makes, of the hash that Argon2id gives for 4,096 passes over 512 KiB', async () => {
    // Autobahn 26: derive_scram_credential('dave@example.com', 'dave-secret', b'0123456789abcdef').
    const hash = '73fedc51ab4edb4fc1a5c19ee8d32ccd2abf26b2d52df3be5da1486c5097dd95';
    const cost = { kdf: 'argon2id13', iterations: 4_096, memory: 512 } as const;
    const argon2id = () => Buffer.from(hash, 'hex');
    const { storedKey, serverKey } = await keysOf(
      await saltPassword('dave-secret', SALT, cost, { ways: WAYS.crossbar, argon2id }),
    );
    expect([toHex(storedKey), toHex(serverKey)]).toEqual([
      'd8cb6a25624e34795b9bf95f29841d3031d001dbfbe8e63f04aac72ed63da589',
      '37559d2ce7c2f7edc0cc0e7b27d2255eefe61ac5c186b30d3e91b0c6130ab9fd',
    ]);
  });
});

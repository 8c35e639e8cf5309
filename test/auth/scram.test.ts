import { inspect } from 'node:util';
import type { AuthFacts } from '../../src/auth/auth-method.js';
import { type ScramOptions, scram } from '../../src/auth/scram.js';
import { readCredential, type ScramCredential, scramCredential } from '../../src/auth/scram-credential.js';
import { challengeScram } from '../../src/auth/scram-verifier.js';
import { AuthenticationError, UsageError } from '../../src/errors.js';
import type { Dict } from '../../src/wamp/values.js';

const CANARY = 'canary-password-3e81';
const NONCE = 'cGVuY2lscGVuY2lscGVuY2lscGVuY2ls';
const SALT = 'W22ZaJ0SNY7soEsUEjb6gQ==';
const EXTRA = { nonce: `${NONCE}c2VydmVy`, salt: SALT, kdf: 'pbkdf2', iterations: 4_096, memory: null };
const FACTS: AuthFacts = {
  authid: 'joe',
  realm: 'realm1',
  address: 'ws://127.0.0.1:8080/ws',
  authextra: { nonce: NONCE, channel_binding: null },
};

const answer = async (password: Parameters<typeof scram>[0], extra: Dict, facts = FACTS, options?: ScramOptions) =>
  scram(password, options).answer({ authmethod: 'wamp-scram', extra }, facts);

const failure = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => Error('none'),
    (error) => error,
  );

let credential: ScramCredential;
beforeAll(async () => {
  credential = await scramCredential('pencil', { iterations: 4_096, salt: SALT });
});

/** What the router that holds `credential` asks for, and what it says then. */
function challenge(authextra: Dict = FACTS.authextra) {
  return challengeScram(readCredential('joe', credential), { authid: 'joe', authextra });
}

describe('scram', () => {
  it('sends another nonce in each HELLO, of 24 octets', () => {
    const method = scram('pencil');
    const nonces = Array.from({ length: 100 }, () => Object(method.hello?.(FACTS)).nonce);
    expect(new Set(nonces).size).toBe(100);
    for (const nonce of nonces) expect(nonce).toMatch(/^[A-Za-z0-9+/]{32}$/);
    expect(method.hello?.(FACTS)).toMatchObject({ channel_binding: null });
  });

  it('proves the password to the router that holds its credential, which proves itself in turn', async () => {
    const issued = challenge();
    const { confirm, ...reply } = await answer('pencil', issued.extra);
    expect(await issued.verify(reply)).toBe(true);
    expect(() => confirm?.({ authextra: issued.welcome?.() })).not.toThrow();
    const verifier = String(issued.welcome?.()['verifier']);
    expect(() => confirm?.({ authextra: { verifier: `v=${verifier}` } })).not.toThrow();
  });

  it('binds to its channel, or fails before anything is sent', () => {
    const bound = scram('pencil', { channelBinding: 'tls-unique' });
    expect(bound.hello?.({ ...FACTS, tlsUnique: () => Uint8Array.of(7) })).toMatchObject({
      channel_binding: 'tls-unique',
    });
    expect(() => bound.hello?.(FACTS)).toThrow(AuthenticationError);
    expect(() => bound.hello?.(FACTS)).toThrow('the connection to ws://127.0.0.1:8080/ws does not offer');
  });

  it('binds to no channel in the dialect of Crossbar.io, which has none', () => {
    expect(() => scram('pencil', { channelBinding: 'tls-unique', dialect: 'crossbar' })).toThrow(UsageError);
  });

  it('is wrong with another password, or as somebody else', async () => {
    expect(await challenge().verify(await answer('pencils', challenge().extra))).toBe(false);
    const issued = challenge();
    expect(await issued.verify(await answer('pencil', issued.extra, { ...FACTS, authid: 'eve' }))).toBe(false);
  });

  it.each<[string, Dict]>([
    ['none', {}],
    ['an authextra that is none', { authextra: 'v=' }],
    ['another', { authextra: { verifier: Buffer.alloc(32).toString('base64') } }],
    ['a short one', { authextra: { verifier: '' } }],
    ['one that is no text', { authextra: { verifier: 7 } }],
  ])('does not trust a router whose proof is %s', async (_, welcome) => {
    const { confirm } = await answer('pencil', challenge().extra);
    expect(() => confirm?.(welcome)).toThrow(AuthenticationError);
    expect(() => confirm?.(welcome)).toThrow('the router did not prove that it knows the password of "joe"');
  });

  it('does not trust the proof of another session', async () => {
    const earlier = challenge();
    await earlier.verify(await answer('pencil', earlier.extra));
    const { confirm } = await answer('pencil', challenge().extra);
    expect(() => confirm?.({ authextra: earlier.welcome?.() })).toThrow('received another');
  });

  it.each<[string, Dict, string]>([
    ['no nonce', { nonce: undefined }, "to begin with this peer's own"],
    ['the nonce of another session', { nonce: `x${NONCE}c2VydmVy` }, "to begin with this peer's own"],
    ["this peer's nonce alone", { nonce: NONCE }, "expected the router's part of the nonce"],
    ['a nonce that would end early', { nonce: `${NONCE}a,s=` }, "the router's part of the nonce"],
    ['an endless nonce', { nonce: NONCE + 'A'.repeat(1_000) }, 'of at most 1024 characters'],
    ['no salt', { salt: undefined }, 'expected the salt'],
    ['an empty salt', { salt: '' }, 'expected the salt'],
    ['a salt that is no base64', { salt: 'salt!' }, 'expected the salt'],
    ['an endless salt', { salt: 'AAAA'.repeat(100) }, 'base64 of 1 to 256 octets'],
    ['a thousand million rounds', { iterations: 10 ** 9 }, 'iterations for SCRAM'],
    ['a hash that is soon guessed', { iterations: 1 }, 'iterations for SCRAM'],
    ['gigabytes', { kdf: 'argon2id13', iterations: 1, memory: 2 ** 22 }, 'memory (in KiB) for SCRAM'],
    ['minutes of Argon2id', { kdf: 'argon2id13', iterations: 1_000, memory: 2 ** 18 }, 'iterations × memory'],
    ['what nobody knows', { kdf: 'md5' }, 'the kdf for SCRAM'],
    ['channel binding', { channel_binding: 'tls-unique' }, 'the router demands channel binding'],
  ])('refuses a CHALLENGE with %s, at once and without asking for the password', async (_, spoilt, message) => {
    const asked = jest.fn(() => 'pencil');
    const error = await failure(answer(asked, { ...EXTRA, ...spoilt }));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toContain(message);
    expect(asked).not.toHaveBeenCalled();
  });

  it('needs an authid', async () => {
    const error = await failure(answer('pencil', EXTRA, { ...FACTS, authid: undefined }));
    expect(error.message).toBe('expected an authid for wamp-scram: give the peer one');
  });

  it('takes a password for the same however it was typed, and refuses one that cannot be', async () => {
    const [typed, pasted] = await Promise.all([answer('e\u0301\u00a0x', EXTRA), answer('\u00e9 x', EXTRA)]);
    expect(typed.signature).toBe(pasted.signature);
    const error = await failure(answer(`${CANARY}\u0000`, EXTRA));
    expect(error.message).toBe('the password for SCRAM cannot be used: it holds a control character');
    expect((await failure(answer('pencil', EXTRA, { ...FACTS, authid: 'a\u202eb' }))).message).toMatch(/^the authid/);
  });

  it('asks a function for the password anew for each session', async () => {
    const passwords = ['pencil', 'pencils'];
    const method = scram(async () => passwords.shift() ?? '');
    const issued = [challenge(), challenge()];
    const right = [];
    for (const one of issued) {
      right.push(await one.verify(await method.answer({ authmethod: 'wamp-scram', extra: one.extra }, FACTS)));
    }
    expect(right).toEqual([true, false]);
  });

  it('hashes by the Argon2id that it is given', async () => {
    const argon2id = jest.fn(() => new Uint8Array(32));
    await answer('pencil', { ...EXTRA, kdf: 'argon2id13', iterations: 2, memory: 19_456 }, FACTS, { argon2id });
    expect(argon2id).toHaveBeenCalledWith(expect.objectContaining({ iterations: 2, memory: 19_456, parallelism: 1 }));
  });

  it.each([new Uint8Array(31), 'hash', undefined])('refuses %j in place of a hash', async (hash) => {
    const argon2id = () => hash as never;
    const error = await failure(
      answer('pencil', { ...EXTRA, kdf: 'argon2id13', iterations: 2, memory: 19_456 }, FACTS, { argon2id }),
    );
    expect(error).toEqual(new AuthenticationError('expected argon2id() for SCRAM to give a Uint8Array of 32 octets'));
  });

  it('speaks the dialect of Crossbar.io where it is told to', async () => {
    const method = scram('pencil', { dialect: 'crossbar' });
    expect(method.name).toBe('scram');
    const { confirm, signature } = await method.answer({ authmethod: 'scram', extra: EXTRA }, FACTS);
    expect(signature).not.toBe((await answer('pencil', EXTRA)).signature);
    expect(() => confirm?.({ authextra: { verifier: 'AAAA' } })).toThrow(
      'authextra.scram_server_signature, received none',
    );
  });

  it.each(['', undefined, null, 7])(
    'refuses the password %j at once, and one that a function gives later',
    async (password) => {
      expect(() => scram(password as never)).toThrow(UsageError);
      expect(await failure(answer((() => password) as never, EXTRA))).toBeInstanceOf(AuthenticationError);
    },
  );

  it('knows no other dialect', () => {
    expect(() => scram('pencil', { dialect: 'latin' as never })).toThrow(
      'scram: expected dialect to be one of "standard", "crossbar"',
    );
  });
});

describe('the password of scram', () => {
  it('is shown by nothing', async () => {
    const method = scram(CANARY);
    expect(JSON.stringify({ method })).toBe('{"method":{"name":"wamp-scram"}}');
    expect(inspect(method, { showHidden: true, depth: 9 })).not.toContain(CANARY);
    const given = await method.answer({ authmethod: 'wamp-scram', extra: EXTRA }, FACTS);
    expect(inspect(given, { showHidden: true, depth: 9 })).not.toContain(CANARY);
  });
});

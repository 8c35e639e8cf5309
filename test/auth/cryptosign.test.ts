import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { HelloFacts } from '../../src/auth/auth-method.js';
import { type CryptosignOptions, cryptosign } from '../../src/auth/cryptosign.js';
import { publicKeyOf, signEd25519 } from '../../src/auth/ed25519.js';
import { fromHex, type Octets, toHex } from '../../src/auth/octets.js';
import { AuthenticationError, UsageError } from '../../src/errors.js';
import { describeWith, requires } from '../support/requirement.js';

/** The first key of RFC 8032, section 7.1. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
const CHALLENGE = 'ab'.repeat(32);
const seed = (hex: string) => fromHex(hex, 32) as Octets;

const WHERE: HelloFacts = { authid: 'joe', realm: 'realm1', address: 'ws://127.0.0.1:8080/ws' };

function answer(
  options: CryptosignOptions,
  extra: object = { challenge: CHALLENGE },
  pubkey: unknown = PUBLIC,
  where = WHERE,
) {
  const facts = { ...where, authextra: { pubkey } };
  return cryptosign(options).answer({ authmethod: 'cryptosign', extra: { ...extra } }, facts);
}
const failure = (promise: unknown): Promise<Error> =>
  Promise.resolve(promise).then(
    () => Error('none'),
    (error) => error,
  );

describe('cryptosign', () => {
  const sign = (message: Uint8Array) => signEd25519(seed(SEED), Uint8Array.from(message));

  it.each<[string, CryptosignOptions]>([
    ['a key', { privateKey: SEED }],
    ['a key and its public half', { privateKey: SEED, publicKey: PUBLIC.toUpperCase() }],
    ['a function that fetches the key', { privateKey: async () => SEED }],
    ['a function that signs', { sign, publicKey: PUBLIC }],
  ])('names its public key and signs the challenge, by %s', async (_, options) => {
    expect(await cryptosign(options).hello?.(WHERE)).toEqual({ pubkey: PUBLIC, channel_binding: null });
    expect(await answer(options)).toEqual({
      signature: `${toHex(await signEd25519(seed(SEED), seed(CHALLENGE)))}${CHALLENGE}`,
    });
  });

  it('asks a function for the key anew for each session: a rotated one is found at the next join', async () => {
    const other = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
    let key = SEED;
    const method = cryptosign({ privateKey: () => key });
    const first = await method.hello?.(WHERE);
    key = other;
    expect([first, await method.hello?.(WHERE)]).toMatchObject([
      { pubkey: PUBLIC },
      { pubkey: toHex(await publicKeyOf(seed(other))) },
    ]);
  });

  it('signs by no other key than the one that HELLO named', async () => {
    const error = await failure(answer({ privateKey: SEED }, undefined, 'd7'.repeat(32)));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toContain('is not the one of the public key that HELLO named');
  });

  it.each<[string, object, string]>([
    ['no challenge', {}, 'to be 32 octets in hexadecimal digits'],
    ['a short challenge', { challenge: 'ab' }, 'to be 32 octets'],
    ['a long challenge', { challenge: `${CHALLENGE}00` }, 'to be 32 octets'],
    ['a challenge that is a number', { challenge: 7 }, 'to be 32 octets'],
    ['channel binding', { challenge: CHALLENGE, channel_binding: 'tls-unique' }, 'the router demands channel binding'],
  ])('does not sign %s', async (_, extra, message) => {
    const error = await failure(answer({ privateKey: SEED }, extra));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toContain(message);
  });

  it.each([
    ['nothing', undefined],
    ['an unset key', { privateKey: undefined }],
    ['a password in place of a key', { privateKey: 'canary-correct-horse' }],
    ['a function that signs, without the public key', { sign }],
    ['a signature in place of a function', { sign: 'canary', publicKey: PUBLIC }],
    ['a public key that is none', { privateKey: SEED, publicKey: 'canary' }],
  ])('refuses %s at once, and repeats none of it', (_, options) => {
    expect(() => cryptosign(options as never)).toThrow(UsageError);
    expect(() => cryptosign(options as never)).not.toThrow(/canary/);
  });

  it.each([
    ['no key', () => 'canary', 'cannot be used'],
    ['nothing', () => undefined, 'is an environment variable unset?'],
  ])('fails when a function fetches %s', async (_, privateKey, message) => {
    const method = cryptosign({ privateKey: privateKey as never });
    for (const error of [
      await failure(method.hello?.(WHERE)),
      await failure(answer({ privateKey: privateKey as never })),
    ]) {
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error.message).toContain(message);
      expect(error.message).not.toContain('canary');
    }
  });

  it.each([
    ['too little', new Uint8Array(63)],
    ['text', 'ab'.repeat(64)],
  ])('fails when a function signs with %s', async (_, signature) => {
    const error = await failure(answer({ sign: () => signature as never, publicKey: PUBLIC }));
    expect(error).toBeInstanceOf(AuthenticationError);
  });
});

describe('cryptosign that binds to its channel', () => {
  const options: CryptosignOptions = { privateKey: SEED, channelBinding: 'tls-unique' };
  const ID = 'c3'.repeat(32);
  const bound: HelloFacts = { ...WHERE, channelId: async () => seed(ID) };
  const asked = { challenge: CHALLENGE, channel_binding: 'tls-unique' };

  it('says so in HELLO, and signs the challenge as it is on this channel', async () => {
    expect(await cryptosign(options).hello?.(bound)).toEqual({ pubkey: PUBLIC, channel_binding: 'tls-unique' });
    const message = '68'.repeat(32); // ab ^ c3
    expect(await answer(options, asked, PUBLIC, bound)).toEqual({
      signature: `${toHex(await signEd25519(seed(SEED), seed(message)))}${message}`,
    });
  });

  it.each<[string, HelloFacts]>([
    ['has none', WHERE],
    ['was resumed', { ...WHERE, channelId: async () => undefined }],
  ])('says what it takes where the connection %s', async (_, where) => {
    for (const error of [
      await failure(cryptosign(options).hello?.(where)),
      await failure(answer(options, asked, PUBLIC, where)),
    ]) {
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error.message).toMatch(/ws:\/\/127\.0\.0\.1:8080\/ws does not offer: it takes wss: or rss: in Node/);
    }
  });

  it.each([null, undefined, 'tls-exporter'])('ends where the router answers with %j', async (channel_binding) => {
    const error = await failure(answer(options, { ...asked, channel_binding }, PUBLIC, bound));
    expect(error.message).toMatch(/^the router does not bind to the channel by "tls-unique", as was asked for/);
  });

  it('knows no other way', () => {
    expect(() => cryptosign({ ...options, channelBinding: 'tls-exporter' as never })).toThrow(
      'cryptosign: expected channelBinding to be one of "tls-unique"',
    );
  });
});

describe('the key of cryptosign', () => {
  it('is shown by nothing', () => {
    const method = cryptosign({ privateKey: SEED });
    expect(JSON.stringify({ method })).toBe('{"method":{"name":"cryptosign"}}');
    expect(inspect(method, { showHidden: true, depth: 9 })).not.toContain(SEED);
  });
});

interface Vector {
  readonly channel_id: string | null;
  readonly private_key: string;
  readonly challenge: string;
  readonly signature: string;
}

/** The standard has them in its text: beside the vectors of its test suite only where somebody took them out of it. */
function vectors(): readonly Vector[] {
  const testsuite = requires('wamp-testsuite');
  const file = join(testsuite.available ? testsuite.path : '', 'cryptosign.json');
  return testsuite.available && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).vectors : [];
}

describeWith('wamp-testsuite', "the standard's signatures by cryptosign", () => {
  it.each([
    ['without channel binding', vectors().filter((vector) => vector.channel_id === null)],
    ['with channel binding', vectors().filter((vector) => vector.channel_id !== null)],
  ] as const)('are made here too, %s', async (_, given) => {
    for (const { private_key: privateKey, challenge, signature, channel_id: id } of given) {
      const pubkey = toHex(await publicKeyOf(seed(privateKey)));
      const bound = id !== null;
      const made = await answer(
        { privateKey, ...(bound && { channelBinding: 'tls-unique' }) },
        { challenge, ...(bound && { channel_binding: 'tls-unique' }) },
        pubkey,
        { ...WHERE, ...(bound && { channelId: async () => seed(id) }) },
      );
      expect(made).toEqual({ signature });
    }
  });
});

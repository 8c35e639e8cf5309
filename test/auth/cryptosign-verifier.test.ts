import { cryptosign } from '../../src/auth/cryptosign.js';
import { challengeCryptosign, publicKeyIn } from '../../src/auth/cryptosign-verifier.js';
import type { IssuedChallenge } from '../../src/auth/verifier.js';

/** The first key of RFC 8032, section 7.1. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

async function signature({ extra }: IssuedChallenge) {
  const facts = { authid: 'joe', realm: 'realm1', address: 'test:', authextra: { pubkey: PUBLIC } };
  return (await cryptosign({ privateKey: SEED }).answer({ authmethod: 'cryptosign', extra }, facts)).signature;
}

describe('publicKeyIn', () => {
  test.each([
    [{ pubkey: PUBLIC }, PUBLIC],
    [{ pubkey: PUBLIC.toUpperCase() }, PUBLIC],
    [{ pubkey: PUBLIC.slice(2) }, undefined],
    [{ pubkey: 7 }, undefined],
    [{}, undefined],
  ])('of %j is %s', (authextra, expected) => {
    expect(publicKeyIn(authextra)).toBe(expected);
  });
});

describe('challengeCryptosign', () => {
  it('is 32 random octets, each time others, without channel binding', () => {
    const issued = Array.from({ length: 100 }, () => challengeCryptosign(PUBLIC, true));
    for (const { authmethod, extra } of issued) {
      expect({ authmethod, extra }).toEqual({
        authmethod: 'cryptosign',
        extra: { challenge: expect.stringMatching(/^[0-9a-f]{64}$/), channel_binding: null },
      });
    }
    expect(new Set(issued.map(({ extra }) => extra['challenge'])).size).toBe(100);
  });

  it('is met by the owner of the key, once', async () => {
    const issued = challengeCryptosign(PUBLIC, true);
    const answer = { signature: await signature(issued) };
    expect([await issued.verify(answer), await issued.verify(answer)]).toEqual([true, false]);
  });

  it('that is bound to a channel is met by who signs for that channel alone', async () => {
    const channel = new Uint8Array(32).fill(7);
    const answered = async (id: Uint8Array) => {
      const issued = challengeCryptosign(PUBLIC, true, channel);
      const facts = {
        authid: 'joe',
        realm: 'realm1',
        address: 'test:',
        authextra: { pubkey: PUBLIC },
        channelId: async () => id,
      };
      const bound = cryptosign({ privateKey: SEED, channelBinding: 'tls-unique' });
      return issued.verify(await bound.answer({ authmethod: 'cryptosign', extra: issued.extra }, facts));
    };
    expect([await answered(channel), await answered(new Uint8Array(32).fill(8))]).toEqual([true, false]);
  });

  it('is not met by the owner of a key that nobody has authorized', async () => {
    const issued = challengeCryptosign(PUBLIC, false);
    expect(await issued.verify({ signature: await signature(issued) })).toBe(false);
  });

  it('is not met by the answer to another challenge', async () => {
    const other = challengeCryptosign(PUBLIC, true);
    expect(await challengeCryptosign(PUBLIC, true).verify({ signature: await signature(other) })).toBe(false);
  });

  it.each<[string, (right: string) => string]>([
    ['another signature', (right) => '00'.repeat(64) + right.slice(128)],
    ['the signature without what was signed', (right) => right.slice(0, 128)],
    ['the signature of something else', (right) => right.slice(0, 128) + 'ab'.repeat(32)],
    ['text', () => 'let me in'],
    ['nothing', () => ''],
    ['a megabyte', (right) => right.repeat(5_000)],
  ])('is not met by %s', async (_, spoil) => {
    const issued = challengeCryptosign(PUBLIC, true);
    expect(await issued.verify({ signature: spoil(await signature(issued)) })).toBe(false);
  });

  it('is not met where the key is none', async () => {
    const issued = challengeCryptosign('ff'.repeat(32), true);
    expect(await issued.verify({ signature: '00'.repeat(96) })).toBe(false);
  });
});

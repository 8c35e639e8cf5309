import { inspect } from 'node:util';
import { scram } from '../../src/auth/scram.js';
import { readCredential, type StoredCredential, scramCredential } from '../../src/auth/scram-credential.js';
import { challengeScram, problemOfScramHello } from '../../src/auth/scram-verifier.js';
import type { IssuedChallenge } from '../../src/auth/verifier.js';
import type { Dict } from '../../src/wamp/values.js';

const NONCE = 'egVDf3DMJh0=';
const authextra = { nonce: NONCE };
let credential: StoredCredential;
beforeAll(async () => {
  credential = readCredential('joe', await scramCredential('pencil', { iterations: 4_096 }));
});

const issue = () => challengeScram(credential, { authid: 'joe', authextra });
async function reply({ extra }: IssuedChallenge) {
  const facts = { authid: 'joe', realm: 'realm1', address: 'test:', authextra };
  const { signature, extra: given = {} } = await scram('pencil').answer({ authmethod: 'wamp-scram', extra }, facts);
  return { signature, extra: given };
}

describe('problemOfScramHello', () => {
  test.each<[Dict, string | undefined]>([
    [{ nonce: NONCE }, undefined],
    [{ nonce: NONCE, channel_binding: null }, undefined],
    [{}, 'expected authextra.nonce'],
    [{ nonce: '' }, 'expected authextra.nonce'],
    [{ nonce: 'a,r=b' }, 'expected authextra.nonce'],
    [{ nonce: 7 }, 'expected authextra.nonce'],
    [{ nonce: 'A'.repeat(257) }, 'of at most 256 characters'],
    [{ nonce: NONCE, channel_binding: 'tls-unique' }, 'no channel binding'],
  ])('of %j is %s', (given, expected) => {
    if (expected === undefined) expect(problemOfScramHello(given)).toBeUndefined();
    else expect(problemOfScramHello(given)).toContain(expected);
  });
});

describe('challengeScram', () => {
  it('asks as the standard has it, with a nonce of its own behind the other, each time another', () => {
    const { authmethod, extra } = issue();
    const { salt } = credential;
    expect({ authmethod, extra }).toEqual({
      authmethod: 'wamp-scram',
      extra: {
        nonce: expect.stringMatching(/^egVDf3DMJh0=.{24}$/),
        salt,
        kdf: 'pbkdf2',
        iterations: 4_096,
        memory: null,
      },
    });
    expect(issue().extra['nonce']).not.toBe(extra['nonce']);
  });

  it.each<[string, (right: { signature: string; extra: Dict }) => { signature: string; extra?: Dict }]>([
    ['another proof of the right length', ({ extra }) => ({ signature: Buffer.alloc(32).toString('base64'), extra })],
    ['a proof that is cut', ({ signature, extra }) => ({ signature: signature.slice(4), extra })],
    ['an empty proof', ({ extra }) => ({ signature: '', extra })],
    ['a megabyte', ({ extra }) => ({ signature: 'A'.repeat(2 ** 20), extra })],
    ['another nonce', ({ signature, extra }) => ({ signature, extra: { ...extra, nonce: `${NONCE}AAAA` } })],
    ['no nonce', ({ signature }) => ({ signature })],
    ['a channel', ({ signature, extra }) => ({ signature, extra: { ...extra, channel_binding: 'tls-unique' } })],
    ["a channel's data", ({ signature, extra }) => ({ signature, extra: { ...extra, cbind_data: 'AAAA' } })],
  ])('is not met by %s', async (_, spoil) => {
    const issued = issue();
    expect(await issued.verify(spoil(await reply(issued)))).toBe(false);
  });

  it('is not met by the answer to another challenge, nor by a second one', async () => {
    const issued = issue();
    expect(await issued.verify(await reply(issue()))).toBe(false);
    expect(await issued.verify(await reply(issued))).toBe(false);
  });

  it('shows neither of its keys', async () => {
    const issued = issue();
    const shown = JSON.stringify(issued) + inspect(issued, { showHidden: true, depth: 9 });
    for (const key of [credential.storedKey, credential.serverKey]) {
      expect(shown).not.toContain(Buffer.from(key).toString('base64'));
    }
  });
});

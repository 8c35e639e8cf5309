import { inspect } from 'node:util';
import { scram } from '../../src/auth/scram.js';
import { readCredential, type StoredCredential, scramCredential } from '../../src/auth/scram-credential.js';
import { authMessage, WAYS } from '../../src/auth/scram-exchange.js';
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
    [{ nonce: NONCE, channel_binding: 'tls-unique' }, 'no channel binding but "tls-unique"'],
  ])('of %j is %s', (given, expected) => {
    if (expected === undefined) expect(problemOfScramHello(given)).toBeUndefined();
    else expect(problemOfScramHello(given)).toContain(expected);
  });

  it('takes the channel that there is, and no other kind', () => {
    const [given, other] = ['tls-unique', 'tls-server-end-point'].map((kind) => ({
      nonce: NONCE,
      channel_binding: kind,
    }));
    expect(problemOfScramHello(given ?? {}, new Uint8Array(12))).toBeUndefined();
    expect(problemOfScramHello(other ?? {}, new Uint8Array(12))).toContain('no channel binding but "tls-unique"');
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

  it.each<[string, Dict | undefined, number, boolean]>([
    ['the same', undefined, 7, true],
    ['another', undefined, 8, false],
    ['the same, and says another', { cbind_data: 'AAAA' }, 7, false],
    ['the same, and says nothing of it', { channel_binding: null, cbind_data: null }, 7, false],
  ])('that is bound to a channel is met by who proves it for %s alone', async (_what, said, seen, expected) => {
    const bound = { ...authextra, channel_binding: 'tls-unique' };
    const finished = (octet: number) => new Uint8Array(12).fill(octet);
    const issued = challengeScram(credential, { authid: 'joe', authextra: bound, tlsUnique: finished(7) });
    const facts = {
      ...{ authid: 'joe', realm: 'realm1', address: 'test:', authextra: bound },
      tlsUnique: () => finished(seen),
    };
    const method = scram('pencil', { channelBinding: 'tls-unique' });
    const { signature, extra, confirm } = await method.answer({ authmethod: 'wamp-scram', extra: issued.extra }, facts);
    expect(await issued.verify({ signature, extra: { ...extra, ...said } })).toBe(expected);
    // The router's proof is for its own channel, and so it is no proof for who is on another.
    const confirmed = () => confirm?.({ authextra: issued.welcome?.() });
    if (expected) expect(confirmed).not.toThrow();
    else if (seen === 8) expect(confirmed).toThrow('did not prove');
  });

  it('signs what the standard says of a channel', () => {
    const facts = { authid: 'joe', clientNonce: 'a', nonce: 'ab', salt: 'c2FsdA==', iterations: 4_096 };
    const message = (tlsUnique?: Uint8Array) =>
      Buffer.from(authMessage({ ...facts, tlsUnique }, WAYS.standard)).toString();
    expect(message()).toBe('n=joe,r=a,r=ab,s=c2FsdA==,i=4096,c=biws,r=ab');
    const data = Buffer.concat([Buffer.from('p=tls-unique,,'), Buffer.of(1, 2, 3)]).toString('base64');
    expect(message(Uint8Array.of(1, 2, 3))).toBe(`n=joe,r=a,r=ab,s=c2FsdA==,i=4096,c=${data},r=ab`);
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

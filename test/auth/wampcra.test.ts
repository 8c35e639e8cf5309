import { createHmac, pbkdf2Sync } from 'node:crypto';
import fc from 'fast-check';
import { deriveKey, sign, wampcra } from '../../src/auth/wampcra.js';
import { AuthenticationError, UsageError } from '../../src/errors.js';

const FACTS = { authid: 'peter', realm: 'realm1', address: 'ws://127.0.0.1:8080/ws', authextra: {} };
const CHALLENGE =
  '{ "nonce": "LHRTC9zeOIrt_9U3", "authprovider": "userdb", "authid": "peter", "timestamp": "2014-06-22T16:36:25.448Z", "authrole": "user", "authmethod": "wampcra", "session": 3251278072152162}';

const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('base64');

function answer(secret: Parameters<typeof wampcra>[0], extra: Record<string, unknown>) {
  return wampcra(secret).answer({ authmethod: 'wampcra', extra }, FACTS);
}

describe('sign', () => {
  it('agrees with the second test case of RFC 4231', async () => {
    expect(Buffer.from(await sign('Jefe', 'what do ya want for nothing?'), 'base64').toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it("agrees with Node's HMAC for whatever secret and challenge", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        async (key, text) => {
          expect(await sign(key, text)).toBe(hmac(key, text));
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('deriveKey', () => {
  it('agrees with the first PBKDF2-HMAC-SHA-256 vector of RFC 7914', async () => {
    const key = await deriveKey('passwd', { salt: 'salt', iterations: 1, keylen: 64 });
    expect(Buffer.from(key, 'base64').toString('hex')).toBe(
      '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc' +
        '49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783',
    );
  });

  it.each([
    [{ salt: 'salt123', iterations: 100, keylen: 16 }],
    [{ salt: 'salt123', iterations: 1_000, keylen: 32 }],
    [{ salt: 'größer', iterations: 4_096, keylen: 64 }],
  ])("agrees with Node's PBKDF2 for %j, as base64", async (salting) => {
    expect(await deriveKey('alice-secret', salting)).toBe(
      pbkdf2Sync('alice-secret', salting.salt, salting.iterations, salting.keylen, 'sha256').toString('base64'),
    );
  });

  it('makes 32 octets in 1,000 rounds where it is told nothing', async () => {
    expect(await deriveKey('alice-secret', { salt: 'salt123' })).toBe(
      pbkdf2Sync('alice-secret', 'salt123', 1_000, 32, 'sha256').toString('base64'),
    );
  });
});

describe('wampcra', () => {
  it("signs the challenge of the standard's example", async () => {
    expect(await answer('secret', { challenge: CHALLENGE })).toEqual({ signature: hmac('secret', CHALLENGE) });
  });

  it.each([
    ['all three parameters', { salt: 'salt123', keylen: 16, iterations: 100 }, [100, 16]],
    ['a salt alone', { salt: 'salt123' }, [1_000, 32]],
  ] as const)('signs with a derived key when the router sends %s', async (_, salting, [iterations, keylen]) => {
    const key = pbkdf2Sync('alice-secret', 'salt123', iterations, keylen, 'sha256').toString('base64');
    expect(await answer('alice-secret', { challenge: CHALLENGE, ...salting })).toEqual({
      signature: hmac(key, CHALLENGE),
    });
  });

  it('takes no notice of rounds and length without a salt', async () => {
    expect(await answer('secret', { challenge: CHALLENGE, iterations: 10 ** 9, keylen: 0 })).toEqual({
      signature: hmac('secret', CHALLENGE),
    });
  });

  it('asks a function for the secret anew for each session', async () => {
    const secrets = ['first', 'second'];
    const method = wampcra(async () => secrets.shift() ?? '');
    const challenge = { authmethod: 'wampcra', extra: { challenge: CHALLENGE } };
    expect(await method.answer(challenge, FACTS)).toEqual({ signature: hmac('first', CHALLENGE) });
    expect(await method.answer(challenge, FACTS)).toEqual({ signature: hmac('second', CHALLENGE) });
  });

  it.each([
    ['no challenge', {}, 'to hold a string "challenge", received undefined'],
    ['a challenge that is a number', { challenge: 7 }, 'to hold a string "challenge", received 7'],
    ['a challenge of the prototype only', JSON.parse('{"__proto__":{"challenge":"{}"}}'), 'received undefined'],
    ['a salt that is a number', { salt: 7 }, 'the salt'],
    ['an empty salt', { salt: '' }, "the salt's length"],
    ['a salt too long', { salt: 's'.repeat(1_025) }, "the salt's length"],
    ['a thousand million rounds', { salt: 's', iterations: 10 ** 9 }, 'iterations for wampcra to be from 1 to 1000000'],
    [
      'a million rounds for each of sixteen blocks',
      { salt: 's', iterations: 1_000_000, keylen: 512 },
      'received 16000000',
    ],
    ['one round too many', { salt: 's', iterations: 1_000_001 }, 'iterations'],
    ['no rounds', { salt: 's', iterations: 0 }, 'iterations'],
    ['fewer rounds than none', { salt: 's', iterations: -1 }, 'iterations'],
    ['half a round', { salt: 's', iterations: 1.5 }, 'iterations'],
    ['rounds that are a string', { salt: 's', iterations: '1000' }, 'iterations'],
    ['a key of no length', { salt: 's', keylen: 0 }, 'keylen for wampcra to be from 16 to 512'],
    ['a key too short', { salt: 's', keylen: 15 }, 'keylen'],
    ['a key too long', { salt: 's', keylen: 513 }, 'keylen'],
    ['a key of a thousand million octets', { salt: 's', keylen: 10 ** 9 }, 'keylen'],
  ])('refuses %s', async (_, extra, said) => {
    const refusal = answer('secret', 'salt' in extra ? { challenge: '{}', ...extra } : extra);
    await expect(refusal).rejects.toThrow(AuthenticationError);
    await expect(refusal).rejects.toThrow(said);
  });

  it.each(['', undefined, null, 7])(
    'refuses the secret %j at once, and one that a function gives later',
    async (secret) => {
      expect(() => wampcra(secret as never)).toThrow(UsageError);
      await expect(answer(() => secret as never, { challenge: '{}' })).rejects.toThrow(AuthenticationError);
    },
  );
});

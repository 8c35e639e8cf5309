import { inspect } from 'node:util';
import { ticket } from '../../src/auth/ticket.js';
import { challengeTicket, challengeWampcra, type IssuedChallenge } from '../../src/auth/verifier.js';
import { deriveKey, sign, wampcra } from '../../src/auth/wampcra.js';
import { UsageError } from '../../src/errors.js';

const FACTS = { authid: 'joe', realm: 'realm1', address: 'ws://127.0.0.1:8080/ws', authextra: {} };
const CANARY = 'canary-secret-9d2e';
const principal = { authid: 'joe', authrole: 'user', authprovider: 'static' };

const textOf = (issued: IssuedChallenge) => String(issued.extra['challenge']);

describe('challengeTicket', () => {
  it('is met by the ticket method with the same secret', async () => {
    const issued = challengeTicket('secret');
    expect(await issued.verify(await ticket('secret').answer(issued, FACTS))).toBe(true);
  });

  it.each(['wrong', '', 'secre', 'secret ', 'secret\0', 'Secret', 'secre\0t'])(
    'is not met by %j',
    async (signature) => {
      expect(await challengeTicket('secret').verify({ signature })).toBe(false);
    },
  );

  it.each([
    [true, true],
    [false, false],
    ['yes' as never, false],
  ])('takes the word of a function: %j is %j', async (said, expected) => {
    expect(await challengeTicket(async () => said).verify({ signature: 'token' })).toBe(expected);
  });

  it('hands the ticket to the function', async () => {
    const seen: string[] = [];
    await challengeTicket((one) => seen.push(one) > 0).verify({ signature: 'token' });
    expect(seen).toEqual(['token']);
  });
});

describe('challengeWampcra', () => {
  it('names the principal, the session and the time, as the standard lists them', () => {
    const issued = challengeWampcra('secret', {
      principal,
      session: 3251278072152162,
      startedAt: new Date('2014-06-22T16:36:25.448Z'),
    });
    expect(issued.authmethod).toBe('wampcra');
    expect(JSON.parse(textOf(issued))).toEqual({
      authid: 'joe',
      authrole: 'user',
      authmethod: 'wampcra',
      authprovider: 'static',
      nonce: expect.stringMatching(/^.{24}$/),
      timestamp: '2014-06-22T16:36:25.448Z',
      session: 3251278072152162,
    });
  });

  it('is another one each time', () => {
    const texts = Array.from({ length: 100 }, () => textOf(challengeWampcra('secret', { principal, session: 1 })));
    expect(new Set(texts).size).toBe(100);
  });

  it('is met by the wampcra method with the same secret', async () => {
    const issued = challengeWampcra('secret', { principal, session: 1 });
    expect(await issued.verify(await wampcra('secret').answer(issued, FACTS))).toBe(true);
  });

  it('is met by the wampcra method with the password that its key was derived from', async () => {
    const salting = { salt: 'salt123', iterations: 100, keylen: 16 };
    const issued = challengeWampcra(await deriveKey('password', salting), { principal, session: 1, salting });
    expect(issued.extra).toMatchObject(salting);
    expect(await issued.verify(await wampcra('password').answer(issued, FACTS))).toBe(true);
  });

  it.each<[string, (right: string) => string]>([
    ['another signature of the right length', () => 'A'.repeat(43).concat('=')],
    ['all right but the first character', (right) => (right[0] === 'A' ? 'B' : 'A') + right.slice(1)],
    ['all right but the last octet', (right) => `${right.slice(0, 42)}${right[42] === 'A' ? 'E' : 'A'}=`],
    ['the right one without its padding', (right) => right.slice(0, 43)],
    ['an empty signature', () => ''],
    ['a very long one', (right) => right.repeat(1_000)],
  ])('is not met by %s', async (_, spoil) => {
    const issued = challengeWampcra('secret', { principal, session: 1 });
    expect(await issued.verify({ signature: spoil(await sign('secret', textOf(issued))) })).toBe(false);
  });

  it('is not met by the right signature of another challenge', async () => {
    const earlier = challengeWampcra('secret', { principal, session: 1 });
    const issued = challengeWampcra('secret', { principal, session: 1 });
    expect(await issued.verify({ signature: await sign('secret', textOf(earlier)) })).toBe(false);
  });

  it('is not met by a second answer, right or not', async () => {
    const issued = challengeWampcra('secret', { principal, session: 1 });
    const signature = await sign('secret', textOf(issued));
    const answers = await Promise.all([issued.verify({ signature }), issued.verify({ signature })]);
    expect(answers).toEqual([true, false]);
  });
});

describe.each<[string, (secret: never) => IssuedChallenge]>([
  ['challengeTicket', challengeTicket],
  ['challengeWampcra', (secret) => challengeWampcra(secret, { principal, session: 1 })],
])('the secret of %s', (_, issue) => {
  it.each(['', undefined, null, 4711])('is refused when it is %j, and not repeated', (secret) => {
    expect(() => issue(secret as never)).toThrow(UsageError);
    expect(() => issue(secret as never)).not.toThrow(/4711/);
  });

  it('is shown by nothing', () => {
    const issued = issue(CANARY as never);
    expect(JSON.stringify(issued)).not.toContain(CANARY);
    expect(inspect(issued, { showHidden: true, depth: 9 })).not.toContain(CANARY);
  });
});

import { Authenticator, type AuthOptions, type OwnChallenge } from '../../actors/authentication.js';
import type { AuthMethod } from '../../src/auth/auth-method.js';
import { cryptosign } from '../../src/auth/cryptosign.js';
import { scram } from '../../src/auth/scram.js';
import { scramCredential } from '../../src/auth/scram-credential.js';
import { ticket } from '../../src/auth/ticket.js';
import { wampcra } from '../../src/auth/wampcra.js';
import type { Dict, Message } from '../../src/wamp/message.js';

const USERS: AuthOptions['users'] = {
  joe: { role: 'staff', ticket: 't', wampcra: 'w' },
  tim: { ticket: 't' },
};

function hello(authmethods?: unknown, authid?: unknown): Message<'HELLO'> {
  return {
    type: 'HELLO',
    realm: 'r',
    details: { ...(authmethods !== undefined && { authmethods }), ...(authid !== undefined && { authid }) },
  };
}

describe('Authenticator', () => {
  test.each([
    ['open, nothing offered', undefined, hello(), 'accepted'],
    ['open, anonymous offered', undefined, hello(['anonymous'], 'joe'), 'accepted'],
    ['open, only a ticket offered', undefined, hello(['ticket'], 'joe'), 'wamp.error.no_matching_auth_method'],
    ['users, nothing offered', { users: USERS }, hello(), 'wamp.error.authentication_required'],
    ['users, nothing that it has', { users: USERS }, hello(['scram'], 'joe'), 'wamp.error.no_matching_auth_method'],
    ['users, by default wampcra first', { users: USERS }, hello(['ticket', 'wampcra'], 'joe'), 'wampcra'],
    ['users, wampcra not offered', { users: USERS }, hello(['ticket'], 'joe'), 'ticket'],
    ['users, one without wampcra', { users: USERS }, hello(['wampcra', 'ticket'], 'tim'), 'ticket'],
    [
      'users, tickets not accepted',
      { users: USERS, methods: ['wampcra'] },
      hello(['ticket'], 'joe'),
      'wamp.error.no_matching_auth_method',
    ],
    ['users, somebody else, who is not told so', { users: USERS }, hello(['ticket'], 'eve'), 'ticket'],
    [
      'users, one without any method on offer, who is not told so',
      { users: USERS },
      hello(['wampcra'], 'tim'),
      'wampcra',
    ],
    ['users, a name of the prototype', { users: USERS }, hello(['ticket'], 'constructor'), 'ticket'],
    ['users, nobody', { users: USERS }, hello(['ticket']), 'wamp.error.no_such_principal'],
    [
      'users and others',
      { users: USERS, methods: ['ticket', 'anonymous'] },
      hello(['anonymous', 'ticket'], 'joe'),
      'ticket',
    ],
    [
      'users and others, somebody else',
      { users: USERS, methods: ['ticket', 'anonymous'] },
      hello(['anonymous', 'ticket'], 'eve'),
      'ticket',
    ],
    [
      'users and others, nobody',
      { users: USERS, methods: ['ticket', 'anonymous'] },
      hello(['anonymous', 'ticket']),
      'accepted',
    ],
  ] as [string, AuthOptions | undefined, Message<'HELLO'>, string][])('%s: %s', async (_, auth, message, expected) => {
    const verdict = await new Authenticator('r', auth).judge(message, 7);
    if ('accepted' in verdict) expect('accepted').toBe(expected);
    else expect('refused' in verdict ? verdict.refused : verdict.challenge.authmethod).toBe(expected);
  });

  it('lets an anonymous client be nobody else, whatever it calls itself', async () => {
    expect(await new Authenticator('r', undefined).judge(hello([], 'joe'), 35)).toEqual({
      accepted: { authid: 'anonymous-z', authrole: 'anonymous', authprovider: 'static', authmethod: 'anonymous' },
    });
  });

  it('gives a user its role, and takes an answer once', async () => {
    const verdict = await new Authenticator('r', { users: USERS }).judge(hello(['ticket'], 'joe'), 7);
    if (!('challenge' in verdict)) throw new Error('expected a challenge');
    expect(verdict.principal).toEqual({
      authid: 'joe',
      authrole: 'staff',
      authprovider: 'static',
      authmethod: 'ticket',
    });
    expect(await verdict.challenge.verify({ signature: 't' })).toBe(true);
    expect(await verdict.challenge.verify({ signature: 't' })).toBe(false);
  });

  test.each([
    [{ users: { joe: { ticket: 7 as unknown as string } } }, 'user joe, ticket: expected a string that is not empty'],
    [{ users: { joe: { wampcra: '' } } }, 'user joe, wampcra: expected a string that is not empty'],
    [{ users: { joe: { wampcra: { secret: '', salt: 's' } } } }, 'user joe, wampcra.secret: expected'],
    [{ users: USERS, methods: [] }, 'received none'],
  ])('rejects options: %#', (auth, message) => {
    expect(() => new Authenticator('r', auth)).toThrow(message);
  });

  describe('by each method', () => {
    const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
    const OTHER_SEED = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
    const KEY = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
    let authenticator: Authenticator;
    beforeAll(async () => {
      authenticator = new Authenticator('r', {
        users: {
          joe: {
            role: 'staff',
            ticket: 't',
            wampcra: { secret: 'w', salt: 'salt123', iterations: 100 },
            scram: await scramCredential('pencil', { iterations: 4_096 }),
            authorizedKeys: [KEY],
          },
        },
      });
    });

    /** A client that joins by one method: what it was asked, and whether it was right. */
    async function join(method: AuthMethod, authid: string | undefined) {
      const where = { authid, realm: 'r', address: 'test:' };
      const authextra = (await method.hello?.(where)) ?? {};
      const details = { authmethods: [method.name], authextra, ...(authid !== undefined && { authid }) };
      const verdict = await authenticator.judge({ type: 'HELLO', realm: 'r', details }, 7);
      if (!('challenge' in verdict)) throw new Error('expected a challenge');
      const { challenge, principal } = verdict;
      const facts = { ...where, authextra };
      const { confirm, ...reply } = await method.answer(challenge, facts);
      const right = await challenge.verify({ ...reply, extra: reply.extra ?? {} });
      if (right) confirm?.({ authextra: challenge.welcome?.() });
      return { right, principal, asked: challenge };
    }

    const RIGHT: [string, () => AuthMethod][] = [
      ['ticket', () => ticket('t')],
      ['wampcra', () => wampcra('w')],
      ['wamp-scram', () => scram('pencil')],
      ['cryptosign', () => cryptosign({ privateKey: SEED })],
    ];

    test.each(RIGHT)('%s: lets in who knows the secret, as nobody else', async (name, method) => {
      expect(await join(method(), 'joe')).toMatchObject({
        right: true,
        principal: { authid: 'joe', authrole: 'staff', authmethod: name },
      });
      expect((await join(method(), 'eve')).right).toBe(false);
    });

    test.each<[string, () => AuthMethod]>([
      ['ticket', () => ticket('wrong')],
      ['wampcra', () => wampcra('wrong')],
      ['wamp-scram', () => scram('wrong')],
      ['cryptosign', () => cryptosign({ privateKey: OTHER_SEED })],
    ])('%s: asks who does not exist as it asks who does, and both are wrong', async (_, method) => {
      const [joe, eve] = [await join(method(), 'joe'), await join(method(), 'eve')];
      expect([joe.right, eve.right]).toEqual([false, false]);
      const shape = ({ asked: { authmethod, extra } }: typeof joe) => ({
        authmethod,
        extra: Object.fromEntries(
          Object.entries(extra).map(([key, value]) => [key, typeof value === 'string' ? value.length : value]),
        ),
      });
      expect(shape(eve)).toEqual(shape(joe));
      // Asked again, the same salt comes.
      expect((await join(method(), 'eve')).asked.extra['salt']).toBe(eve.asked.extra['salt']);
    });

    it('knows who nobody called by its public key', async () => {
      expect(await join(cryptosign({ privateKey: SEED }), undefined)).toMatchObject({
        right: true,
        principal: { authid: 'joe', authrole: 'staff', authmethod: 'cryptosign' },
      });
      expect((await join(cryptosign({ privateKey: OTHER_SEED }), undefined)).right).toBe(false);
    });

    test.each<[string, Dict, RegExp]>([
      ['wamp-scram', {}, /nonce/],
      ['wamp-scram', { nonce: 'AAAA', channel_binding: 'tls-unique' }, /no channel binding/],
      ['cryptosign', {}, /pubkey/],
    ])('refuses a HELLO for %s that says %j, whoever it is', async (method, authextra, message) => {
      for (const authid of ['joe', 'eve']) {
        const details = { authmethods: [method], authid, authextra };
        expect(await authenticator.judge({ type: 'HELLO', realm: 'r', details }, 7)).toEqual({
          refused: 'wamp.error.authentication_failed',
          message: expect.stringMatching(message),
        });
      }
    });
  });
});

describe('a method of a user’s own', () => {
  const made = (challenge: unknown, more: AuthOptions = {}) =>
    new Authenticator('r', { ...more, challenges: { otp: async () => challenge as OwnChallenge } });

  it('is told who wants to be somebody, and challenges him; an answer counts once, and only true is right', async () => {
    const facts: unknown[] = [];
    const authenticator = new Authenticator('r', {
      challenges: {
        otp: (about) => {
          facts.push(about);
          return {
            extra: { digits: 6 },
            role: 'staff',
            verify: ({ signature }) => signature === '123456',
            welcome: () => ({ a: 1 }),
          };
        },
      },
    });
    const verdict = await authenticator.judge(hello(['otp'], 'joe'), 7);
    if (!('challenge' in verdict)) throw new Error('expected a challenge');
    expect(facts).toEqual([{ realm: 'r', authid: 'joe', authextra: {}, session: 7 }]);
    const { challenge, principal } = verdict;
    expect(principal).toEqual({ authid: 'joe', authrole: 'staff', authprovider: 'dynamic', authmethod: 'otp' });
    expect(challenge).toMatchObject({ authmethod: 'otp', extra: { digits: 6 } });
    expect([await challenge.verify({ signature: '123456' }), await challenge.verify({ signature: '123456' })]).toEqual([
      true,
      false,
    ]);
    expect(challenge.welcome?.()).toEqual({ a: 1 });
    const again = await made({ verify: () => 'yes' }).judge(hello(['otp'], 'joe'), 7);
    expect('challenge' in again && (await again.challenge.verify({ signature: 'a' }))).toBe(false);
  });

  it('stands before those of the users, unless methods says otherwise; nobody without a name is asked', async () => {
    const challenge = { verify: () => true };
    const methodOf = async (authenticator: Authenticator, ...offered: string[]) => {
      const verdict = await authenticator.judge(hello(offered, 'joe'), 7);
      return 'challenge' in verdict ? verdict.challenge.authmethod : verdict;
    };
    expect(await methodOf(made(challenge, { users: USERS }), 'ticket', 'otp')).toBe('otp');
    expect(await methodOf(made(challenge, { users: USERS, methods: ['ticket', 'otp'] }), 'ticket', 'otp')).toBe(
      'ticket',
    );
    expect(await made(challenge).judge(hello(['otp']), 7)).toMatchObject({ refused: 'wamp.error.no_such_principal' });
  });

  it('refuses by undefined, and fails by anything that is no challenge', async () => {
    expect(await made(undefined).judge(hello(['otp'], 'joe'), 7)).toMatchObject({
      refused: 'wamp.error.authentication_denied',
    });
    await expect(made({ verify: 7 }).judge(hello(['otp'], 'joe'), 7)).rejects.toThrow(
      'auth.challenges["otp"]: expected { verify } or undefined, received an object',
    );
  });

  it.each([
    [{ user: { joe: {} } }, 'realm r: auth: unknown option "user"; did you mean "users"?'],
    [{ challenges: [] }, 'realm r: expected auth.challenges to be an object, received a list'],
    [{ challenges: { otp: 7 } }, 'realm r: expected auth.challenges["otp"] to be a function, received 7'],
    [{ challenges: { ticket: () => undefined } }, '"ticket" is a method of the router\'s own; choose another name'],
    [
      { methods: ['otp'] },
      'expected auth.methods to be some of tls, cryptosign, wamp-scram, wampcra, ticket, anonymous, received otp',
    ],
  ])('%j makes no sense', (auth, said) => {
    expect(() => new Authenticator('r', auth as unknown as AuthOptions)).toThrow(said);
  });
});

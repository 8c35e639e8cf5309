import { Authenticator, type AuthOptions } from '../../actors/authentication.js';
import type { Message } from '../../src/wamp/message.js';

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
    ['users, somebody else', { users: USERS }, hello(['ticket'], 'eve'), 'wamp.error.no_such_principal'],
    [
      'users, a name of the prototype',
      { users: USERS },
      hello(['ticket'], 'constructor'),
      'wamp.error.no_such_principal',
    ],
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
});

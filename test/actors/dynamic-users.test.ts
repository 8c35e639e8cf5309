import { type AuthenticationFacts, authenticateFrom } from '../../actors/dynamic-users.js';

const FACTS: AuthenticationFacts = {
  realm: 'r',
  authmethod: 'ticket',
  authid: 'joe',
  authextra: {},
  session: 7,
  ticket: 't',
};

describe('authenticateFrom', () => {
  it('asks a function with the facts', async () => {
    const ask = authenticateFrom('r', (facts) => ({ authid: facts.authid, role: facts.ticket ?? '' }), jest.fn());
    await expect(ask(FACTS)).resolves.toEqual({ authid: 'joe', role: 't' });
  });

  it('calls a procedure with the facts, in the realm itself or in another', async () => {
    const call = jest.fn(async () => ({ role: 'user' }));
    await expect(authenticateFrom('r', { procedure: 'com.a' }, call)(FACTS)).resolves.toEqual({ role: 'user' });
    await authenticateFrom('r', { procedure: 'com.a', realm: 'other' }, call)(FACTS);
    expect(call.mock.calls).toEqual([
      ['r', 'com.a', FACTS],
      ['other', 'com.a', FACTS],
    ]);
  });

  it.each([[undefined], [null], [false]])('takes %p for nobody', async (given) => {
    await expect(authenticateFrom('r', () => given as undefined, jest.fn())(FACTS)).resolves.toBeUndefined();
  });

  it.each([[true], ['joe'], [[]], [{ role: 7 }], [{ authid: '' }], [{ authextra: 'x' }]])(
    'takes %j for no answer, and repeats none of it',
    async (given) => {
      await expect(authenticateFrom('r', () => given as never, jest.fn())(FACTS)).rejects.toThrow(
        new TypeError(
          'expected auth.authenticate to give { role, authid, authextra } with a secret, or nothing; received something else',
        ),
      );
    },
  );

  it.each([[7], ['com.a'], [{}], [{ procedure: '' }], [{ procedure: 'com.a', realm: 7 }]])('refuses %j', (given) => {
    expect(() => authenticateFrom('r', given as never, jest.fn())).toThrow(
      'realm r: expected auth.authenticate to be a function or { procedure, realm }, received ',
    );
  });
});

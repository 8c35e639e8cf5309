import { keep } from '../../src/auth/auth-method.js';
import { AuthenticationError, UsageError } from '../../src/errors.js';

const failure = async (work: () => unknown): Promise<Error> => {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected it to fail');
};

describe('keep', () => {
  it.each([
    ['a string', 'secret1'],
    ['a function', () => 'secret1'],
    ['a function that takes its time', async () => 'secret1'],
  ])('gives the secret that is %s', async (_what, secret) => {
    await expect(keep(secret, 'ticket')()).resolves.toBe('secret1');
  });

  it('asks a function anew each time: a rotated secret is found at the next join', async () => {
    let version = 0;
    const ask = keep(() => `secret${++version}`, 'ticket');
    expect([await ask(), await ask()]).toEqual(['secret1', 'secret2']);
  });

  it.each([
    ['an unset environment variable', undefined, 'undefined'],
    ['an empty one', '', 'an empty string'],
    ['null', null, 'null'],
    ['a number', 12345, 'number'],
  ])('refuses %s at once, and from a function when it is asked', async (_what, secret, came) => {
    const atOnce = await failure(() => keep(secret as never, 'ticket'));
    expect(atOnce).toBeInstanceOf(UsageError);
    const later = await failure(keep((() => secret) as never, 'ticket'));
    expect(later).toBeInstanceOf(AuthenticationError);
    expect([atOnce.message, later.message]).toEqual(
      Array(2).fill(
        `expected the secret for ticket to be a string that is not empty, or a function that returns one, received ${came}; is an environment variable unset?`,
      ),
    );
  });

  it('never repeats what came in the place of a secret', async () => {
    const { message } = await failure(() => keep({ secret: 'canary' } as never, 'wampcra'));
    expect(message).not.toContain('canary');
  });

  it('passes on why a secret could not be fetched', async () => {
    const unreachable = new Error('the vault is sealed');
    await expect(keep(() => Promise.reject(unreachable), 'ticket')()).rejects.toBe(unreachable);
  });
});

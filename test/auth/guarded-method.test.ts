import type { AuthMethod } from '../../src/auth/auth-method.js';
import { guardedMethod } from '../../src/auth/guarded-method.js';
import { AuthenticationError } from '../../src/errors.js';

const FACTS = { authid: 'joe', realm: 'realm1', address: 'ws://127.0.0.1/', authextra: {} };
const method = (how: Partial<Record<keyof AuthMethod, unknown>>) =>
  guardedMethod({ name: 'mine', answer: () => ({ signature: 'a' }), ...how } as AuthMethod);
const answered = (answer: unknown) => method({ answer: () => answer }).answer({ authmethod: 'mine', extra: {} }, FACTS);

describe('guardedMethod', () => {
  it('gives what the method gives, and asks it as the method of its object', async () => {
    class Mine {
      readonly name = 'mine';
      readonly #secret = 'the secret';
      answer() {
        return { signature: this.#secret, extra: { a: 1 } };
      }
      hello() {
        return { pin: this.#secret.length };
      }
    }
    const guarded = guardedMethod(new Mine() as unknown as AuthMethod);
    expect(await guarded.answer({ authmethod: 'mine', extra: {} }, FACTS)).toEqual({
      signature: 'the secret',
      extra: { a: 1 },
    });
    expect(await guarded.hello?.(FACTS)).toEqual({ pin: 10 });
  });

  it('has no hello where the method has none, and one that gives nothing adds nothing', async () => {
    expect(method({}).hello).toBeUndefined();
    expect(await method({ hello: () => undefined }).hello?.(FACTS)).toEqual({});
  });

  it('shows the name and nothing else, whatever the method shows', () => {
    const guarded = method({ secret: 'the secret', mutual: true } as never);
    expect(guarded.mutual).toBe(true);
    expect(JSON.stringify(guarded)).toBe('{"name":"mine"}');
    expect({ ...guarded }).toEqual({ name: 'mine' });
  });

  it.each([
    [undefined, 'expected answer to give { signature }, received undefined'],
    ['the secret', 'expected answer to give { signature }, received string'],
    [{}, 'expected a signature, which has to be a string, received undefined'],
    [{ signature: 7 }, 'expected a signature, which has to be a string, received number'],
    [{ signature: 'a', extra: ['the secret'] }, 'expected extra to be a dictionary, received a list'],
    [{ signature: 'a', confirm: 'the secret' }, 'expected confirm to be a function, received string'],
  ])('takes no %j for an answer, and shows nothing of it', async (answer, said) => {
    const rejected = answered(answer);
    await expect(rejected).rejects.toThrow(AuthenticationError);
    await expect(rejected).rejects.toThrow(`the method "mine": ${said}`);
    await expect(rejected).rejects.not.toThrow('the secret');
  });

  it('takes no text for an addition to HELLO', async () => {
    await expect(method({ hello: () => 'the secret' }).hello?.(FACTS)).rejects.toThrow(
      'expected hello to give a dictionary for authextra, received string',
    );
  });
});

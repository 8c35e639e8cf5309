import { AuthenticationError } from '../errors.js';
import { dict } from '../wamp/values.js';
import type { Answer, AuthMethod } from './auth-method.js';

/**
 * A method as a session uses it: what it gives is looked at, and it is shown by its name alone, whatever else its author has left
 * to be seen.
 *
 * Nothing of what it gives stands in an error: it may be a secret.
 */
export function guardedMethod(method: AuthMethod): AuthMethod {
  const { name } = method;
  const wrong = (what: string, value: unknown) =>
    new AuthenticationError(`the method "${name}": expected ${what}, received ${kindOf(value)}`);
  return Object.defineProperties({} as AuthMethod, {
    name: { value: name, enumerable: true },
    mutual: { value: method.mutual },
    hello: {
      value:
        method.hello === undefined
          ? undefined
          : async (facts: never) => {
              const extra: unknown = (await method.hello?.(facts)) ?? {};
              if (isDict(extra)) return extra;
              throw wrong('hello to give a dictionary for authextra', extra);
            },
    },
    answer: {
      value: async (challenge: never, facts: never): Promise<Answer> => {
        const answer: unknown = await method.answer(challenge, facts);
        if (!isDict(answer)) throw wrong('answer to give { signature }', answer);
        const { signature, extra, confirm } = answer as Partial<Answer>;
        if (typeof signature !== 'string') throw wrong('a signature, which has to be a string', signature);
        if (extra !== undefined && !isDict(extra)) throw wrong('extra to be a dictionary', extra);
        if (confirm !== undefined && typeof confirm !== 'function') throw wrong('confirm to be a function', confirm);
        return answer as unknown as Answer;
      },
    },
    toJSON: { value: () => ({ name }) },
  });
}

function isDict(value: unknown): value is Record<string, unknown> {
  try {
    dict(value);
    return true;
  } catch {
    return false;
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}

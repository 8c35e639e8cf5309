import { checkCost, MOST_WRITTEN } from '../../src/auth/password-cost.js';
import { AuthenticationError } from '../../src/errors.js';

describe('checkCost', () => {
  test.each([
    [
      { kdf: 'pbkdf2', iterations: 4_096, memory: null },
      { kdf: 'pbkdf2', iterations: 4_096, memory: undefined },
    ],
    [
      { kdf: 'pbkdf2', iterations: 1_000_000 },
      { kdf: 'pbkdf2', iterations: 1_000_000, memory: undefined },
    ],
    [
      { kdf: 'argon2id13', iterations: 2, memory: 8_192 },
      { kdf: 'argon2id13', iterations: 2, memory: 8_192 },
    ],
    [
      { kdf: 'argon2id-13', iterations: 4, memory: 262_144 },
      { kdf: 'argon2id13', iterations: 4, memory: 262_144 },
    ],
  ])('takes %j', (asked, expected) => {
    expect(checkCost(asked)).toEqual(expected);
  });

  test.each<[object, string]>([
    [{ kdf: 'pbkdf2', iterations: 4_095 }, 'iterations for SCRAM to be an integer from 4096 to 1000000, received 4095'],
    [{ kdf: 'pbkdf2', iterations: 1_000_001 }, 'received 1000001'],
    [{ kdf: 'pbkdf2', iterations: 2 ** 53 }, 'iterations'],
    [{ kdf: 'pbkdf2', iterations: 4_096.5 }, 'iterations'],
    [{ kdf: 'pbkdf2', iterations: '4096' }, 'iterations'],
    [{ kdf: 'pbkdf2' }, 'iterations'],
    [{ kdf: 'argon2id13', iterations: 1, memory: null }, 'memory (in KiB) for SCRAM'],
    [{ kdf: 'argon2id13', iterations: 1, memory: 262_145 }, 'from 512 to 262144'],
    [{ kdf: 'argon2id13', iterations: 1_000, memory: 511 }, 'memory'],
    [{ kdf: 'argon2id13', iterations: 0, memory: 65_536 }, 'iterations'],
    [{ kdf: 'argon2id13', iterations: 1, memory: 16_383 }, 'iterations × memory (in KiB) for SCRAM'],
    [{ kdf: 'argon2id13', iterations: 5, memory: 262_144 }, 'from 16384 to 1048576, received 1310720'],
    [{ kdf: 'scrypt', iterations: 4_096 }, 'the kdf for SCRAM to be "pbkdf2" or "argon2id13", received a string'],
    [{}, 'the kdf'],
  ])('refuses %j: neither next to nothing nor seconds of work', (asked, message) => {
    expect(() => checkCost(asked)).toThrow(AuthenticationError);
    expect(() => checkCost(asked)).toThrow(message);
  });

  it('lets Argon2 write as much as it is told', () => {
    const asked = { kdf: 'argon2id-13', iterations: 4_096, memory: 512 };
    expect(() => checkCost(asked)).toThrow('received 2097152');
    expect(checkCost(asked, 2 * MOST_WRITTEN)).toMatchObject({ iterations: 4_096, memory: 512 });
  });
});

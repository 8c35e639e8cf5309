import { subtle } from '../../src/auth/subtle.js';
import { wampcra } from '../../src/auth/wampcra.js';
import { AuthenticationError } from '../../src/errors.js';
import { failure } from '../support/house.js';

describe('subtle', () => {
  it('is the platform’s', () => {
    expect(subtle()).toBe(crypto.subtle);
  });

  it('says what to do where a page has none', async () => {
    const real = globalThis.crypto;
    Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true });
    try {
      expect(subtle).toThrow(AuthenticationError);
      const challenge = { authmethod: 'wampcra', extra: { challenge: '{"nonce":1}' } };
      const facts = {
        address: 'ws://x',
        realm: 'realm1',
        authid: 'joe',
        authextra: {},
        channelId: async () => undefined,
      };
      const error = await failure(Promise.resolve(wampcra('secret').answer(challenge, facts)));
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error.message).toContain('pages of https://, localhost and 127.0.0.1 only');
    } finally {
      Object.defineProperty(globalThis, 'crypto', { value: real, configurable: true });
    }
  });
});

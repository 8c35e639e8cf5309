import { tls } from '../../src/auth/tls.js';
import { AuthenticationError } from '../../src/errors.js';

describe('tls', () => {
  it('is offered by its name, with nothing that it adds to HELLO', () => {
    const method = tls();
    expect({ name: method.name, hello: method.hello, mutual: method.mutual, json: JSON.stringify(method) }).toEqual({
      name: 'tls',
      hello: undefined,
      mutual: undefined,
      json: '{"name":"tls"}',
    });
  });

  it('answers no CHALLENGE: the certificate is all there is', () => {
    const facts = { authid: 'joe', realm: 'realm1', address: 'wss://router.example/ws', authextra: {} };
    expect(() => tls().answer({ authmethod: 'tls', extra: {} }, facts)).toThrow(AuthenticationError);
  });
});

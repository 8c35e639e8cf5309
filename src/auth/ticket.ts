import { type AuthMethod, keep, type Secret } from './auth-method.js';

/**
 * Authenticates with a ticket: a password or a token, which is sent as it is. Use it over TLS only.
 *
 * @throws {UsageError} when `secret` is neither a string that is not empty nor a function
 * @see WAMP Advanced Profile, "Ticket-based Authentication"
 */
export function ticket(secret: Secret): AuthMethod {
  const ask = keep(secret, 'ticket');
  return {
    name: 'ticket',
    answer: async () => ({ signature: await ask() }),
    toJSON: () => ({ name: 'ticket' }),
  };
}

import { AuthenticationError } from '../errors.js';
import type { AuthMethod } from './auth-method.js';

/**
 * Authenticates by the client certificate of the connection: what `websocket.tls` or `rawsocket.tls` shows, or what a browser
 * does. The router asks for nothing more; an `authid` is not needed where it finds it by the certificate.
 *
 * The standard does not describe it: it is as Crossbar.io has it.
 */
export function tls(): AuthMethod {
  return {
    name: 'tls',
    answer: () => {
      throw new AuthenticationError(
        'the router sent a CHALLENGE for tls, where the certificate is all there is to show',
      );
    },
    toJSON: () => ({ name: 'tls' }),
  };
}

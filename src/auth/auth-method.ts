import { AuthenticationError, UsageError } from '../errors.js';
import type { Dict } from '../wamp/message.js';

/** What the router asks in CHALLENGE. */
export interface Challenge {
  readonly authmethod: string;
  readonly extra: Dict;
}

/** What an addition to HELLO may depend on. */
export interface HelloFacts {
  /** Who this peer wants to be, as it said in HELLO. */
  readonly authid: string | undefined;
  readonly realm: string;
  /** The router's address. */
  readonly address: string;
  /**
   * What tells the connection from every other, for channel binding: 32 octets, or `undefined` where there is no such
   * thing. As `Transport.channelId`.
   */
  readonly channelId?: () => Promise<Uint8Array | undefined>;
  /** What that is the hash of: the first Finished of TLS, as it is. As `Transport.tlsUnique`. */
  readonly tlsUnique?: () => Uint8Array | undefined;
}

/** What an answer may depend on beside the challenge. */
export interface AuthFacts extends HelloFacts {
  /** `HELLO.Details.authextra` as it was sent: what every method on offer added. */
  readonly authextra: Dict;
}

/** What goes into AUTHENTICATE. */
export interface Answer {
  readonly signature: string;
  readonly extra?: Dict;
  /**
   * Looks in `WELCOME.Details` for the router's own proof. A throw ends the session, before it has begun, with ABORT and
   * an {@link AuthenticationError}.
   */
  confirm?(welcome: Dict): void;
}

/**
 * One way to prove who this peer is: the client's side. A user may bring one.
 *
 * It lives as long as its peer and is shown to inspectors: it keeps its secret in a closure, out of all properties.
 *
 * @see WAMP Advanced Profile, "Authentication Methods"
 */
export interface AuthMethod {
  /** As in `HELLO.Details.authmethods`: `ticket`, `wampcra`, `wamp-scram`, `cryptosign`. */
  readonly name: string;

  /**
   * Whether the router proves itself by this method too. Where every method on offer says so, a WELCOME without a
   * CHALLENGE ends the session: it proves nothing.
   */
  readonly mutual?: boolean;

  /**
   * What to add to `HELLO.Details.authextra`. Asked anew for each session; of two methods with the same key, the later one
   * on the list has its way. A throw or a rejection ends the session before HELLO.
   */
  hello?(facts: HelloFacts): Dict | Promise<Dict>;

  /**
   * Answers a CHALLENGE that named this method. Asked at most once in a session.
   *
   * A throw or a rejection ends the session with ABORT, of which the router learns no details, and an
   * {@link AuthenticationError} with it as its `cause`.
   */
  answer(challenge: Challenge, facts: AuthFacts): Answer | Promise<Answer>;

  /** The name and nothing else. */
  toJSON(): { readonly name: string };
}

/**
 * A secret, or a function that fetches it, which is asked anew for each session: a rotated secret is found at the next
 * join, and none lies in memory between joins.
 */
export type Secret = string | (() => string | Promise<string>);

/** Makes a function that gives the secret, so that nothing else needs to hold it. */
export function keep(secret: Secret, method: string): () => Promise<string> {
  if (typeof secret !== 'function') check(secret, method, UsageError);
  return async () => {
    const value: unknown = typeof secret === 'function' ? await secret() : secret;
    check(value, method, AuthenticationError);
    return value;
  };
}

/** It names what came only by its kind: it may be a secret of the wrong kind. */
function check(
  value: unknown,
  method: string,
  Failure: typeof UsageError | typeof AuthenticationError,
): asserts value is string {
  if (typeof value === 'string' && value !== '') return;
  const came = value === '' ? 'an empty string' : value === null ? 'null' : typeof value;
  throw new Failure(
    `expected the secret for ${method} to be a string that is not empty, or a function that returns one, received ${came}; is an environment variable unset?`,
  );
}

import { UsageError } from '../errors.js';
import type { Dict, Id, Message } from '../wamp/message.js';
import { show } from '../wamp/values.js';
import { randomOctets, toBase64 } from './octets.js';
import { type Salting, sign } from './wampcra.js';

/** Who a client will be once it is authenticated. */
export interface Principal {
  readonly authid: string;
  readonly authrole: string;
  /** Where the router knows the principal from: `static`. */
  readonly authprovider: string;
}

/**
 * A CHALLENGE that a router has made, with the test of its answer. It is good for one session and one answer, so a
 * signature that was seen elsewhere is worth nothing. What it compares with is kept in a closure.
 */
export interface IssuedChallenge {
  readonly authmethod: string;
  /** `CHALLENGE.Extra`. */
  readonly extra: Dict;
  /** Whether the answer is right. A second answer never is. */
  verify(answer: Reply): Promise<boolean>;
  /** What goes into `WELCOME.Details.authextra` after a right answer: the router's own proof. */
  welcome?(): Dict;
}

/** What a router looks at in an AUTHENTICATE. */
export type Reply = Pick<Message<'AUTHENTICATE'>, 'signature'> & Partial<Pick<Message<'AUTHENTICATE'>, 'extra'>>;

/**
 * Asks for a ticket.
 *
 * @param expected the ticket, or a test of the one that comes
 * @see WAMP Advanced Profile, "Ticket-based Authentication"
 */
export function challengeTicket(expected: string | ((ticket: string) => boolean | Promise<boolean>)): IssuedChallenge {
  if (typeof expected !== 'function') demand(expected, 'ticket');
  return {
    authmethod: 'ticket',
    extra: {},
    verify: once(async ({ signature: ticket }) =>
      typeof expected === 'function' ? (await expected(ticket)) === true : equal(ticket, expected),
    ),
  };
}

/**
 * Asks for the signature of a text that is made for this session: it names the principal and holds 128 random bits.
 *
 * @param key the secret, or, for a salted password, what `deriveKey(password, salting)` made of it
 * @param session the id that WELCOME will give to the session
 * @param salting tells the client how to derive the key from its password
 * @param startedAt goes into the text; default now
 * @see WAMP Advanced Profile, "Challenge Response Authentication"
 */
export function challengeWampcra(
  key: string,
  facts: { principal: Principal; session: Id; salting?: Required<Salting>; startedAt?: Date },
): IssuedChallenge {
  demand(key, 'wampcra');
  const { principal, session, salting, startedAt = new Date() } = facts;
  const { authid, authrole, authprovider } = principal;
  const challenge = JSON.stringify({
    authid,
    authrole,
    authmethod: 'wampcra',
    authprovider,
    nonce: nonce(),
    timestamp: startedAt.toISOString(),
    session,
  });
  return {
    authmethod: 'wampcra',
    extra: salting === undefined ? { challenge } : { challenge, ...salting },
    verify: once(async ({ signature }) => equal(signature, await sign(key, challenge))),
  };
}

/** It may be anything of a configuration file, and is named by its kind only. */
function demand(secret: unknown, method: string): void {
  if (typeof secret === 'string' && secret !== '') return;
  throw new UsageError(
    `expected the secret for ${method} to be a string that is not empty, received ${typeof secret === 'number' ? 'a number' : show(secret)}`,
  );
}

/** Makes a test that is passed at most once. */
export function once(test: IssuedChallenge['verify']): IssuedChallenge['verify'] {
  let answered = false;
  return async (reply) => {
    if (answered) return false;
    answered = true;
    return test(reply);
  };
}

/**
 * Compares in a time that tells nothing of where, or whether in length, the two differ: not they are compared but their
 * HMACs under a key that nobody knows.
 */
async function equal(received: string, expected: string): Promise<boolean> {
  const key = nonce();
  const [one, other] = await Promise.all([sign(key, received), sign(key, expected)]);
  let difference = 0;
  for (let at = 0; at < one.length; at += 1) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}

/** 128 random bits as text. */
function nonce(): string {
  return toBase64(randomOctets(16));
}

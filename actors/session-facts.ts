/**
 * What the client's session is made of, whatever runs it: its chart (`session.ts`), or the lean logic for pages
 * (`lean-session.ts`). Nothing here needs XState.
 */

import type { Answer, AuthMethod, Challenge, HelloFacts } from '../src/auth/auth-method.js';
import { computing } from '../src/computing.js';
import { AuthenticationError } from '../src/errors.js';
import type { Dict, Id, Message, MessageTable, Uri } from '../src/wamp/message.js';
import * as ADVANCED_ERROR from '../src/wamp/uris/advanced-error.js';
import * as ERROR from '../src/wamp/uris/error.js';
import * as FIELD_ERROR from '../src/wamp/uris/field-error.js';
import type { Milliseconds } from '../supervisors/clock.js';
import type { ExitReason } from '../supervisors/exit-reason.js';
import { sendAbort } from './farewell.js';
import { authextraOf } from './hello.js';
import { type SessionFacts, unproven } from './session-end.js';
import type { Wire, WireEvent } from './wire.js';

export interface SessionInput {
  /** Not yet listened to: the session does. */
  readonly wire: Wire;
  readonly realm: Uri;
  /** `HELLO.Details`: roles with their features, agent. The session adds what belongs to authentication. */
  readonly details: Dict;
  /** Who this peer wants to be. Default: nobody, the router chooses. */
  readonly authid?: string;
  /** The only methods that a CHALLENGE is answered with, the most wanted first. */
  readonly auth: readonly AuthMethod[];
  /** Takes the messages of the established session. */
  readonly table: MessageTable;
  /** From HELLO to WELCOME, or from when a method of authentication begins to prepare HELLO. Default 5,000. */
  readonly handshakeTimeout?: Milliseconds;
  /** From our GOODBYE to the router's. Default 2,000. */
  readonly goodbyeTimeout?: Milliseconds;
  /** What a reason of the router's means, and what to do about it: stands in the error. Default: nothing. */
  readonly remedyFor?: SessionFacts['remedyFor'];
}

export interface SessionContext extends Required<Omit<SessionInput, 'authid' | 'remedyFor'>> {
  readonly remedyFor: SessionFacts['remedyFor'];
  readonly authid: string | undefined;
  /** `HELLO.Details.authextra`. In a function: what a method puts there may be a secret, and a context is shown. */
  readonly authextra: () => Dict;
  /** What the answer to the CHALLENGE demands of WELCOME. Unset until there was one. */
  readonly confirm: ((welcome: Dict) => void) | undefined;
  /** The session's id, once it was established. */
  readonly session: Id | undefined;
  /** `WELCOME.Details`. */
  readonly welcome: Dict | undefined;
  /** Why it ended; `normal` until anything else is known. */
  readonly outcome: ExitReason;
  /** Our GOODBYE was not answered in time. The session has left all the same. */
  readonly goodbyeTimedOut: boolean;
}

export type SessionEvent =
  | WireEvent
  | { type: 'session.join' }
  /** `reason` is `wamp.close.close_realm` by default. Without `wait` the router's GOODBYE is not waited for. */
  | { type: 'session.leave'; reason?: Uri | undefined; message?: string; wait?: boolean }
  | { type: 'session.abort'; reason: Uri; message: string }
  /** Internal: no WELCOME in time. */
  | { type: 'handshake.timedOut' }
  /** Internal: what this side wanted to say cannot be said. */
  | { type: 'send.failed'; error: unknown };

/** What a session tells the actor that started it, if one did. */
export type SessionReport = { type: 'session.established'; session: Id; details: Dict };

export function initialContext(input: SessionInput): SessionContext {
  return {
    ...input,
    authid: input.authid,
    remedyFor: input.remedyFor,
    authextra: () => ({}),
    confirm: undefined,
    handshakeTimeout: input.handshakeTimeout ?? 5_000,
    goodbyeTimeout: input.goodbyeTimeout ?? 2_000,
    session: undefined,
    welcome: undefined,
    outcome: 'normal',
    goodbyeTimedOut: false,
  };
}

export function factsOf({ wire, realm, authid, auth, remedyFor }: SessionContext): SessionFacts {
  return { address: wire.address, realm, authid, methods: auth.map((method) => method.name), remedyFor };
}

export function authFacts({ wire, realm, authid }: SessionContext): HelloFacts {
  return { address: wire.address, realm, authid, channelId: () => wire.channelId(), tlsUnique: () => wire.tlsUnique() };
}

export function hasToPrepare({ auth }: SessionContext): boolean {
  return auth.some((method) => method.hello !== undefined);
}

export interface PreparationInput {
  readonly auth: readonly AuthMethod[];
  readonly facts: HelloFacts;
}

/** `HELLO.Details.authextra`. What an actor or an event holds is shown to inspectors: it travels inside a function. */
export async function prepareHello({ auth, facts }: PreparationInput): Promise<() => Dict> {
  const authextra = await computing(() => authextraOf(auth, facts));
  return () => authextra;
}

export interface AnswerInput {
  readonly method: AuthMethod | undefined;
  readonly challenge: Challenge;
  readonly facts: HelloFacts;
  readonly authextra: () => Dict;
}

export function answerInput(challenge: Challenge, context: SessionContext): AnswerInput {
  const method = context.auth.find(({ name }) => name === challenge.authmethod);
  return { method, challenge, facts: authFacts(context), authextra: context.authextra };
}

/** The answer to a CHALLENGE. A ticket is a secret, so this, too, travels inside a function. */
export async function answerChallenge(input: AnswerInput): Promise<() => Answer> {
  const { method, challenge, facts, authextra } = input;
  const answer = await computing(async () => method?.answer(challenge, { ...facts, authextra: authextra() }));
  if (typeof answer?.signature === 'string') return () => answer;
  throw new AuthenticationError(`the method "${challenge.authmethod}" gave no signature (a string)`);
}

/** Why a WELCOME, valid in itself, is not to be believed, or `undefined`. */
export function faultInTrust(
  { details }: Message<'WELCOME'>,
  context: SessionContext,
): AuthenticationError | undefined {
  const { auth, confirm } = context;
  if (confirm === undefined) {
    const demandsProof = auth.length > 0 && auth.every((method) => method.mutual === true);
    return demandsProof ? unproven(undefined, factsOf(context)) : undefined;
  }
  try {
    confirm(details);
    return undefined;
  } catch (error) {
    return unproven(error, factsOf(context));
  }
}

/** The last that has happened in a session to which no WELCOME came in time. */
export const LAST = {
  preparing: 'HELLO waits for a method of authentication',
  establishing: 'nothing came',
  challenging: 'AUTHENTICATE waits for a method of authentication',
  authenticating: 'nothing came since AUTHENTICATE',
} as const;

/** What an ABORT says. Without a `message` it is the reason for which the session ends, where that is an error. */
export interface LastWords {
  readonly reason: Uri;
  readonly message?: string;
}

/** What this side says about a message that the protocol does not allow. */
export const VIOLATION: LastWords = { reason: ERROR.protocolViolation };

/** No predefined URI says that a peer ends a session for a fault of its own; this one is what the field uses. */
export const INTERNAL_ERROR: LastWords = { reason: FIELD_ERROR.runtimeError, message: 'internal error' };

export const TIMED_OUT: LastWords = { reason: ADVANCED_ERROR.timeout, message: 'no WELCOME in time' };

export const NOT_OFFERED: LastWords = { reason: ADVANCED_ERROR.noMatchingAuthMethod };

/** The router learns no more: what a method throws may hold a secret. */
export const UNANSWERED: LastWords = {
  reason: ADVANCED_ERROR.authenticationFailed,
  message: 'no answer to the CHALLENGE',
};

/** A router that has not proved itself learns only that. */
export const UNTRUSTED: LastWords = {
  reason: ADVANCED_ERROR.authenticationFailed,
  message: 'the router did not prove itself',
};

/** Says ABORT, because the session ends with `outcome`. */
export function abort(wire: Wire, { reason, message }: LastWords, outcome: ExitReason): void {
  sendAbort(wire, reason, message ?? (outcome instanceof Error ? outcome.message : ''));
}

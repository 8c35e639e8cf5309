import { AuthenticationError, ProtocolError, SessionAborted, SessionClosed, TimeoutError } from '../src/errors.js';
import type { Message, Uri } from '../src/wamp/message.js';
import { boundedDetails, quote, quoteMessage } from './quote.js';

/** Which session it is that has ended. */
export interface SessionFacts {
  readonly realm: string;
  readonly address: string;
  readonly authid: string | undefined;
  /** The names of the authentication methods on offer. */
  readonly methods: readonly string[];
  /** What a reason of the router's means, and what to do about it, if that is to be said. */
  readonly remedyFor?: ((reason: Uri, methods: string) => string | undefined) | undefined;
}

/** The router sent ABORT. `joined` tells a session that was aborted from one that was refused. */
export function abortedByRouter(
  abort: Pick<Message<'ABORT'>, 'reason' | 'details'>,
  facts: SessionFacts,
  joined: boolean,
): SessionAborted {
  const { reason, details } = abort;
  return new SessionAborted(explain(reason, details, joined ? 'aborted the' : 'refused a', facts), {
    uri: quote(reason),
    details: boundedDetails(details),
    established: joined,
  });
}

/** The router sent GOODBYE, unasked. */
export function closedByRouter({ reason, details }: Message<'GOODBYE'>, facts: SessionFacts): SessionClosed {
  return new SessionClosed(explain(reason, details, 'closed the', facts), { uri: quote(reason) });
}

/** This side sent ABORT, because somebody here asked for it. */
export function abortedHere(
  reason: Uri,
  message: string,
  facts: { realm: string; address: string },
  joined: boolean,
): SessionAborted {
  return new SessionAborted(
    `this side aborted the session with ${facts.address} in realm "${facts.realm}" with ${reason}: ${message}`,
    { uri: reason, details: { message }, established: joined },
  );
}

/** A message that the protocol does not allow at this time, or not in this direction. */
export function misplaced(type: string, joined: boolean): ProtocolError {
  return new ProtocolError(`received ${type} ${joined ? 'after' : 'before'} WELCOME`);
}

/** The router asked for a method that this peer did not offer: to answer could give a secret away. */
export function notOffered(authmethod: string, { methods, address }: SessionFacts): AuthenticationError {
  return new AuthenticationError(
    `${address} asked for authentication by "${quote(authmethod)}"; offered: ${list(methods)}`,
  );
}

/** The method could not answer the CHALLENGE. */
export function unanswerable(cause: unknown, address: string): AuthenticationError {
  return unauthenticated(`no answer to the CHALLENGE of ${address}`, cause);
}

/** A method could not say what to add to HELLO. */
export function unpreparable(cause: unknown, address: string): AuthenticationError {
  return unauthenticated(`no HELLO to ${address}`, cause);
}

/** The router let this peer in without the proof that it owes: with a wrong one, which `cause` tells of, or with none. */
export function unproven(cause: unknown, { address, methods }: SessionFacts): AuthenticationError {
  const what = `${address} is not trusted`;
  if (cause !== undefined) return unauthenticated(what, cause);
  return new AuthenticationError(`${what}: expected a CHALLENGE (${list(methods)}), received WELCOME`);
}

/**
 * The methods' own errors of this class are fit to be shown; what else they threw is user code's, whose words may hold a secret,
 * and goes no further than `cause`.
 */
function unauthenticated(what: string, cause: unknown): AuthenticationError {
  const why = cause instanceof AuthenticationError ? cause.message : 'a method of authentication failed; see the cause';
  return new AuthenticationError(`${what}: ${why}`, { cause });
}

/** No WELCOME in time. `last` is the last that happened. */
export function notWelcomed(last: string, timeout: number, { address, realm }: SessionFacts): TimeoutError {
  return new TimeoutError(
    `no WELCOME from ${address} to realm "${realm}" within ${timeout} ms: ${last}; is it a WAMP router?`,
    { operation: 'join', timeout },
  );
}

/** The reason stands first: a line of a log or of a terminal may be cut. */
function explain(reason: Uri, details: Message<'ABORT'>['details'], did: string, facts: SessionFacts): string {
  const { address, authid, realm, methods } = facts;
  const whose = authid === undefined ? '' : ` of "${authid}"`;
  const remedy = facts.remedyFor?.(reason, list(methods));
  const said = quoteMessage(details);
  return [
    `${quote(reason)} from ${address}, which ${did} session${whose} in realm "${realm}"`,
    remedy && `: ${remedy}`,
    said && ` (the router said: "${said}")`,
  ].join('');
}

function list(methods: readonly string[]): string {
  return methods.length === 0 ? 'none' : methods.join(', ');
}

/** The client sent ABORT. */
export function abortedByClient(
  { reason, details }: Message<'ABORT'>,
  address: string,
  joined: boolean,
): SessionAborted {
  const said = quoteMessage(details);
  const what = joined ? 'aborted its session' : 'gave up joining';
  return new SessionAborted(
    `the client at ${address} ${what} with ${quote(reason)}${said === '' ? '' : ` (it said: "${said}")`}`,
    { uri: quote(reason), details: boundedDetails(details), established: joined },
  );
}

/** The router's admission turned the client away. */
export function refused(reason: Uri, message: string, facts: { realm: string; address: string }): SessionAborted {
  return new SessionAborted(
    `the client at ${facts.address} was refused a session in realm "${quote(facts.realm)}" with ${reason}: ${message}`,
    { uri: reason, details: { message }, established: false },
  );
}

/** The handshake took too long. `missing` is what did not come. */
export function notJoined(missing: string, timeout: number, address: string): TimeoutError {
  return new TimeoutError(`expected ${missing} within ${timeout} ms of the connecting of the client at ${address}`, {
    operation: 'handshake',
    timeout,
  });
}

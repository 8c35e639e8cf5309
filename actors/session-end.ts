import { AuthenticationError, ProtocolError, SessionAborted, SessionClosed, TimeoutError } from '../src/errors.js';
import type { Message, Uri } from '../src/wamp/message.js';
import * as ADVANCED_ERROR from '../src/wamp/uris/advanced-error.js';
import * as CLOSE from '../src/wamp/uris/close.js';
import * as ERROR from '../src/wamp/uris/error.js';
import * as FIELD_ERROR from '../src/wamp/uris/field-error.js';
import { boundedDetails, quote, quoteMessage } from './quote.js';

/** Which session it is that has ended. */
export interface SessionFacts {
  readonly realm: string;
  readonly address: string;
  readonly authid: string | undefined;
  /** The names of the authentication methods on offer. */
  readonly methods: readonly string[];
}

type Remedy = (facts: SessionFacts) => string;

const credentials: Remedy = ({ authid }) =>
  `the router refused the credentials of ${who(authid)}; check its password or key, and the authid`;
const permission: Remedy = ({ authid, realm }) =>
  `${who(authid)} may not join realm "${realm}"; ask for the permission, or join as somebody else`;

/** What a reason means for this session, and what its owner can do about it. */
const REMEDIES: ReadonlyMap<Uri, Remedy> = new Map<Uri, Remedy>([
  [ERROR.noSuchRealm, ({ realm, address }) => `realm "${realm}" does not exist on ${address}; check the realm's name`],
  [
    ERROR.noSuchRole,
    ({ authid }) => `the router knows no such role for ${who(authid)}; check the router's configuration`,
  ],
  [ERROR.invalidUri, ({ realm }) => `"${realm}" is no URI to this router; check the realm's name`],
  [ERROR.notAuthorized, permission],
  [ERROR.authorizationFailed, () => 'the router could not find out what this peer may do; see its log, try later'],
  [
    ERROR.protocolViolation,
    () => 'the router holds that this peer broke the protocol; please report it with its words',
  ],
  [ADVANCED_ERROR.noSuchPrincipal, ({ authid }) => `the router does not know ${who(authid)}; check the authid`],
  [ADVANCED_ERROR.authenticationDenied, credentials],
  [FIELD_ERROR.cannotAuthenticate, credentials],
  [ADVANCED_ERROR.authenticationFailed, () => 'the router could not check the credentials; see its log, try later'],
  [
    ADVANCED_ERROR.authenticationRequired,
    ({ realm }) => `realm "${realm}" is not open to anonymous peers; give an authid and a method to authenticate with`,
  ],
  [
    ADVANCED_ERROR.noMatchingAuthMethod,
    ({ methods }) => `the router takes none of the authentication methods on offer (${list(methods)}); offer another`,
  ],
  [ADVANCED_ERROR.authorizationDenied, permission],
  [ADVANCED_ERROR.authorizationRequired, permission],
  [CLOSE.systemShutdown, () => 'the router is shutting down'],
  [CLOSE.closeRealm, ({ realm }) => `realm "${realm}" was closed`],
  [CLOSE.killed, () => 'somebody with the right to do so ended this session by force'],
]);

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
  return new ProtocolError(`received ${type} ${joined ? 'after' : 'before'} the session was established`);
}

/** The router asked for a method that this peer did not offer: to answer could give a secret away. */
export function notOffered(authmethod: string, { methods, address }: SessionFacts): AuthenticationError {
  return new AuthenticationError(
    `${address} asked for the authentication method "${quote(authmethod)}", which was not offered; offered: ${list(methods)}`,
  );
}

/**
 * The method could not answer the CHALLENGE. Its own errors of this class are fit to be shown; what else it threw is
 * user code's, whose words may hold a secret, and goes no further than `cause`.
 */
export function unanswerable(cause: unknown, address: string): AuthenticationError {
  const why = cause instanceof AuthenticationError ? cause.message : 'the method failed; see the cause';
  return new AuthenticationError(`the CHALLENGE of ${address} could not be answered: ${why}`, { cause });
}

/** A method could not say what to add to HELLO. What it threw is kept apart, as with an answer. */
export function unpreparable(cause: unknown, address: string): AuthenticationError {
  const why = cause instanceof AuthenticationError ? cause.message : 'a method of authentication failed; see the cause';
  return new AuthenticationError(`the HELLO to ${address} could not be prepared: ${why}`, { cause });
}

/** The router let this peer in without the proof that it owes. */
export function unproven(cause: unknown, { address, methods }: SessionFacts): AuthenticationError {
  const why =
    cause instanceof AuthenticationError
      ? cause.message
      : `it sent WELCOME without a CHALLENGE, and every method on offer (${list(methods)}) demands that it proves itself`;
  return new AuthenticationError(`${address} is not trusted: ${why}`, cause === undefined ? {} : { cause });
}

/** No WELCOME in time. `last` is the last that happened. */
export function notWelcomed(last: string, timeout: number, { address, realm }: SessionFacts): TimeoutError {
  return new TimeoutError(
    `expected WELCOME from ${address} to realm "${realm}" within ${timeout} ms of HELLO: ${last}; check that a WAMP router serves this address`,
    { operation: 'join', timeout },
  );
}

/** The reason stands first: a line of a log or of a terminal may be cut. */
function explain(reason: Uri, details: Message<'ABORT'>['details'], did: string, facts: SessionFacts): string {
  const remedy = REMEDIES.get(reason)?.(facts);
  const said = quoteMessage(details);
  return [
    `${quote(reason)} from ${facts.address}, which ${did} session in realm "${facts.realm}"`,
    remedy === undefined ? '' : `: ${remedy}`,
    said === '' ? '' : ` (the router said: "${said}")`,
  ].join('');
}

function who(authid: string | undefined): string {
  return authid === undefined ? 'this peer, which gave no authid' : `"${authid}"`;
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

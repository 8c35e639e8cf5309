/**
 * Every error that this package throws or rejects with. One class for each thing that a caller would do
 * differently; a stable `code` for programs; a sentence for people that names what was expected, what came and
 * what to do. A secret never stands in any of them.
 *
 * Fields are declared, not defined, since the constructor sets each: an error is then made without setting them twice.
 */

import { CodedError, inWords } from '../supervisors/coded-error.js';

/** The root of every error this package throws or rejects with. */
export abstract class WampError extends CodedError {
  static override readonly name: string = 'WampError';
  abstract override readonly code: `WAMP_ERR_${string}`;
}

/** The other peer broke the protocol. The session answers ABORT and ends. */
export class ProtocolError extends WampError {
  static override readonly name: string = 'ProtocolError';
  readonly code = 'WAMP_ERR_PROTOCOL_VIOLATION';
  /** The limit of this side that what came is beyond, by its name, such as `maxDepth`; `undefined` where another rule was broken. */
  declare readonly limit: string | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly limit?: string }) {
    super(message, options);
    this.limit = options?.limit;
  }
}

/** This program asked for something that makes no sense as it was asked: the message says what was expected. */
export class UsageError extends WampError {
  static override readonly name: string = 'UsageError';
  readonly code = 'WAMP_ERR_USAGE';
}

/** A value cannot be put on the wire. `path` is where it stands, such as `args[0].when`. Only that request fails. */
export class SerializationError extends WampError {
  static override readonly name: string = 'SerializationError';
  readonly code = 'WAMP_ERR_SERIALIZATION';
  declare readonly path: string;
  declare readonly problem: string;

  constructor(path: string, problem: string, options?: ErrorOptions & { readonly operation?: string }) {
    super(`${options?.operation === undefined ? '' : `${options.operation}: `}${path}: ${problem}`, options);
    this.path = path;
    this.problem = problem;
  }
}

/**
 * Why a payload could not be sealed or opened. `unsupported`: the router, or this side, has not that scheme, cipher or serializer.
 * `unknownKey`: nobody has given its key. `forged`: it is not what its sender has sealed, or not for this. `malformed`: what stands
 * there is no such payload. `plain`: it came unsealed, where that is refused. `failed`: the scheme has thrown; `cause` is what.
 */
export type PassthruProblem = 'unsupported' | 'unknownKey' | 'forged' | 'malformed' | 'plain' | 'failed';

/** A payload that passes through the router could not be sealed, so nothing was sent; or not be opened, so it reached no handler. */
export class PassthruError extends WampError {
  static override readonly name: string = 'PassthruError';
  readonly code = 'WAMP_ERR_PASSTHRU';
  declare readonly problem: PassthruProblem;

  constructor(problem: PassthruProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** The transport could not be opened. `cause` is what Node said: ECONNREFUSED, ENOTFOUND, an HTTP status, TLS. */
export class ConnectError extends WampError {
  static override readonly name: string = 'ConnectError';
  readonly code = 'WAMP_ERR_CONNECT';
  declare readonly address: string;
  /** Whether another try, later, may succeed without anybody changing the program or its configuration. */
  declare readonly transient: boolean;
  /** Where several routers were tried, why each of them could not be joined, in their order. Else empty. */
  declare readonly errors: readonly Error[];

  constructor(
    message: string,
    facts: { address: string; transient: boolean; cause?: unknown; errors?: readonly Error[] },
  ) {
    super(message, facts);
    this.address = facts.address;
    this.transient = facts.transient;
    this.errors = facts.errors ?? [];
  }
}

/** The transport ended under a session, or before a request was answered. */
export class ConnectionLost extends WampError {
  static override readonly name: string = 'ConnectionLost';
  readonly code = 'WAMP_ERR_CONNECTION_LOST';
  /** Whether the request had left this process: the other side may have carried it out, or may yet. */
  declare readonly mayHaveExecuted: boolean;

  constructor(message: string, facts: { mayHaveExecuted: boolean; cause?: unknown }) {
    super(message, facts);
    this.mayHaveExecuted = facts.mayHaveExecuted;
  }
}

/** The router ended the session, or refused it, with ABORT. `uri` is its reason. */
export class SessionAborted extends WampError {
  static override readonly name: string = 'SessionAborted';
  readonly code = 'WAMP_ERR_ABORTED';
  declare readonly uri: string;
  declare readonly details: Readonly<Record<string, unknown>>;
  /** Whether the session had been established: else it was refused. */
  declare readonly established: boolean;

  constructor(
    message: string,
    facts: { uri: string; details: Readonly<Record<string, unknown>>; established: boolean; cause?: unknown },
  ) {
    super(message, facts);
    this.uri = facts.uri;
    this.details = facts.details;
    this.established = facts.established;
  }
}

/** The router said GOODBYE first. `uri` is its reason. */
export class SessionClosed extends WampError {
  static override readonly name: string = 'SessionClosed';
  readonly code = 'WAMP_ERR_CLOSED';
  declare readonly uri: string;

  constructor(message: string, facts: { uri: string; cause?: unknown }) {
    super(message, facts);
    this.uri = facts.uri;
  }
}

/**
 * This side could not or would not answer a CHALLENGE: the method was not offered, or a secret is missing. Or the router did
 * not prove itself, where a method demands that.
 */
export class AuthenticationError extends WampError {
  static override readonly name: string = 'AuthenticationError';
  readonly code = 'WAMP_ERR_AUTHENTICATION';
}

/**
 * A payload does not fit the contract that this peer keeps. Of what was to be sent, nothing was; of a result, the call has been
 * carried out. `issues` are what is wrong: where, as `args[0].when`, and what.
 */
export class ContractViolation extends WampError {
  static override readonly name: string = 'ContractViolation';
  readonly code = 'WAMP_ERR_CONTRACT';
  declare readonly uri: string;
  declare readonly issues: readonly { readonly path: string; readonly message: string }[];

  constructor(
    message: string,
    facts: { uri: string; issues: readonly { readonly path: string; readonly message: string }[] },
  ) {
    super(message);
    this.uri = facts.uri;
    this.issues = facts.issues;
  }
}

/** A deadline passed. `operation` says of what, `timeout` its length in milliseconds. */
export class TimeoutError extends WampError {
  static override readonly name: string = 'TimeoutError';
  readonly code = 'WAMP_ERR_TIMEOUT';
  declare readonly operation: string;
  declare readonly timeout: number;

  constructor(message: string, facts: { operation: string; timeout: number }) {
    super(message);
    this.operation = facts.operation;
    this.timeout = facts.timeout;
  }
}

/** The peer is down and this request did not want to wait, or will never be up again; `cause` is why. */
export class PeerDown extends WampError {
  static override readonly name: string = 'PeerDown';
  readonly code = 'WAMP_ERR_PEER_DOWN';
}

/** A bounded queue is full. The request was not sent; try later, or raise the limit that the message names. */
export class QueueFull extends WampError {
  static override readonly name: string = 'QueueFull';
  readonly code = 'WAMP_ERR_QUEUE_FULL';
}

/**
 * A request was answered with ERROR: `uri` is the error's URI, the rest its payload.
 *
 * A handler throws one to choose what its caller receives; any other throw becomes `wamp.error.runtime_error`.
 */
export class ApplicationError<
  U extends string = string,
  A extends readonly unknown[] = readonly unknown[],
  K = Readonly<Record<string, unknown>>,
> extends WampError {
  static override readonly name: string = 'ApplicationError';
  readonly code = 'WAMP_ERR_APPLICATION';
  declare readonly uri: U;
  declare readonly args: A;
  declare readonly kwargs: K;

  constructor(
    uri: U,
    args: A = [] as readonly unknown[] as A,
    kwargs: K = {} as K,
    options?: ErrorOptions & { readonly operation?: string },
  ) {
    const said = args.length > 0 ? `${uri}: ${inWords(args[0])}` : uri;
    super(options?.operation === undefined ? said : `${options.operation} was answered with ${said}`, options);
    this.uri = uri;
    this.args = args;
    this.kwargs = kwargs;
  }
}

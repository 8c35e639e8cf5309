import { ApplicationError } from '../errors.js';
import type { Message } from '../wamp/message.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import * as ERROR from '../wamp/uris/error.js';
import type { Dict, Id, List, Parse, Uri } from '../wamp/values.js';
import type { Allowed, Decision } from './authorization.js';
import { NOTHING, refuse, refuseForbidden, sendError } from './refusal.js';
import type { RouterPeer } from './router-peer.js';

/** What the router itself answers a call with. */
export interface RouterAnswer {
  readonly args?: List;
  readonly kwargs?: Dict;
}

/** What the router answers if the session may do also this, beside calling the procedure. */
export interface IfAllowed {
  readonly decision: Decision | Promise<Decision>;
  /** May throw an ApplicationError with which the caller is answered. */
  answer(allowed: Allowed): RouterAnswer;
}

/**
 * A procedure of the router's own. It answers at once, or throws an ApplicationError with which the caller is answered.
 */
export type RouterProcedure = (caller: RouterPeer, args: List, kwargs: Dict) => RouterAnswer | IfAllowed;

/** By URI. All begin with `wamp.`, where no client registers anything and no pattern of a client's reaches. */
export type RouterProcedures = ReadonlyMap<Uri, RouterProcedure>;

const NO_ARGS: List = Object.freeze([]);

/**
 * Calls a procedure of the router's own, and answers the caller.
 *
 * @throws {ApplicationError} the procedure refuses, or takes no such call
 */
export function answerCall(
  procedure: RouterProcedure,
  caller: RouterPeer,
  { request, options, args = NO_ARGS, kwargs = NOTHING }: Message<'CALL'>,
  isPassedThrough: boolean,
): void {
  if (isPassedThrough || options['progress'] === true) {
    throw new ApplicationError(ADVANCED_ERROR.featureNotSupported, [
      "the router's own procedures take calls as a whole, with a payload that can be read",
    ]);
  }
  const answer = procedure(caller, args, kwargs);
  if (!('decision' in answer)) {
    sendResult(caller, request, answer);
    return;
  }
  const { decision } = answer;
  if (!(decision instanceof Promise)) {
    sendResult(caller, request, answer.answer(refuseForbidden(decision)));
    return;
  }
  caller.rights.hold(decision, (made) => {
    try {
      sendResult(caller, request, answer.answer(refuseForbidden(made)));
    } catch (error) {
      refuse(caller, 'CALL', request, error);
    }
  });
}

function sendResult(caller: RouterPeer, request: Id, { args, kwargs }: RouterAnswer): void {
  const sent = caller.send({
    type: 'RESULT',
    request,
    details: NOTHING,
    ...(args && { args }),
    ...(kwargs && { kwargs }),
  });
  if (sent) return;
  sendError(caller, 'CALL', request, ERROR.payloadSizeExceeded, ['the answer is too long: ask for less at once']);
}

/**
 * The argument at `at`.
 *
 * @throws {ApplicationError} `wamp.error.invalid_argument`, which names the place, what was expected and what came
 */
export function argumentAt<T>(args: List, at: number, parse: Parse<T>): T {
  return within(`args[${at}]`, parse, args[at]);
}

/** As {@link argumentAt}, of one that may be left out, or be null. */
export function maybeAt<T>(args: List, at: number, parse: Parse<T>): T | undefined {
  return args[at] === undefined || args[at] === null ? undefined : argumentAt(args, at, parse);
}

/** A keyword argument that may be left out, or be null. Keys of the prototype are none. */
export function maybeIn<T>(kwargs: Dict, key: string, parse: Parse<T>): T | undefined {
  const value = Object.hasOwn(kwargs, key) ? kwargs[key] : undefined;
  return value === undefined || value === null ? undefined : within(`kwargs.${key}`, parse, value);
}

function within<T>(where: string, parse: Parse<T>, value: unknown): T {
  try {
    return parse(value);
  } catch (error) {
    throw new ApplicationError(ERROR.invalidArgument, [`${where}: ${(error as Error).message}`]);
  }
}

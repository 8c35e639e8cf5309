/** What a user hands to a peer's methods, looked at before anything is done: no more than to look, and to throw. */

import { UsageError } from '../../errors.js';
import { checkWireOptions } from '../../wamp/checked-options.js';
import { A_BOOLEAN, A_FUNCTION, A_STRING, came, type Kinds, oneOfThese, unfit } from '../../wamp/given.js';
import { checkManyOptions } from '../../wamp/many-options.js';
import { checkUri, type UriPattern } from '../../wamp/uri.js';
import type { Uri } from '../../wamp/values.js';
import type {
  CallOptions,
  CallStreamOptions,
  EventsOptions,
  LeaveOptions,
  ProgressOptions,
  PublishOptions,
  RegisterOptions,
  RequestOptions,
  SubscribeOptions,
} from '../options.js';
import { LOCAL_OPTIONS } from './local-options.js';
import { checkRegisterOptions } from './register-options.js';
import { checkCallOptions, checkCallStreamOptions, checkRequestOptions } from './request-options.js';
import { checkStatusesOptions, checkStreamOptions } from './stream-options.js';

const LEAVE: Kinds<LeaveOptions> = { reason: A_STRING, wait: A_BOOLEAN };
const EVENT = oneOfThese('joined', 'left', 'exited', 'status');

/** Each throws {@link UsageError} that begins with what was asked for, and says what was expected and what came. */
export const VERB_CHECKS = {
  call(what: string, uri: Uri, options: CallOptions): void {
    checkCall(what, uri, options);
    checkWireOptions('CALL', options, LOCAL_OPTIONS.call);
  },

  progress(uri: Uri, options: ProgressOptions): void {
    checkStreamOptions(checkCall('progress', uri, options), options);
    checkWireOptions('CALL', options, LOCAL_OPTIONS.progress);
  },

  stream(uri: Uri, options: CallStreamOptions): void {
    const operation = checkCall('stream', uri, options);
    checkCallStreamOptions(operation, options);
    checkStreamOptions(operation, options);
    checkWireOptions('CALL', options, LOCAL_OPTIONS.stream);
  },

  publish(what: string, uri: Uri, options: PublishOptions): void {
    checkName(what, uri);
    checkRequestOptions(`publication to ${uri}`, options);
    checkWireOptions('PUBLISH', options, LOCAL_OPTIONS.publish);
  },

  register(uri: Uri, endpoint: unknown, options: RegisterOptions): void {
    checkDeclared('register', uri, 'endpoint', endpoint, options);
    checkRegisterOptions(`registration of ${uri}`, options);
    checkWireOptions('REGISTER', options, LOCAL_OPTIONS.register);
  },

  subscribe(uri: Uri, handler: unknown, options: SubscribeOptions): void {
    checkDeclared('subscribe', uri, 'event handler', handler, options);
    checkWireOptions('SUBSCRIBE', options, LOCAL_OPTIONS.subscribe);
  },

  events(uri: Uri, options: EventsOptions): void {
    checkRequestOptions('events', options);
    checkName('events', uri, options.match);
    checkStreamOptions(`events of ${uri}`, options);
    checkWireOptions('SUBSCRIBE', options, LOCAL_OPTIONS.events);
  },

  statuses: checkStatusesOptions,

  /** Of a request that has no options but those of every request. */
  request: checkRequestOptions,

  leave(options: LeaveOptions): void {
    checkManyOptions<LeaveOptions>('leave', options, LEAVE);
    if (options.reason !== undefined) checkName('leave', options.reason);
  },

  abort(reason: Uri, message: string): void {
    if (typeof message !== 'string') throw unfit('abort', 'message', { expected: 'a string' }, message);
    checkName('abort', reason);
  },

  on(event: string, listener: unknown): void {
    if (!EVENT.fits(event)) throw unfit('on', 'event', EVENT, event);
    if (!A_FUNCTION.fits(listener)) throw unfit('on', 'listener', A_FUNCTION, listener);
  },
};

export type VerbChecks = typeof VERB_CHECKS;

function checkCall(what: string, uri: Uri, options: CallOptions): string {
  checkName(what, uri);
  const operation = `call of ${uri}`;
  checkRequestOptions(operation, options);
  checkCallOptions(operation, options);
  return operation;
}

/** @param handler in words that follow "an", what `given` has to be: a function */
function checkDeclared(
  what: string,
  uri: Uri,
  handler: string,
  given: unknown,
  options: RequestOptions & { readonly match?: UriPattern },
): void {
  checkRequestOptions(what, options);
  checkName(what, uri, options.match);
  if (typeof given === 'function') return;
  throw new UsageError(`${what}: expected an ${handler} (a function) for ${uri}, received ${came(given)}`);
}

function checkName(operation: string, uri: unknown, match?: UriPattern): void {
  if (typeof uri !== 'string') {
    throw new UsageError(`${operation}: expected a URI such as 'com.example.name', received ${came(uri)}`);
  }
  const fault = checkUri(uri, match === undefined ? {} : { pattern: match });
  if (fault === undefined) return;
  throw new UsageError(`${operation}: expected a URI such as 'com.example.name'; '${uri.slice(0, 200)}' ${fault}`);
}

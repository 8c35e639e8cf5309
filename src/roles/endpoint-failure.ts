/** What an endpoint threw, as an ERROR says it. Whatever that is, a proxy included: nothing of this throws but where it says so. */

import { type ApplicationError, UsageError } from '../errors.js';
import { MESSAGES, type Message } from '../wamp/message.js';
import { isUri } from '../wamp/uri.js';
import type { Dict, Id, List, Uri } from '../wamp/values.js';
import { checkPayload } from './payload.js';

export function toError(request: Id, error: Uri, args: List, kwargs: Dict): Message<'ERROR'> {
  return { type: 'ERROR', requestType: MESSAGES.INVOCATION.code, request, details: {}, error, args, kwargs };
}

/** An ERROR without a URI breaks the protocol: it would cost the session, not the call. @throws {UsageError} */
export function checkError({ uri, args, kwargs }: ApplicationError): void {
  if (typeof uri !== 'string' || !isUri(uri)) {
    throw new UsageError(
      `ApplicationError: expected a URI such as 'com.example.error', received '${clipped(String(uri))}'`,
    );
  }
  checkPayload('ApplicationError', args, kwargs);
}

/** What is thrown may be a proxy, of which even `instanceof` throws. */
export function isA<T>(error: unknown, kind: abstract new (...args: never[]) => T): error is T {
  try {
    return error instanceof kind;
  } catch {
    return false;
  }
}

/** Of anything that can be thrown: hostile getters and objects without a prototype included. */
export function messageOf(error: unknown): string {
  try {
    if (error instanceof Error) return clipped(String(error.message === '' ? error.name : error.message));
    return clipped(String(error));
  } catch {
    return 'the endpoint threw what cannot be shown';
  }
}

const LONGEST_MESSAGE = 1_000;

/** Fit to be sent whatever the serializer: short, and without half a character. */
export function clipped(text: string): string {
  return text.slice(0, LONGEST_MESSAGE).replace(/\p{Surrogate}/gu, '\ufffd');
}

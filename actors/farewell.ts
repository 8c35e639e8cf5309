import type { Dict, Uri } from '../src/wamp/message.js';
import { quote } from './quote.js';
import type { Wire } from './wire.js';

/** Sends ABORT. The session is at its end, so a failure to send it changes nothing. */
export function sendAbort(wire: Wire, reason: Uri, message: string): void {
  try {
    wire.send({ type: 'ABORT', details: details(message), reason });
  } catch {
    // The transport's close, which follows, says as much.
  }
}

/** Sends GOODBYE. If it cannot be sent, no answer comes, and the deadline for the answer ends the session. */
export function sendGoodbye(wire: Wire, reason: Uri, message?: string): void {
  try {
    wire.send({ type: 'GOODBYE', details: details(message), reason });
  } catch {
    // See above.
  }
}

function details(message: string | undefined): Dict {
  return message === undefined || message === '' ? {} : { message: quote(message) };
}

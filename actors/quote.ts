import type { Dict } from '../src/wamp/message.js';

/** No more characters than this of what the other peer wrote stand in a message. */
const LONGEST = 1_024;

const LARGEST_DETAILS = 4_096;

/**
 * What the other peer wrote, fit for an error's message, a log or a terminal: cut to 1,024 characters; each run of
 * control characters, line breaks and changes of writing direction becomes a space.
 */
export function quote(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  return cut.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').trim();
}

/** The human-readable sentence in the details of ABORT and GOODBYE, or an empty string. */
export function quoteMessage(details: Dict): string {
  const message = Object.hasOwn(details, 'message') ? details['message'] : undefined;
  return typeof message === 'string' ? quote(message) : '';
}

/** The details as they came, or, where they would fill a log, their message alone. */
export function boundedDetails(details: Dict): Dict {
  try {
    if (JSON.stringify(details).length <= LARGEST_DETAILS) return details;
  } catch {
    // Some serializers carry what JSON does not. Its size is unknown then.
  }
  const message = quoteMessage(details);
  return message === '' ? {} : { message };
}

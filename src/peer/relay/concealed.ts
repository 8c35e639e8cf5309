import type { Message } from '../../wamp/message.js';
import type { Dict } from '../../wamp/values.js';
import type { AnyMessage } from '../../wamp/vocabulary.js';

/**
 * The message without what authenticates: secrets, and answers that are as good as one, are for the methods of authentication and
 * nobody else. Every message but HELLO, WELCOME, CHALLENGE and AUTHENTICATE is the very same.
 */
export function concealed(message: AnyMessage): AnyMessage {
  const { type } = message;
  if (type !== 'HELLO' && type !== 'WELCOME' && type !== 'CHALLENGE' && type !== 'AUTHENTICATE') return message;
  const given = message as Message<typeof type>;
  switch (given.type) {
    case 'HELLO':
    case 'WELCOME': {
      if (!Object.hasOwn(given.details, 'authextra')) return given;
      const { authextra, ...details } = given.details;
      return { ...given, details };
    }
    case 'CHALLENGE':
      return { ...given, extra: {} };
    case 'AUTHENTICATE':
      return { type: given.type, signature: '', extra: {} };
  }
}

/** Whether only its method of authentication may have a say in it. */
export function isSealed({ type }: AnyMessage): boolean {
  return type === 'CHALLENGE' || type === 'AUTHENTICATE';
}

/** What somebody made of a concealed HELLO or WELCOME, with what was left out of the original. */
export function revealed(original: AnyMessage, made: AnyMessage): AnyMessage {
  if (made.type !== 'HELLO' && made.type !== 'WELCOME') return made;
  const extra = (original as { readonly details?: Dict }).details?.['authextra'];
  const details = (made as { readonly details: Dict }).details;
  if (original.type !== made.type || extra === undefined || Object.hasOwn(details, 'authextra')) return made;
  return { ...made, details: { ...details, authextra: extra } };
}

import { ProtocolError } from '../errors.js';
import type { Message, MessageType, Payload } from './message.js';
import { type Dict, dict, type List, list, type Parse, problemIn, show } from './values.js';
import { type AnyMessage, FIRST_CUSTOM, LAST_CUSTOM, type Layout, STANDARD } from './vocabulary.js';

/**
 * The messages that open or end a session. They go through the session's machine; all others are traffic.
 *
 * @see WAMP Basic Profile, "Session Lifetime"
 */
export const LIFECYCLE: ReadonlySet<MessageType> = new Set<MessageType>([
  'HELLO',
  'WELCOME',
  'ABORT',
  'CHALLENGE',
  'AUTHENTICATE',
  'GOODBYE',
]);

/** What a message is while it is put together. */
type Fields = Record<string, unknown>;

/**
 * The list that goes to the serializer. Empty arguments are left out; an empty list stands for `args` only where
 * `kwargs` follow it.
 *
 * @see WAMP Basic Profile, "Application Payload"
 */
export function toList(message: AnyMessage, vocabulary = STANDARD): List {
  const { code, names, required, payload } = vocabulary.byType[message.type] as Layout;
  const elements: unknown[] = [code];
  for (let i = 0; i < names.length; i += 1) {
    const value = (message as Fields)[names[i] as string];
    if (value === undefined && i >= required) break;
    elements.push(value);
  }
  if (!payload) return elements;
  const { args, kwargs, payload: transparent } = message as Payload;
  if (transparent !== undefined) {
    elements.push(transparent);
  } else if (kwargs !== undefined && !isEmpty(kwargs)) {
    elements.push(args ?? [], kwargs);
  } else if (args !== undefined && args.length > 0) {
    elements.push(args);
  }
  return elements;
}

/**
 * The message that a decoded list stands for. Options and details are kept as they came, with the keys that nobody
 * here knows; `args` and `kwargs` are left out when they are empty. Where `enc_algo` says that the payload is Autobahn's
 * transparent one, it is kept as it came, as `payload`.
 *
 * @throws {ProtocolError} that names the message, the field, what was expected and what came:
 *   `CALL.request: expected an ID from 1 to 2^53, received 0`
 * @see WAMP Basic Profile, "Messages" and "Protocol Errors"
 */
export function fromList(elements: List, vocabulary = STANDARD): Message {
  const layout = layoutOf(elements, vocabulary.byCode);
  const { type, names, parses, required, payload } = layout;
  const length = elements.length;
  if (length <= required || length > layout.most) throw new ProtocolError(wrongLength(layout, length));
  const message: Fields = { type };
  let at = 0;
  try {
    for (; at < names.length && at + 1 < length; at += 1)
      message[names[at] as string] = (parses[at] as Parse<unknown>)(elements[at + 1]);
    if (payload && length === at + 2 && isTransparent(elements[at + 1], message)) {
      message['payload'] = elements[at + 1];
    } else if (payload && length > at + 1) {
      const args = list(elements[at + 1]);
      if (args.length > 0) message['args'] = args;
      at += 1;
      if (length > at + 1) {
        const kwargs = dict(elements[at + 1]);
        if (!isEmpty(kwargs)) message['kwargs'] = kwargs;
      }
    }
  } catch (error) {
    throw new ProtocolError(`${type}.${nameAt(layout, at + 1)}: ${problemIn(error)}`);
  }
  return message as unknown as Message;
}

/**
 * Says where a value stands in a caller's words: `[4][0].when` of a CALL is `args[0].when`.
 *
 * @param path as a serializer names it, the message's elements counted from 0; anything else is given back as it is
 */
export function pathInMessage(type: string, path: string, vocabulary = STANDARD): string {
  const end = path.indexOf(']');
  if (!path.startsWith('[') || end === -1) return path;
  const name = nameAt(vocabulary.byType[type] as Layout, Number(path.slice(1, end)));
  return name === undefined ? path : name + path.slice(end + 1);
}

function layoutOf(elements: List, byCode: readonly (Layout | undefined)[]): Layout {
  if (elements.length === 0) throw new ProtocolError('expected a message, received an empty list');
  const code = elements[0];
  if (typeof code !== 'number' || !Number.isInteger(code)) {
    throw new ProtocolError(`expected a message type, an integer, received ${show(code)}`);
  }
  const layout = byCode[code];
  if (layout !== undefined) return layout;
  const isExtension = code >= FIRST_CUSTOM && code <= LAST_CUSTOM;
  throw new ProtocolError(`unknown message type ${code}${isExtension ? ', an extension' : ''}`);
}

function wrongLength({ type, required, most }: Layout, length: number): string {
  const least = required + 1;
  const expected = least === most ? `${least}` : `${least} to ${most}`;
  return `${type}: expected ${expected} elements, received ${length}`;
}

/** The name of the element at `index` of a list; the code stands at 0. */
function nameAt({ names, payload }: Layout, index: number): string | undefined {
  if (index === 0) return 'type';
  const name = names[index - 1];
  if (name !== undefined || !payload) return name;
  if (index === names.length + 1) return 'args';
  return index === names.length + 2 ? 'kwargs' : undefined;
}

/** Whether octets, or a text, stand in place of arguments: only where `enc_algo` says so, else they are a mistake. */
function isTransparent(element: unknown, { options, details }: Fields): boolean {
  if (typeof element !== 'string' && !(element instanceof Uint8Array)) return false;
  return Object.hasOwn((options ?? details) as Dict, 'enc_algo');
}

/** Stops at the first key; a dictionary that cannot even be listed is for the serializer to refuse, by its path. */
function isEmpty(kwargs: Dict): boolean {
  try {
    for (const key in kwargs) if (Object.hasOwn(kwargs, key)) return false;
    return true;
  } catch {
    return false;
  }
}

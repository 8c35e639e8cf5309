import {
  type Dict,
  dict,
  type Id,
  id,
  idOrZero,
  type List,
  type Parse,
  requestType,
  string,
  type Uri,
  uri,
} from './values.js';

/** The two ends of a session. */
export type Side = 'client' | 'router';

/** A row of {@link MESSAGES}. */
export interface MessageShape {
  readonly code: number;
  /** Who may send it. */
  readonly from: Side | 'both';
  /** In wire order. */
  readonly fields: Readonly<Record<string, Parse<unknown>>>;
  /** Behind those, in wire order: what may be left out. */
  readonly optional?: Readonly<Record<string, Parse<unknown>>>;
  /** Whether `Arguments|list` and `ArgumentsKw|dict` may follow. Default false. */
  readonly payload?: boolean;
  /** For a client's request, which has a field `request`: the type of the message that answers it. An ERROR may, too. */
  readonly reply?: string;
}

/**
 * Every message of the basic and the advanced profile, once. The types, the encoder, the decoder and the tests are
 * derived from it.
 *
 * @see WAMP Basic Profile, "Message Definitions"; WAMP Advanced Profile, "Additional Messages"
 */
export const MESSAGES = {
  HELLO: { code: 1, from: 'client', fields: { realm: uri, details: dict } },
  WELCOME: { code: 2, from: 'router', fields: { session: id, details: dict } },
  ABORT: { code: 3, from: 'both', fields: { details: dict, reason: uri }, payload: true },
  CHALLENGE: { code: 4, from: 'router', fields: { authmethod: string, extra: dict } },
  AUTHENTICATE: { code: 5, from: 'client', fields: { signature: string, extra: dict } },
  GOODBYE: { code: 6, from: 'both', fields: { details: dict, reason: uri } },
  ERROR: { code: 8, from: 'both', fields: { requestType, request: id, details: dict, error: uri }, payload: true },
  PUBLISH: {
    code: 16,
    from: 'client',
    fields: { request: id, options: dict, topic: uri },
    payload: true,
    reply: 'PUBLISHED',
  },
  PUBLISHED: { code: 17, from: 'router', fields: { request: id, publication: id } },
  SUBSCRIBE: { code: 32, from: 'client', fields: { request: id, options: dict, topic: uri }, reply: 'SUBSCRIBED' },
  SUBSCRIBED: { code: 33, from: 'router', fields: { request: id, subscription: id } },
  UNSUBSCRIBE: { code: 34, from: 'client', fields: { request: id, subscription: id }, reply: 'UNSUBSCRIBED' },
  UNSUBSCRIBED: { code: 35, from: 'router', fields: { request: idOrZero }, optional: { details: dict } },
  EVENT: { code: 36, from: 'router', fields: { subscription: id, publication: id, details: dict }, payload: true },
  CALL: {
    code: 48,
    from: 'client',
    fields: { request: id, options: dict, procedure: uri },
    payload: true,
    reply: 'RESULT',
  },
  CANCEL: { code: 49, from: 'client', fields: { request: id, options: dict } },
  RESULT: { code: 50, from: 'router', fields: { request: id, details: dict }, payload: true },
  REGISTER: { code: 64, from: 'client', fields: { request: id, options: dict, procedure: uri }, reply: 'REGISTERED' },
  REGISTERED: { code: 65, from: 'router', fields: { request: id, registration: id } },
  UNREGISTER: { code: 66, from: 'client', fields: { request: id, registration: id }, reply: 'UNREGISTERED' },
  UNREGISTERED: { code: 67, from: 'router', fields: { request: idOrZero }, optional: { details: dict } },
  INVOCATION: { code: 68, from: 'router', fields: { request: id, registration: id, details: dict }, payload: true },
  INTERRUPT: { code: 69, from: 'router', fields: { request: id, options: dict } },
  YIELD: { code: 70, from: 'client', fields: { request: id, options: dict }, payload: true },
} as const satisfies Record<string, MessageShape>;

/** A message's name, in the standard's words: `HELLO`, `CALL`. */
export type MessageType = keyof typeof MESSAGES;

/** Whether `side` may send messages of this type at all. When it may is for the session's state to say. */
export function isFrom(type: MessageType, side: Side): boolean {
  const { from } = MESSAGES[type];
  return from === 'both' || from === side;
}

/** The fields of a decoded message. */
export type FieldsOf<F> = { readonly [K in keyof F]: F[K] extends Parse<infer T> ? T : never };
/** Those that may be left out. */
export type OptionalOf<S> = S extends { readonly optional: infer O } ? Partial<FieldsOf<O>> : unknown;
type PayloadOf<S> = S extends { readonly payload: true } ? Payload : unknown;

/** What rides on a message: positional and keyword arguments, each left out when empty. */
export interface Payload {
  readonly args?: List | undefined;
  readonly kwargs?: Dict | undefined;
  /**
   * In place of both: what Autobahn and Crossbar.io call transparent payload, an older way to pass through what routers cannot
   * read. Only where options or details have `enc_algo`.
   */
  readonly payload?: Uint8Array | string;
}

/** A decoded message. Its `type` is upper-case, so it can be sent to a machine as it is. */
export type Message<T extends MessageType = MessageType> = {
  [K in T]: { readonly type: K } & FieldsOf<(typeof MESSAGES)[K]['fields']> &
    OptionalOf<(typeof MESSAGES)[K]> &
    PayloadOf<(typeof MESSAGES)[K]>;
}[T];

/** What each side of an established session does with a message: one entry a message type that it takes. */
export type MessageTable = { readonly [T in MessageType]?: (message: Message<T>) => void };

export type { Dict, Id, List, Uri };

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
  /** Whether `Arguments|list` and `ArgumentsKw|dict` may follow. */
  readonly payload: boolean;
}

/**
 * Every message of the basic and the advanced profile, once. The types, the encoder, the decoder and the tests are
 * derived from it.
 *
 * @see WAMP Basic Profile, "Message Definitions"; WAMP Advanced Profile, "Additional Messages"
 */
export const MESSAGES = {
  HELLO: { code: 1, from: 'client', fields: { realm: uri, details: dict }, payload: false },
  WELCOME: { code: 2, from: 'router', fields: { session: id, details: dict }, payload: false },
  ABORT: { code: 3, from: 'both', fields: { details: dict, reason: uri }, payload: true },
  CHALLENGE: { code: 4, from: 'router', fields: { authmethod: string, extra: dict }, payload: false },
  AUTHENTICATE: { code: 5, from: 'client', fields: { signature: string, extra: dict }, payload: false },
  GOODBYE: { code: 6, from: 'both', fields: { details: dict, reason: uri }, payload: false },
  ERROR: { code: 8, from: 'both', fields: { requestType, request: id, details: dict, error: uri }, payload: true },
  PUBLISH: { code: 16, from: 'client', fields: { request: id, options: dict, topic: uri }, payload: true },
  PUBLISHED: { code: 17, from: 'router', fields: { request: id, publication: id }, payload: false },
  SUBSCRIBE: { code: 32, from: 'client', fields: { request: id, options: dict, topic: uri }, payload: false },
  SUBSCRIBED: { code: 33, from: 'router', fields: { request: id, subscription: id }, payload: false },
  UNSUBSCRIBE: { code: 34, from: 'client', fields: { request: id, subscription: id }, payload: false },
  UNSUBSCRIBED: {
    code: 35,
    from: 'router',
    fields: { request: idOrZero },
    optional: { details: dict },
    payload: false,
  },
  EVENT: { code: 36, from: 'router', fields: { subscription: id, publication: id, details: dict }, payload: true },
  CALL: { code: 48, from: 'client', fields: { request: id, options: dict, procedure: uri }, payload: true },
  CANCEL: { code: 49, from: 'client', fields: { request: id, options: dict }, payload: false },
  RESULT: { code: 50, from: 'router', fields: { request: id, details: dict }, payload: true },
  REGISTER: { code: 64, from: 'client', fields: { request: id, options: dict, procedure: uri }, payload: false },
  REGISTERED: { code: 65, from: 'router', fields: { request: id, registration: id }, payload: false },
  UNREGISTER: { code: 66, from: 'client', fields: { request: id, registration: id }, payload: false },
  UNREGISTERED: {
    code: 67,
    from: 'router',
    fields: { request: idOrZero },
    optional: { details: dict },
    payload: false,
  },
  INVOCATION: { code: 68, from: 'router', fields: { request: id, registration: id, details: dict }, payload: true },
  INTERRUPT: { code: 69, from: 'router', fields: { request: id, options: dict }, payload: false },
  YIELD: { code: 70, from: 'client', fields: { request: id, options: dict }, payload: true },
} as const satisfies Record<string, MessageShape>;

/** A message's name, in the standard's words: `HELLO`, `CALL`. */
export type MessageType = keyof typeof MESSAGES;

/** Whether `side` may send messages of this type at all. When it may is for the session's state to say. */
export function isFrom(type: MessageType, side: Side): boolean {
  const { from } = MESSAGES[type];
  return from === 'both' || from === side;
}

type FieldsOf<F> = { readonly [K in keyof F]: F[K] extends Parse<infer T> ? T : never };
type OptionalOf<S> = S extends { readonly optional: infer O } ? Partial<FieldsOf<O>> : unknown;
type PayloadOf<P> = P extends true ? Payload : unknown;

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
    PayloadOf<(typeof MESSAGES)[K]['payload']>;
}[T];

/** What each side of an established session does with a message: one entry a message type that it takes. */
export type MessageTable = { readonly [T in MessageType]?: (message: Message<T>) => void };

export type { Dict, Id, List, Uri };

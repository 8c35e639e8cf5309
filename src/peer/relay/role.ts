/**
 * A role that a user adds to a peer: it may announce features, speak messages of its own, see every message both ways, and offer
 * an object to the peer's users.
 */

import { UsageError } from '../../errors.js';
import type { Logger } from '../../logger.js';
import { type CustomMessages, type CustomShapes, extended } from '../../wamp/custom-messages.js';
import { A_FUNCTION, A_STRING, AN_OBJECT, came, isText, type Kinds, unfit } from '../../wamp/given.js';
import { checkManyOptions } from '../../wamp/many-options.js';
import type { Message, MessageType } from '../../wamp/message.js';
import type { Dict, Id, Uri } from '../../wamp/values.js';
import { type AnyMessage, STANDARD, type Vocabulary } from '../../wamp/vocabulary.js';
import type { Session } from '../session/welcomed.js';

/** What a role returns instead of a message that is to go no further. The same symbol in every copy of the package. */
export const swallow: unique symbol = Symbol.for('respell.swallow') as never;

/** Whether a message came from the router or is on its way to it. */
export type Direction = 'in' | 'out';

/** The messages that are a session's own to send: how one is left or aborted, and who one is, is said by other means. */
type Reserved = 'HELLO' | 'AUTHENTICATE' | 'ABORT' | 'GOODBYE';
type ClientType =
  | 'ERROR'
  | 'PUBLISH'
  | 'SUBSCRIBE'
  | 'UNSUBSCRIBE'
  | 'CALL'
  | 'CANCEL'
  | 'REGISTER'
  | 'UNREGISTER'
  | 'YIELD';
type RequestType = 'PUBLISH' | 'SUBSCRIBE' | 'UNSUBSCRIBE' | 'CALL' | 'REGISTER' | 'UNREGISTER';

export const RESERVED: ReadonlySet<string> = new Set<Reserved>(['HELLO', 'AUTHENTICATE', 'ABORT', 'GOODBYE']);

type WithoutId<M> = M extends { readonly request: Id } ? Omit<M, 'request'> & { readonly request?: Id } : M;

/** The standard's messages that a user may send; a request's id may be left out: the peer's sequence gives it. */
export type SendableMessage<T extends ClientType = ClientType> = {
  [K in T]: K extends RequestType ? WithoutId<Message<K>> : Message<K>;
}[T];

/** A message as `Peer.send` takes it: of the standard's types with their fields, of a role's own types as it is. */
export type Sent<M> = M extends { readonly type: infer T extends ClientType } ? SendableMessage<T> : unknown;

/** What a role may send: {@link SendableMessage}, and messages of its own. */
export type RoleMessage<S extends CustomShapes> = SendableMessage | WithoutId<CustomMessages<S>>;

type ReplyTypes = {
  PUBLISH: 'PUBLISHED';
  SUBSCRIBE: 'SUBSCRIBED';
  UNSUBSCRIBE: 'UNSUBSCRIBED';
  CALL: 'RESULT';
  REGISTER: 'REGISTERED';
  UNREGISTER: 'UNREGISTERED';
};

/** The message that answers a request. */
export type ReplyTo<M, S extends CustomShapes> = M extends { readonly type: infer T }
  ? T extends keyof ReplyTypes
    ? Message<ReplyTypes[T]>
    : T extends keyof S
      ? S[T] extends { readonly reply: infer R }
        ? R extends MessageType
          ? Message<R>
          : Extract<CustomMessages<S>, { readonly type: R }>
        : never
      : never
  : never;

/** Of one request of a role. */
export interface RoleRequestOptions {
  /** Milliseconds; default the peer's `timeout`. */
  readonly timeout?: number;
  /** Gives the request up: its promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a role may do in one incarnation of its peer. After the end of that, it does nothing, or throws `PeerDown`. */
export interface RoleContext<S extends CustomShapes = CustomShapes> {
  /** The peer's name. */
  readonly peer: string;
  readonly realm: Uri;
  /** The router's address. */
  readonly address: string;
  readonly incarnation: number;
  /** From WELCOME to the session's end. */
  readonly session: Session | undefined;
  /** Every line has the peer's name and the role's. */
  readonly logger: Logger;
  /**
   * Sends a message, through the roles between this one and the wire. A request without an id is given the next one.
   *
   * @returns the id of a request; its reply comes to this role's `message`, and goes no further
   * @throws {PeerDown} when there is no session
   * @throws {UsageError} when the message makes no sense
   * @throws {SerializationError} when a value cannot be put on the wire; nothing was sent then
   */
  send(message: RoleMessage<S>): Id | undefined;
  /**
   * Sends a request and waits for its reply: that of the deadline and the signal, too, like every other request of the peer.
   *
   * Rejects with `ApplicationError` for an ERROR, `TimeoutError`, `ConnectionLost`, or whatever {@link send} throws.
   */
  request<M extends RoleMessage<S>>(message: M, options?: RoleRequestOptions): Promise<ReplyTo<M, S>>;
  /**
   * Hands a message on as if it had just come, to the roles behind this one and to the peer: one that was swallowed before, or
   * an answer of this role's own.
   *
   * @throws {UsageError} when the message makes no sense
   */
  deliver(message: Message | CustomMessages<S>): void;
  /** Says GOODBYE: the peer ends normally, as by {@link Peer.leave}. */
  leave(reason?: Uri): void;
  /** Ends the session with ABORT: an abnormal end, after which a supervisor restarts the peer. */
  abort(reason: Uri, message?: string): void;
}

/** One incarnation of a role. What it throws is logged, and ends nothing. */
export interface RoleBehaviour<Api = unknown, S extends CustomShapes = CustomShapes> {
  /** For the peer's users: what `peer.role(…)` gives. */
  readonly api?: Api;
  /** The peer has joined: registrations and subscriptions are back. */
  joined?(session: Session): void;
  /**
   * Every message: what comes, before the peer and the roles behind this one have it; what is sent, after them. Of HELLO, WELCOME,
   * CHALLENGE and AUTHENTICATE what authenticates is left out.
   *
   * Return nothing to let it pass, another message in its place, or {@link swallow}. When it throws, the message passes; a
   * `ProtocolError` about what came ends the session, as every violation does.
   */
  message?(
    message: Message | CustomMessages<S>,
    direction: Direction,
  ): Message | CustomMessages<S> | typeof swallow | undefined;
  /** The incarnation has ended; `reason` is why. The last that a role hears. */
  closed?(reason: unknown): void;
}

/**
 * A role that can be added to peers: `roles: [mine]`. Make it with {@link role}, which knows the types.
 *
 * The roles of a peer stand in their order between the wire and the peer: the first is next to the wire. So what comes passes
 * them in their order, and what is sent in the reverse.
 */
export interface Role<Api = unknown, S extends CustomShapes = CustomShapes> {
  /** One of its kind in a peer. */
  readonly name: string;
  /**
   * What HELLO announces, as it stands on the wire: features by role, the standard's or one of its own:
   * `{ subscriber: { x_acknowledged_events: true } }`.
   */
  readonly features?: Readonly<Record<string, Dict>>;
  /** Messages beyond the standard's, with codes from 256 to 1023. */
  readonly messages?: S;
  /**
   * Begins an incarnation: a transport is open, HELLO has not been sent. Called anew for each, so that its state is as fresh as its
   * session. A throw ends the incarnation, with that reason.
   */
  init(context: RoleContext<S>): RoleBehaviour<Api, S>;
}

const ROLE: Kinds<Role> = { name: A_STRING, features: AN_OBJECT, messages: AN_OBJECT, init: A_FUNCTION };

// biome-ignore lint/complexity/noBannedTypes: no messages are an object without keys
type NoShapes = {};

/**
 * A role, checked here, where it is written; the types of its messages and of its object follow from it.
 *
 * @throws {UsageError} when something about it makes no sense
 * @example
 * const calls = role({
 *   name: 'calls',
 *   init() {
 *     let count = 0;
 *     return {
 *       api: { count: () => count },
 *       message({ type }, direction) {
 *         if (direction === 'out' && type === 'CALL') count += 1;
 *       },
 *     };
 *   },
 * });
 */
export function role<Api, const S extends CustomShapes = NoShapes>(definition: Role<Api, S>): Role<Api, S> {
  checkRole('role', definition);
  return definition;
}

/** @throws {UsageError} that begins with `where` */
function checkRole(where: string, given: Role): void {
  checkManyOptions<Role>(where, given, ROLE);
  if (!isText(given.name)) throw unfit(where, 'name', A_STRING, given.name);
  if (given.init === undefined) throw unfit(`${where} "${given.name}"`, 'init', A_FUNCTION, given.init);
  for (const [name, features] of Object.entries(given.features ?? {})) {
    if (typeof features !== 'object' || features === null || Array.isArray(features))
      throw unfit(`${where} "${given.name}"`, `features.${name}`, AN_OBJECT, features);
  }
  extended(STANDARD, given.messages ?? {}, `${where} "${given.name}"`);
}

/**
 * The messages that a peer with these roles knows.
 *
 * @throws {UsageError} that begins with `where`, when a role makes no sense, or has a name, a message type or a code of another
 */
export function vocabularyOf(where: string, roles: readonly Role[]): Vocabulary {
  if (!Array.isArray(roles)) throw unfit(where, 'roles', { expected: 'a list of roles' }, roles);
  let known = STANDARD;
  const names = new Set<string>();
  for (const each of roles) {
    if (!AN_OBJECT.fits(each))
      throw new UsageError(
        `${where}: expected roles to be a list of roles, made by role(…), received ${came(each)} in it`,
      );
    checkRole(`${where}: role`, each);
    if (names.has(each.name)) throw new UsageError(`${where}: two of its roles are named "${each.name}"`);
    names.add(each.name);
    if (each.messages !== undefined) known = extended(known, each.messages, `${where}: role "${each.name}"`);
  }
  return known;
}

/** A role as those see it that know nothing of its types. */
export type AnyBehaviour = {
  readonly api?: unknown;
  joined?(session: Session): unknown;
  message?(message: AnyMessage, direction: Direction): unknown;
  closed?(reason: unknown): unknown;
};

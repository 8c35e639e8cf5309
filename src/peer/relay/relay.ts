/**
 * What stands between the wire of one session and its peer, where a user wants to see or to change what passes: the peer's roles in
 * their order, then what the user sends by himself. A peer without any of it has none.
 */

import { ConnectionLost, type PeerDown, UsageError } from '../../errors.js';
import type { Logger } from '../../logger.js';
import type { SessionRoles } from '../../roles/session-roles.js';
import { checkMessage, layoutFor } from '../../wamp/custom-messages.js';
import { announces } from '../../wamp/features.js';
import { MESSAGES, type Message } from '../../wamp/message.js';
import type { Id, Uri } from '../../wamp/values.js';
import type { AnyMessage, Vocabulary } from '../../wamp/vocabulary.js';
import { asError } from '../as-error.js';
import type { Outbox } from '../outbox.js';
import type { Session } from '../session/welcomed.js';
import { Link } from './link.js';
import type { PeerWire, Relay } from './peer-wire.js';
import { RawRequest } from './raw-request.js';
import {
  type AnyBehaviour,
  type Direction,
  RESERVED,
  type Role,
  type RoleContext,
  type RoleRequestOptions,
} from './role.js';
import { isAnswered, WireIds } from './wire-ids.js';

/** Who hears every message as it is on the wire, and changes nothing. */
export interface Tap {
  see(direction: Direction, message: AnyMessage): void;
}

/** What a relay needs from the peer's life. */
export interface RelayHost {
  readonly peer: string;
  readonly realm: Uri;
  readonly address: string;
  readonly incarnation: number;
  readonly outbox: Outbox;
  readonly taps: ReadonlySet<Tap>;
  readonly logger: Logger;
  /** A role threw. */
  failed(role: string, error: unknown): void;
  /** Why nothing can be sent. */
  down(operation: string): PeerDown;
  leave(reason: Uri | undefined): void;
  abort(reason: Uri, message: string): void;
}

export class SessionRelay implements Relay {
  /** While requests may be sent. */
  session: Session | undefined = undefined;
  readonly #host: RelayHost;
  readonly #wire: PeerWire;
  readonly #roles: SessionRoles;
  readonly #vocabulary: Vocabulary;
  /** Those of the peer's roles, then the user's. */
  readonly #links: Link[] = [];
  readonly #user: Link;
  readonly #names: string[] = [];
  /** Only where a role may swallow or add requests. */
  readonly #ids: WireIds | undefined;
  /** The id of the last call that the peer itself has begun. */
  #lastCall: Id = 0;
  #isOver = false;

  /** @throws whatever a role throws that cannot begin */
  constructor(
    host: RelayHost,
    session: { readonly wire: PeerWire; readonly roles: SessionRoles },
    roles: readonly Role[],
    vocabulary: Vocabulary,
  ) {
    this.#host = host;
    this.#wire = session.wire;
    this.#roles = session.roles;
    this.#vocabulary = vocabulary;
    this.#ids = roles.length === 0 ? undefined : new WireIds(vocabulary);
    for (const [at, { name }] of roles.entries()) {
      this.#names.push(name);
      this.#links.push(new Link(at, vocabulary, (error) => host.failed(name, error)));
    }
    this.#user = new Link(roles.length, vocabulary, () => {});
    this.#links.push(this.#user);
    try {
      for (const [at, role] of roles.entries()) {
        const link = this.#links[at] as Link;
        link.behaviour = begun(role, this.#contextOf(role.name, link));
      }
    } catch (error) {
      this.end(error);
      throw error;
    }
  }

  /** Whether nobody would miss it. */
  get isIdle(): boolean {
    return this.#names.length === 0 && this.#host.taps.size === 0 && this.#user.isIdle;
  }

  /** What a role offers to the peer's users. */
  api(name: string): unknown {
    return this.#links[this.#names.indexOf(name)]?.behaviour.api;
  }

  /** The peer has joined. */
  joined(session: Session): void {
    this.#tell((behaviour) => behaviour.joined?.(session), this.#names.keys());
  }

  /** The incarnation has ended, for whatever reason: the roles are told, the last one first. */
  end(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.session = undefined;
    for (const link of this.#links) {
      link.end(
        new ConnectionLost(
          `a request of a role of peer "${this.#host.peer}" was in flight when its session ended; it may have been carried out`,
          { mayHaveExecuted: true, cause: reason },
        ),
      );
    }
    this.#tell((behaviour) => behaviour.closed?.(reason), [...this.#names.keys()].reverse());
  }

  incoming(message: AnyMessage): void {
    const ours = this.#ids === undefined ? message : this.#ids.receive(message);
    this.#show('in', ours ?? message);
    if (ours === undefined) this.#roles.requests.late += 1;
    else this.#inwards(ours, 0);
  }

  outgoing(message: AnyMessage): void {
    this.#outwards(
      message,
      this.#names.length - 1,
      message.type === 'CALL' && this.#isFurther(message as Message<'CALL'>),
    );
  }

  /** Sends what the user wrote. @throws as {@link RoleContext.send} */
  send(message: unknown): Id | undefined {
    return this.#send('send', message, this.#user);
  }

  #inwards(message: AnyMessage, from: number): void {
    let passing: AnyMessage | undefined = message;
    for (let at = from; at < this.#links.length && passing !== undefined; at += 1) {
      passing = this.#links[at]?.incoming(passing);
    }
    if (passing !== undefined && this.#isForPeer(passing)) this.#wire.deliver(passing);
  }

  /** Whether it is a further part of a call. Of the peer's own requests each has a higher id than those before. */
  #isFurther({ request }: Message<'CALL'>): boolean {
    if (request <= this.#lastCall) return true;
    this.#lastCall = request;
    return false;
  }

  #outwards(message: AnyMessage, from: number, isFurther = false): void {
    let passing: AnyMessage | undefined = message;
    for (let at = from; at >= 0 && passing !== undefined; at -= 1) passing = this.#links[at]?.outgoing(passing);
    if (passing === undefined) return;
    const sent = passing;
    const put = (numbered: AnyMessage) => {
      if (this.#wire.put(numbered)) this.#show('out', sent);
    };
    if (this.#ids === undefined) put(sent);
    else this.#ids.send(sent, isFurther, put);
  }

  /** A custom message is for roles only, and so are events of subscriptions that none but they have. */
  #isForPeer(message: AnyMessage): boolean {
    if (!Object.hasOwn(MESSAGES, message.type)) return false;
    if (message.type !== 'EVENT') return true;
    const { subscription } = message as unknown as { readonly subscription: Id };
    return this.#roles.subscriber.has(subscription) || !this.#links.some((link) => link.hasSubscribed(subscription));
  }

  #show(direction: Direction, message: AnyMessage): void {
    for (const tap of this.#host.taps) tap.see(direction, message);
  }

  #send(where: string, given: unknown, link: Link, waiter?: RawRequest): Id | undefined {
    const { type, reply } = layoutFor(where, given, this.#vocabulary);
    if (RESERVED.has(type)) throw new UsageError(`${where}: ${RESERVED_HELP[type] ?? 'it is for the session to send'}`);
    if (this.session === undefined) throw this.#host.down(`${where} of ${type}`);
    const { request } = given as { readonly request?: unknown };
    const { requests } = this.#roles;
    // Of a call that is in flight the next part has its id.
    const isFurther = link.hasAsked(request);
    const go = (message: unknown) => {
      const checked = checkMessage(where, message, this.#vocabulary, 'client');
      link.release(checked);
      this.#outwards(checked, link.at - 1, isFurther);
    };
    if (reply === undefined || isFurther) {
      go(given);
      return undefined;
    }
    if (request !== undefined && request !== requests.next) {
      throw new UsageError(
        `${where}: ${type}.request: expected it to be left out, or to be ${requests.next}, the next id of this session, received ${String(request)}`,
      );
    }
    return requests.lend((id) => {
      const message = { ...(given as object), request: id } as unknown as AnyMessage;
      checkMessage(where, message, this.#vocabulary, 'client');
      // Before it is sent: a role may answer it at once.
      if (isAnswered(message)) link.ask(id, type, waiter);
      try {
        go(message);
      } catch (error) {
        link.forget(id);
        throw error;
      }
    });
  }

  #request(role: string, given: unknown, link: Link, options: RoleRequestOptions): Promise<AnyMessage> {
    const where = `request of role "${role}"`;
    const { type, reply } = layoutFor(where, given, this.#vocabulary);
    const request = new RawRequest(type, role);
    let id: Id | undefined;
    const promise = this.#host.outbox.hold(request, options, () => {
      if (id === undefined) return;
      const waits = link.hasAsked(id);
      link.ask(id, type, undefined); // Its answer, late, is not for anybody else.
      if (waits && type === 'CALL' && this.session && announces(this.session.details, 'dealer', 'call_canceling')) {
        this.#outwards({ type: 'CANCEL', request: id, options: { mode: 'killnowait' } }, link.at - 1);
      }
    });
    if (request.settled) return promise;
    try {
      if (reply === undefined || !isAnsweredAtAll(given)) {
        throw new UsageError(`${where}: a ${type} like this is not answered; use send`);
      }
      id = this.#send(where, given, link, request);
    } catch (error) {
      request.reject(error);
    }
    return promise;
  }

  #deliver(role: string, given: unknown, link: Link): void {
    const message = checkMessage(`deliver of role "${role}"`, given, this.#vocabulary, 'router');
    if (!this.#isOver) this.#inwards(message, link.at + 1);
  }

  #contextOf(role: string, link: Link): RoleContext {
    const { peer, realm, address, incarnation, logger, leave, abort } = this.#host;
    const relay = this;
    const line = (level: keyof Logger) => (fields: object, message: string) =>
      logger[level]({ peer, role, ...fields }, message);
    return {
      peer,
      realm,
      address,
      incarnation,
      get session() {
        return relay.session;
      },
      logger: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
      send: (message: unknown) => this.#send(`send of role "${role}"`, message, link),
      request: (message: unknown, options: RoleRequestOptions = {}) =>
        this.#request(role, message, link, options) as Promise<never>,
      deliver: (message: unknown) => this.#deliver(role, message, link),
      leave: (reason?: Uri) => {
        if (!this.#isOver) leave(reason);
      },
      abort: (reason: Uri, message = '') => {
        if (!this.#isOver) abort(reason, message);
      },
    };
  }

  #tell(what: (behaviour: AnyBehaviour) => unknown, order: Iterable<number>): void {
    for (const at of order) {
      const name = this.#names[at] ?? '';
      const failed = (error: unknown) => this.#host.failed(name, error);
      try {
        const outcome = what((this.#links[at] as Link).behaviour);
        if (outcome !== undefined) Promise.resolve(outcome).catch(failed);
      } catch (error) {
        failed(error);
      }
    }
  }
}

const RESERVED_HELP: Readonly<Record<string, string>> = {
  GOODBYE: 'GOODBYE ends the session, and with it the peer: use leave({ reason })',
  ABORT: 'ABORT ends the session: use abort(reason, message)',
};

/** Whether `given`, which has not been checked yet, asks for an answer. */
function isAnsweredAtAll(given: unknown): boolean {
  const { type, options } = given as { readonly type?: unknown; readonly options?: unknown };
  return type !== 'PUBLISH' || (typeof options === 'object' && options !== null && isAnswered(given as AnyMessage));
}

/** @throws whatever the role throws, or a {@link UsageError} when what it returns is no behaviour */
function begun(role: Role, context: RoleContext): AnyBehaviour {
  let behaviour: unknown;
  try {
    behaviour = role.init(context);
  } catch (error) {
    throw asError(error, `the role "${role.name}"`);
  }
  if (typeof behaviour === 'object' && behaviour !== null && !('then' in behaviour)) return behaviour as AnyBehaviour;
  throw new UsageError(
    `role "${role.name}": expected init to return an object such as { message() {} }, received ${String(typeof behaviour)}`,
  );
}

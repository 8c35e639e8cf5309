/**
 * What one session has asked and not been told yet. It alone gives out request ids, so it alone can tell a late reply
 * (an id it gave, no longer waited for) from a forged one (an id it never gave).
 */

import { ApplicationError, ProtocolError, SerializationError } from '../errors.js';
import type { Message } from '../wamp/message.js';
import { isSealed } from '../wamp/sealed-payload.js';
import type { Dict, Id } from '../wamp/values.js';
import { STANDARD } from '../wamp/vocabulary.js';
import type { PayloadPassthru } from './payload-passthru.js';
import type { Request, RequestType } from './request.js';
import type { RolesHost } from './roles-host.js';
import type { Unopened } from './unopened.js';

/** Of a request: the largest. */
export const LAST_ID = 2 ** 53;

export class Requests {
  /** Replies to requests that were no longer waited for. */
  late = 0;
  /** Details of the session's WELCOME. */
  welcome: Dict = {};
  /** Told when a reply is due, after none was. */
  onDue: (() => void) | undefined = undefined;
  readonly #host: RolesHost;
  readonly #passthru: PayloadPassthru;
  readonly #unopened: Unopened;
  readonly #inFlight = new Map<Id, Request>();
  #last: Id = 0;
  #wrapped = false;

  constructor(host: RolesHost, passthru: PayloadPassthru, unopened: Unopened) {
    this.#host = host;
    this.#passthru = passthru;
    this.#unopened = unopened;
  }

  get size(): number {
    return this.#inFlight.size;
  }

  /** What the next request will be called. */
  get next(): Id {
    return this.#last === LAST_ID ? 1 : this.#last + 1;
  }

  /** Sends `request` under the next id. A request that cannot be put on the wire is rejected and uses up no id. */
  send(request: Request): void {
    const before = this.#last;
    const id = this.#take();
    // Before it is sent: what stands between this and the wire may answer it at once.
    if (request.answered) {
      request.id = id;
      this.#inFlight.set(id, request);
      if (this.#inFlight.size === 1) this.onDue?.();
    }
    try {
      this.#host.send(request.toMessage(id, this.welcome, this.#passthru));
    } catch (error) {
      this.#inFlight.delete(id);
      request.id = undefined;
      this.#giveBack(id, before);
      request.reject(namedAfter(request.operation, error));
      return;
    }
    request.sent = true;
    if (!request.answered) request.resolve(undefined);
    else if (!request.settled) request.onSent?.();
  }

  /**
   * Gives the next id to a request that somebody else sends and keeps: its answer is not for this table.
   *
   * @throws whatever `send` throws: the id is not used up then, unless there was another one since
   */
  lend(send: (id: Id) => void): Id {
    const before = this.#last;
    const id = this.#take();
    try {
      send(id);
    } catch (error) {
      this.#giveBack(id, before);
      throw error;
    }
    return id;
  }

  /** Uses up the next id. */
  #take(): Id {
    const id = this.next;
    this.#wrapped ||= id < this.#last;
    this.#last = id;
    return id;
  }

  #giveBack(id: Id, before: Id | 0): void {
    if (this.#last === id) this.#last = before;
  }

  /**
   * Takes the request that a reply of its kind belongs to out of flight.
   *
   * @returns `undefined` for a late reply: that is counted, not an error
   * @throws {ProtocolError} when no such request was ever made, or one of another kind
   */
  take(type: RequestType, id: Id): Request | undefined {
    const request = this.peek(type, id);
    if (request !== undefined) this.#inFlight.delete(id);
    return request;
  }

  /** As {@link take}, but leaves the request in flight: more replies will come. */
  peek(type: RequestType, id: Id): Request | undefined {
    const request = this.#inFlight.get(id);
    if (request?.type === type) return request;
    if (request === undefined && (id <= this.#last || this.#wrapped)) {
      this.late += 1;
      return undefined;
    }
    const expected = request === undefined ? 'a request that was made' : `${request.type} ${id}`;
    throw new ProtocolError(`expected the reply to ${expected}, received one to ${type} ${id}`);
  }

  /** Stops waiting for a request's reply: it will be late when it comes. */
  forget(id: Id): void {
    this.#inFlight.delete(id);
  }

  onError(message: Message<'ERROR'>): void {
    const kind = STANDARD.byCode[message.requestType];
    if (kind?.reply === undefined) {
      throw new ProtocolError(`ERROR.requestType: expected the code of a request, received ${message.requestType}`);
    }
    const request = this.take(kind.type as RequestType, message.request);
    request?.reject(this.#errorOf(request, message));
  }

  #errorOf({ operation, called: uri }: Request, message: Message<'ERROR'>): Error {
    const { error, details } = message;
    let { args, kwargs } = message;
    if (uri !== undefined && isSealed(details, message)) {
      try {
        ({ args, kwargs } = this.#passthru.open(`the error of ${uri}`, message, { type: 'ERROR', uri }));
      } catch (unopened) {
        this.#unopened.count += 1;
        return unopened as Error;
      }
    }
    return new ApplicationError(error, args, kwargs, { operation });
  }

  /** The session has ended: empties the table and returns what was in flight, in the order in which it was sent. */
  end(): Request[] {
    const open = [...this.#inFlight.values()];
    this.#inFlight.clear();
    for (const request of open) request.id = undefined;
    return open;
  }
}

/** The same error, of whatever could not be put on the wire, with what it was part of. */
export function namedAfter(operation: string, error: unknown): unknown {
  if (!(error instanceof SerializationError)) return error;
  return new SerializationError(error.path, error.problem, { operation, cause: error.cause });
}

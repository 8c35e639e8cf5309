import type { PassthruError } from '../errors.js';
import type { Message, MessageTable } from '../wamp/message.js';
import type { Uri } from '../wamp/values.js';
import { Callee, type Timers } from './callee.js';
import { Caller } from './caller.js';
import { Load } from './load.js';
import { NO_PASSTHRU } from './no-passthru.js';
import type { PayloadPassthru } from './payload-passthru.js';
import { Publisher } from './publisher.js';
import type { Request } from './request.js';
import { Requests } from './requests.js';
import { Subscriber } from './subscriber.js';
import { Unopened } from './unopened.js';

/** What the roles of one session need from whoever runs them. */
export interface RolesHost {
  readonly timers: Timers;
  /** Throws, and has sent nothing, when the message cannot be put on the wire. */
  send(message: Message): void;
  /** User code threw or rejected. Never throws itself. */
  failed(what: 'endpoint' | 'event handler' | 'onProgress', uri: Uri, error: unknown): void;
  /** A payload could not be opened, or came plain where that is refused; of each registration or subscription told once. */
  readonly unopened?: ((what: string, uri: Uri, error: PassthruError) => void) | undefined;
}

/** The four roles of one client's session, over one sequence of request ids. */
export class SessionRoles {
  readonly requests: Requests;
  /** Of the handlers of this session. */
  readonly load = new Load();
  readonly caller: Caller;
  readonly callee: Callee;
  readonly publisher: Publisher;
  readonly subscriber: Subscriber;
  readonly unopened: Unopened;
  /** Everything the roles take, for the session to install. */
  readonly table: MessageTable;

  /** @param passthru seals and opens payloads */
  constructor(host: RolesHost, passthru: PayloadPassthru = NO_PASSTHRU) {
    const send = (message: Message) => host.send(message);
    const unopened = new Unopened((what, uri, error) => host.unopened?.(what, uri, error));
    this.unopened = unopened;
    this.requests = new Requests(send, passthru, unopened);
    this.caller = new Caller(this.requests, passthru, unopened, send, (uri, error) =>
      host.failed('onProgress', uri, error),
    );
    this.callee = new Callee(
      this.requests,
      passthru,
      unopened,
      send,
      (uri, error) => host.failed('endpoint', uri, error),
      this.load,
      host.timers,
    );
    this.publisher = new Publisher(this.requests);
    this.subscriber = new Subscriber(
      this.requests,
      passthru,
      unopened,
      (uri, error) => host.failed('event handler', uri, error),
      this.load,
    );
    this.table = {
      ...this.caller.table,
      ...this.callee.table,
      ...this.publisher.table,
      ...this.subscriber.table,
      ERROR: (message) => this.requests.onError(message),
    };
  }

  /** Replies and events that nobody waited for any more. */
  get late(): number {
    return this.requests.late + this.subscriber.late;
  }

  /** The session has ended. @returns the requests that were in flight, for their owner to settle or to keep */
  end(why: Error): Request[] {
    this.callee.end(why);
    return this.requests.end();
  }
}

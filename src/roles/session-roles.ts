import type { MessageTable } from '../wamp/message.js';
import { Callee } from './callee.js';
import { Caller } from './caller.js';
import { Load } from './load.js';
import type { PayloadPassthru } from './payload-passthru.js';
import { Publisher } from './publisher.js';
import type { Request } from './request.js';
import { Requests } from './requests.js';
import type { RolesHost } from './roles-host.js';
import { Subscriber } from './subscriber.js';
import { Unopened } from './unopened.js';

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
  constructor(host: RolesHost, passthru: PayloadPassthru) {
    const { load } = this;
    const unopened = new Unopened(host);
    const requests = new Requests(host, passthru, unopened);
    this.unopened = unopened;
    this.requests = requests;
    this.caller = new Caller(host, requests, passthru, unopened);
    this.callee = new Callee(host, requests, passthru, unopened, load);
    this.publisher = new Publisher(requests);
    this.subscriber = new Subscriber(host, requests, passthru, unopened, load);
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

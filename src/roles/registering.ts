import type { Message } from '../wamp/message.js';
import type { Id, Uri } from '../wamp/values.js';
import type { Procedure } from './invocation.js';
import { Request } from './request.js';

export class Register extends Request<void> {
  readonly type = 'REGISTER';
  readonly offered: Procedure;

  constructor(offered: Procedure) {
    super();
    this.offered = offered;
  }

  get operation(): string {
    return `registration of ${this.offered.procedure}`;
  }

  toMessage(request: Id): Message<'REGISTER'> {
    return { type: 'REGISTER', request, options: this.offered.options, procedure: this.offered.procedure };
  }
}

export class Unregister extends Request<void> {
  readonly type = 'UNREGISTER';
  readonly #procedure: Uri;
  readonly #registration: Id;

  constructor(procedure: Uri, registration: Id) {
    super();
    this.#procedure = procedure;
    this.#registration = registration;
  }

  get operation(): string {
    return `unregistration of ${this.#procedure}`;
  }

  toMessage(request: Id): Message<'UNREGISTER'> {
    return { type: 'UNREGISTER', request, registration: this.#registration };
  }
}

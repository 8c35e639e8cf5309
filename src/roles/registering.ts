import type { Id, Uri } from '../wamp/values.js';
import type { Procedure } from './invocation.js';
import { FixedRequest } from './request.js';

export class Register extends FixedRequest {
  readonly offered: Procedure;

  constructor(offered: Procedure) {
    const { options, procedure } = offered;
    super(`registration of ${procedure}`, { type: 'REGISTER', options, procedure });
    this.offered = offered;
  }
}

export class Unregister extends FixedRequest {
  constructor(procedure: Uri, registration: Id) {
    super(`unregistration of ${procedure}`, { type: 'UNREGISTER', registration });
  }
}

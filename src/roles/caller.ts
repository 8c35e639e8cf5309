import type { Message, MessageTable } from '../wamp/message.js';
import type { Dict, Id, List, Uri } from '../wamp/values.js';
import { Request } from './request.js';
import type { Requests } from './requests.js';

/** What a call came back with. Both parts are always there; an empty one was not on the wire. */
export interface Result {
  readonly args: List;
  readonly kwargs: Dict;
  readonly details: Dict;
}

/** A call. `options` are the wire's. */
export class Call extends Request<Result> {
  readonly type = 'CALL';
  readonly #procedure: Uri;
  readonly #args: List;
  readonly #kwargs: Dict;
  readonly #options: Dict;
  readonly #idempotent: boolean;

  constructor(procedure: Uri, args: List, kwargs: Dict, options: Dict, idempotent: boolean) {
    super();
    this.#procedure = procedure;
    this.#args = args;
    this.#kwargs = kwargs;
    this.#options = options;
    this.#idempotent = idempotent;
  }

  get operation(): string {
    return `call of ${this.#procedure}`;
  }

  override get idempotent(): boolean {
    return this.#idempotent;
  }

  toMessage(request: Id): Message<'CALL'> {
    return {
      type: 'CALL',
      request,
      options: this.#options,
      procedure: this.#procedure,
      args: this.#args,
      kwargs: this.#kwargs,
    };
  }
}

const NO_ARGS: List = Object.freeze([]);
const NO_KWARGS: Dict = Object.freeze({});

/** The caller role of one session. */
export class Caller {
  readonly table: MessageTable = { RESULT: (message) => this.#onResult(message) };
  readonly #requests: Requests;
  readonly #send: (message: Message<'CANCEL'>) => void;

  constructor(requests: Requests, send: (message: Message<'CANCEL'>) => void) {
    this.#requests = requests;
    this.#send = send;
  }

  /**
   * Gives up a call that is in flight, and asks the dealer to do the same if it announced that it can. The reply that
   * still comes is late, not wrong.
   *
   * @see WAMP Advanced Profile, "Call Canceling"
   */
  cancel(id: Id, dealerCancels: boolean): void {
    this.#requests.forget(id);
    if (dealerCancels) this.#send({ type: 'CANCEL', request: id, options: { mode: 'killnowait' } });
  }

  #onResult({ request, details, args = NO_ARGS, kwargs = NO_KWARGS }: Message<'RESULT'>): void {
    this.#requests.take('CALL', request)?.resolve({ args, kwargs, details });
  }
}

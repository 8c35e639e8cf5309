import { ApplicationError } from '../errors.js';
import { announcement } from '../wamp/features.js';
import type { Message, MessageTable } from '../wamp/message.js';
import type { Id, List, Uri } from '../wamp/values.js';
import type { Dealer } from './dealer.js';
import { EVERY_RIGHT } from './rights.js';
import type { RouterPeer } from './router-peer.js';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: ApplicationError) => void;
}

/** The router as a caller in one of its realms: it asks procedures that its users have registered there. No session sees it. */
export class RouterCaller implements RouterPeer {
  readonly authid = 'router';
  readonly authrole = 'router';
  readonly details = { roles: announcement(['caller'], { caller: ['call_canceling'] }) };
  readonly isRouter = true;
  readonly rights = EVERY_RIGHT;
  readonly requests = { expect: () => {}, isStrict: true };
  readonly session: Id;
  readonly #table: MessageTable;
  readonly #waiting = new Map<Id, Waiting>();
  #last = 0;

  constructor(dealer: Dealer, session: Id) {
    this.session = session;
    this.#table = dealer.join(this);
  }

  /**
   * Calls `procedure`.
   *
   * @param timeout in milliseconds
   * @returns the first of the result's arguments
   * @throws {ApplicationError} as any caller receives it: `wamp.error.no_such_procedure`, `wamp.error.timeout`, or the callee's own
   */
  call(procedure: Uri, args: List, timeout: number): Promise<unknown> {
    this.#last += 1;
    const request = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject });
      this.#table.CALL?.({ type: 'CALL', request, options: { timeout }, procedure, args });
    });
  }

  reached(): void {}

  send(message: Message): boolean {
    if (message.type === 'RESULT') this.#take(message.request)?.resolve(message.args?.[0]);
    if (message.type === 'ERROR') {
      this.#take(message.request)?.reject(new ApplicationError(message.error, message.args, message.kwargs));
    }
    return true;
  }

  #take(request: Id): Waiting | undefined {
    const waiting = this.#waiting.get(request);
    this.#waiting.delete(request);
    return waiting;
  }
}

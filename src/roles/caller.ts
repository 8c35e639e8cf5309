import { announces } from '../wamp/features.js';
import type { Message, MessageTable } from '../wamp/message.js';
import type { PayloadScheme } from '../wamp/payload-scheme.js';
import { isSealed } from '../wamp/sealed-payload.js';
import type { Dict, Id, List, Uri } from '../wamp/values.js';
import { NO_ARGS, NO_KWARGS } from './empty-payload.js';
import type { PayloadPassthru } from './payload-passthru.js';
import { isPromiseLike } from './promise-like.js';
import { Request } from './request.js';
import { namedAfter, type Requests } from './requests.js';
import type { RolesHost } from './roles-host.js';
import type { Unopened } from './unopened.js';

/** What a call came back with. Both parts are always there; an empty one was not on the wire. */
export interface Result {
  readonly args: List;
  readonly kwargs: Dict;
  readonly details: Dict;
}

/**
 * What the dealer does with a call that is given up: waits for the callee, which it interrupts (`kill`), does not wait for it
 * (`killnowait`), or does not even tell it (`skip`).
 *
 * @see WAMP Advanced Profile, "Call Canceling"
 */
export type CancelMode = 'skip' | 'kill' | 'killnowait';

/** What a caller may want beyond a result. */
export interface CallWishes {
  /** It may be carried out twice without harm. */
  readonly idempotent?: boolean;
  /** Takes the parts of the result that come before its end. Left out: they are not asked for. */
  readonly onProgress?: ((part: Result) => unknown) | undefined;
  /** Default `killnowait`. */
  readonly cancelMode?: CancelMode;
  /** What seals the payload. Left out: it is sent plain. */
  readonly sealedBy?: PayloadScheme | undefined;
}

const PROGRESS: Dict = Object.freeze({ receive_progress: true });

/** A call. `options` are the wire's. */
export class Call extends Request<Result> {
  readonly type = 'CALL';
  readonly #procedure: Uri;
  readonly #args: List;
  readonly #kwargs: Dict;
  readonly #options: Dict;
  readonly #idempotent: boolean;
  readonly onProgress: ((part: Result) => unknown) | undefined;
  readonly cancelMode: CancelMode;
  readonly sealedBy: PayloadScheme | undefined;

  constructor(procedure: Uri, args: List, kwargs: Dict, options: Dict, wishes: CallWishes = {}) {
    super();
    const { idempotent = false, onProgress, cancelMode = 'killnowait' } = wishes;
    this.#procedure = procedure;
    this.#args = args;
    this.#kwargs = kwargs;
    this.#options = onProgress === undefined ? options : { ...options, ...PROGRESS };
    this.#idempotent = idempotent;
    this.onProgress = onProgress;
    this.cancelMode = cancelMode;
    this.sealedBy = wishes.sealedBy;
  }

  get procedure(): Uri {
    return this.#procedure;
  }

  override get called(): Uri {
    return this.#procedure;
  }

  get operation(): string {
    return `call of ${this.#procedure}`;
  }

  override get idempotent(): boolean {
    return this.#idempotent;
  }

  /** Whether it shows signs of life before its end: its timeout is the longest pause between two of them. */
  get hasParts(): boolean {
    return this.onProgress !== undefined;
  }

  toMessage(request: Id, welcome: Dict, passthru: PayloadPassthru): Message<'CALL'> {
    const options = this.#options;
    const procedure = this.#procedure;
    const by = this.sealedBy;
    // Spelt out: to spread two objects into one costs more than all else that is done for a call.
    const message = { type: 'CALL', request, options, procedure, args: this.#args, kwargs: this.#kwargs } as const;
    return by === undefined ? message : passthru.sealRequest(this.operation, message, procedure, by, welcome);
  }
}

const MORE_TO_COME: Dict = Object.freeze({ progress: true });

/** The caller role of one session. */
export class Caller {
  readonly table: MessageTable = { RESULT: (message) => this.#onResult(message) };
  readonly #host: RolesHost;
  readonly #requests: Requests;
  readonly #passthru: PayloadPassthru;
  readonly #unopened: Unopened;

  constructor(host: RolesHost, requests: Requests, passthru: PayloadPassthru, unopened: Unopened) {
    this.#host = host;
    this.#requests = requests;
    this.#passthru = passthru;
    this.#unopened = unopened;
  }

  /**
   * Gives up a call that is in flight, and asks the dealer to do the same if it announced that it can. The reply that
   * still comes is late, not wrong.
   *
   * @see WAMP Advanced Profile, "Call Canceling"
   */
  cancel(id: Id, mode: CancelMode = 'killnowait'): void {
    const { welcome } = this.#requests;
    this.#requests.forget(id);
    if (announces(welcome, 'dealer', 'call_canceling'))
      this.#host.send({ type: 'CANCEL', request: id, options: { mode } });
  }

  /**
   * Sends a further part of a call that is in flight. Of the first one's options nothing is repeated.
   *
   * @param id the call's
   * @throws {SerializationError} when it cannot be put on the wire; the call goes on without it
   * @see WAMP Advanced Profile, "Progressive Call Invocations"
   */
  sendPart(id: Id, call: Call, args: List, kwargs: Dict, isLast: boolean): void {
    const { procedure, sealedBy: by } = call;
    const options = isLast ? NO_KWARGS : MORE_TO_COME;
    const part = { type: 'CALL', request: id, options, procedure, args, kwargs } as const;
    try {
      this.#host.send(
        by === undefined ? part : this.#passthru.seal(`part of a call of ${procedure}`, part, procedure, by),
      );
    } catch (error) {
      throw namedAfter(`part of a ${call.operation}`, error);
    }
    call.onSign?.();
  }

  #onResult(message: Message<'RESULT'>): void {
    const { request: id, details } = message;
    const call = this.#requests.peek('CALL', id) as Call | undefined;
    if (call === undefined) return;
    const isPart = details['progress'] === true;
    let result: Result;
    try {
      result = this.#resultOf(call, message);
    } catch (unopened) {
      this.#unopened.count += 1;
      // A part that is missing spoils the whole.
      if (isPart) this.cancel(id);
      else this.#requests.forget(id);
      call.reject(unopened);
      return;
    }
    // A part leaves the call in flight: its last RESULT has the same request id.
    if (isPart) {
      this.#onPart(call, result);
      return;
    }
    this.#requests.forget(id);
    call.resolve(result);
  }

  /** @throws {PassthruError} when it cannot be opened, or comes plain although its call did not */
  #resultOf({ procedure: uri, sealedBy }: Call, message: Message<'RESULT'>): Result {
    const { details, args = NO_ARGS, kwargs = NO_KWARGS } = message;
    // Who can only have it from the callee must not be given what anybody on the way may have written.
    const demanded = sealedBy?.authenticates === true ? [sealedBy] : undefined;
    if (demanded === undefined && !isSealed(details, message)) return { args, kwargs, details };
    const opened = this.#passthru.open(`the result of ${uri}`, message, { type: 'YIELD', uri }, demanded);
    return { args: opened.args, kwargs: opened.kwargs, details };
  }

  /** @see WAMP Advanced Profile, "Progressive Call Results" */
  #onPart(call: Call, part: Result): void {
    const { onProgress, procedure } = call;
    if (onProgress === undefined) {
      this.#requests.late += 1; // Nobody has asked for it.
      return;
    }
    call.onSign?.();
    try {
      const outcome = onProgress(part);
      if (isPromiseLike(outcome))
        Promise.resolve(outcome).catch((error: unknown) => this.#host.failed('onProgress', procedure, error));
    } catch (error) {
      this.#host.failed('onProgress', procedure, error);
    }
  }
}

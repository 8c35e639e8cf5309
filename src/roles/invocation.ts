import type { Message } from '../wamp/message.js';
import type { PayloadScheme } from '../wamp/payload-scheme.js';
import type { Dict, Id, List, Uri } from '../wamp/values.js';
import { NO_ARGS, NO_KWARGS } from './empty-payload.js';
import { type Identity, identityOf } from './identity.js';
import { type Part, Parts } from './parts.js';
import { checkPayload } from './payload.js';
import type { Demanded, Opened } from './payload-passthru.js';
import { trustlevelOf } from './trustlevel.js';
import type { Startable, WorkLimit } from './work-limit.js';

/** Who calls, as far as the dealer tells. */
export interface CallerIdentity extends Identity {}

/** What an endpoint receives. */
export interface Invocation {
  readonly args: List;
  readonly kwargs: Dict;
  /** The one that was called: for a pattern, the one that matched. */
  readonly procedure: Uri;
  /** Who calls, if the dealer tells: because the caller has asked it to (`discloseMe`), or the router is set up so. */
  readonly caller: CallerIdentity | undefined;
  /** INVOCATION.Details as they came. */
  readonly details: Dict;
  /**
   * How many milliseconds there are for it, if the dealer leaves that to this side (`forwardTimeout`): then `signal` aborts, and the
   * caller is told. For a call with parts of either kind it is the longest pause between two of them.
   */
  readonly timeout: number | undefined;
  /**
   * How far the dealer trusts the call: from 0, more is more, and what it means is the router's configuration's to say.
   *
   * @see WAMP Advanced Profile, "Call Trust Levels"
   */
  readonly trustlevel: number | undefined;
  /** Aborted when the caller gives up or the session ends: whatever the endpoint returns after that goes nowhere. */
  readonly signal: AbortSignal;
  /** Whether the caller takes parts of the result before its end. */
  readonly wantsProgress: boolean;
  /**
   * Sends a part of the result, before its end, to a caller who takes such.
   *
   * @returns whether it was sent: not if the caller takes none, and not when nobody waits for the result any more
   * @throws {SerializationError} when a value cannot be sent
   * @throws {UsageError} when `args` is no list or `kwargs` no object
   * @see WAMP Advanced Profile, "Progressive Call Results"
   */
  readonly progress: (args: List, kwargs?: Dict) => boolean;
  /** Whether the call comes in parts: `args` and `kwargs` are those of the first. */
  readonly isProgressive: boolean;
  /**
   * The parts of the call, for a loop: from the first, which is `args` and `kwargs`, to the last; of a call that comes as a whole
   * just that one. What carries neither args nor kwargs only opens or ends the call, or says that its caller is still there: the
   * loop does not see it. It fails with the reason of `signal` when the call ends before its last part. An endpoint need not
   * wait for the last part to answer: what still comes is then dropped.
   *
   * Parts for which the loop has no time yet wait, up to `partsBuffer` of the registration; one more ends the call with
   * `wamp.error.unavailable`, and the loop with `QueueFull`. There is one loop: to ask again gives the same one.
   *
   * @example `for await (const { args } of parts) total += args[0]`
   * @see WAMP Advanced Profile, "Progressive Call Invocations"
   */
  readonly parts: AsyncIterableIterator<Part, undefined>;
}

/**
 * Answers calls. What it returns, or its promise resolves with, is the result: `result(…)` for several values or
 * keyword arguments, nothing for none, any other value for itself. A throw or rejection reaches the caller as ERROR: an
 * `ApplicationError` as it is, anything else as `wamp.error.runtime_error` with its message.
 */
export type Endpoint = (invocation: Invocation) => unknown;

/** What a peer offers. It outlives sessions; its `id` is that of the session there is now. */
export interface Procedure {
  readonly procedure: Uri;
  /** The wire's options. */
  readonly options: Dict;
  readonly endpoint: Endpoint;
  /** How much of it may be worked on at a time; left out, all that comes. */
  readonly limit?: WorkLimit | undefined;
  /** How many parts of one call wait for the endpoint's loop. Default 1,000. */
  readonly partsBuffer?: number | undefined;
  readonly demanded?: Demanded;
  id: Id | undefined;
  /** Told when the router takes it back. */
  onRevoked?: ((why: Error) => void) | undefined;
}

/** What an invocation needs of the callee that it came to. */
export interface WorkHost {
  start(work: Work): void;
  /** @returns whether it was sent: not when the invocation is no longer worked on */
  sendPart(work: Work, args: List, kwargs: Dict): boolean;
}

const PARTS_BUFFER = 1_000;

/** One invocation while its endpoint works on it. What most endpoints do not ask for is made only for those that do. */
export class Work implements Invocation, Startable {
  readonly args: List;
  readonly kwargs: Dict;
  readonly procedure: Uri;
  readonly details: Dict;
  readonly request: Id;
  readonly offered: Procedure;
  /** Whether further parts of the call are to come. */
  expectsParts: boolean;
  /** What has sealed the call, and seals its answers. */
  readonly sealedBy: PayloadScheme | undefined;
  readonly #host: WorkHost;
  /** Of its `timeout`, while there is one: the callee's affair. */
  timer: unknown;
  #parts: Parts | undefined;
  #controller: AbortController | undefined;
  #aborted: Error | undefined;

  /** @param opened the payload, if it came sealed */
  constructor(offered: Procedure, message: Message<'INVOCATION'>, host: WorkHost, opened?: Opened) {
    const { request, details } = message;
    const { args = NO_ARGS, kwargs = NO_KWARGS } = opened ?? message;
    this.args = args;
    this.kwargs = kwargs;
    this.sealedBy = opened?.scheme;
    this.procedure = procedureOf(offered, details);
    this.details = details;
    this.request = request;
    this.offered = offered;
    this.expectsParts = isProgressive(details);
    this.#host = host;
  }

  get isProgressive(): boolean {
    return isProgressive(this.details);
  }

  get parts(): Parts {
    if (this.#parts !== undefined) return this.#parts;
    const parts = new Parts(this.offered.partsBuffer ?? PARTS_BUFFER);
    const { args, kwargs } = this;
    this.#parts = parts;
    if (!isEmpty(args, kwargs)) parts.push({ args, kwargs });
    if (!this.expectsParts) parts.end();
    if (this.#aborted !== undefined) parts.fail(this.#aborted);
    return parts;
  }

  /** A further part has come. @returns false when there is no place for it */
  take(message: Message<'INVOCATION'>, opened?: Opened): boolean {
    const { parts } = this;
    const { details } = message;
    const { args = NO_ARGS, kwargs = NO_KWARGS } = opened ?? message;
    if (!isEmpty(args, kwargs) && !parts.push({ args, kwargs })) return false;
    this.expectsParts = isProgressive(details);
    if (!this.expectsParts) parts.end();
    return true;
  }

  get caller(): CallerIdentity | undefined {
    return identityOf(this.details, 'caller');
  }

  get timeout(): number | undefined {
    const { timeout } = this.details;
    return typeof timeout === 'number' && timeout > 0 ? timeout : undefined;
  }

  get trustlevel(): number | undefined {
    return trustlevelOf(this.details);
  }

  get wantsProgress(): boolean {
    return this.details['receive_progress'] === true;
  }

  /** Bound, since an endpoint takes its invocation apart: `({ args, progress }) => …`. */
  get progress(): Invocation['progress'] {
    return (args, kwargs = NO_KWARGS) => {
      checkPayload(`progress of ${this.procedure}`, args, kwargs);
      return this.wantsProgress && this.#host.sendPart(this, args, kwargs);
    };
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  start(): void {
    this.#host.start(this);
  }

  abort(why: Error): void {
    this.#aborted = why;
    this.#parts?.fail(why);
    this.#controller?.abort(why);
  }
}

/** Whether further parts of the call or the result are to come. */
export function isProgressive(details: Dict): boolean {
  return details['progress'] === true;
}

function isEmpty(args: List, kwargs: Dict): boolean {
  return args.length === 0 && Object.keys(kwargs).length === 0;
}

/** The procedure that was called: a pattern's details tell which. */
export function procedureOf({ procedure }: Procedure, details: Dict): Uri {
  return typeof details['procedure'] === 'string' ? details['procedure'] : procedure;
}

import { QueueFull, UsageError } from '../../errors.js';
import { CallInParts } from '../../roles/call-in-parts.js';
import type { Result } from '../../roles/caller.js';
import { checkPayload } from '../../roles/payload.js';
import type { Request } from '../../roles/request.js';
import { came } from '../../wamp/given.js';
import type { PayloadScheme } from '../../wamp/payload-scheme.js';
import type { Dict, List, Uri } from '../../wamp/values.js';
import type { GuardedCall } from '../guard/guarded-call.js';
import type { PeerLife } from '../life.js';
import type { CallPart, CallStreamOptions } from '../options.js';
import { ProgressiveCall } from './progressive-call.js';

/** A part that waits until the first one has left. */
interface Waiting {
  readonly args: List;
  readonly kwargs: Dict;
  readonly isLast: boolean;
  readonly resolve: (isSent: boolean) => void;
  readonly reject: (why: unknown) => void;
}

const NO_ARGS: List = Object.freeze([]);
const NO_KWARGS: Dict = Object.freeze({});
const BUFFER = 1_000;
/** So many parts leave before sockets and timers have their turn: a loop that sends is else never told that the call is over. */
const RUN = 64;

/**
 * A call in parts: what {@link Peer.stream} gives. `send` and `end` are the way there, the loop over it, and `result`, the way
 * back; both may be under way at the same time.
 */
export class CallStream<A extends List = List, K = Dict, P = Result, R = Result> extends ProgressiveCall<
  P,
  R,
  CallInParts
> {
  readonly #life: PeerLife;
  readonly #limit: number;
  readonly #waiting: Waiting[] = [];
  readonly #guarded: GuardedCall | undefined;
  #hasEnd = false;
  #sent = 0;

  /**
   * Made by a peer, not by hand.
   *
   * @param wire the wire's options of the whole call
   * @param sealedBy what seals its parts
   * @param guarded looks at its parts, if a contract says what they are
   */
  constructor(
    life: PeerLife,
    procedure: Uri,
    args: List,
    wire: Dict,
    options: CallStreamOptions,
    sealedBy?: PayloadScheme,
    guarded?: GuardedCall,
  ) {
    const { kwargs = NO_KWARGS, receiveProgress = true, cancelMode } = options;
    const wishes = { sealedBy, ...(cancelMode !== undefined && { cancelMode }) };
    super(
      life,
      procedure,
      (onProgress) =>
        new CallInParts(
          procedure,
          args,
          kwargs,
          wire,
          receiveProgress ? { ...wishes, onProgress: guarded?.parts(onProgress) ?? onProgress } : wishes,
        ),
      options,
      (call) => guarded?.submit(call) ?? life.outbox.submit(call, options),
    );
    this.#guarded = guarded;
    this.#life = life;
    this.#limit = options.buffer ?? BUFFER;
    if (!this.call.sent && !this.call.settled) this.call.onSent = () => this.#flush();
    const over = () => this.#drop();
    this.result.then(over, over);
    if (options.parts !== undefined) void this.#sendAll(options.parts);
  }

  /** Whether another part would be sent: the last one was not, and the call is not over. */
  get isOpen(): boolean {
    return !this.#hasEnd && !this.call.settled;
  }

  /**
   * Sends a part. Fulfilled when it is on its way: soon, unless the peer waits for its session. A loop that awaits it leaves
   * sockets and timers their turn.
   *
   * @returns whether it was sent: not when the call is over, for whatever reason; `result` says which
   * @throws {SerializationError} a value cannot be sent; the call goes on without the part
   * @throws {ContractViolation} a value does not fit the contract; the call goes on without the part
   * @throws {QueueFull} the peer waits for its session, and `buffer` parts wait already
   * @throws {UsageError} the last part was sent before, or `args` is no list, or `kwargs` no object
   */
  async send(args: A, kwargs?: K): Promise<boolean> {
    return this.#put(args, (kwargs ?? NO_KWARGS) as Dict, false);
  }

  /**
   * Sends the last part, by default one that carries nothing, and so ends the way there.
   *
   * @returns the `result`, which it also rejects like
   * @throws {SerializationError} a value cannot be sent; the call goes on without its end
   * @throws {UsageError} it was sent before, or `args` is no list, or `kwargs` no object
   */
  async end(args?: A, kwargs?: K): Promise<R> {
    await this.#put(args ?? NO_ARGS, (kwargs ?? NO_KWARGS) as Dict, true);
    return this.result;
  }

  async #put(args: List, kwargs: Dict, isLast: boolean): Promise<boolean> {
    const { call } = this;
    checkPayload(`part of a ${call.operation}`, args, kwargs);
    if (call.settled) return false;
    this.#checkOpen();
    // In their order, though a schema takes its time; the end may carry nothing.
    if (this.#guarded !== undefined) {
      await this.#guarded.sendable(args, kwargs);
      // The last part may have been sent meanwhile.
      this.#checkOpen();
    }
    if (!call.sent) return this.#wait(args, kwargs, isLast);
    const isSent = this.#life.outbox.sendPart(call, args, kwargs, isLast);
    this.#hasEnd = isLast;
    this.#sent += 1;
    if (this.#sent % RUN === 0) await eventLoopTurn();
    return isSent;
  }

  /** @throws {UsageError} */
  #checkOpen(): void {
    if (!this.#hasEnd) return;
    throw new UsageError(`part of a ${this.call.operation}: expected nothing behind the last part, received another`);
  }

  #wait(args: List, kwargs: Dict, isLast: boolean): Promise<boolean> {
    if (this.#waiting.length >= this.#limit) {
      throw new QueueFull(
        `part of a ${this.call.operation}: ${this.#limit} parts wait already for the session of peer "${this.#life.name}"; await send(), or raise buffer`,
      );
    }
    this.#hasEnd = isLast;
    return new Promise((resolve, reject) => this.#waiting.push({ args, kwargs, isLast, resolve, reject }));
  }

  /** The first part has left: the others follow at once, before anything that is sent from now on. */
  #flush(): void {
    for (const { args, kwargs, isLast, resolve, reject } of this.#waiting.splice(0)) {
      try {
        resolve(this.#life.outbox.sendPart(this.call, args, kwargs, isLast));
      } catch (error) {
        if (isLast) this.#hasEnd = false;
        reject(error);
      }
    }
  }

  #drop(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve(false);
  }

  async #sendAll(parts: Iterable<CallPart> | AsyncIterable<CallPart>): Promise<void> {
    try {
      for await (const part of parts) {
        const { args, kwargs } = payloadOf(part, this.call.operation);
        if (!(await this.#put(args, kwargs, false))) return;
      }
      await this.#put(NO_ARGS, NO_KWARGS, true);
    } catch (error) {
      this.#life.outbox.giveUp(this.call as Request, error);
    }
  }
}

function payloadOf(part: CallPart, operation: string): { readonly args: List; readonly kwargs: Dict } {
  if (isList(part)) return { args: part, kwargs: NO_KWARGS };
  if (typeof part !== 'object' || part === null) {
    throw new UsageError(
      `part of a ${operation}: expected a list of arguments, or { args, kwargs }, received ${came(part)}`,
    );
  }
  return { args: part.args ?? NO_ARGS, kwargs: part.kwargs ?? NO_KWARGS };
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    // Browsers have none.
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

function isList(part: CallPart): part is List {
  return Array.isArray(part);
}

import { QueueFull, UsageError } from '../../errors.js';
import { CallInParts } from '../../roles/call-in-parts.js';
import type { Result } from '../../roles/caller.js';
import { NO_ARGS, NO_KWARGS } from '../../roles/empty-payload.js';
import { checkPayload } from '../../roles/payload.js';
import type { Request } from '../../roles/request.js';
import type { PayloadScheme } from '../../wamp/payload-scheme.js';
import type { Dict, List, Uri } from '../../wamp/values.js';
import type { GuardedCall } from '../guard/guarded-call.js';
import type { CallPart, CallStreamOptions } from '../options.js';
import type { LoopHost } from './host.js';
import { ProgressiveCall } from './progressive-call.js';

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
  readonly #host: LoopHost;
  readonly #limit: number;
  /** Sends a part that waits until the first one has left. */
  readonly #waiting: (() => void)[] = [];
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
    host: LoopHost,
    procedure: Uri,
    args: List,
    wire: Dict,
    options: CallStreamOptions,
    sealedBy?: PayloadScheme,
    guarded?: GuardedCall,
  ) {
    const { kwargs = NO_KWARGS, receiveProgress = true, buffer = BUFFER, parts } = options;
    super(
      host,
      procedure,
      (take) => {
        const onProgress = receiveProgress ? take : undefined;
        return new CallInParts(procedure, args, kwargs, wire, { ...options, sealedBy, onProgress });
      },
      options,
      guarded,
    );
    this.#host = host;
    this.#guarded = guarded;
    this.#limit = buffer;
    // The first part has left: the others follow at once, before anything that is sent from now on. Or the call is over without it.
    const proceed = () => {
      for (const send of this.#waiting.splice(0)) send();
    };
    this.call.onSent = proceed;
    this.result.then(proceed, proceed);
    if (parts !== undefined) void this.#sendAll(parts);
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
    const part = `part of a ${call.operation}`;
    checkPayload(part, args, kwargs);
    if (call.settled) return false;
    this.#checkOpen(part);
    // In their order, though a schema takes its time; the end may carry nothing.
    if (this.#guarded !== undefined) {
      await this.#guarded.sendable(args, kwargs);
      // The last part may have been sent meanwhile.
      this.#checkOpen(part);
    }
    if (!call.sent && !call.settled) {
      if (this.#waiting.length >= this.#limit) {
        throw new QueueFull(
          `${part}: ${this.#limit} wait already (buffer) for a session of peer "${this.#host.name}"; await send()`,
        );
      }
      this.#hasEnd = isLast;
      return new Promise((resolve) => this.#waiting.push(() => resolve(this.#send(args, kwargs, isLast))));
    }
    const isSent = await this.#send(args, kwargs, isLast);
    this.#sent += 1;
    if (this.#sent % RUN === 0) await eventLoopTurn();
    return isSent;
  }

  /** @throws {UsageError} */
  #checkOpen(part: string): void {
    if (this.#hasEnd) throw new UsageError(`${part}: the last one was sent already`);
  }

  /** Sends a part at once. @returns whether there was a session to take it */
  async #send(args: List, kwargs: Dict, isLast: boolean): Promise<boolean> {
    this.#hasEnd ||= isLast;
    try {
      return this.#host.outbox.sendPart(this.call, args, kwargs, isLast);
    } catch (error) {
      if (isLast) this.#hasEnd = false;
      throw error;
    }
  }

  async #sendAll(parts: Iterable<CallPart> | AsyncIterable<CallPart>): Promise<void> {
    try {
      for await (const part of parts) {
        if (!(await this.#put(...payloadOf(part), false))) return;
      }
      await this.#put(NO_ARGS, NO_KWARGS, true);
    } catch (error) {
      this.#host.outbox.giveUp(this.call as Request, error);
    }
  }
}

/** Whatever cannot hold args stands for them: so it is looked at as those of any part are. */
function payloadOf(part: CallPart): [args: List, kwargs: Dict] {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return [part as List, NO_KWARGS];
  const { args = NO_ARGS, kwargs = NO_KWARGS } = part as Exclude<CallPart, List>;
  return [args, kwargs];
}

/** Leaves sockets and timers their turn. */
function eventLoopTurn(): Promise<void> {
  // Browsers have no setImmediate.
  return new Promise((resolve) => (typeof setImmediate === 'function' ? setImmediate : setTimeout)(resolve));
}

import { ApplicationError } from '../../errors.js';
import type { Call, Result } from '../../roles/caller.js';
import type { Request } from '../../roles/request.js';
import * as ERROR from '../../wamp/uris/error.js';
import type { Uri } from '../../wamp/values.js';
import { fromCallSite } from '../call-site.js';
import type { GuardedCall } from '../guard/guarded-call.js';
import type { ProgressOptions } from '../options.js';
import type { LoopHost } from './host.js';
import { Stream } from './stream.js';

/** A call whose result comes in parts: what {@link Peer.progress} gives. The loop over it is over the parts, without the end. */
export class ProgressiveCall<P = Result, R = Result, C extends Call = Call> extends Stream<P> {
  readonly procedure: Uri;
  /** What stands at the end. Rejects with the error that also fails the loop, or `wamp.error.canceled` if the loop was left. */
  readonly result: Promise<R>;
  protected readonly call: C;
  readonly #host: LoopHost;

  /**
   * Made by a peer, not by hand.
   *
   * @param call makes the call whose parts go to `onProgress`
   * @param guarded looks at what it sends and receives, if a contract says what that is
   */
  constructor(
    host: LoopHost,
    procedure: Uri,
    call: (onProgress: (part: Result) => unknown) => C,
    options: ProgressOptions,
    guarded?: GuardedCall,
  ) {
    super(host, 'parts of a result', procedure, options, 'fail');
    this.procedure = procedure;
    this.#host = host;
    const take = (part: Result) => this.push(part as P);
    this.call = call(guarded?.parts(take) ?? take);
    const answer = (guarded?.submit(this.call) ?? host.outbox.submit(this.call, options)) as Promise<R>;
    answer.then(
      () => this.close(),
      (error: unknown) => this.close(error),
    );
    this.result = this.#resultOf(answer, options.signal);
  }

  async #resultOf(answer: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
    try {
      return await answer;
    } catch (error) {
      const why = fromCallSite(error, signal);
      // Whoever has only the loop is told by that. Earlier this would hide from V8 who awaits the result.
      this.result.catch(() => {});
      throw why;
    }
  }

  protected override async release(why: unknown): Promise<void> {
    const left = `the loop over ${this.procedure} was left`;
    this.#host.outbox.giveUp(this.call as Request, why ?? new ApplicationError(ERROR.canceled, [left]));
  }
}

import { ApplicationError } from '../../errors.js';
import type { Call, Result } from '../../roles/caller.js';
import type { Request } from '../../roles/request.js';
import * as ERROR from '../../wamp/uris/error.js';
import type { Uri } from '../../wamp/values.js';
import { fromCallSite } from '../call-site.js';
import type { PeerLife } from '../life.js';
import type { ProgressOptions } from '../options.js';
import { Stream } from './stream.js';

/** A call whose result comes in parts: what {@link Peer.progress} gives. The loop over it is over the parts, without the end. */
export class ProgressiveCall<P = Result, R = Result, C extends Call = Call> extends Stream<P> {
  readonly procedure: Uri;
  /** What stands at the end. Rejects with the error that also fails the loop, or `wamp.error.canceled` if the loop was left. */
  readonly result: Promise<R>;
  protected readonly call: C;
  readonly #life: PeerLife;

  /**
   * Made by a peer, not by hand.
   *
   * @param call makes the call whose parts go to `onProgress`
   * @param submit sends it, now or when it can be
   */
  constructor(
    life: PeerLife,
    procedure: Uri,
    call: (onProgress: (part: Result) => void) => C,
    options: ProgressOptions,
    submit: (call: Call) => Promise<Result>,
  ) {
    super(`progress of ${procedure}`, options, 'fail');
    this.procedure = procedure;
    this.#life = life;
    this.call = call((part) => this.push(part as P));
    const answer = submit(this.call) as Promise<R>;
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

  protected async release(why: unknown): Promise<void> {
    const reason =
      why ??
      new ApplicationError(ERROR.canceled, [`the loop over the progress of ${this.procedure} was left before its end`]);
    this.#life.outbox.giveUp(this.call as Request, reason);
  }

  protected lost(): void {
    this.#life.counters.dropped += 1;
  }

  protected behind(): void {
    this.#life.log.behind(this.procedure, 'parts of a result');
  }
}

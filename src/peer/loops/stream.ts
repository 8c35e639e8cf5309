/** Values that come when they come, for a loop that takes them when it can: a bounded buffer between the two. */

import { QueueFull } from '../../errors.js';
import { DONE, Flow } from '../../roles/flow.js';
import type { Uri } from '../../wamp/values.js';
import { rejectedAtCallSite } from '../call-site.js';
import type { LoopHost } from './host.js';
import type { Overflow, StreamOptions } from './stream-options.js';

const BUFFER = 1_000;

/**
 * An async iterator over what comes. Whatever ends it, ends it once and for all: the loop that is left (`break`, `return`, a
 * throw), the end of what it is of, or an error, which the loop receives behind all that was buffered.
 */
export abstract class Stream<T> extends Flow<T> {
  /** Values that a full buffer lost. */
  dropped = 0;
  readonly #host: Pick<LoopHost, 'counters' | 'log'>;
  readonly #what: string;
  readonly #uri: Uri | undefined;
  readonly #limit: number;
  readonly #overflow: Overflow;
  /** Its reason is its user's: nothing of it is changed. */
  readonly #signal: AbortSignal | undefined;
  #unhear: readonly (() => void)[] = [];
  #released: Promise<void> | undefined;
  /** Whether the loop has not caught up since a value was lost. */
  #isBehind = false;

  /**
   * @param what its values: `events`
   * @param uri what they are of, if that has a URI
   */
  constructor(
    host: Pick<LoopHost, 'counters' | 'log'>,
    what: string,
    uri: Uri | undefined,
    { buffer = BUFFER, overflow, signal }: StreamOptions & { readonly signal?: AbortSignal },
    byDefault: Overflow,
  ) {
    super();
    this.#host = host;
    this.#what = what;
    this.#uri = uri;
    this.#signal = signal;
    this.#limit = buffer;
    this.#overflow = overflow ?? byDefault;
  }

  override next(): Promise<IteratorResult<T, undefined>> {
    // It takes the last that waits, or waits itself: it has caught up.
    if (this.buffered === 1) this.#isBehind = false;
    return super.next();
  }

  /** Ends it at once: what was buffered is gone. What a loop does that is left. Fulfilled when all is given back. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.clear();
    this.close();
    this.clear();
    await this.#released;
    return DONE;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Gives back what the stream holds. Called once, however it ends; never throws or rejects. */
  protected async release(_why: unknown): Promise<void> {}

  /**
   * It is left when `signal` aborts.
   *
   * @param unhear the ends of what it hears of elsewhere: called when it is over
   */
  protected until(signal: AbortSignal | undefined, ...unhear: readonly (() => void)[]): void {
    const leave = () => void this.return();
    signal?.addEventListener('abort', leave);
    this.#unhear = [...unhear, () => signal?.removeEventListener('abort', leave)];
    if (signal?.aborted) this.close();
  }

  protected push(value: T): void {
    if (this.isOver || this.handOver(value)) return;
    if (this.buffered >= this.#limit) {
      if (this.#overflow === 'fail') {
        const of = this.#uri === undefined ? '' : ` of ${this.#uri}`;
        this.close(new QueueFull(`${this.#what}${of}: ${this.#limit} wait already for the loop (buffer, overflow)`));
        return;
      }
      this.#lost();
      if (this.#overflow === 'dropNewest') return;
      this.shift();
    }
    this.keep(value);
  }

  /** No more will come. What is buffered is handed out still, then the error, if there is one. */
  protected close(...error: [why?: unknown]): void {
    if (this.isOver) return;
    this.finish(...error);
    for (const unhear of this.#unhear) unhear();
    this.#released = this.release(error[0]);
  }

  protected override rejected(error: unknown): Promise<never> {
    return rejectedAtCallSite(error, this.#signal);
  }

  #lost(): void {
    this.dropped += 1;
    this.#host.counters.dropped += 1;
    if (!this.#isBehind) this.#host.log.behind(this.#what, this.#uri);
    this.#isBehind = true;
  }
}

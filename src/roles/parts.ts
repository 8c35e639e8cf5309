import type { Dict, List } from '../wamp/values.js';
import { DONE, Flow } from './flow.js';

/** One part of a call. */
export interface Part {
  readonly args: List;
  readonly kwargs: Dict;
}

/**
 * The parts of a call as they come, for the loop of the endpoint that works on it: a bounded buffer between the two. What
 * ends the call before its last part fails the loop at once, since nobody waits for what would become of the parts before.
 */
export class Parts extends Flow<Part> implements AsyncIterableIterator<Part, undefined> {
  readonly #limit: number;

  /** @param limit how many parts may wait for the loop */
  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  /** @returns false when there is no place for it */
  push(part: Part): boolean {
    if (this.isOver || this.handOver(part)) return true; // Where it is over, nobody loops any more.
    if (this.buffered >= this.#limit) return false;
    this.keep(part);
    return true;
  }

  /** The last part has come. What waits is handed out still. */
  end(): void {
    this.finish();
  }

  /** The call is over before its last part: the loop fails. */
  fail(why: Error): void {
    if (this.isOver && this.buffered === 0) return;
    this.clear();
    this.finish(why);
  }

  /** The loop was left: what still comes is dropped. */
  return(): Promise<IteratorReturnResult<undefined>> {
    this.clear();
    this.finish();
    return Promise.resolve(DONE);
  }
}

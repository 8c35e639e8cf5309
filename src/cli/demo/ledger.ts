/** What happened in the house, counted one by one: nothing here is computed from what ought to have happened. */

/** The figures that `--json` prints. */
export interface Figures {
  /** Calls that were answered with a result. */
  readonly calls: number;
  /** Events that the logger was given. */
  readonly events: number;
  /** Sessions that ended with ABORT. */
  readonly aborts: number;
  /** Incarnations beyond each child's first. */
  readonly restarts: number;
  /** Events that the broker acknowledged and the logger was never given: it was down when they were published. */
  readonly lostEvents: number;
  /** Requests of all peers that had not settled when the tree was down. */
  readonly unsettled: number;
  /** `normal`, or why the tree ended by itself. */
  readonly exit: string;
}

export class Ledger {
  calls = 0;
  events = 0;
  aborts = 0;
  restarts = 0;
  /** Requests that were answered with an error, or lost with their session. */
  failures = 0;
  /** Acknowledged events that the logger has not been given yet, and the reverse: an event may come before its acknowledgement. */
  readonly #acknowledged = new Set<string>();
  readonly #early = new Set<string>();

  acknowledge(topic: string, sequence: number): void {
    const key = `${topic} ${sequence}`;
    if (!this.#early.delete(key)) this.#acknowledged.add(key);
  }

  receive(topic: string, sequence: number): void {
    this.events += 1;
    const key = `${topic} ${sequence}`;
    if (!this.#acknowledged.delete(key)) this.#early.add(key);
  }

  /** Final only once nothing is under way any more. */
  get lostEvents(): number {
    return this.#acknowledged.size;
  }
}

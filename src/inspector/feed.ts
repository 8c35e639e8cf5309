import type { Clock, Milliseconds } from '../../supervisors/clock.js';
import type { Detail, InspectedTree, Records, ReportRow, Row } from './records.js';
import { clean } from './redact.js';

/** A line of a page's stream. `now` is the clock's time, against which all other times in it are to be read. */
export type FeedLine = { readonly now: Milliseconds } & (
  | {
      readonly kind: 'tree';
      /** The rows that are new or have changed. */
      readonly rows: readonly Row[];
      /** The paths of all rows in order, where one was added, moved or removed. */
      readonly order?: readonly string[];
      readonly reports: readonly ReportRow[];
    }
  | { readonly kind: 'actor'; readonly detail: Detail | null }
  /** A part of the tree could not be read. */
  | { readonly kind: 'trouble'; readonly why: string }
  | { readonly kind: 'beat' }
);

/** One open stream of a page. */
export interface Subscriber {
  /** Whether what was written before has left; else nothing more is computed for it now. */
  isReady(): boolean;
  write(line: FeedLine): void;
}

/** Changes within so many milliseconds are shown together. */
const GATHER: Milliseconds = 80;
/** A flush that took long is followed by so many times its length of rest: at most a tenth of the time goes into it. */
const REST = 9;
/** So often a page hears something, and what time alone changes is looked at: a budget fills up again unannounced. */
const BEAT: Milliseconds = 2_000;

/**
 * Tells open pages what has changed. Events only set a mark; what changed is found out a moment later by comparing
 * with what was sent. Without an open page nothing is observed, computed or timed.
 */
export class Feed {
  readonly #tree: InspectedTree;
  readonly #records: Records;
  readonly #clock: Clock;
  readonly #watches = new Set<Watch>();
  #stopInspecting: (() => void) | undefined;
  #flushTimer: unknown;
  #beatTimer: unknown;
  #lastTook: Milliseconds = 0;

  constructor(tree: InspectedTree, records: Records, clock: Clock) {
    this.#tree = tree;
    this.#records = records;
    this.#clock = clock;
  }

  /** How many pages' streams are open. */
  get size(): number {
    return this.#watches.size;
  }

  /** Sends all rows and reports now, and then what changes. @returns a function that ends it */
  watchTree(subscriber: Subscriber): () => void {
    return this.#open(new TreeWatch(subscriber, this.#records));
  }

  /** Sends what there is about one actor now, and whenever it changes; `null` while none runs there. */
  watchActor(path: string, subscriber: Subscriber): () => void {
    return this.#open(new ActorWatch(path, subscriber, this.#records));
  }

  /** Something may have changed. */
  mark(): void {
    if (this.#watches.size === 0 || this.#flushTimer !== undefined) return;
    this.#flushTimer = this.#later(() => this.#flush(), Math.max(GATHER, this.#lastTook * REST));
  }

  close(): void {
    this.#watches.clear();
    this.#rest();
  }

  #open(watch: Watch): () => void {
    if (this.#watches.size === 0) {
      this.#stopInspecting = this.#tree.inspect(() => this.mark());
      this.#beatTimer = this.#later(() => this.#beat(), BEAT);
    }
    this.#watches.add(watch);
    this.#tell(watch);
    return () => {
      this.#watches.delete(watch);
      if (this.#watches.size === 0) this.#rest();
    };
  }

  #rest(): void {
    this.#stopInspecting?.();
    this.#stopInspecting = undefined;
    this.#clock.clearTimeout(this.#flushTimer);
    this.#clock.clearTimeout(this.#beatTimer);
    this.#flushTimer = undefined;
    this.#beatTimer = undefined;
  }

  #flush(): void {
    this.#flushTimer = undefined;
    const before = this.#clock.now();
    for (const watch of this.#watches) {
      if (watch.subscriber.isReady()) this.#tell(watch);
    }
    this.#lastTook = this.#clock.now() - before;
  }

  /** Snapshots are the user's: what throws when it is read must not end the process that is looked at. */
  #tell(watch: Watch): void {
    try {
      watch.flush();
    } catch (error) {
      const why = error instanceof Error ? error.message : 'it threw something that is no error';
      watch.subscriber.write({ kind: 'trouble', now: this.#records.now, why: clean(why) });
    }
  }

  #beat(): void {
    this.#beatTimer = this.#later(() => this.#beat(), BEAT);
    for (const { subscriber } of this.#watches) {
      if (subscriber.isReady()) subscriber.write({ kind: 'beat', now: this.#records.now });
    }
    this.mark();
  }

  /** An inspector alone keeps no process alive. */
  #later(act: () => void, delay: Milliseconds): unknown {
    const timer = this.#clock.setTimeout(act, delay);
    if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') {
      timer.unref();
    }
    return timer;
  }
}

interface Watch {
  readonly subscriber: Subscriber;
  flush(): void;
}

class TreeWatch implements Watch {
  readonly subscriber: Subscriber;
  readonly #records: Records;
  #sent = new Map<string, string>();
  #order = '';
  #reported = 0;

  constructor(subscriber: Subscriber, records: Records) {
    this.subscriber = subscriber;
    this.#records = records;
  }

  flush(): void {
    const all = this.#records.rows();
    const sent = new Map<string, string>();
    const rows: Row[] = [];
    for (const row of all) {
      const text = JSON.stringify(row);
      sent.set(row.path, text);
      if (this.#sent.get(row.path) !== text) rows.push(row);
    }
    this.#sent = sent;
    const paths = all.map(({ path }) => path);
    const order = paths.join('\n');
    const reports = this.#records.reportsAfter(this.#reported);
    const isMoved = order !== this.#order;
    if (rows.length === 0 && reports.length === 0 && !isMoved) return;
    this.#order = order;
    this.#reported = reports.at(-1)?.sequence ?? this.#reported;
    const line = { kind: 'tree', now: this.#records.now, rows, reports } as const;
    this.subscriber.write(isMoved ? { ...line, order: paths } : line);
  }
}

class ActorWatch implements Watch {
  readonly subscriber: Subscriber;
  readonly #path: string;
  readonly #records: Records;
  #sent: string | undefined;

  constructor(path: string, subscriber: Subscriber, records: Records) {
    this.#path = path;
    this.subscriber = subscriber;
    this.#records = records;
  }

  flush(): void {
    const detail = this.#records.detail(this.#path) ?? null;
    const text = JSON.stringify(detail);
    if (text === this.#sent) return;
    this.#sent = text;
    this.subscriber.write({ kind: 'actor', now: this.#records.now, detail });
  }
}

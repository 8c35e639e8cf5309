import { type Clock, type Milliseconds, systemClock } from '../../supervisors/clock.js';
import { unfit } from '../wamp/given.js';
import { NothingLeftToHappen, WaitedTooLong } from './errors.js';
import { quiet } from './quiet.js';
import { VirtualClock } from './virtual-clock.js';

/** What a wait takes. */
export interface WaitOptions {
  /** How long it may take, in the clock's milliseconds. Default: an hour in virtual time, 5 s in real time. */
  readonly within?: Milliseconds;
}

/** Why time has to move. */
interface Goal {
  /** What is waited for, as the end of "waited for …". */
  readonly what: string;
  /** How long it may take, and until when: beyond that it is not waited for. */
  readonly within?: Milliseconds;
  readonly until: Milliseconds;
  /** Looked at whenever everything is quiet. */
  isReached(): boolean;
  /** It is reached, or never will be. */
  over(error?: Error): void;
}

/** Moves the time of a test bed, as far as somebody waits for it, and no further. */
export interface Time {
  readonly clock: Clock;
  readonly isVirtual: boolean;
  /** How long a wait may take if it does not say. */
  readonly within: Milliseconds;
  /** Lets exactly so much time pass, and all that is due until then happen. */
  advance(by: Milliseconds): Promise<void>;
  /** All that can happen without time passing has happened. */
  settled(): Promise<void>;
  /** Lets time pass until `isReached` says so. */
  reach(what: string, isReached: () => boolean, options?: WaitOptions): Promise<void>;
}

/** Says what a test sees at the moment, for somebody who waited in vain. */
export type Seen = () => string;

/** More timers than that at one moment are one that sets itself again and again. */
const MOST_AT_ONCE = 10_000;

/**
 * Virtual time. One loop moves it: it lets everything come to rest, and then fires the next timer, as long as somebody waits for
 * something that has not come. So it knows when nothing will ever happen any more.
 */
export class VirtualTime implements Time {
  readonly clock = new VirtualClock();
  readonly isVirtual = true;
  readonly within: Milliseconds = 3_600_000;
  readonly #seen: Seen;
  readonly #goals = new Set<Goal>();
  #isRunning = false;
  /** How many timers have fired since time has last moved. */
  #atOnce = 0;

  constructor(seen: Seen) {
    this.#seen = seen;
  }

  async advance(by: Milliseconds): Promise<void> {
    checkDuration('advance', by);
    const until = this.clock.now() + by;
    await this.#pursue({ what: '', until, isReached: () => this.clock.now() >= until && this.#isPast(until) });
  }

  settled(): Promise<void> {
    const until = this.clock.now();
    return this.#pursue({ what: '', until, isReached: () => this.#isPast(until) });
  }

  async reach(what: string, isReached: () => boolean, options: WaitOptions = {}): Promise<void> {
    const within = options.within ?? this.within;
    checkDuration('within', within);
    await this.#pursue({ what, within, until: this.clock.now() + within, isReached });
  }

  /** Whether nothing is due any more until `time`. */
  #isPast(time: Milliseconds): boolean {
    const { next } = this.clock;
    return next === undefined || next > time;
  }

  #pursue(facts: Omit<Goal, 'over'>): Promise<void> {
    return new Promise((resolve, reject) => {
      const goal: Goal = {
        ...facts,
        over: (error) => {
          this.#goals.delete(goal);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      this.#goals.add(goal);
      if (this.#isRunning) return;
      this.#isRunning = true;
      void this.#run();
    });
  }

  /** Never rejects: what a timer throws is for those who wait. */
  async #run(): Promise<void> {
    while (this.#goals.size > 0) {
      try {
        await quiet();
        // What is due at the same moment belongs to it.
        const reached = this.#isPast(this.clock.now()) ? [...this.#goals].filter(isReached) : [];
        for (const goal of reached) goal.over();
        // Whoever waited goes on first: perhaps he waits for something else now.
        if (reached.length === 0 && this.#goals.size > 0) this.#step();
      } catch (error) {
        for (const goal of [...this.#goals]) goal.over(error as Error);
      }
    }
    this.#isRunning = false;
  }

  /** To the next timer, though not past what somebody waits for. */
  #step(): void {
    const { next } = this.clock;
    const nearest = Math.min(...Array.from(this.#goals, ({ until }) => until));
    if (next !== undefined && next <= nearest) {
      this.#atOnce = next > this.clock.now() ? 0 : this.#atOnce + 1;
      if (this.#atOnce > MOST_AT_ONCE) {
        this.#atOnce = 0;
        throw new Error(
          `time does not pass: ${MOST_AT_ONCE} timers were due at one moment, one after the other; look for a timer with a delay of 0 that sets itself again`,
        );
      }
      this.clock.fireNext();
      return;
    }
    const stops = [...this.#goals].filter(({ what }) => what === '');
    if (next === undefined && stops.length === 0) {
      // Nobody but a timer could bring it, and there is none.
      for (const goal of [...this.#goals]) goal.over(new NothingLeftToHappen(goal.what, this.#seen()));
      return;
    }
    // A stop is at the nearest of its own accord; a wait that is not over then has waited long enough.
    this.clock.moveTo(nearest);
    for (const goal of [...this.#goals]) {
      if (goal.until > nearest) continue;
      if (goal.what === '') goal.over();
      else goal.over(new WaitedTooLong(goal.what, this.#seen(), `it took longer than ${duration(goal.within ?? 0)}`));
    }
  }
}

/** A condition that throws has something to say: it is heard at the end, as the reason. */
function isReached(goal: Goal): boolean {
  try {
    return goal.isReached();
  } catch (error) {
    goal.over(error as Error);
    return false;
  }
}

/** Real time, for what has to be seen over real sockets: the same words, and each wait with a limit. */
export class RealTime implements Time {
  readonly clock: Clock = systemClock;
  readonly isVirtual = false;
  readonly within: Milliseconds = 5_000;
  readonly #seen: Seen;

  constructor(seen: Seen) {
    this.#seen = seen;
  }

  async advance(by: Milliseconds): Promise<void> {
    checkDuration('advance', by);
    await new Promise<void>((resolve) => this.clock.setTimeout(resolve, by));
  }

  async settled(): Promise<void> {
    await quiet();
  }

  async reach(what: string, isReached: () => boolean, options: WaitOptions = {}): Promise<void> {
    const within = options.within ?? this.within;
    checkDuration('within', within);
    const until = this.clock.now() + within;
    while (!isReached()) {
      if (this.clock.now() >= until) {
        throw new WaitedTooLong(what, this.#seen(), `it took longer than ${duration(within)}`);
      }
      // Sockets come first.
      await new Promise<void>((resolve) => this.clock.setTimeout(resolve, 1));
    }
  }
}

/**
 * Something that a test waits for, and that time is to bring: from when it is made it listens, and as long as it is awaited time
 * passes. What is due at the moment at which it comes has happened when it is fulfilled.
 */
export class Wait<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = 'Wait';
  readonly #time: Time;
  readonly #what: string;
  readonly #options: WaitOptions;
  readonly #over: () => void;
  #outcome: { readonly value: T } | { readonly error: unknown } | undefined;
  #promise: Promise<T> | undefined;

  /**
   * @param begin begins to listen; it is given what ends the wait, and returns what ends the listening
   */
  constructor(
    time: Time,
    what: string,
    options: WaitOptions,
    begin: (found: (value: T) => void, failed: (error: unknown) => void) => () => void,
  ) {
    this.#time = time;
    this.#what = what;
    this.#options = options;
    let stop: (() => void) | undefined;
    const settle = (outcome: { readonly value: T } | { readonly error: unknown }): void => {
      if (this.#outcome !== undefined) return;
      this.#outcome = outcome;
      stop?.();
    };
    this.#over = () => stop?.();
    stop = begin(
      (value) => settle({ value }),
      (error) => settle({ error }),
    );
    if (this.#outcome !== undefined) stop();
  }

  /** What is waited for. */
  get what(): string {
    return this.#what;
  }

  /** Whether it has come, or cannot come any more. */
  get isSettled(): boolean {
    return this.#outcome !== undefined;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise, except that it does nothing before somebody wants it.
  then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#promise ??= this.#reach();
    return this.#promise.then(fulfilled, rejected);
  }

  catch<B = never>(rejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, rejected);
  }

  finally(done?: (() => void) | null): Promise<T> {
    return this.then().finally(done);
  }

  async #reach(): Promise<T> {
    try {
      await this.#time.reach(this.#what, () => this.#outcome !== undefined, this.#options);
    } finally {
      this.#over();
    }
    const outcome = this.#outcome;
    if (outcome === undefined) throw new Error(`${this.#what} was reached without a value`);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }
}

function checkDuration(where: string, value: Milliseconds): void {
  if (typeof value === 'number' && value >= 0) return;
  throw unfit(where, 'the time', { expected: 'milliseconds, a number of at least 0' }, value);
}

/** `1 h`, `5 s`, `250 ms`. */
export function duration(milliseconds: Milliseconds): string {
  if (milliseconds >= 3_600_000) return `${round(milliseconds / 3_600_000)} h`;
  if (milliseconds >= 60_000) return `${round(milliseconds / 60_000)} min`;
  if (milliseconds >= 1_000) return `${round(milliseconds / 1_000)} s`;
  return `${round(milliseconds)} ms`;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

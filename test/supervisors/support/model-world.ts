import type { Process } from './model-process.js';
import type { Supervisor } from './model-supervisor.js';
import type { Situation } from './situations.js';

/** Something with a mailbox. */
export interface Runnable {
  /** Whether there is something that it can do now. */
  readonly canGo: boolean;
  /** Does it, until it has to wait. */
  go(): void;
}

interface Timer {
  readonly at: number;
  readonly ring: () => void;
}

interface Latest {
  readonly process: Process;
  readonly supervisor: Supervisor;
}

/** Something else has happened than what is known. */
export class OtherWorld extends Error {}

/**
 * A world that is not determined where OTP's is not: of several supervisors that have something to do any may be first, and
 * so may any of several timers that are due at one moment. `choices` says who is, as far as it goes; then it is the one that
 * was ready first. Every choice is noted in `trail`.
 */
export class World {
  /** In milliseconds. What a supervisor reads is `now`. */
  time = 0;
  readonly log: string[] = [];
  /** What really happened, as far as it is known: a world in which anything else happens comes to an end. */
  readonly #known: readonly string[] | undefined;
  /** A moment at which nothing has happened yet. */
  #moment = '';
  readonly trail: { readonly chosen: number; readonly of: number }[] = [];
  /** What has come about of that which the generator is there for. */
  readonly seen = new Set<Situation>();
  /** The worker that began last at a path. */
  readonly latest = new Map<string, Latest>();
  readonly #choices: readonly number[];
  readonly #resolution: number;
  readonly #timers = new Set<Timer>();
  #ready: Runnable[] = [];
  #late: Runnable[] = [];

  /** @param resolution the clock tells multiples of so many milliseconds; OTP's supervisor reads whole seconds (R14) */
  constructor(resolution: number, choices: readonly number[], known: readonly string[] | undefined) {
    this.#resolution = resolution;
    this.#choices = choices;
    this.#known = known;
  }

  /** @throws {OtherWorld} */
  say(line: string): void {
    if (this.#moment !== '') {
      const moment = this.#moment;
      this.#moment = '';
      this.say(moment);
    }
    if (this.#known !== undefined && this.#known[this.log.length] !== line) throw new OtherWorld();
    this.log.push(line);
  }

  get now(): number {
    return Math.floor(this.time / this.#resolution) * this.#resolution;
  }

  note(situation: Situation): void {
    this.seen.add(situation);
  }

  /** @returns a function that takes it back */
  after(ms: number, ring: () => void): () => void {
    const timer = { at: this.time + ms, ring };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get due(): number | undefined {
    return this.#timers.size === 0 ? undefined : Math.min(...Array.from(this.#timers, ({ at }) => at));
  }

  /** @param order where it stands among the others, if nothing else is chosen */
  wake(runnable: Runnable, order: 'first' | 'next' | 'late' = 'next'): void {
    if (!runnable.canGo || this.#ready.includes(runnable) || this.#late.includes(runnable)) return;
    if (order === 'first') this.#ready.unshift(runnable);
    else (order === 'late' ? this.#late : this.#ready).push(runnable);
  }

  /** Everything happens that needs no time. */
  settle(): void {
    for (;;) {
      const all = [...this.#ready, ...this.#late];
      const next = all[this.#choose(all.length)];
      if (next === undefined) return;
      this.#ready = this.#ready.filter((each) => each !== next);
      this.#late = this.#late.filter((each) => each !== next);
      if (next.canGo) next.go();
    }
  }

  pass(ms: number): void {
    const until = this.time + ms;
    for (let due = this.due; due !== undefined && due <= until; due = this.due) {
      const at = due;
      const rings = [...this.#timers].filter((timer) => timer.at === at);
      const timer = rings[this.#choose(rings.length)];
      if (timer === undefined) return;
      this.#timers.delete(timer);
      if (at !== this.time) this.#moment = `at ${at}`;
      this.time = at;
      timer.ring();
      this.settle();
    }
    this.time = until;
    this.#moment = '';
  }

  #choose(of: number): number {
    if (of <= 1) return 0;
    const chosen = this.#choices[this.trail.length] ?? 0;
    this.trail.push({ chosen, of });
    return chosen;
  }
}

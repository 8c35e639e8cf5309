/**
 * Scenarios from a seed, of what these supervisors have.
 *
 * They run in real time in Erlang, so no trace depends on how fast that is: a delay is either far below the time that
 * is given for it or far above, and no period ends while a scenario runs.
 */
import type { Behavior, Node, Scenario, Start, Step, Term } from './scenario.js';

type Restart = NonNullable<Node['restart']>;
type Shutdown = NonNullable<Node['shutdown']>;

const NORMAL: readonly Term[] = ['normal', 'shutdown', ['shutdown', 'why']];
const ABNORMAL: readonly Term[] = [
  'boom',
  'killed',
  'noproc',
  ['error', 'econn'],
  ['shutdown', 'a', 'b'],
  ['normal', 'x'],
];
const REASONS: readonly Term[] = [...NORMAL, ...ABNORMAL, ...ABNORMAL];
const FAILURES: readonly Start[] = [
  { error: 'efail' },
  { error: ['shutdown', 'x'] },
  { error: 'eslow', delay: 10 },
  { crash: 'oops' },
  { throw: 'thrown' },
  { return: 'garbage' },
];
/** A supervisor's script is its `init`'s: that fails or returns something else. */
const INIT_FAILURES: readonly Start[] = [{ error: 'efail' }, { error: ['shutdown', 'x'] }, { return: 'garbage' }];
/** Longer than any scenario runs, in seconds. */
const PERIOD = 60;

/** The scenario that belongs to `seed`. Its trace is for others to make. */
export function scenarioFrom(seed: number): Omit<Scenario, 'trace'> {
  return new Generator(seed).scenario();
}

class Generator {
  readonly #seed: number;
  #state: number;
  #made = 0;
  /** Supervisors by id, with the ids of their children. */
  readonly #supervisors = new Map<string, string[]>();
  readonly #workers: string[] = [];
  /** No process below them traps exits. In Erlang the others hear through their links that their supervisor was killed. */
  readonly #killable: string[] = [];

  constructor(seed: number) {
    this.#seed = seed;
    this.#state = seed;
  }

  scenario(): Omit<Scenario, 'trace'> {
    const tree = this.#supervisor('root', 0);
    const steps = Array.from({ length: 8 + this.#below(8) }, () => this.#steps()).flat();
    const stop: Step = { op: 'stop', reason: this.#one(['shutdown', 'normal', 'boom', ['shutdown', 'why']]) };
    return { name: `live_${this.#seed}`, rules: ['live'], tree, steps: [...steps, stop] };
  }

  // ---- Trees.

  #supervisor(id: string, depth: number): Node {
    const ids: string[] = [];
    this.#supervisors.set(id, ids);
    const isPlain = depth > 0 && this.#chance(0.3);
    if (isPlain) this.#killable.push(id);
    const children = Array.from({ length: 1 + this.#below(4) }, () =>
      depth < 2 && !isPlain && this.#chance(0.35)
        ? this.#supervisor(this.#newId('s'), depth + 1)
        : this.#worker(this.#newId('w'), isPlain),
    );
    ids.push(...children.map((child) => child.id));
    return {
      id,
      type: 'supervisor',
      ...(depth === 0 ? {} : this.#spec(['infinity', 'infinity', 5_000])),
      ...(depth > 0 && this.#chance(0.1) ? { behavior: { start: this.#script(INIT_FAILURES) } } : {}),
      strategy: this.#one(['one_for_one', 'one_for_all', 'rest_for_one']),
      intensity: this.#below(depth === 0 ? 9 : 5),
      period: PERIOD,
      children,
    };
  }

  #worker(id: string, isPlain: boolean): Node {
    this.#workers.push(id);
    const start = this.#chance(0.35) ? { start: this.#script(FAILURES) } : {};
    if (isPlain || this.#chance(0.2)) {
      return { id, ...this.#spec(['brutal_kill', 'infinity', 5_000, 0]), behavior: { ...start, trapExit: false } };
    }
    const [onShutdown, shutdowns] = this.#one<readonly [Behavior['onShutdown'], readonly Shutdown[]]>([
      ['obey', ['brutal_kill', 'infinity', 5_000, 0]],
      ['obey', ['infinity', 5_000]],
      ['ignore', ['brutal_kill', 20, 0]],
      [{ delay: 15 }, ['infinity', 5_000]],
      [{ delay: 1_000 }, [20]],
      [{ exit: this.#one(REASONS) }, ['infinity', 5_000]],
    ]);
    const spec = { shutdown: this.#one(shutdowns), ...this.#spec([]) };
    return { id, ...spec, behavior: { ...start, onShutdown: onShutdown ?? 'obey' } };
  }

  /** Sometimes the defaults. */
  #spec(shutdowns: readonly Shutdown[]): { restart?: Restart; shutdown?: Shutdown } {
    const restarts: readonly Restart[] = ['permanent', 'permanent', 'transient', 'temporary'];
    return {
      ...(this.#chance(0.85) ? { restart: this.#one(restarts) } : {}),
      ...(shutdowns.length > 0 && this.#chance(0.7) ? { shutdown: this.#one(shutdowns) } : {}),
    };
  }

  /** Mostly the first start is a good one: otherwise there would be no tree. */
  #script(failures: readonly Start[]): readonly Start[] {
    const first: Start = this.#chance(0.04) ? this.#one(failures) : 'ok';
    const later = Array.from({ length: 1 + this.#below(3) }, () => (this.#chance(0.3) ? 'ok' : this.#one(failures)));
    return [first, ...later];
  }

  // ---- Steps.

  #steps(): readonly Step[] {
    const sup = this.#one([...this.#supervisors.keys()]);
    const child = this.#chance(0.04) ? 'nobody' : this.#childOf(sup);
    const kind = this.#below(20);
    if (kind < 6) return [{ op: 'exit', id: this.#one(this.#workers), reason: this.#one(REASONS) }];
    if (kind < 8) return [this.#kill()];
    if (kind < 10) return [this.#batch(sup)];
    if (kind === 10) return [{ op: 'exit', id: this.#childOf('root'), reason: this.#one(REASONS) }];
    if (kind === 11) return [this.#signal()];
    if (kind === 12) return [this.#failStarts(), { op: 'exit', id: this.#one(this.#workers), reason: 'boom' }];
    if (kind === 13) return [{ op: 'terminate_child', sup, id: child }];
    if (kind === 14) return [{ op: 'restart_child', sup, id: child }];
    if (kind === 15)
      return [
        { op: 'terminate_child', sup, id: child },
        { op: 'delete_child', sup, id: child },
      ];
    if (kind === 16)
      return [
        { op: 'delete_child', sup, id: child },
        { op: 'restart_child', sup, id: child },
      ];
    if (kind === 17) return [this.#startChild(sup)];
    if (kind === 18)
      return [
        { op: 'get_childspec', sup, id: child },
        { op: 'unexpected', sup },
      ];
    return [
      { op: 'which_children', sup },
      { op: 'count_children', sup },
    ];
  }

  #kill(): Step {
    if (this.#killable.length === 0 || this.#chance(0.6)) return { op: 'kill', id: this.#one(this.#workers) };
    // Its children die at the same time as it is started again.
    return { op: 'kill', id: this.#one(this.#killable), unordered: true };
  }

  #batch(sup: string): Step {
    const exits = Array.from({ length: 2 + this.#below(3) }, () => {
      const id = this.#childOf(sup);
      return { id, reason: this.#supervisors.has(id) || this.#chance(0.8) ? this.#one(REASONS) : 'kill' };
    });
    return { op: 'batch', sup, exits };
  }

  #signal(): Step {
    if (this.#chance(0.2)) return { op: 'signal', id: this.#one([...this.#supervisors.keys()]), reason: 'boom' };
    return { op: 'signal', id: this.#one(this.#workers), reason: this.#one(['normal', 'boom', 'shutdown', 'kill']) };
  }

  #failStarts(): Step {
    const id = this.#chance(0.8) ? this.#one(this.#workers) : this.#one([...this.#supervisors.keys()]);
    return { op: 'fail_starts', id, count: 1 + this.#below(3), reason: 'efail' };
  }

  /** Of a new child, or of one with an id that is taken. */
  #startChild(sup: string): Step {
    const isPlain = this.#killable.includes(sup);
    const ids = this.#supervisors.get(sup) ?? [];
    const taken = ids.filter((id) => !this.#supervisors.has(id));
    if (taken.length > 0 && this.#chance(0.3)) {
      return { op: 'start_child', sup, spec: this.#worker(this.#one(taken), isPlain) };
    }
    const isSupervisor = !isPlain && this.#chance(0.2);
    const spec = isSupervisor ? this.#supervisor(this.#newId('s'), 2) : this.#worker(this.#newId('w'), isPlain);
    ids.push(spec.id);
    return { op: 'start_child', sup, spec };
  }

  // ---- Chance.

  #childOf(sup: string): string {
    const ids = this.#supervisors.get(sup) ?? [];
    return ids.length === 0 ? 'nobody' : this.#one(ids);
  }

  #newId(kind: 's' | 'w'): string {
    this.#made += 1;
    return `${kind}${this.#made}`;
  }

  #one<T>(values: readonly T[]): T {
    const value = values[this.#below(values.length)];
    if (value === undefined) throw new Error('nothing to choose from');
    return value;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** Mulberry32, from 0 to below 1. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}

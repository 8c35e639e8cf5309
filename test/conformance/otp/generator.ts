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
/** Half of it is longer than a supervisor takes to stop its children, but for few. */
const SLOW_START_MS = 400;
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
  #asked = 0;
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
    const asks = (...ops: readonly string[]): readonly Step[] => ops.map((op) => ({ op, sup, id: child }));
    const exit = (id: string, reason: Term): Step => ({ op: 'exit', id, reason });
    const moves: readonly (readonly [number, () => readonly Step[]])[] = [
      [6, () => [exit(this.#one(this.#workers), this.#one(REASONS))]],
      [1, () => [exit(this.#childOf('root'), this.#one(REASONS))]],
      [2, () => [this.#kill()]],
      [2, () => [this.#batch(sup)]],
      [1, () => [this.#signal()]],
      [1, () => [this.#failStarts(), exit(this.#one(this.#workers), 'boom')]],
      [1, () => this.#askedBetweenTries(sup)],
      [1, () => asks('terminate_child')],
      [1, () => asks('restart_child')],
      [1, () => asks('terminate_child', 'delete_child')],
      [1, () => asks('delete_child', 'restart_child')],
      [1, () => asks('get_childspec', 'which_children', 'count_children')],
      [1, () => [this.#startChild(sup, 0.3)]],
      [1, () => [{ op: 'unexpected', sup }]],
    ];
    const move = this.#one(moves.flatMap(([weight, make]) => Array.from({ length: weight }, () => make)));
    return move();
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

  /** Requests that reach a supervisor while it starts a child again, and slowly: they are served between two tries. */
  #askedBetweenTries(sup: string): readonly Step[] {
    const workers = (this.#supervisors.get(sup) ?? []).filter((id) => this.#workers.includes(id));
    if (workers.length === 0) return [];
    const id = this.#one(workers);
    const ask = (op: string, name: string, target: string): Step => {
      const request = op === 'start_child' ? this.#startChild(sup, 0) : { op, sup, id: target };
      return { ...request, async: name, settle: 60, snapshot: false };
    };
    const ops = ['terminate_child', 'restart_child', 'delete_child', 'start_child', 'which_children', 'count_children'];
    this.#asked += 2;
    const [first, second] = [`t${this.#asked}`, `t${this.#asked + 1}`];
    return [
      { op: 'fail_starts', id, count: 1 + this.#below(2), reason: 'efail', delay: SLOW_START_MS },
      { op: 'exit', id, reason: 'boom', settle: SLOW_START_MS / 2, snapshot: false },
      ask(this.#one(ops), first, id),
      ask(this.#one(ops), second, this.#one(workers)),
      { op: 'await', name: first },
      { op: 'await', name: second },
    ];
  }

  /** @param taken how likely it is that there is a child of that id already */
  #startChild(sup: string, taken: number): Step {
    const isPlain = this.#killable.includes(sup);
    const ids = this.#supervisors.get(sup) ?? [];
    const workers = ids.filter((id) => !this.#supervisors.has(id));
    if (workers.length > 0 && this.#chance(taken)) {
      return { op: 'start_child', sup, spec: this.#worker(this.#one(workers), isPlain) };
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

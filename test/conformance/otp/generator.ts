/**
 * Scenarios from a seed, of all that the format has.
 *
 * They run in real time in Erlang, so no trace depends on how fast that is: a delay is either far below the time that
 * is given for it or far above, and no period ends while a scenario runs. Two mistakes of OTP 25 are avoided: an ignored
 * restart of a dynamic child, and the end by request of one that waits for its restart.
 */
import type { Behavior, Node, Scenario, Start, Step, Term } from './scenario.js';

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
const SUCCESSES: readonly Start[] = ['ok', 'ok', 'ok', { info: ['port', 8_080] }];
/** A supervisor's script is its `init`'s: that fails or returns something else. */
const INIT_FAILURES: readonly Start[] = [{ error: 'efail' }, { error: ['shutdown', 'x'] }, { return: 'garbage' }];
/** What is wrong with a spec, or looks as if it were. */
const ODDITIES: readonly Partial<Node>[] = [
  { raw: 'hej' },
  { omit: ['id'] },
  { omit: ['start'] },
  { startRaw: 'mfa' },
  { startRaw: ['m', 'f'] },
  { restart: 'prmanent' },
  { significant: 'maybe' },
  { significant: true },
  { significant: true, restart: 'transient' },
  { significant: 'false' },
  { type: 'wrker' },
  { shutdown: -1 },
  { shutdown: 'soon' },
  { shutdown: 0 },
  { shutdown: 'infinity' },
  { modules: 'dy' },
  { modules: 'dynamic' },
  { modules: { list: ['m', 'n'] } },
  { modules: { list: ['m', ['n'], 1] } },
  { restart: ['transient'], type: 'wrker' },
  { shutdown: 'soon', modules: 'dy' },
];
/** Half of it is longer than a supervisor takes to stop its children, but for few. */
const SLOW_START_MS = 400;
/** Longer than any scenario runs, in seconds. */
const PERIOD = 60;

const ASKED_OF_ALL = ['restart_child', 'delete_child', 'start_child', 'which_children', 'count_children'];

/** A supervisor of the scenario, for the steps. */
interface Supervisor {
  readonly id: string;
  readonly autoShutdown: string;
  /** The names of its children in the steps. */
  readonly children: string[];
  /** Of dynamic children. */
  readonly template: Node | undefined;
}

/** The scenario that belongs to `seed`. Its trace is for others to make. */
export function scenarioFrom(seed: number): Scenario {
  return new Generator(seed).scenario();
}

class Generator {
  readonly #seed: number;
  #state: number;
  #made = 0;
  #asked = 0;
  /**
   * Whether supervisors are killed wherever they stand. Their children then end at the same time as they are started
   * again, so no order counts, and nobody may take his time to end.
   */
  readonly #isWild: boolean;
  readonly #supervisors: Supervisor[] = [];
  readonly #workers: string[] = [];
  /** No process below them traps exits. In Erlang the others hear through their links that their supervisor was killed. */
  readonly #killable: string[] = [];

  constructor(seed: number) {
    this.#seed = seed;
    this.#state = seed;
    this.#isWild = this.#chance(0.25);
  }

  scenario(): Scenario {
    const tree = this.#supervisor('root', 0, 'never');
    const made = Array.from({ length: 8 + this.#below(8) }, () => this.#steps()).flat();
    const stop: Step = { op: 'stop', reason: this.#one(['shutdown', 'normal', 'boom', ['shutdown', 'why']]) };
    const steps = [...made, this.#isWild && this.#chance(0.2) ? { ...stop, reason: 'kill' } : stop];
    const unordered = steps.map((step) => ({ ...step, unordered: true }));
    return { name: `live_${this.#seed}`, rules: ['live'], tree, steps: this.#isWild ? unordered : steps };
  }

  // ---- Trees.

  #supervisor(id: string, depth: number, above: string): Node {
    const isDynamic = this.#chance(depth === 0 ? 0.1 : 0.35);
    const isPlain = depth > 0 && !isDynamic && this.#chance(0.25);
    if (isPlain) this.#killable.push(id);
    const strategy = isDynamic ? 'simple_one_for_one' : this.#one(['one_for_one', 'one_for_all', 'rest_for_one']);
    const node = this.#supervisorNode(id, depth, above, strategy);
    const { autoShutdown } = node;
    const children = isDynamic
      ? [this.#template(depth + 1, autoShutdown)]
      : this.#below3(() =>
          depth < 2 && !isPlain && this.#chance(0.4)
            ? this.#supervisor(this.#newId('s'), depth + 1, autoShutdown)
            : this.#worker(this.#newId('w'), isPlain, autoShutdown),
        );
    this.#supervisors.push({
      id,
      autoShutdown,
      children: isDynamic ? [] : children.map((child) => child.id),
      template: isDynamic ? children[0] : undefined,
    });
    if (!isDynamic) this.#workers.push(...children.flatMap((child) => (child.type === 'supervisor' ? [] : [child.id])));
    return { ...node, children };
  }

  #supervisorNode(
    id: string,
    depth: number,
    above: string,
    strategy: string,
  ): Node & { readonly autoShutdown: string } {
    const shutdowns: readonly Term[] = this.#isWild
      ? ['infinity', 'infinity', 5_000, 'brutal_kill', 0]
      : ['infinity', 'infinity', 5_000];
    return {
      id,
      type: 'supervisor',
      ...(depth === 0 ? {} : this.#spec(shutdowns, above)),
      ...(depth > 0 && this.#chance(0.12)
        ? { behavior: { start: this.#script([...INIT_FAILURES, 'ignore'], ['ok']) } }
        : {}),
      strategy,
      intensity: this.#below(depth === 0 ? 9 : 5),
      period: PERIOD,
      autoShutdown: this.#one(['never', 'never', 'any_significant', 'all_significant']),
    };
  }

  /** What dynamic children have in common. It is no child by itself, so no step is about it. */
  #template(depth: number, above: string): Node {
    if (!this.#chance(0.3)) return asTemplate(this.#worker(this.#newId('w'), false, above));
    const node = this.#supervisorNode(this.#newId('s'), depth, above, this.#one(['one_for_one', 'one_for_all']));
    const children = this.#below3(() => this.#worker(this.#newId('w'), false, node.autoShutdown));
    return { ...asTemplate(node), children };
  }

  #below3(make: () => Node): readonly Node[] {
    return Array.from({ length: 1 + this.#below(4) }, make);
  }

  #worker(id: string, isPlain: boolean, above: string): Node {
    const start = this.#chance(0.35) ? { start: this.#script([...FAILURES, 'ignore'], SUCCESSES) } : {};
    const quick: readonly Term[] = ['brutal_kill', 'infinity', 5_000, 0];
    if (isPlain || this.#chance(0.2)) {
      return { id, ...this.#spec(quick, above), behavior: { ...start, trapExit: false } };
    }
    type Way = readonly [Behavior['onShutdown'], readonly Term[]];
    const atOnce: readonly Way[] = [
      ['obey', quick],
      ['obey', ['infinity', 5_000]],
      [{ exit: this.#one(REASONS) }, ['infinity', 5_000]],
    ];
    const [onShutdown = 'obey', shutdowns] = this.#one<Way>(
      this.#isWild
        ? atOnce
        : [
            ...atOnce,
            ['ignore', ['brutal_kill', 20, 0]],
            [{ delay: 15 }, ['infinity', 5_000]],
            [{ delay: 1_000 }, [20]],
          ],
    );
    return { id, ...this.#spec([], above), shutdown: this.#one(shutdowns), behavior: { ...start, onShutdown } };
  }

  /** Sometimes the defaults. Rarely what its supervisor refuses. */
  #spec(shutdowns: readonly Term[], above: string): Partial<Node> {
    const restart = this.#one(['permanent', 'permanent', 'transient', 'temporary']);
    const maySignify = (restart !== 'permanent' && above !== 'never') || this.#chance(this.#isWild ? 0 : 0.01);
    return {
      ...(restart !== 'permanent' || this.#chance(0.7) ? { restart } : {}),
      ...(maySignify && this.#chance(0.6) ? { significant: true } : {}),
      ...(shutdowns.length > 0 && this.#chance(0.7) ? { shutdown: this.#one(shutdowns) } : {}),
    };
  }

  /** Mostly the first start is a good one: otherwise there would be no tree, and in a wild one an order at its start. */
  #script(failures: readonly Start[], successes: readonly Start[]): readonly Start[] {
    const first: Start = this.#chance(this.#isWild ? 0 : 0.04) ? this.#one(failures) : this.#one(successes);
    const later = Array.from({ length: 1 + this.#below(3) }, () => this.#one(this.#chance(0.3) ? successes : failures));
    return [first, ...later];
  }

  // ---- Steps.

  #steps(): readonly Step[] {
    const supervisor = this.#one(this.#supervisors);
    const { id: sup, template } = supervisor;
    const child = this.#chance(0.04) ? 'nobody' : this.#childOf(supervisor);
    const asks = (...ops: readonly string[]): readonly Step[] => ops.map((op) => ({ op, sup, id: child }));
    const exit = (id: string, reason: Term): Step => ({ op: 'exit', id, reason });
    const moves: readonly (readonly [number, () => readonly Step[]])[] = [
      [6, () => [exit(this.#anyWorker(), this.#one(REASONS))]],
      [2, () => [exit(child, this.#one(REASONS))]],
      [2, () => [this.#kill()]],
      [3, () => [this.#batch(supervisor)]],
      [1, () => [this.#signal()]],
      [1, () => [this.#failStarts(), exit(this.#anyWorker(), 'boom')]],
      [1, () => this.#askedBetweenTries(supervisor)],
      [1, () => this.#flaps()],
      [1, () => asks('terminate_child')],
      [1, () => asks('restart_child')],
      [1, () => asks('terminate_child', 'delete_child')],
      [1, () => asks('delete_child', 'restart_child')],
      [1, () => asks('get_childspec', 'which_children', 'count_children')],
      [1, () => [this.#byOther(supervisor)]],
      [3, () => (isGrowing(supervisor) ? [this.#startChild(supervisor, 0.3)] : [])],
      [
        1,
        () => (template === undefined && isGrowing(supervisor) ? [{ op: 'start_child', sup, spec: this.#odd() }] : []),
      ],
      [1, () => [this.#check()]],
      [1, () => [{ op: 'unlink', id: this.#anyWorker() }]],
      [1, () => [{ op: 'unexpected', sup }]],
    ];
    const move = this.#one(moves.flatMap(([weight, make]) => Array.from({ length: weight }, () => make)));
    return move();
  }

  #kill(): Step {
    const killable = this.#isWild ? this.#supervisors.map(({ id }) => id) : this.#killable;
    if (killable.length === 0 || this.#chance(0.6)) return { op: 'kill', id: this.#anyWorker() };
    // Its children die at the same time as it is started again.
    return { op: 'kill', id: this.#one(killable), unordered: true };
  }

  #batch(supervisor: Supervisor): Step {
    const exits = Array.from({ length: 2 + this.#below(3) }, () => {
      const id = this.#childOf(supervisor);
      return { id, reason: this.#isSupervisor(id) || this.#chance(0.8) ? this.#one(REASONS) : 'kill' };
    });
    return { op: 'batch', sup: supervisor.id, exits };
  }

  #signal(): Step {
    if (this.#chance(0.2)) return { op: 'signal', id: this.#one(this.#supervisors).id, reason: 'boom' };
    return { op: 'signal', id: this.#anyWorker(), reason: this.#one(['normal', 'boom', 'shutdown', 'kill']) };
  }

  #failStarts(): Step {
    const id = this.#chance(0.8) ? this.#anyWorker() : this.#one(this.#supervisors).id;
    return { op: 'fail_starts', id, count: 1 + this.#below(3), reason: 'efail' };
  }

  /** A worker that ends again soon after it was restarted. */
  #flaps(): readonly Step[] {
    const id = this.#anyWorker();
    return [
      { op: 'set_start', id, start: [{ exitAfter: 100, reason: this.#one(REASONS) }] },
      { op: 'exit', id, reason: 'boom', settle: 500 },
      { op: 'set_start', id, start: [] },
    ];
  }

  /** Requests that reach a supervisor while it starts a child again, and slowly: they are served between two tries. */
  #askedBetweenTries(supervisor: Supervisor): readonly Step[] {
    const { id: sup, template } = supervisor;
    const workers = supervisor.children.filter((id) => !this.#isSupervisor(id));
    if (workers.length === 0) return [];
    const id = this.#one(workers);
    const ask = (op: string, name: string, target: string): Step => {
      const request = op === 'start_child' ? this.#startChild(supervisor, 0) : { op, sup, id: target };
      return { ...request, async: name, settle: 60, snapshot: false };
    };
    const ops = ASKED_OF_ALL.filter((op) => op !== 'start_child' || isGrowing(supervisor));
    if (template === undefined) ops.push('terminate_child');
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

  /** A child called by what it may not be called, or by what it is called otherwise. */
  #byOther(supervisor: Supervisor): Step {
    const ids = [this.#childOf(supervisor), this.#anyWorker(), supervisor.template?.id ?? 'nobody'];
    return {
      op: this.#one(['get_childspec', 'terminate_child', 'restart_child', 'delete_child']),
      sup: supervisor.id,
      id: this.#one(ids),
      by: this.#one(['id', 'pid', 'foreign'] as const),
    };
  }

  /** @param taken how likely it is that there is a child of that id already */
  #startChild(supervisor: Supervisor, taken: number): Step {
    const { id: sup, template, children, autoShutdown } = supervisor;
    if (template !== undefined) return this.#startDynamic(supervisor, template);
    const isPlain = this.#killable.includes(sup);
    const workers = children.filter((id) => !this.#isSupervisor(id));
    if (workers.length > 0 && this.#chance(taken)) {
      return { op: 'start_child', sup, spec: this.#worker(this.#one(workers), isPlain, autoShutdown) };
    }
    const isSupervisor = !isPlain && this.#chance(0.2);
    if (isSupervisor) {
      const spec = this.#supervisor(this.#newId('s'), 2, autoShutdown);
      children.push(spec.id);
      return { op: 'start_child', sup, spec };
    }
    const spec = this.#worker(this.#newId('w'), isPlain, autoShutdown);
    children.push(spec.id);
    this.#workers.push(spec.id);
    return { op: 'start_child', sup, spec };
  }

  #startDynamic({ id: sup, children }: Supervisor, template: Node): Step {
    const isSupervisor = template.type === 'supervisor';
    const name = `~${this.#newId(isSupervisor ? 's' : 'w')}`;
    const behavior = this.#chance(0.4) ? { behavior: { start: this.#dynamicScript(isSupervisor) } } : {};
    const step = { op: 'start_child', sup, name, ...behavior };
    if (!isSupervisor) {
      children.push(name);
      this.#workers.push(name);
      return step;
    }
    const below = (template.children ?? []).map(({ id }) => `${name}/${id}`);
    this.#workers.push(...below);
    this.#supervisors.push({
      id: `${name}/${template.id}`,
      autoShutdown: String(template.autoShutdown),
      children: below,
      template: undefined,
    });
    children.push(`${name}/${template.id}`);
    return step;
  }

  /** Only the first start of a dynamic child may be ignored. */
  #dynamicScript(isSupervisor: boolean): readonly Start[] {
    const failures = isSupervisor ? INIT_FAILURES : FAILURES;
    const [first = 'ok', ...later] = this.#script(failures, isSupervisor ? ['ok'] : SUCCESSES);
    return [this.#chance(0.15) ? 'ignore' : first, ...later];
  }

  #odd(): Node {
    return { id: this.#newId('w'), ...this.#one(ODDITIES) };
  }

  #check(): Step {
    const specs = Array.from({ length: this.#below(3) }, () => this.#odd());
    const twice = specs.length > 0 && this.#chance(0.2) ? [...specs, ...specs] : specs;
    const auto: readonly Term[] = ['never', 'any_significant', 'all_significant', 'sometimes'];
    return {
      op: 'check_childspecs',
      specs: this.#chance(0.1) ? { raw: this.#one<Term>(['specs', 1, ['a', 'b'], { list: ['a'] }]) } : twice,
      ...(this.#chance(0.5) ? { autoShutdown: this.#one(auto) } : {}),
    };
  }

  // ---- Chance.

  #isSupervisor(id: string): boolean {
    return this.#supervisors.some((each) => each.id === id);
  }

  #childOf({ children }: Supervisor): string {
    return children.length === 0 ? 'nobody' : this.#one(children);
  }

  #anyWorker(): string {
    return this.#workers.length === 0 ? 'nobody' : this.#one(this.#workers);
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

/** A name without `~` among those that are stopped at the same time would have to be in order. */
function isGrowing({ id }: Supervisor): boolean {
  return !id.startsWith('~');
}

/**
 * A template's own script would be every child's. Children that are stopped at the same time are given some time also by
 * a `shutdown` of 0, and it is a matter of luck how much.
 */
function asTemplate(node: Node): Node {
  const { start: _start, ...behavior } = node.behavior ?? {};
  return { ...node, behavior, ...(node.shutdown === 0 ? { shutdown: 20 } : {}) };
}

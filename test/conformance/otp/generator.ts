/**
 * Scenarios from a seed, of all that the format has.
 *
 * They run in real time in Erlang, so no trace depends on how fast that is: a delay is either far below the time that
 * is given for it or far above, and no period ends while a scenario runs. Two mistakes of OTP 25 are avoided: an ignored
 * restart of a dynamic child, and the end by request of one that waits for its restart.
 */
import { Chance } from './chance.js';
import type { Node, Scenario, Step, Term } from './scenario.js';
import { REASONS, type Supervisor, Trees } from './trees.js';

/** Half of it is longer than a supervisor takes to stop its children, but for few. */
const SLOW_START_MS = 400;
const ASKED_OF_ALL = ['restart_child', 'delete_child', 'start_child', 'which_children', 'count_children'];

/** The scenario that belongs to `seed`. Its trace is for others to make. */
export function scenarioFrom(seed: number): Scenario {
  return new Generator(seed).scenario();
}

class Generator {
  readonly #seed: number;
  readonly #chance: Chance;
  /**
   * Whether supervisors are killed wherever they stand. Their children then end at the same time as they are started
   * again, so no order counts, and nobody may take his time to end.
   */
  readonly #isWild: boolean;
  readonly #trees: Trees;
  #asked = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#chance = new Chance(seed);
    this.#isWild = this.#chance.is(0.25);
    this.#trees = new Trees(this.#chance, this.#isWild);
  }

  scenario(): Scenario {
    const tree = this.#trees.supervisor('root', 0, 'never');
    const made = Array.from({ length: 8 + this.#chance.below(8) }, () => this.#steps()).flat();
    const stop: Step = { op: 'stop', reason: this.#chance.one(['shutdown', 'normal', 'boom', ['shutdown', 'why']]) };
    const steps = [...made, this.#isWild && this.#chance.is(0.2) ? { ...stop, reason: 'kill' } : stop];
    const unordered = steps.map((step) => ({ ...step, unordered: true }));
    return { name: `live_${this.#seed}`, rules: ['live'], tree, steps: this.#isWild ? unordered : steps };
  }

  #steps(): readonly Step[] {
    const supervisor = this.#chance.one(this.#trees.supervisors);
    const { id: sup, template } = supervisor;
    const child = this.#chance.is(0.04) ? 'nobody' : this.#trees.childOf(supervisor);
    const asks = (...ops: readonly string[]): readonly Step[] => ops.map((op) => ({ op, sup, id: child }));
    const exit = (id: string, reason: Term): Step => ({ op: 'exit', id, reason });
    const moves: readonly (readonly [number, () => readonly Step[]])[] = [
      [6, () => [exit(this.#trees.anyWorker(), this.#chance.one(REASONS))]],
      [2, () => [exit(child, this.#chance.one(REASONS))]],
      [2, () => [this.#kill()]],
      [3, () => [this.#batch(supervisor)]],
      [1, () => [this.#signal()]],
      [1, () => [this.#failStarts(), exit(this.#trees.anyWorker(), 'boom')]],
      [1, () => this.#askedBetweenTries(supervisor)],
      [1, () => this.#flaps()],
      [1, () => asks('terminate_child')],
      [1, () => asks('restart_child')],
      [1, () => asks('terminate_child', 'delete_child')],
      [1, () => asks('delete_child', 'restart_child')],
      [1, () => asks('get_childspec', 'which_children', 'count_children')],
      [1, () => [this.#byOther(supervisor)]],
      [3, () => (isGrowing(supervisor) ? [this.#startChild(supervisor, 0.3)] : [])],
      [1, () => (template === undefined && isGrowing(supervisor) ? [startOf(sup, this.#trees.odd())] : [])],
      [1, () => [this.#check()]],
      [1, () => [{ op: 'unlink', id: this.#trees.anyWorker() }]],
      [1, () => [{ op: 'unexpected', sup }]],
    ];
    const move = this.#chance.one(moves.flatMap(([weight, make]) => Array.from({ length: weight }, () => make)));
    return move();
  }

  #kill(): Step {
    const killable = this.#isWild ? this.#trees.supervisors.map(({ id }) => id) : this.#trees.killable;
    if (killable.length === 0 || this.#chance.is(0.6)) return { op: 'kill', id: this.#trees.anyWorker() };
    // Its children die at the same time as it is started again.
    return { op: 'kill', id: this.#chance.one(killable), unordered: true };
  }

  #batch(supervisor: Supervisor): Step {
    const exits = Array.from({ length: 2 + this.#chance.below(3) }, () => {
      const id = this.#trees.childOf(supervisor);
      return { id, reason: this.#trees.isSupervisor(id) || this.#chance.is(0.8) ? this.#chance.one(REASONS) : 'kill' };
    });
    return { op: 'batch', sup: supervisor.id, exits };
  }

  #signal(): Step {
    if (this.#chance.is(0.2)) return { op: 'signal', id: this.#chance.one(this.#trees.supervisors).id, reason: 'boom' };
    return {
      op: 'signal',
      id: this.#trees.anyWorker(),
      reason: this.#chance.one(['normal', 'boom', 'shutdown', 'kill']),
    };
  }

  #failStarts(): Step {
    const id = this.#chance.is(0.8) ? this.#trees.anyWorker() : this.#chance.one(this.#trees.supervisors).id;
    return { op: 'fail_starts', id, count: 1 + this.#chance.below(3), reason: 'efail' };
  }

  /** A worker that ends again soon after it was restarted. */
  #flaps(): readonly Step[] {
    const id = this.#trees.anyWorker();
    return [
      { op: 'set_start', id, start: [{ exitAfter: 100, reason: this.#chance.one(REASONS) }] },
      { op: 'exit', id, reason: 'boom', settle: 500 },
      { op: 'set_start', id, start: [] },
    ];
  }

  /** Requests that reach a supervisor while it starts a child again, and slowly: they are served between two tries. */
  #askedBetweenTries(supervisor: Supervisor): readonly Step[] {
    const { id: sup, template } = supervisor;
    const workers = supervisor.children.filter((id) => !this.#trees.isSupervisor(id));
    if (workers.length === 0) return [];
    const id = this.#chance.one(workers);
    const ask = (op: string, name: string, target: string): Step => {
      const request = op === 'start_child' ? this.#startChild(supervisor, 0) : { op, sup, id: target };
      return { ...request, async: name, settle: 60, snapshot: false };
    };
    const ops = ASKED_OF_ALL.filter((op) => op !== 'start_child' || isGrowing(supervisor));
    if (template === undefined) ops.push('terminate_child');
    this.#asked += 2;
    const [first, second] = [`t${this.#asked}`, `t${this.#asked + 1}`];
    return [
      { op: 'fail_starts', id, count: 1 + this.#chance.below(2), reason: 'efail', delay: SLOW_START_MS },
      { op: 'exit', id, reason: 'boom', settle: SLOW_START_MS / 2, snapshot: false },
      ask(this.#chance.one(ops), first, id),
      ask(this.#chance.one(ops), second, this.#chance.one(workers)),
      { op: 'await', name: first },
      { op: 'await', name: second },
    ];
  }

  /** A child called by what it may not be called, or by what it is called otherwise. */
  #byOther(supervisor: Supervisor): Step {
    const ids = [this.#trees.childOf(supervisor), this.#trees.anyWorker(), supervisor.template?.id ?? 'nobody'];
    return {
      op: this.#chance.one(['get_childspec', 'terminate_child', 'restart_child', 'delete_child']),
      sup: supervisor.id,
      id: this.#chance.one(ids),
      by: this.#chance.one(['id', 'pid', 'foreign'] as const),
    };
  }

  /** @param taken how likely it is that there is a child of that id already */
  #startChild(supervisor: Supervisor, taken: number): Step {
    const { id: sup, template, children, autoShutdown } = supervisor;
    if (template !== undefined) return this.#trees.startDynamic(supervisor, template);
    const isPlain = this.#trees.killable.includes(sup);
    const workers = children.filter((id) => !this.#trees.isSupervisor(id));
    if (workers.length > 0 && this.#chance.is(taken)) {
      return startOf(sup, this.#trees.worker(this.#chance.one(workers), isPlain, autoShutdown));
    }
    const isSupervisor = !isPlain && this.#chance.is(0.2);
    const spec = isSupervisor
      ? this.#trees.supervisor(this.#trees.newId('s'), 2, autoShutdown)
      : this.#trees.worker(this.#trees.newId('w'), isPlain, autoShutdown);
    children.push(spec.id);
    if (!isSupervisor) this.#trees.workers.push(spec.id);
    return startOf(sup, spec);
  }

  #check(): Step {
    const specs = Array.from({ length: this.#chance.below(3) }, () => this.#trees.odd());
    const twice = specs.length > 0 && this.#chance.is(0.2) ? [...specs, ...specs] : specs;
    const auto: readonly Term[] = ['never', 'any_significant', 'all_significant', 'sometimes'];
    return {
      op: 'check_childspecs',
      specs: this.#chance.is(0.1) ? { raw: this.#chance.one<Term>(['specs', 1, ['a', 'b'], { list: ['a'] }]) } : twice,
      ...(this.#chance.is(0.5) ? { autoShutdown: this.#chance.one(auto) } : {}),
    };
  }
}

function startOf(sup: string, spec: Node): Step {
  return { op: 'start_child', sup, spec };
}

/** A name without `~` among those that are stopped at the same time would have to be in order. */
function isGrowing({ id }: Supervisor): boolean {
  return !id.startsWith('~');
}

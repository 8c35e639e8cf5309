import type { Chance } from './chance.js';
import type { Behavior, Node, Start, Step, Term } from './scenario.js';

const NORMAL: readonly Term[] = ['normal', 'shutdown', ['shutdown', 'why']];
const ABNORMAL: readonly Term[] = [
  'boom',
  'killed',
  'noproc',
  ['error', 'econn'],
  ['shutdown', 'a', 'b'],
  ['normal', 'x'],
];
export const REASONS: readonly Term[] = [...NORMAL, ...ABNORMAL, ...ABNORMAL];
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
/** Longer than any scenario runs, in seconds. */
const PERIOD = 60;

/** A supervisor of the scenario, for the steps. */
export interface Supervisor {
  readonly id: string;
  readonly autoShutdown: string;
  /** The names of its children in the steps. */
  readonly children: string[];
  /** Of dynamic children. */
  readonly template: Node | undefined;
}

/** Makes trees, and knows what there is in them for the steps. */
export class Trees {
  readonly supervisors: Supervisor[] = [];
  readonly workers: string[] = [];
  /** No process below them traps exits. In Erlang the others hear through their links that their supervisor was killed. */
  readonly killable: string[] = [];
  readonly #chance: Chance;
  readonly #isWild: boolean;
  #made = 0;

  /** @param isWild whether supervisors are killed wherever they stand: nobody may then take his time to end */
  constructor(chance: Chance, isWild: boolean) {
    this.#chance = chance;
    this.#isWild = isWild;
  }

  /** @param above the `autoShutdown` of the supervisor above, `never` for the root */
  supervisor(id: string, depth: number, above: string): Node {
    const isDynamic = this.#chance.is(depth === 0 ? 0.1 : 0.35);
    const isPlain = depth > 0 && !isDynamic && this.#chance.is(0.25);
    if (isPlain) this.killable.push(id);
    const strategy = isDynamic
      ? 'simple_one_for_one'
      : this.#chance.one(['one_for_one', 'one_for_all', 'rest_for_one']);
    const node = this.#supervisorNode(id, depth, above, strategy);
    const { autoShutdown } = node;
    const children = isDynamic
      ? [this.#template(depth + 1, autoShutdown)]
      : this.#some(() =>
          depth < 2 && !isPlain && this.#chance.is(0.4)
            ? this.supervisor(this.newId('s'), depth + 1, autoShutdown)
            : this.worker(this.newId('w'), isPlain, autoShutdown),
        );
    this.supervisors.push({
      id,
      autoShutdown,
      children: isDynamic ? [] : children.map((child) => child.id),
      template: isDynamic ? children[0] : undefined,
    });
    if (!isDynamic) this.workers.push(...children.flatMap((child) => (child.type === 'supervisor' ? [] : [child.id])));
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
      ...(depth > 0 && this.#chance.is(0.12)
        ? { behavior: { start: this.#script([...INIT_FAILURES, 'ignore'], ['ok']) } }
        : {}),
      strategy,
      intensity: this.#chance.below(depth === 0 ? 9 : 5),
      period: PERIOD,
      autoShutdown: this.#chance.one(['never', 'never', 'any_significant', 'all_significant']),
    };
  }

  /** What dynamic children have in common. It is no child by itself, so no step is about it. */
  #template(depth: number, above: string): Node {
    if (!this.#chance.is(0.3)) return asTemplate(this.worker(this.newId('w'), false, above));
    const node = this.#supervisorNode(this.newId('s'), depth, above, this.#chance.one(['one_for_one', 'one_for_all']));
    const children = this.#some(() => this.worker(this.newId('w'), false, node.autoShutdown));
    return { ...asTemplate(node), children };
  }

  #some(make: () => Node): readonly Node[] {
    return Array.from({ length: 1 + this.#chance.below(4) }, make);
  }

  /** @param isPlain whether it may not trap exits */
  worker(id: string, isPlain: boolean, above: string): Node {
    const start = this.#chance.is(0.35) ? { start: this.#script([...FAILURES, 'ignore'], SUCCESSES) } : {};
    const quick: readonly Term[] = ['brutal_kill', 'infinity', 5_000, 0];
    if (isPlain || this.#chance.is(0.2)) {
      return { id, ...this.#spec(quick, above), behavior: { ...start, trapExit: false } };
    }
    type Way = readonly [Behavior['onShutdown'], readonly Term[]];
    const atOnce: readonly Way[] = [
      ['obey', quick],
      ['obey', ['infinity', 5_000]],
      [{ exit: this.#chance.one(REASONS) }, ['infinity', 5_000]],
    ];
    const [onShutdown = 'obey', shutdowns] = this.#chance.one<Way>(
      this.#isWild
        ? atOnce
        : [
            ...atOnce,
            ['ignore', ['brutal_kill', 20, 0]],
            [{ delay: 15 }, ['infinity', 5_000]],
            [{ delay: 1_000 }, [20]],
          ],
    );
    return { id, ...this.#spec([], above), shutdown: this.#chance.one(shutdowns), behavior: { ...start, onShutdown } };
  }

  /** Sometimes the defaults. Rarely what its supervisor refuses. */
  #spec(shutdowns: readonly Term[], above: string): Partial<Node> {
    const restart = this.#chance.one(['permanent', 'permanent', 'transient', 'temporary']);
    const maySignify = (restart !== 'permanent' && above !== 'never') || this.#chance.is(this.#isWild ? 0 : 0.01);
    return {
      ...(restart !== 'permanent' || this.#chance.is(0.7) ? { restart } : {}),
      ...(maySignify && this.#chance.is(0.6) ? { significant: true } : {}),
      ...(shutdowns.length > 0 && this.#chance.is(0.7) ? { shutdown: this.#chance.one(shutdowns) } : {}),
    };
  }

  /** Mostly the first start is a good one: otherwise there would be no tree, and in a wild one an order at its start. */
  #script(failures: readonly Start[], successes: readonly Start[]): readonly Start[] {
    const first: Start = this.#chance.is(this.#isWild ? 0 : 0.04)
      ? this.#chance.one(failures)
      : this.#chance.one(successes);
    const later = Array.from({ length: 1 + this.#chance.below(3) }, () =>
      this.#chance.one(this.#chance.is(0.3) ? successes : failures),
    );
    return [first, ...later];
  }

  /** The step that starts one more child of a dynamic supervisor, which the steps then know. */
  startDynamic({ id: sup, children }: Supervisor, template: Node): Step {
    const isSupervisor = template.type === 'supervisor';
    const name = `~${this.newId(isSupervisor ? 's' : 'w')}`;
    const behavior = this.#chance.is(0.4) ? { behavior: { start: this.#dynamicScript(isSupervisor) } } : {};
    const step = { op: 'start_child', sup, name, ...behavior };
    if (!isSupervisor) {
      children.push(name);
      this.workers.push(name);
      return step;
    }
    const below = (template.children ?? []).map(({ id }) => `${name}/${id}`);
    this.workers.push(...below);
    this.supervisors.push({
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
    return [this.#chance.is(0.15) ? 'ignore' : first, ...later];
  }

  /** A spec that may be wrong. */
  odd(): Node {
    return { id: this.newId('w'), ...this.#chance.one(ODDITIES) };
  }

  isSupervisor(id: string): boolean {
    return this.supervisors.some((each) => each.id === id);
  }

  childOf({ children }: Supervisor): string {
    return children.length === 0 ? 'nobody' : this.#chance.one(children);
  }

  anyWorker(): string {
    return this.workers.length === 0 ? 'nobody' : this.#chance.one(this.workers);
  }

  newId(kind: 's' | 'w'): string {
    this.#made += 1;
    return `${kind}${this.#made}`;
  }
}

/**
 * A template's own script would be every child's. Children that are stopped at the same time are given some time also by
 * a `shutdown` of 0, and it is a matter of luck how much.
 */
function asTemplate(node: Node): Node {
  const { start: _start, ...behavior } = node.behavior ?? {};
  return { ...node, behavior, ...(node.shutdown === 0 ? { shutdown: 20 } : {}) };
}

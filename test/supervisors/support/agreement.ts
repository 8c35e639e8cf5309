import type { Inspector } from '../../../supervisors/index.js';
import { Model } from './model.js';
import { OtherWorld } from './model-world.js';
import type { Command, Observation, SupervisorPlan } from './plan.js';
import { RealTree } from './real-tree.js';
import type { Situation } from './situations.js';

/** Where the rules leave open who is first, so many orders are tried before that counts as a divergence. */
const MOST_ORDERS = 5_000;

/** What was found out in a run in which the engine did what the rules say. */
export interface Agreement {
  readonly seen: ReadonlySet<Situation>;
  /** How often another order than the first was what the engine had done. */
  readonly reordered: number;
}

/** The engine did what no order of events allows. */
class Divergence extends Error {
  constructor(command: Command | undefined, expected: Observation, actual: Observation) {
    const after = command === undefined ? 'the start' : JSON.stringify(command);
    super(
      `after ${after}\nthe rules say ${JSON.stringify(expected, undefined, 1)}\n` +
        `the engine did ${JSON.stringify(actual, undefined, 1)}`,
    );
  }
}

/** Runs the commands on a real tree and on the rules. @throws {Divergence} at the first command where they part */
export async function agree(
  plan: SupervisorPlan,
  resolution: number,
  commands: readonly Command[],
  inspect: Inspector,
): Promise<Agreement> {
  const run = new Run(plan, resolution, inspect);
  for (const command of [undefined, ...commands, ...END]) await run.follow(command);
  run.finish();
  return run;
}

/** Whatever there is left comes to its end: also what nobody can stop but by killing it. */
const END: readonly Command[] = [
  { op: 'exit', path: '', reason: 'shutdown' },
  { op: 'wait', ms: 60_000 },
  { op: 'kill', path: '' },
  { op: 'wait', ms: 60_000 },
];

class Run implements Agreement {
  reordered = 0;
  readonly #plan: SupervisorPlan;
  readonly #resolution: number;
  readonly #real: RealTree;
  readonly #commands: (Command | undefined)[] = [];
  readonly #observed: Observation[] = [];
  readonly #log: string[] = [];
  #model: Model | undefined;

  constructor(plan: SupervisorPlan, resolution: number, inspect: Inspector) {
    this.#plan = plan;
    this.#resolution = resolution;
    this.#real = new RealTree(plan, resolution, inspect);
  }

  get seen(): ReadonlySet<Situation> {
    return this.#model?.seen ?? new Set();
  }

  async follow(command: Command | undefined): Promise<void> {
    const actual = await this.#real.perform(command);
    this.#commands.push(command);
    this.#observed.push(actual);
    this.#log.push(...actual.log);
    const trail = this.#goOn(command, actual);
    if (trail !== undefined) this.#model = this.#inAnotherOrder(trail);
  }

  finish(): void {
    const { leftovers } = this.#real;
    if (leftovers.length > 0) throw new Error(`when all was over there was left: ${leftovers.join(', ')}`);
  }

  /** @returns what was chosen so far, if that comes to something else */
  #goOn(command: Command | undefined, actual: Observation): Model['trail'] | undefined {
    const model = this.#model ?? this.#newModel([]);
    this.#model = model;
    try {
      model.perform(command);
      return isSame(model.observe(), actual) ? undefined : model.trail;
    } catch (error) {
      if (!(error instanceof OtherWorld)) throw error;
      return model.trail;
    }
  }

  /**
   * Looks for an order in which the rules allow all that was observed. Those in which least is changed come first: where
   * something happens unseen, there are very many that come to the same.
   */
  #inAnotherOrder(tried: Model['trail']): Model {
    this.reordered += 1;
    const orders = changed(tried, 0);
    for (let index = 0; index < MOST_ORDERS; index++) {
      const choices = orders[index];
      if (choices === undefined) break;
      const model = this.#newModel(choices);
      this.#model = model;
      let trail: Model['trail'] | undefined;
      for (const [step, command] of this.#commands.entries()) {
        trail = this.#goOn(command, this.#observed[step] ?? NOTHING);
        if (trail !== undefined) break;
      }
      if (trail === undefined) return model;
      orders.push(...changed(trail, choices.length));
    }
    throw this.#divergence();
  }

  #newModel(choices: readonly number[]): Model {
    return new Model(this.#plan, this.#resolution, choices, this.#log);
  }

  /** What the rules say if those that are ready first go first. */
  #divergence(): Divergence {
    const model = new Model(this.#plan, this.#resolution);
    let expected = NOTHING;
    for (const command of this.#commands) {
      model.perform(command);
      expected = model.observe();
    }
    return new Divergence(this.#commands.at(-1), expected, this.#observed.at(-1) ?? NOTHING);
  }
}

const NOTHING: Observation = { log: [], picture: [], answers: [], faults: [] };

/** The orders that differ from one that was tried in one choice, from the choice number `from` on. */
function changed(trail: Model['trail'], from: number): (readonly number[])[] {
  const orders: (readonly number[])[] = [];
  for (let index = trail.length - 1; index >= from; index--) {
    const before = trail.slice(0, index).map(({ chosen }) => chosen);
    for (let other = 1; other < (trail[index]?.of ?? 0); other++) orders.push([...before, other]);
  }
  return orders;
}

/** Which of two answers comes first is nobody's concern. */
function isSame(expected: Observation, actual: Observation): boolean {
  const text = ({ log, picture, answers, faults }: Observation): string =>
    JSON.stringify([log, picture, [...answers].sort(), faults]);
  return text(expected) === text(actual);
}

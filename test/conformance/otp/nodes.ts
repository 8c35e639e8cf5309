import {
  type AutoShutdown,
  BadSpec,
  type ChildIdentity,
  type ChildSpec,
  type ChildTemplate,
  checkChildSpecs,
  dynamicSupervisor,
  ignore,
  type StartFunction,
  type SupervisorLogic,
  supervisor,
} from '../../../supervisors/index.js';
import type { Behavior, Node, Term } from './scenario.js';
import type { Supervisors } from './supervisors.js';
import { toTerm, toValue } from './terms.js';
import { detailsOf, outcomeOf, type World, worker } from './worker.js';

/** What a node of the tree is called in the traces. */
type Naming = (id: string) => string;

const BY_ITSELF: Naming = (id) => id;

type Made = ReturnType<StartFunction>;

/** Makes the specs and the supervisors of a scenario's tree. */
export class Nodes {
  readonly #world: World;
  readonly #supervisors: Supervisors;

  constructor(world: World, supervisors: Supervisors) {
    this.#world = world;
    this.#supervisors = supervisors;
  }

  /** The first declaration of an id says what its starts do. That of a template is made anew for each name. */
  declare(node: Node, naming = BY_ITSELF): void {
    if (node.raw !== undefined) return;
    this.#world.processes.declare(naming(node.id), node);
    if (node.strategy === 'simple_one_for_one') return;
    for (const child of node.children ?? []) this.declare(child, naming);
  }

  /** A spec as it is written: a wrong one, too. */
  spec(node: Node, naming = BY_ITSELF): ChildSpec {
    if (node.raw !== undefined) return toValue(node.raw) as ChildSpec;
    return this.#spec(node, (child) => this.#start(node, naming, child));
  }

  /**
   * What the start function of a supervisor does: it makes the logic only now, so that bad flags or specs are a failed
   * start.
   *
   * @throws why it does not start
   */
  supervisor(node: Node, { path }: Pick<ChildIdentity, 'path'>, naming = BY_ITSELF): SupervisorLogic | typeof ignore {
    const { processes } = this.#world;
    const id = naming(node.id);
    const template = node.strategy === 'simple_one_for_one' ? node.children?.[0]?.id : undefined;
    const [process, script] = processes.attempt({ ...factsOf(node), id, path, isSupervisor: true, template });
    const { delay = 0, crash, error = crash, return: returned } = detailsOf(script);
    const begin = (): SupervisorLogic | typeof ignore => {
      processes.init(process);
      if (script === 'ignore') {
        processes.ignored(process);
        return ignore;
      }
      if (error !== undefined) throw processes.failed(process, [error, 'stack']).reason;
      if (returned !== undefined) throw processes.failed(process, ['bad_return', ['oo_sup', 'init', returned]]).reason;
      try {
        return this.#supervisors.recorded(this.#logic(node, naming), process);
      } catch (cause) {
        throw processes.failed(process, toTerm(cause)).reason;
      }
    };
    return delay > 0 ? this.#supervisors.late(begin, delay) : begin();
  }

  #start(node: Node, naming: Naming, child: Pick<ChildIdentity, 'path'>): Made {
    return node.type === 'supervisor' ? this.supervisor(node, child, naming) : this.#worker(node, child, naming);
  }

  #worker(node: Node, { path }: Pick<ChildIdentity, 'path'>, naming: Naming): Made {
    const { processes } = this.#world;
    const id = naming(node.id);
    const facts = { ...factsOf(node), id, path, isSupervisor: false, template: undefined };
    const [process, script] = processes.attempt(facts);
    const { delay = 0, crash } = detailsOf(script);
    // A crash is one of the process itself, any other failure one of the function that starts it.
    if (delay > 0 || crash !== undefined) return worker(process, script, this.#world);
    const outcome = outcomeOf(process, script, processes);
    if (outcome === 'ignored') return ignore;
    if (outcome !== 'up') throw outcome.reason;
    return worker(process, script, this.#world);
  }

  #spec(node: Node, start: StartFunction): ChildSpec {
    const { id, type, restart, shutdown, significant, modules, startRaw, omit = [] } = node;
    const spec: Record<string, unknown> = {
      id,
      start: startRaw === undefined ? start : toValue(startRaw),
      ...given({ type, restart, shutdown, significant, modules }),
    };
    for (const key of omit) delete spec[key];
    return spec as unknown as ChildSpec;
  }

  #logic(node: Node, naming: Naming): SupervisorLogic {
    const { strategy, intensity, period, autoShutdown, children = [] } = node;
    const flags = { intensity, period: typeof period === 'number' ? period * 1_000 : period, autoShutdown };
    if (strategy === 'simple_one_for_one') return this.#dynamic(given(flags), children);
    return supervisor({
      ...given({ strategy, ...flags }),
      children: children.map((child) => this.spec(child, naming)),
    });
  }

  #dynamic(flags: { readonly autoShutdown?: AutoShutdown }, specs: readonly Node[]): SupervisorLogic {
    // The flags are looked at first.
    dynamicSupervisor(flags);
    const [node, ...more] = specs;
    if (node === undefined || more.length > 0) {
      throw new BadSpec('expected one child spec, the template', { name: 'bad_start_spec', value: specs });
    }
    const child = this.#template(node);
    checkChildSpecs([child], flags.autoShutdown ?? 'never');
    return dynamicSupervisor({ ...flags, child });
  }

  /** The template of dynamic children: what a child is called, and what it does, comes when it is started. */
  #template(node: Node): ChildTemplate {
    if (node.raw !== undefined) return toValue(node.raw) as ChildTemplate;
    return this.#spec(node, ({ path, args }) => {
      const [name, behavior] = args as readonly [string, Behavior | undefined];
      const own = { ...node, behavior: { ...node.behavior, ...behavior } };
      const naming: Naming = node.type === 'supervisor' ? (id) => `${name}/${id}` : () => name;
      this.declare(own, naming);
      return this.#start(own, naming, { path });
    });
  }
}

/** What is given of some options, as values: `undefined` would be one, too. */
function given(options: Readonly<Record<string, Term | undefined>>): Readonly<Record<string, never>> {
  const terms = Object.entries(options).filter(([, term]) => term !== undefined);
  return Object.fromEntries(terms.map(([key, term]) => [key, toValue(term as Term) as never]));
}

function factsOf({ behavior = {}, restart = 'permanent' }: Node): {
  readonly behavior: Behavior;
  readonly restart: Term;
} {
  return { behavior, restart };
}

import {
  type AutoShutdown,
  type BadSpec,
  type ChildInfo,
  type ChildRef,
  checkChildSpecs,
  type Tree,
} from '../../../supervisors/index.js';
import type { Nodes } from './nodes.js';
import type { Process, Processes } from './processes.js';
import type { Step, Term } from './scenario.js';
import { refusal, shown, toAnswer, toValue } from './terms.js';
import type { WorkerSnapshot } from './worker.js';

/** What the steps ask of a supervisor, with the answers that Erlang gives. */
export class Requests {
  readonly #processes: Processes;
  readonly #nodes: Nodes;

  constructor(processes: Processes, nodes: Nodes) {
    this.#processes = processes;
    this.#nodes = nodes;
  }

  /** Whether the specs would do. */
  check({ specs = [], autoShutdown }: Step): Term {
    const list = Array.isArray(specs) ? specs.map((spec) => this.#nodes.spec(spec)) : specs;
    const value = 'raw' in list ? toValue(list.raw) : list;
    try {
      checkChildSpecs(value, autoShutdown === undefined ? undefined : (toValue(autoShutdown) as AutoShutdown));
      return 'ok';
    } catch (error) {
      return ['error', refusal(error as BadSpec)];
    }
  }

  /** @param tree `undefined` if its root did not start */
  async ask(tree: Tree | undefined, step: Step): Promise<unknown> {
    const supervisor = this.#processes.latest(step.sup);
    if (supervisor === undefined) return 'no_process';
    if (tree === undefined || supervisor.end !== undefined) return ['exit', 'noproc'];
    const end = (): Term => supervisor.end?.reason ?? 'noproc';
    if (!runs(tree, supervisor)) {
      // It is about to end, since the one above it was killed, and answers nothing.
      await new Promise<void>((resolve) => supervisor.watchers.add(resolve));
      return ['exit', end()];
    }
    try {
      return await this.#request(tree, supervisor, step);
    } catch (error) {
      return toAnswer(error, {
        op: step.op,
        isDynamic: supervisor.template !== undefined,
        supervisor: supervisor.path,
        process: () => this.#processes.at(pathOf(supervisor, step.spec?.id))?.name ?? 'undefined',
        end,
      });
    }
  }

  /** A supervisor's children and counts, as the traces show its state. */
  async state(tree: Tree, supervisor: Process): Promise<unknown> {
    const { path } = supervisor;
    const [children, counts] = await Promise.all([tree.whichChildren(path), tree.countChildren(path)]);
    const { specs, active, supervisors, workers } = counts;
    return { children: this.#linesOf(supervisor, children), counts: [specs, active, supervisors, workers] };
  }

  async #request(tree: Tree, supervisor: Process, step: Step): Promise<unknown> {
    switch (step.op) {
      case 'which_children':
        return this.#linesOf(supervisor, await tree.whichChildren(supervisor.path));
      case 'count_children':
        return tree.countChildren(supervisor.path);
      case 'start_child':
        return this.#started(await this.#start(tree, supervisor, step));
      case 'restart_child':
        return this.#started(await tree.restartChild(this.#specOf(supervisor, step)));
      case 'delete_child':
        await tree.deleteChild(this.#specOf(supervisor, step));
        return 'ok';
      case 'terminate_child': {
        const child = this.#childOf(supervisor, step);
        if (child === 'stranger') return inTurn(tree, supervisor, ['error', 'not_found']);
        if (child === 'dead') return inTurn(tree, supervisor, 'ok');
        await tree.terminateChild(child);
        return 'ok';
      }
      case 'get_childspec': {
        const child = this.#childOf(supervisor, step);
        if (child === 'stranger') return inTurn(tree, supervisor, ['error', 'not_found']);
        const spec = await tree.getChildSpec(child === 'dead' ? address(supervisor, supervisor.template) : child);
        const { id, restart, shutdown, significant, type } = spec;
        return ['ok', { id, restart, shutdown, significant, type }];
      }
      default:
        throw new Error(`expected an op of the format, received '${step.op}'`);
    }
  }

  #start(tree: Tree, supervisor: Process, { name, behavior, spec }: Step): Promise<ChildInfo> {
    if (name !== undefined) return tree.startChild({ args: [name, behavior] }, supervisor.path);
    if (spec === undefined) throw new Error("expected start_child to have a 'spec' or a 'name'");
    this.#nodes.declare(spec);
    return tree.startChild(this.#nodes.spec(spec), supervisor.path);
  }

  #started(info: ChildInfo): Term {
    const more = (info.actor?.getSnapshot() as Partial<WorkerSnapshot> | undefined)?.info;
    const result = ['ok', this.#processes.nameOf(info.actor)];
    return more === undefined ? result : [...result, shown(more)];
  }

  /**
   * Who is meant: a child of static supervisors by its id, a dynamic one by its last process, wherever there was one. Our
   * tree asks the supervisor that an actor has; Erlang's caller may ask another one.
   */
  #childOf(supervisor: Process, { id = '', by }: Step): ChildRef | 'stranger' | 'dead' {
    if (supervisor.template === undefined) return this.#specOf(supervisor, { id, by });
    const process = this.#processes.latest(id);
    if (by === 'foreign') return 'stranger';
    if (by === 'id' || process === undefined) return address(supervisor, id);
    const { actor } = process;
    if (actor !== undefined && actor._parent === supervisor.actor) return actor;
    return process.isAlive ? 'stranger' : 'dead';
  }

  /**
   * A child by its id. What was a process is called by its supervisor as its spec calls it: `a`, where the steps say
   * `~s1/a`. A process is no id: where one is to be named so, no child has that name.
   */
  #specOf(supervisor: Process, { id = '', by }: Pick<Step, 'id'> & { readonly by?: Step['by'] | undefined }): string {
    if (by === 'foreign') return address(supervisor, 'a stranger');
    const process = this.#processes.latest(id);
    if (by === 'id' || process === undefined) return address(supervisor, id);
    return address(supervisor, by === 'pid' ? process.name : process.path.slice(process.path.lastIndexOf('/') + 1));
  }

  #linesOf(supervisor: Process, children: readonly ChildInfo[]): readonly Term[] {
    const isDynamic = supervisor.template !== undefined;
    const lines = children.map(({ id, status, actor, type }) => {
      const process = status === 'restarting' ? 'restarting' : this.#processes.nameOf(actor);
      return [isDynamic ? 'undefined' : id, process, type] as const;
    });
    return isDynamic ? lines.sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0)) : lines;
  }
}

/** Whether a supervisor is one of the tree's, and not what was left of one that was killed. */
export function runs(tree: Tree, { path, actor }: Process): boolean {
  return tree.find(path)?.actor === actor;
}

/** The path of a child. */
function pathOf({ path }: Process, id = ''): string {
  return path === '' ? id : `${path}/${id}`;
}

/** The same for a request: what the root should have is not looked for elsewhere. */
function address({ path }: Process, id = ''): string {
  return `${path}/${id}`;
}

/** An answer that comes when those before it were given. */
async function inTurn<T>(tree: Tree, { path }: Process, answer: T): Promise<T> {
  await tree.countChildren(path);
  return answer;
}

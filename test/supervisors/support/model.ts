import { isNormal, type Restart, type Strategy } from '../../../supervisors/index.js';

/**
 * What OTP's rules say about a static tree, written as functions over plain values and without a look at the engine.
 * Children that are asked to stop do so at once, every start succeeds, and deaths come one at a time.
 */
export interface Plan {
  readonly id: string;
  readonly restart: Restart;
  /** A supervisor's. */
  readonly below?: {
    readonly strategy: Strategy;
    readonly intensity: number;
    readonly period: number;
    readonly children: readonly Plan[];
  };
}

interface Process {
  readonly plan: Plan;
  readonly path: string;
  isUp: boolean;
  /** Of a supervisor that is up. */
  children: Process[];
  restarts: number[];
}

/** What a person sees of a child: `path#incarnation`, and `-` before those that are down. */
export type Picture = readonly string[];

export class Model {
  now = 0;
  readonly root: Process;
  readonly #starts = new Map<string, number>();

  constructor(root: Plan) {
    this.root = { plan: root, path: '', isUp: false, children: [], restarts: [] };
    this.#start(this.root);
  }

  picture(): Picture {
    const of = (process: Process): string[] =>
      process.children.flatMap((child) => [
        `${child.isUp ? '' : '-'}${child.path}#${this.#starts.get(child.path) ?? 0}`,
        ...of(child),
      ]);
    return this.root.isUp ? of(this.root) : ['down'];
  }

  /** The paths of the workers that are up. */
  workers(): readonly string[] {
    const of = (process: Process): string[] =>
      process.children.flatMap((child) =>
        child.plan.below !== undefined ? of(child) : child.isUp ? [child.path] : [],
      );
    return of(this.root);
  }

  children(): readonly string[] {
    const of = (process: Process): string[] => process.children.flatMap((child) => [child.path, ...of(child)]);
    return of(this.root);
  }

  exit(path: string, reason: unknown): void {
    const above = this.#line(path);
    const child = above.pop();
    const supervisor = above.pop();
    if (child === undefined || supervisor === undefined) return;
    this.#stop(child);
    const { restart } = child.plan;
    if (restart === 'temporary') this.#remove(supervisor, child);
    if (restart === 'temporary' || (restart === 'transient' && isNormal(reason))) return;
    const { strategy, intensity, period } = below(supervisor);
    supervisor.restarts = [...supervisor.restarts.filter((at) => at >= this.now - period), this.now];
    if (supervisor.restarts.length > intensity) {
      this.#stop(supervisor);
      this.exit(supervisor.path, 'shutdown');
      return;
    }
    const index = supervisor.children.indexOf(child);
    const group = {
      one_for_one: [child],
      rest_for_one: supervisor.children.slice(index),
      one_for_all: [...supervisor.children],
    }[strategy];
    for (const each of group) {
      this.#stop(each);
      if (each.plan.restart === 'temporary') this.#remove(supervisor, each);
    }
    for (const each of group) if (each.plan.restart !== 'temporary') this.#start(each);
  }

  terminate(path: string): void {
    const above = this.#line(path);
    const child = above.pop();
    const supervisor = above.pop();
    if (child === undefined || supervisor === undefined) return;
    this.#stop(child);
    if (child.plan.restart === 'temporary') this.#remove(supervisor, child);
  }

  /** @returns whether that is allowed */
  restart(path: string): boolean {
    const child = this.#line(path).pop();
    if (child === undefined || child.isUp) return false;
    this.#start(child);
    return true;
  }

  delete(path: string): boolean {
    const above = this.#line(path);
    const child = above.pop();
    const supervisor = above.pop();
    if (child === undefined || supervisor === undefined || child.isUp) return false;
    this.#remove(supervisor, child);
    return true;
  }

  /** From the root to the process at a path. Empty if there is none. */
  #line(path: string): Process[] {
    const line = [this.root];
    for (const id of path === '' ? [] : path.split('/')) {
      const next = line.at(-1)?.children.find(({ plan }) => plan.id === id);
      if (next === undefined) return [];
      line.push(next);
    }
    return line;
  }

  #start(process: Process): void {
    const { path, plan } = process;
    this.#starts.set(path, (this.#starts.get(path) ?? 0) + 1);
    process.isUp = true;
    process.restarts = [];
    process.children = (plan.below?.children ?? []).map((child) => ({
      plan: child,
      path: path === '' ? child.id : `${path}/${child.id}`,
      isUp: false,
      children: [],
      restarts: [],
    }));
    for (const child of process.children) this.#start(child);
  }

  #stop(process: Process): void {
    process.isUp = false;
    process.children = [];
  }

  /** The spec vanishes, and with it what was remembered of the path. */
  #remove(supervisor: Process, child: Process): void {
    supervisor.children = supervisor.children.filter((each) => each !== child);
    for (const path of this.#starts.keys()) {
      if (path === child.path || path.startsWith(`${child.path}/`)) this.#starts.delete(path);
    }
  }
}

function below({ plan }: Process): NonNullable<Plan['below']> {
  if (plan.below === undefined) throw new Error(`${plan.id} is no supervisor`);
  return plan.below;
}

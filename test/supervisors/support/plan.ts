/** What a run of the model is made of: a tree, how its workers behave, and what happens to them. All of it is data. */
import type { AutoShutdown, Restart, Shutdown, Strategy } from '../../../supervisors/index.js';

export type { Shutdown };

/** An exit reason as it is shown: `shutdown: why` stands for OTP's `{shutdown, why}`. */
export type Reason = string;

/** What comes of one attempt to start a worker. */
export interface Attempt {
  /** Milliseconds until it comes of it; the supervisor waits. */
  readonly delay?: number;
  readonly result: 'ok' | 'ignore' | { readonly fail: Reason };
  /** Once it is up it ends by itself, after so many milliseconds; with 0 before its supervisor has looked up. */
  readonly life?: { readonly ms: number; readonly reason: Reason };
}

/** What a worker does when it is asked to end. `deaf` is OTP's process that does not trap exits. */
export type OnShutdown = 'obey' | 'ignore' | 'deaf' | { readonly after: number } | { readonly exit: Reason };

interface ChildPlan {
  readonly id: string;
  readonly restart: Restart;
  readonly shutdown: Shutdown;
  readonly significant: boolean;
}

export interface WorkerPlan extends ChildPlan {
  readonly kind: 'worker';
  /** Whether a start function makes its logic. */
  readonly isMade: boolean;
  readonly onShutdown: OnShutdown;
  /** One for each attempt to start at its path, whoever is there; after the last all are `ok`. */
  readonly attempts: readonly Attempt[];
  readonly args: readonly string[];
}

interface Flags {
  readonly intensity: number;
  readonly period: number;
  readonly autoShutdown: AutoShutdown;
}

export interface StaticPlan extends ChildPlan, Flags {
  readonly kind: 'static';
  readonly strategy: Strategy;
  readonly children: readonly Plan[];
}

/** With a template OTP's `simple_one_for_one`, without Elixir's DynamicSupervisor. */
export interface DynamicPlan extends ChildPlan, Flags {
  readonly kind: 'dynamic';
  readonly template: Plan | undefined;
  readonly maxChildren: number;
  readonly restore: boolean;
  readonly args: readonly string[];
}

export type SupervisorPlan = StaticPlan | DynamicPlan;
export type Plan = WorkerPlan | SupervisorPlan;

/** A request: `which` and `count` ask the supervisor at `path`, the others are about the child at `path`. */
export type Request =
  | { readonly op: 'which' | 'count'; readonly path: string }
  /** `byActor`: it is named by the latest actor that was there, if there was one: OTP's pid of a dynamic child. */
  | {
      readonly op: 'terminate' | 'restart' | 'delete' | 'spec';
      readonly path: string;
      readonly byActor: boolean;
    }
  /** `isBare`: with `args` only, and `hasId`: with an id, as for a dynamic supervisor with a template. */
  | {
      readonly op: 'start';
      readonly path: string;
      readonly child: Plan;
      readonly args: readonly string[];
      readonly hasId: boolean;
      readonly isBare: boolean;
    };

/** One thing that happens. Paths need not exist: then that is what is found out. */
export type Command =
  | Request
  /** A worker ends; a supervisor is told to, and stops its children first. */
  | { readonly op: 'exit'; readonly path: string; readonly reason: Reason }
  /** An exit signal that cannot be trapped. */
  | { readonly op: 'kill'; readonly path: string }
  /** An exit signal from somebody else. A worker that traps exits, and a supervisor, decide themselves when to end. */
  | { readonly op: 'signal'; readonly path: string; readonly reason: Reason }
  /** The supervisor does not hear any more of the end of the process that is there now (R55). */
  | { readonly op: 'unlink'; readonly path: string }
  /** A message that means nothing (R56). */
  | { readonly op: 'stray'; readonly path: string }
  /** What comes of the next attempts to start the worker at `path`. */
  | { readonly op: 'script'; readonly path: string; readonly attempts: readonly Attempt[] }
  | { readonly op: 'wait'; readonly ms: number }
  /** All of them before any supervisor looks up (R58). */
  | { readonly op: 'batch'; readonly commands: readonly Command[] };

/** What can be seen after a command, when nothing is left to do that needs no time. */
export interface Observation {
  /** What processes did and supervisors reported, in order. */
  readonly log: readonly string[];
  /** Every child: path, incarnation, status. */
  readonly picture: readonly string[];
  /** The requests that have been answered since the last command: their number and the answer. */
  readonly answers: readonly string[];
  /** What is wrong in itself, whatever the rules say: nothing. */
  readonly faults: readonly string[];
}

/** What comes of the attempts to start, by path. */
export class Scripts {
  readonly #left = new Map<string, readonly Attempt[]>();

  next(path: string, plan: WorkerPlan): Attempt {
    const [first = { result: 'ok' }, ...rest] = this.#left.get(path) ?? plan.attempts;
    this.#left.set(path, rest);
    return first;
  }

  set(path: string, attempts: readonly Attempt[]): void {
    this.#left.set(path, attempts);
  }
}

export function join(path: string, id: string): string {
  return path === '' ? id : `${path}/${id}`;
}

/** The path of the supervisor, and the id of the child there. */
export function split(path: string): { readonly above: string; readonly id: string } {
  const cut = path.lastIndexOf('/');
  return { above: path.slice(0, Math.max(0, cut)), id: path.slice(cut + 1) };
}

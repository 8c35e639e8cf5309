import type { Milliseconds } from '../clock.js';
import type { Child } from '../engine/child.js';
import type { Engine, FullOptions } from '../engine/engine.js';
import { engineOf, optionsOf } from '../engine/supervisor-logic.js';
import type { BackoffOptions } from '../spec/backoff.js';
import {
  ACTOR_NAME,
  type AutoShutdown,
  type Budget,
  type FullChildSpec,
  type Restart,
  type Shutdown,
  type WaitFor,
} from '../spec/child-spec.js';
import type { Strategy } from '../spec/strategy.js';
import type { ChildStatus, ChildView } from '../view.js';

/**
 * A live tree as JSON: what `JSON.stringify(tree)` writes. What the specs say stands where a `TreeSpec` has it, with all
 * defaults, and what is the case now stands apart, in `live`. Without `live` it is a `TreeSpec` again: for a tree that came
 * from data, the one that it came from, as it has become since, with the same names of actors.
 *
 * What may hold a secret is never in it: no `input`, no `args`, no context. Neither is what JSON cannot express: logics
 * without a name, and functions.
 */
export type TreeJson = SupervisorJson & { readonly live: LiveJson };

/** A supervisor's options, as in a `TreeSpec`: those of `supervisor`, or in `dynamic` those of `dynamicSupervisor`. */
export interface SupervisorJson {
  readonly strategy?: Strategy;
  readonly intensity?: number;
  readonly period?: Milliseconds;
  readonly autoShutdown?: AutoShutdown;
  readonly waitFor?: WaitFor;
  /** In start order. */
  readonly children?: readonly ChildJson[];
  readonly dynamic?: {
    readonly child?: ChildJson;
    readonly intensity: number;
    readonly period: Milliseconds;
    readonly autoShutdown: AutoShutdown;
    /** Without it there may be any number. */
    readonly maxChildren?: number;
    readonly restore: boolean;
  };
}

/** A child's spec, and of a supervisor that has no name also what it is made of. */
export interface ChildJson extends SupervisorJson {
  readonly id: string;
  /** The name of its logic, where it was given by its name. */
  readonly start?: string;
  readonly restart: Restart;
  readonly shutdown: Shutdown;
  readonly type: 'worker' | 'supervisor';
  readonly significant: boolean;
  readonly modules?: 'dynamic' | readonly string[];
  readonly startTimeout?: Milliseconds;
  readonly backoff?: BackoffOptions;
  readonly budget?: Budget;
  readonly probe?: Milliseconds;
  /** Not in a template, nor below a supervisor that is down: that will only make them. */
  readonly live?: LiveJson;
}

/** What is the case now. Of a supervisor whose logic has a name, what that name stands for is here, too. */
export interface LiveJson extends SupervisorJson {
  readonly path: string;
  readonly status: ChildStatus;
  readonly isReady: boolean;
  readonly incarnation: number;
  readonly restarts: number;
  /** The value of its snapshot. One that is no JSON is described. */
  readonly state?: unknown;
  readonly lastExit?: { readonly reason: string; readonly at: Milliseconds };
  readonly retryAt?: Milliseconds;
  /** Of a supervisor: restarts charged to its budget within the last `period`. */
  readonly recentRestarts?: number;
}

/**
 * Writes a tree down.
 *
 * @param facts of the root
 * @param engine the root's
 */
export function treeJson(facts: ChildView, engine: Engine | undefined, options: FullOptions | undefined): TreeJson {
  const { spec, live } = supervisorJson(engine, options);
  return { ...spec, live: { ...liveJson(facts), ...live } };
}

function childJson(child: Child): ChildJson {
  const engine = child.actor === undefined ? undefined : engineOf(child.actor);
  const { [ACTOR_NAME]: name, start } = child.spec;
  const logic = child.logic ?? (typeof start === 'function' ? undefined : start);
  const below = supervisorJson(engine, engine?.options ?? (logic && optionsOf(logic)));
  const isNamed = name !== undefined;
  return {
    ...specJson(child.spec, child.id),
    ...(isNamed ? {} : below.spec),
    live: { ...liveJson(child.view(undefined)), ...(isNamed ? below.spec : {}), ...below.live },
  };
}

/** A spec of which there is no child: a template, or what a supervisor that is down is going to start. */
function plannedJson(spec: FullChildSpec): ChildJson {
  const isNamed = spec[ACTOR_NAME] !== undefined || typeof spec.start === 'function';
  return { ...specJson(spec, spec.id), ...(isNamed ? {} : supervisorJson(undefined, optionsOf(spec.start)).spec) };
}

/** @param engine unless it is down */
function supervisorJson(
  engine: Engine | undefined,
  options: FullOptions | undefined,
): { readonly spec: SupervisorJson; readonly live: Partial<LiveJson> } {
  if (options === undefined) return { spec: {}, live: {} };
  const { dynamic, ...flags } = options;
  const children =
    engine === undefined ? options.children.map(plannedJson) : Array.from(engine.children.byId.values(), childJson);
  const recent = engine === undefined ? {} : { recentRestarts: engine.restarts.recent() };
  if (dynamic === undefined) return { spec: { ...flags, children }, live: recent };
  const { template, maxChildren, restore } = dynamic;
  const own = {
    ...(template === undefined ? {} : { child: plannedJson(template) }),
    ...(Number.isFinite(maxChildren) ? { maxChildren } : {}),
  };
  const { intensity, period, autoShutdown } = flags;
  const live = { ...recent, children };
  return { spec: { dynamic: { ...own, intensity, period, autoShutdown, restore } }, live };
}

function specJson(spec: FullChildSpec, id: string): ChildJson {
  const { [ACTOR_NAME]: start, restart, shutdown, type, significant, modules, startTimeout, backoff, probe } = spec;
  const budget = spec.budget && { intensity: spec.budget.intensity, period: spec.budget.period };
  const optional = defined({ modules, startTimeout, backoff, budget, probe });
  return { id, ...defined({ start }), restart, shutdown, type, significant, ...optional };
}

function liveJson(view: ChildView): LiveJson {
  const { path, status, isReady, incarnation, restarts, state, lastExit, retryAt } = view;
  return { path, status, isReady, incarnation, restarts, ...defined({ state: plain(state), lastExit, retryAt }) };
}

/** Without what is `undefined`, which JSON has not. */
function defined<T extends object>(facts: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as never;
}

/** The value as JSON has it, or, where JSON cannot express it, in words. */
function plain(value: unknown): unknown {
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'bigint') return `${value}n`;
  try {
    const text = JSON.stringify(value);
    if (text !== undefined && !(typeof value === 'number' && text === 'null')) return JSON.parse(text);
  } catch {
    return 'an object that JSON cannot express';
  }
  return typeof value === 'function' ? 'a function' : String(value);
}

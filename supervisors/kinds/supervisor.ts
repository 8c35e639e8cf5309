import type { FullOptions } from '../engine/engine.js';
import { logicFrom, type SupervisorLogic } from '../engine/supervisor-logic.js';
import {
  AUTO_SHUTDOWNS,
  type AutoShutdown,
  type ChildSpec,
  fullSpecs,
  WAITS,
  type WaitFor,
} from '../spec/child-spec.js';
import { checkBudget, checkOneOf, checkOptions } from '../spec/spec-checks.js';
import { STRATEGIES, type Strategy } from '../spec/strategy.js';

/** OTP's supervisor flags, with OTP's defaults. */
export interface SupervisorOptions {
  /** Who is restarted with a child that failed. Default `one_for_one`: nobody. */
  readonly strategy?: Strategy;
  /** How many restarts are allowed within `period`; with one more the supervisor gives up. Default 1. */
  readonly intensity?: number;
  /** In milliseconds, OTP's are seconds. Default 5,000. */
  readonly period?: number;
  /**
   * Whether it ends, with `shutdown`, when a `significant` child has ended by itself and is not restarted: any of them, or
   * all. Default `never`.
   */
  readonly autoShutdown?: AutoShutdown;
  /**
   * With `ready` it starts no child by itself, be it for the first time or again, while one before it has yet to get ready
   * (`ready` of its spec) or to come back, or is parked; the child is `waiting`. One that has ended for good, or was stopped
   * by hand, is not waited for. The supervisor itself goes on meanwhile: it counts as started, answers, and restarts what
   * dies. Until it first has to wait, a child that does not start undoes its start as ever; later it is tried again, as in
   * a restart. Default `started`.
   */
  readonly waitFor?: WaitFor;
  /** In start order. */
  readonly children: readonly ChildSpec[];
}

/** Every option of a supervisor. */
export const SUPERVISOR_OPTIONS: readonly string[] = [
  'strategy',
  'intensity',
  'period',
  'autoShutdown',
  'waitFor',
  'children',
] satisfies readonly (keyof SupervisorOptions)[];

/**
 * A supervisor: starts its children in order, restarts the ones that fail, gives up when that happens too often, and
 * stops them in reverse order. An ordinary actor logic: `start`, `createActor`, `invoke` and `spawn` take it, and as the
 * `start` of a child spec it makes a tree.
 *
 * It ends with the reason it was asked to end with; with {@link GaveUp}, which a supervisor above sees as `shutdown`; or
 * with {@link StartFailed}, if a child does not start the first time.
 *
 * @throws {BadSpec} when an option or a child spec makes no sense
 * @see OTP Design Principles, "Supervisor Behaviour"
 */
export function supervisor(options: SupervisorOptions): SupervisorLogic {
  return logicFrom(fullOptions(options));
}

/** What every kind of supervisor has. */
interface Flags {
  readonly intensity: number;
  readonly period: number;
  readonly autoShutdown: AutoShutdown;
}

/** @throws {BadSpec} for the first that is wrong, in OTP's order */
export function checkFlags(where: string, options: Partial<Flags>): Flags {
  const { intensity = 1, period = 5_000, autoShutdown = 'never' } = options;
  checkBudget({ intensity, period }, where);
  checkOneOf(`${where}: autoShutdown`, autoShutdown, AUTO_SHUTDOWNS, 'invalid_auto_shutdown');
  return { intensity, period, autoShutdown };
}

function fullOptions(options: SupervisorOptions): FullOptions {
  checkOptions('supervisor', options, SUPERVISOR_OPTIONS, 'options, an object with children');
  const { strategy = 'one_for_one', waitFor = 'started', children } = options;
  checkOneOf('supervisor: strategy', strategy, STRATEGIES, 'invalid_strategy');
  const flags = checkFlags('supervisor', options);
  checkOneOf('supervisor: waitFor', waitFor, WAITS, 'invalid_option');
  return { ...flags, strategy, waitFor, children: fullSpecs(children, flags.autoShutdown), dynamic: undefined };
}

import { type AutoShutdown, type ChildSpec, checkBudget, fullSpecs } from './child-spec.js';
import type { FullOptions } from './engine.js';
import { BadSpec } from './errors.js';
import { STRATEGIES, type Strategy } from './strategy.js';
import { logicFrom, type SupervisorLogic } from './supervisor-logic.js';

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
  /** In start order. */
  readonly children: readonly ChildSpec[];
}

const OPTIONS: readonly string[] = [
  'strategy',
  'intensity',
  'period',
  'autoShutdown',
  'children',
] satisfies readonly (keyof SupervisorOptions)[];

const AUTO_SHUTDOWNS: readonly unknown[] = ['never', 'any_significant', 'all_significant'];

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

/** @throws {BadSpec} */
export function checkFlags(
  where: string,
  options: object,
  known: readonly string[],
): { readonly intensity: number; readonly period: number; readonly autoShutdown: AutoShutdown } {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw BadSpec.expected(where, 'options, an object with children', options);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw BadSpec.unknownOption(where, name, known);
  }
  const { intensity = 1, period = 5_000, autoShutdown = 'never' } = options as Partial<SupervisorOptions>;
  checkBudget({ intensity, period }, where);
  if (!AUTO_SHUTDOWNS.includes(autoShutdown)) {
    throw BadSpec.expected(`${where}: autoShutdown`, AUTO_SHUTDOWNS.join(', '), autoShutdown, {
      name: 'invalid_auto_shutdown',
      value: autoShutdown,
    });
  }
  return { intensity, period, autoShutdown };
}

function fullOptions(options: SupervisorOptions): FullOptions {
  if (typeof options === 'object' && options !== null && 'strategy' in options && options.strategy !== undefined) {
    const { strategy } = options;
    if (!STRATEGIES.includes(strategy)) {
      const problem = { name: 'invalid_strategy', value: strategy } as const;
      throw BadSpec.expected('supervisor: strategy', STRATEGIES.join(', '), strategy, problem);
    }
  }
  const flags = checkFlags('supervisor', options, OPTIONS);
  const { strategy = 'one_for_one', children } = options;
  return { ...flags, strategy, children: fullSpecs(children, flags.autoShutdown), dynamic: undefined };
}

import { type ExitReason, isNormal } from '../exit-reason.js';
import type { Restart } from './child-spec.js';

/**
 * Which children are restarted with one that has failed: none (`one_for_one`), all (`one_for_all`), or those after it in start order
 * (`rest_for_one`).
 *
 * @see OTP Design Principles, "Supervisor Behaviour", "Restart Strategy"
 */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one';

export const STRATEGIES: readonly Strategy[] = ['one_for_one', 'one_for_all', 'rest_for_one'];

/**
 * The children to stop and start again when `failed` is to be restarted, itself among them.
 *
 * @param children by id, in start order, as is the result: stop from last to first, then start from first to last
 * @returns nothing if `failed` is no longer among the children
 * @see OTP `supervisor`, "Restart Strategies"
 */
export function affected<Child>(
  strategy: Strategy,
  children: ReadonlyMap<string, Child>,
  failed: string,
): readonly Child[] {
  const child = children.get(failed);
  if (child === undefined) return [];
  if (strategy === 'one_for_one') return [child];
  const all = [...children.values()];
  return strategy === 'one_for_all' ? all : all.slice(all.indexOf(child));
}

/**
 * Whether a child that has ended by itself with `reason` is to be started again.
 *
 * @see OTP `supervisor`, "Child specification": `restart`
 */
export function isRestarted(restart: Restart, reason: ExitReason): boolean {
  switch (restart) {
    case 'permanent':
      return true;
    case 'transient':
      return !isNormal(reason);
    case 'temporary':
      return false;
  }
}

import { logicFrom, type SupervisorLogic } from '../engine/supervisor-logic.js';
import { BadSpec } from '../errors.js';
import { fullSpec } from '../spec/child-spec.js';
import type { DynamicSupervisorOptions } from '../spec/dynamic-options.js';
import { checkOptions } from '../spec/spec-checks.js';
import { checkFlags } from './supervisor.js';

const OPTIONS: readonly string[] = [
  'child',
  'intensity',
  'period',
  'autoShutdown',
  'maxChildren',
  'args',
  'restore',
] satisfies readonly (keyof DynamicSupervisorOptions)[];

/**
 * A supervisor whose children come and go while it runs: `tree.startChild(…)` adds one, and it vanishes when it has ended
 * and is not restarted. It starts with none, restarts each by itself, and stops all of them at the same time.
 *
 * @throws {BadSpec} when an option or the template makes no sense
 * @see OTP `supervisor`, `simple_one_for_one`; Elixir `DynamicSupervisor`
 */
export function dynamicSupervisor(options: DynamicSupervisorOptions = {}): SupervisorLogic {
  return dynamicLogic('dynamicSupervisor', options);
}

/** The same for what is made of one. @param where what errors call it */
export function dynamicLogic(where: string, options: DynamicSupervisorOptions): SupervisorLogic {
  checkOptions(where, options, OPTIONS);
  const flags = checkFlags(where, options);
  const { child, maxChildren = Number.POSITIVE_INFINITY, args = [], restore = false } = options;
  if (maxChildren !== Number.POSITIVE_INFINITY && !(Number.isInteger(maxChildren) && maxChildren >= 0)) {
    throw BadSpec.expected(`${where}: maxChildren`, 'an integer of at least 0', maxChildren);
  }
  if (!Array.isArray(args)) throw BadSpec.expected(`${where}: args`, 'a list', args);
  if (typeof restore !== 'boolean') throw BadSpec.expected(`${where}: restore`, 'true or false', restore);
  const template =
    child === undefined
      ? undefined
      : fullSpec(typeof child === 'object' && child !== null ? { ...child, id: child.id ?? 'child' } : child, {
          where: `${where}: child`,
          autoShutdown: flags.autoShutdown,
        });
  const dynamic = { template, maxChildren, args, restore };
  return logicFrom({ ...flags, strategy: 'one_for_one', waitFor: 'started', children: [], dynamic });
}

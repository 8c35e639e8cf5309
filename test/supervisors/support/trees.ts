/** Which trees there are and how their workers behave: at random, and more often what is awkward. */
import fc from 'fast-check';
import type { AutoShutdown, Restart, Shutdown, Strategy } from '../../../supervisors/index.js';
import type { Attempt, OnShutdown, Plan, StaticPlan, SupervisorPlan, WorkerPlan } from './plan.js';

/** The ids of each level are its own, so that a short id names one child only. The last is for children that are added. */
export const IDS = ['abcd', 'klmn', 'wxyz', 'pqrs'];
const LEVELS = 3;

export const often = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 2 * others.length, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));

export const reason = fc.constantFrom('boom', 'boom', 'normal', 'shutdown', 'shutdown: why', 'killed', 'noproc');

export const attempt: fc.Arbitrary<Attempt> = fc.record(
  {
    delay: fc.constantFrom(40, 120),
    result: fc.oneof(
      { weight: 4, arbitrary: fc.constant('ok' as const) },
      { weight: 4, arbitrary: fc.record({ fail: reason }) },
      { weight: 1, arbitrary: fc.constant('ignore' as const) },
    ),
    life: fc.record({ ms: fc.constantFrom(0, 0, 50, 700), reason }),
  },
  { requiredKeys: ['result'] },
);

const onShutdown: fc.Arbitrary<OnShutdown> = fc.oneof(
  { weight: 5, arbitrary: fc.constant('obey' as const) },
  { weight: 2, arbitrary: fc.constant('deaf' as const) },
  { weight: 1, arbitrary: fc.constant('ignore' as const) },
  { weight: 3, arbitrary: fc.record({ after: fc.constantFrom(60, 150) }) },
  { weight: 1, arbitrary: fc.record({ exit: reason }) },
);

const child = {
  id: fc.constant(''),
  restart: fc.constantFrom<Restart>('permanent', 'permanent', 'permanent', 'transient', 'transient', 'temporary'),
  significant: fc.boolean(),
};

export const worker: fc.Arbitrary<WorkerPlan> = fc.record({
  ...child,
  kind: fc.constant('worker'),
  shutdown: fc.constantFrom<Shutdown>(5_000, 5_000, 5_000, 100, 100, 0, 'brutal_kill', 'brutal_kill', 'infinity'),
  isMade: fc.boolean(),
  onShutdown,
  attempts: fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    // The first start of a tree mostly succeeds, or there would be little to see.
    { weight: 3, arbitrary: fc.array(attempt, { maxLength: 3 }).map((later) => [{ result: 'ok' } as const, ...later]) },
    { weight: 1, arbitrary: fc.array(attempt, { maxLength: 3 }) },
  ),
  args: often<readonly string[]>([], ['own']),
});

const flags = {
  ...child,
  shutdown: fc.constantFrom<Shutdown>('infinity', 'infinity', 'infinity', 100, 100, 5_000, 0, 'brutal_kill'),
  intensity: fc.constantFrom(0, 1, 2, 5, 5),
  period: fc.constantFrom(1_000, 2_000),
  autoShutdown: fc.constantFrom<AutoShutdown>('never', 'never', 'any_significant', 'all_significant'),
};

const strategy = fc.constantFrom<Strategy>('one_for_one', 'one_for_all', 'rest_for_one');

function childAt(level: number): fc.Arbitrary<Plan> {
  if (level >= LEVELS) return worker;
  const below = childAt(level + 1);
  return fc.oneof(
    { weight: 5, arbitrary: worker },
    { weight: 3, arbitrary: staticAt(level) },
    {
      weight: 2,
      arbitrary: fc.record({
        ...flags,
        kind: fc.constant('dynamic' as const),
        template: fc.option(below, { nil: undefined }),
        maxChildren: often(Number.POSITIVE_INFINITY, 1, 2),
        restore: fc.boolean(),
        args: often<readonly string[]>([], ['all']),
      }),
    },
  );
}

/** @param level of its children, 1 for the root */
export function staticAt(level: number): fc.Arbitrary<StaticPlan> {
  const children = fc.array(childAt(level + 1), { minLength: 1, maxLength: 3, size: 'max' });
  return fc.record({ ...flags, kind: fc.constant('static' as const), strategy, children });
}

/** Trees of up to three levels of supervisors. */
export const trees: fc.Arbitrary<StaticPlan> = fc
  .record({
    ...flags,
    // So that there is something left to see.
    intensity: fc.constantFrom(0, 2, 5, 20),
    autoShutdown: often<AutoShutdown>('never', 'any_significant', 'all_significant'),
    kind: fc.constant('static' as const),
    strategy,
    children: fc.array(childAt(1), { minLength: 1, maxLength: 3, size: 'max' }),
  })
  .map((plan) => named(plan, '', 0) as StaticPlan);

/** With ids, and with significant children only where they may be (R35). */
export function named<P extends Plan>(plan: P, id: string, level: number): P {
  if (plan.kind === 'worker') return { ...plan, id };
  const ids = IDS[level] ?? '';
  const suited = (each: Plan): Plan => fitted(each, plan);
  if (plan.kind === 'static') {
    return {
      ...plan,
      id,
      children: plan.children.map((each, index) => named(suited(each), ids[index] ?? '', level + 1)),
    };
  }
  const { template } = plan;
  return { ...plan, id, template: template === undefined ? undefined : named(suited(template), '', level + 1) };
}

export function fitted(plan: Plan, above: SupervisorPlan): Plan {
  const significant = plan.significant && above.autoShutdown !== 'never';
  return { ...plan, significant, restart: significant && plan.restart === 'permanent' ? 'transient' : plan.restart };
}

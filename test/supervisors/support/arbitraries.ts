/** Which trees there are, how their workers behave, and what happens to them: at random, and more often what is awkward. */
import fc from 'fast-check';
import type { AutoShutdown, Restart, Shutdown, Strategy } from '../../../supervisors/index.js';
import {
  type Attempt,
  type Command,
  join,
  type OnShutdown,
  type Plan,
  type StaticPlan,
  type SupervisorPlan,
  type WorkerPlan,
} from './plan.js';

/** The ids of each level are its own, so that a short id names one child only. The last is for children that are added. */
const IDS = ['abcd', 'klmn', 'wxyz', 'pqrs'];
const LEVELS = 3;

const often = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 2 * others.length, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));

const reason = fc.constantFrom('boom', 'boom', 'normal', 'shutdown', 'shutdown: why', 'killed', 'noproc');

const attempt: fc.Arbitrary<Attempt> = fc.record(
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

const worker: fc.Arbitrary<WorkerPlan> = fc.record({
  ...child,
  kind: fc.constant('worker'),
  shutdown: often<Shutdown>(5_000, 100, 100, 0, 'brutal_kill', 'infinity'),
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
  shutdown: often<Shutdown>('infinity', 100, 5_000, 0, 'brutal_kill'),
  intensity: fc.constantFrom(0, 1, 2, 2, 5),
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
function staticAt(level: number): fc.Arbitrary<StaticPlan> {
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
function named<P extends Plan>(plan: P, id: string, level: number): P {
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

function fitted(plan: Plan, above: SupervisorPlan): Plan {
  const mayBe = above.autoShutdown !== 'never' && plan.restart !== 'permanent';
  return { ...plan, significant: plan.significant && mayBe };
}

/** A path is the number of a place in the tree. */
type Raw<C> = C extends { readonly path: string }
  ? Omit<C, 'path'> & { readonly place: number } & (C extends { readonly op: 'start' }
        ? { readonly isOdd: boolean }
        : unknown)
  : C;

type RawCommand =
  | Raw<Exclude<Command, { op: 'batch' }>>
  | { readonly op: 'batch'; readonly commands: readonly RawCommand[] };

/** Below 0: one of the few places where most things happen. */
const place = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -8, max: -1 }) },
  { weight: 2, arbitrary: fc.nat(40) },
);
const moment = {
  exit: fc.record({ op: fc.constant('exit' as const), place, reason }),
  kill: fc.record({ op: fc.constant('kill' as const), place }),
  signal: fc.record({ op: fc.constant('signal' as const), place, reason }),
  odd: fc.record({ op: fc.constantFrom('unlink' as const, 'stray' as const), place }),
  request: fc.oneof(
    { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('which' as const, 'count' as const), place }) },
    {
      weight: 3,
      arbitrary: fc.record({
        op: fc.constantFrom(
          'terminate' as const,
          'terminate' as const,
          'restart' as const,
          'delete' as const,
          'spec' as const,
        ),
        place,
        byActor: often(false, true),
      }),
    },
  ),
  start: fc.record({
    op: fc.constant('start' as const),
    place,
    child: fc.oneof({ weight: 3, arbitrary: worker as fc.Arbitrary<Plan> }, { weight: 1, arbitrary: staticAt(3) }),
    args: often<readonly string[]>([], ['given']),
    // Otherwise as the supervisor wants it.
    isOdd: often(false, true),
    hasId: fc.boolean(),
    isBare: fc.boolean(),
  }),
  script: fc.record({
    op: fc.constant('script' as const),
    place,
    attempts: fc.array(attempt, { minLength: 1, maxLength: 3 }),
  }),
};

const raw: fc.Arbitrary<RawCommand> = fc.oneof(
  { weight: 8, arbitrary: moment.exit },
  { weight: 2, arbitrary: moment.kill },
  { weight: 1, arbitrary: moment.signal },
  { weight: 1, arbitrary: moment.odd },
  { weight: 6, arbitrary: moment.request },
  { weight: 4, arbitrary: moment.start },
  { weight: 5, arbitrary: moment.script },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 20, 20, 40, 60, 100, 150, 500, 1_000, 1_000, 1_001, 2_000, 5_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('batch' as const),
      commands: fc.array(
        fc.oneof(
          { weight: 6, arbitrary: moment.exit as fc.Arbitrary<RawCommand> },
          { weight: 1, arbitrary: moment.kill },
          { weight: 3, arbitrary: moment.request },
          { weight: 1, arbitrary: moment.start },
        ),
        { minLength: 2, maxLength: 4 },
      ),
    }),
  },
);

/** What happens to a tree of which nothing is known yet: {@link commandsFor} gives it its paths. */
export interface Happenings {
  /** Where most of it happens, so that one thing meets another. */
  readonly focus: readonly number[];
  readonly commands: readonly RawCommand[];
}

export const happenings: fc.Arbitrary<Happenings> = fc.record({
  focus: fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }),
  commands: fc.array(raw, { minLength: 1, maxLength: 40, size: 'max' }),
});

/** The same command at every size of the tree, as far as that goes: runs are made smaller when they have found something. */
export function commandsFor(plan: StaticPlan, { focus, commands }: Happenings): readonly Command[] {
  const places = placesOf(plan, '', 0);
  const supervisors = places.filter(({ plan }) => plan !== undefined && plan.kind !== 'worker');
  const dynamic = supervisors.filter(({ plan }) => plan?.kind === 'dynamic');
  const below = places.filter(({ path }) => path !== '');
  const commandOf = (each: RawCommand): Command => {
    if (each.op === 'batch') return { op: 'batch', commands: each.commands.map(commandOf) };
    if (each.op === 'wait') return each;
    const { place, ...rest } = each;
    const at = place < 0 ? (focus.at(place % focus.length) ?? 0) : place;
    const pick = (from: readonly Place[]): Place =>
      from[at % from.length] ?? { path: '', level: 0, plan, isDynamic: false };
    switch (rest.op) {
      case 'which':
      case 'count':
        return { ...rest, path: pick(supervisors).path };
      case 'start': {
        const { path, level, plan: above } = pick(at % 2 === 0 && dynamic.length > 0 ? dynamic : supervisors);
        const id = IDS[level]?.at(at % 3 === 0 ? 0 : 3) ?? 'e';
        const { isOdd, ...start } = rest;
        const hasTemplate = above?.kind === 'dynamic' && above.template !== undefined;
        const usual = { hasId: start.hasId || above?.kind === 'static', isBare: hasTemplate };
        const child = named(rest.child, id, level + 1);
        const suited = above === undefined || above.kind === 'worker' ? child : fitted(child, above);
        return { ...start, ...(isOdd ? { child } : { ...usual, child: suited }), path: join(path, id) };
      }
      // The end of the root is the end of the run.
      case 'exit':
      case 'kill':
      case 'signal':
        return { ...rest, path: pick(at % 8 === 0 ? places : below).path };
      case 'terminate':
      case 'restart':
      case 'delete':
      case 'spec': {
        const { path, isDynamic } = pick(below);
        return { ...rest, path, byActor: rest.byActor && isDynamic };
      }
      default:
        return { ...rest, path: pick(below).path };
    }
  };
  return commands.map(commandOf);
}

interface Place {
  readonly path: string;
  readonly level: number;
  /** Of a place where a child may be added: nothing. */
  readonly plan: Plan | undefined;
  /** Whether its supervisor is dynamic. */
  readonly isDynamic: boolean;
}

/** Every place where a child is, or may come to be. */
function placesOf(plan: Plan, path: string, level: number, isDynamic = false): readonly Place[] {
  const self = { path, level, plan, isDynamic };
  const isAbove = plan.kind === 'dynamic';
  const added = (id: string): Place => ({
    path: join(path, id),
    level: level + 1,
    plan: undefined,
    isDynamic: isAbove,
  });
  const ids = IDS[level] ?? '';
  switch (plan.kind) {
    case 'worker':
      return [self];
    case 'static':
      return [
        self,
        ...plan.children.flatMap((each) => placesOf(each, join(path, each.id), level + 1)),
        added(ids.at(3) ?? 'e'),
      ];
    case 'dynamic': {
      const { template } = plan;
      if (template === undefined) return [self, ...['1', '2', ids.at(0) ?? 'e'].map(added)];
      return [self, ...['1', '2', '3'].flatMap((id) => placesOf(template, join(path, id), level + 1, true))];
    }
  }
}

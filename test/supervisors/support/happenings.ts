/** What happens to a tree: at random, and more often what is awkward. */
import fc from 'fast-check';
import { type Command, join, type Plan, type StaticPlan } from './plan.js';
import { attempt, fitted, IDS, named, often, reason, staticAt, worker } from './trees.js';

const SLOW_START_MS = 40;

/** A path is the number of a place in the tree. */
type Raw<C> = C extends { readonly path: string }
  ? Omit<C, 'path'> & { readonly place: number } & (C extends { readonly op: 'start' }
        ? { readonly isOdd: boolean }
        : unknown)
  : C;

/** A child ends, and is started again in vain, slowly and several times, while something else happens (R22 to R25). */
interface Trouble {
  readonly op: 'trouble';
  readonly place: number;
  readonly times: number;
  readonly meanwhile: readonly { readonly isThere: boolean; readonly what: RawMoment }[];
}

type RawMoment = Raw<Exclude<Command, { op: 'batch' }>>;

type RawCommand = RawMoment | Trouble | { readonly op: 'batch'; readonly commands: readonly RawMoment[] };

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
          { weight: 6, arbitrary: moment.exit as fc.Arbitrary<RawMoment> },
          { weight: 1, arbitrary: moment.kill },
          { weight: 3, arbitrary: moment.request },
          { weight: 1, arbitrary: moment.start },
        ),
        { minLength: 2, maxLength: 4 },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('trouble' as const),
      place,
      times: fc.integer({ min: 1, max: 3 }),
      meanwhile: fc.array(
        fc.record({
          isThere: fc.boolean(),
          what: fc.oneof(
            { weight: 3, arbitrary: moment.request as fc.Arbitrary<RawMoment> },
            { weight: 1, arbitrary: moment.start },
            { weight: 1, arbitrary: moment.exit },
          ),
        }),
        { maxLength: 3 },
      ),
    }),
  },
);

/** What happens to a tree of which nothing is known yet: {@link commandsFor} gives it its paths. */
export interface Happenings {
  /** Where most of it happens, mostly among siblings, so that one thing meets another. */
  readonly focus: { readonly at: number; readonly width: number };
  readonly commands: readonly RawCommand[];
}

export const happenings: fc.Arbitrary<Happenings> = fc.record({
  focus: fc.record({ at: fc.nat(40), width: fc.integer({ min: 1, max: 4 }) }),
  commands: fc.array(raw, { minLength: 1, maxLength: 40, size: 'max' }),
});

/** The same command at every size of the tree, as far as that goes: runs are made smaller when they have found something. */
export function commandsFor(plan: StaticPlan, { focus, commands }: Happenings): readonly Command[] {
  const places = placesOf(plan, '', 0);
  const supervisors = places.filter(({ plan }) => plan !== undefined && plan.kind !== 'worker');
  const dynamic = supervisors.filter(({ plan }) => plan?.kind === 'dynamic');
  const below = places.filter(({ path }) => path !== '');
  const commandsOf = (each: RawCommand): readonly Command[] => {
    if (each.op === 'batch') return [{ op: 'batch', commands: each.commands.map(commandOf) }];
    if (each.op !== 'trouble') return [commandOf(each)];
    const { place, times, meanwhile } = each;
    const attempts = Array.from({ length: times }, () => ({ delay: SLOW_START_MS, result: { fail: 'boom' } }));
    return [
      commandOf({ op: 'script', place, attempts }),
      commandOf({ op: 'exit', place, reason: 'boom' }),
      { op: 'wait', ms: SLOW_START_MS / 2 },
      ...meanwhile.map(({ isThere, what }) => commandOf(isThere && 'place' in what ? { ...what, place } : what)),
      { op: 'wait', ms: times * SLOW_START_MS },
    ];
  };
  const commandOf = (each: RawMoment): Command => {
    if (each.op === 'wait') return each;
    const { place, ...rest } = each;
    const at = place < 0 ? focus.at + (-place % focus.width) : place;
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
  return commands.flatMap(commandsOf);
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

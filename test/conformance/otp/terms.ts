import {
  BadSpec,
  ChildState,
  DynamicChild,
  type ExitReason,
  GaveUp,
  NotRunning,
  type SpecProblemName,
  StartFailed,
  UnknownChild,
} from '../../../supervisors/index.js';
import type { Term } from './scenario.js';

/** An Erlang tuple where a list would be something else: in specs, which are wrong in many ways. */
class Tuple {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

/** What stands in a spec for a term. */
export function toValue(term: Term): unknown {
  if (term === 'true' || term === 'false') return term === 'true';
  if (Array.isArray(term)) return new Tuple(term.map(toValue));
  return typeof term === 'object' && 'list' in term ? term.list.map(toValue) : term;
}

/** `{shutdown, Why}` is an object here; any other term is a value that means nothing in particular. */
export function toReason(term: Term): ExitReason {
  return Array.isArray(term) && term.length === 2 && term[0] === 'shutdown' ? { shutdown: term[1] } : term;
}

/** As the traces show a term: a list looks like a tuple. */
export function shown(term: unknown): Term {
  if (term instanceof Tuple) return term.items.map(shown);
  if (Array.isArray(term)) return term.map(shown);
  if (typeof term === 'object' && term !== null && 'list' in term) return shown(term.list);
  return term as Term;
}

/**
 * An exit reason as a term.
 *
 * @param path of the supervisor (or child) whose reason this is, since a failed start is told once per level
 */
export function toTerm(reason: ExitReason, path = ''): Term {
  if (reason instanceof GaveUp) return 'shutdown';
  if (reason instanceof BadSpec) return refusalAtStart(reason);
  if (reason instanceof StartFailed) {
    if (reason.path === path) return toTerm(reason.cause);
    const below = reason.path.slice(path === '' ? 0 : path.length + 1).split('/');
    return below.reduceRight(
      (inner: Term, id) => ['shutdown', ['failed_to_start_child', id, inner]],
      toTerm(reason.cause),
    );
  }
  if (typeof reason === 'object' && reason !== null && 'shutdown' in reason) {
    return ['shutdown', shown(reason.shutdown)];
  }
  return shown(reason);
}

/** Why a spec is refused. */
export function refusal({ problem: { name, value } }: BadSpec): Term {
  return value === undefined ? name : [name, shown(value)];
}

/** A supervisor's own options. */
const FLAGS: readonly SpecProblemName[] = [
  'invalid_strategy',
  'invalid_intensity',
  'invalid_period',
  'invalid_auto_shutdown',
];

/** Why a supervisor with such flags or specs does not start. */
function refusalAtStart(error: BadSpec): Term {
  const { name, value } = error.problem;
  // Both periods are in the unit of their language.
  if (name === 'invalid_period' && typeof value === 'number') return ['supervisor_data', [name, value / 1_000]];
  if (FLAGS.includes(name)) return ['supervisor_data', refusal(error)];
  return name === 'bad_start_spec' ? refusal(error) : ['start_spec', refusal(error)];
}

/** What the answer to a request may need to know of who was asked, and for whom. */
export interface Asked {
  readonly op: string;
  /** Whether the supervisor's children are dynamic. */
  readonly isDynamic: boolean;
  /** The supervisor's path. */
  readonly supervisor: string;
  /** The name of the process that is there already. */
  readonly process: () => string;
  /** Why the supervisor has ended. */
  readonly end: () => Term;
}

/** The answer that Erlang gives where a promise rejects. @throws what Erlang has no answer for */
export function toAnswer(error: unknown, { op, isDynamic, supervisor, process, end }: Asked): Term {
  if (error instanceof NotRunning) return ['exit', end()];
  if (error instanceof DynamicChild) return ['error', 'simple_one_for_one'];
  // Dynamic children have ids here, in Erlang none: whatever else is called for there is refused as an id.
  if (error instanceof UnknownChild) {
    return ['error', isDynamic && op !== 'get_childspec' ? 'simple_one_for_one' : 'not_found'];
  }
  if (error instanceof BadSpec) return ['error', refusal(error)];
  if (error instanceof ChildState) {
    return ['error', error.state === 'already_started' ? ['already_started', process()] : error.state];
  }
  if (error instanceof StartFailed) {
    // The child that was to be started, though it may be one further below that failed.
    const [id = ''] = error.path.slice(supervisor === '' ? 0 : supervisor.length + 1).split('/');
    const cause = toTerm(error, supervisor === '' ? id : `${supervisor}/${id}`);
    return ['error', op === 'start_child' && !isDynamic ? [cause, `child:${id}`] : cause];
  }
  throw error;
}

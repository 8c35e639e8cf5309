import {
  ChildState,
  type ExitReason,
  GaveUp,
  NotRunning,
  StartFailed,
  UnknownChild,
} from '../../../supervisors/index.js';
import type { Term } from './scenario.js';

/** `{shutdown, Why}` is an object here; any other term is a value that means nothing in particular. */
export function toReason(term: Term): ExitReason {
  return Array.isArray(term) && term.length === 2 && term[0] === 'shutdown' ? { shutdown: term[1] } : term;
}

/** @param path of the supervisor (or child) whose reason this is, since a failed start is told once per level */
export function toTerm(reason: ExitReason, path = ''): Term {
  if (reason instanceof GaveUp) return 'shutdown';
  if (reason instanceof StartFailed) {
    if (reason.path === path) return toTerm(reason.cause);
    const below = reason.path.slice(path === '' ? 0 : path.length + 1).split('/');
    return below.reduceRight(
      (inner: Term, id) => ['shutdown', ['failed_to_start_child', id, inner]],
      toTerm(reason.cause),
    );
  }
  if (typeof reason === 'object' && reason !== null && 'shutdown' in reason) {
    return ['shutdown', reason.shutdown as Term];
  }
  return reason as Term;
}

/** The answer that Erlang gives where a promise rejects. @param path of the child that was asked for */
export function toAnswer(error: unknown, op: string, path: string, process: () => string): Term {
  if (error instanceof NotRunning) return ['exit', 'noproc'];
  if (error instanceof UnknownChild) return ['error', 'not_found'];
  if (error instanceof ChildState) {
    return ['error', error.state === 'already_started' ? ['already_started', process()] : error.state];
  }
  if (error instanceof StartFailed) {
    const cause = toTerm(error, path);
    return ['error', op === 'start_child' ? [cause, `child:${path.slice(path.lastIndexOf('/') + 1)}`] : cause];
  }
  throw error;
}

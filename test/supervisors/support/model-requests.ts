/** What a supervisor answers (R38 to R53). An answer is `ok`, with what was asked for, or the name of what is wrong. */
import type { Family, Record } from './model-children.js';
import { isProcess, type Process } from './model-process.js';
import type { Steps } from './model-server.js';
import { type Plan, type Request, split } from './plan.js';

/** @param pid the process that it is about, where it is not named by its path */
export function* answer(supervisor: Family, request: Request, pid: Process | undefined): Steps<string> {
  const { op, path } = request;
  if (op === 'which') return [...supervisor.records].reverse().map(lineOf).join(', '); // R38
  if (op === 'count') return count(supervisor);
  if (op === 'start') return yield* startChild(supervisor, request);
  // A path whose supervisor there is not is asked of the root.
  const id = supervisor.path === split(path).above ? split(path).id : path;
  const record = supervisor.records.find((each) =>
    pid === undefined ? each.id === id : each.process === pid || each.last === pid,
  );
  if (pid?.state === 'ended') {
    // R51: of the dead nothing is left to stop, and any of them has the template for a spec.
    if (op === 'spec' && supervisor.plan.kind === 'dynamic' && supervisor.plan.template !== undefined) {
      return showSpec('child', supervisor.plan.template);
    }
    if (op === 'terminate' && record === undefined) return 'ok';
  }
  if (record === undefined) return 'not_found';
  switch (op) {
    case 'spec':
      return specOf(supervisor, record);
    case 'terminate':
      return yield* terminateChild(supervisor, record);
    case 'restart':
      return yield* restartChild(supervisor, record);
    case 'delete':
      return deleteChild(supervisor, record);
  }
}

/** R39. Whether a dynamic child lives is not looked at. */
function count({ plan, records }: Family): string {
  const isDynamic = plan.kind === 'dynamic';
  const active = records.filter(({ process }) => isProcess(process) && (isDynamic || process.state !== 'ended')).length;
  const supervisors = records.filter((record) => record.plan.kind !== 'worker').length;
  const specs = isDynamic && plan.template !== undefined ? 1 : records.length;
  return `specs ${specs} active ${active} supervisors ${supervisors} workers ${records.length - supervisors}`;
}

/** R40, R50; R61: behind the others. */
function* startChild(supervisor: Family, request: Request & { readonly op: 'start' }): Steps<string> {
  const { plan, path, world } = supervisor;
  const template = plan.kind === 'dynamic' ? plan.template : undefined;
  const wrong = wrongSpec(supervisor, request, template !== undefined);
  if (wrong !== undefined) return wrong;
  const child = template ?? request.child;
  if (plan.kind === 'dynamic' && supervisor.records.length >= plan.maxChildren) {
    world.note('starts beyond maxChildren');
    return 'max_children';
  }
  const isTaken = (id: string): boolean => supervisor.records.some((record) => record.id === id);
  const id = request.hasId ? split(request.path).id : supervisor.memory.nextId(path, isTaken);
  const present = supervisor.records.find((record) => record.id === id);
  if (present !== undefined) return isProcess(present.process) ? 'already_started' : 'already_present';
  const own = child.kind === 'worker' ? child.args : [];
  const args = plan.kind === 'static' ? own : [...plan.args, ...own, ...(template === undefined ? [] : request.args)];
  const record = supervisor.add(id, child, args);
  const started = yield* supervisor.start(record, true);
  if (typeof started === 'object') {
    supervisor.remove(record);
    world.note('requests whose start fails');
    return started.failed;
  }
  if (started === 'up' && plan.kind === 'dynamic' && plan.restore) {
    const { kept } = supervisor.memory;
    kept.set(path, (kept.get(path) ?? new Map()).set(id, record));
  }
  return `ok ${lineOf(record)}`;
}

/** R45: what is missing. R35: a template was checked with its supervisor. */
function wrongSpec(
  { plan }: Family,
  request: Request & { readonly op: 'start' },
  hasTemplate: boolean,
): string | undefined {
  const { hasId, isBare, child } = request;
  if (hasTemplate) return isBare ? undefined : 'invalid_option';
  if (!hasId && plan.kind === 'static') return 'missing_id';
  if (isBare) return 'missing_start';
  const isOdd = child.significant && (plan.autoShutdown === 'never' || child.restart === 'permanent');
  return isOdd ? 'bad_combination' : undefined;
}

/** R41, R51; R36: it is no end of its own. R25: a retry is cancelled. */
function* terminateChild(supervisor: Family, record: Record): Steps<string> {
  if (record.process === 'restarting') supervisor.world.note('retries cancelled');
  yield* supervisor.stop(record, true);
  supervisor.forgetTemporary(record);
  return 'ok';
}

/** R42: not counted (R19), and not tried again. */
function* restartChild(supervisor: Family, record: Record): Steps<string> {
  if (supervisor.plan.kind === 'dynamic') return 'simple_one_for_one'; // R51
  if (record.process === 'restarting') {
    supervisor.world.note('requests about a child that is restarting');
    return 'restarting'; // R25
  }
  if (record.process !== undefined) return 'running';
  const started = yield* supervisor.start(record, true);
  return typeof started === 'object' ? started.failed : `ok ${lineOf(record)}`;
}

/** R43 */
function deleteChild(supervisor: Family, record: Record): string {
  if (supervisor.plan.kind === 'dynamic') return 'simple_one_for_one'; // R51
  if (record.process === 'restarting') return 'restarting';
  if (record.process !== undefined) return 'running';
  supervisor.remove(record);
  return 'ok';
}

/** R44. That of a dynamic child is the template's. */
function specOf({ plan }: Family, record: Record): string {
  const isTemplate = plan.kind === 'dynamic' && plan.template !== undefined;
  return showSpec(isTemplate ? 'child' : record.id, record.plan);
}

export function showSpec(id: string, { restart, shutdown, significant, kind }: Plan): string {
  return `${id} ${restart} ${shutdown} ${significant} ${kind === 'worker' ? 'worker' : 'supervisor'}`;
}

/** The process is named for workers only. */
function lineOf({ path, plan, process }: Record): string {
  const type = plan.kind === 'worker' ? 'worker' : 'supervisor';
  return `${path} ${type} ${nameOf(process, plan)}`;
}

function nameOf(process: Process | 'restarting' | undefined, plan: Plan): string {
  if (!isProcess(process)) return process ?? 'undefined';
  return plan.kind === 'worker' ? process.name : 'running';
}

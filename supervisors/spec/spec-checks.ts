import type { Milliseconds } from '../clock.js';
import { BadSpec, type SpecProblemName } from '../errors.js';

const OF_A_BACKOFF = ['first', 'base', 'max', 'resetAfter'] as const;

/** What does not go together, in OTP's words, and in a sentence. */
const WITHOUT_AUTO_SHUTDOWN = [
  ['auto_shutdown', 'never'],
  ['significant', true],
] as const;
const PERMANENT = [
  ['restart', 'permanent'],
  ['significant', true],
] as const;

/** Whether a value is something that XState can make an actor of. */
export function isLogic(value: unknown): boolean {
  return isObject(value) && typeof value['transition'] === 'function';
}

/** @throws {BadSpec} unless it is an object that may be a spec, and no logic by itself */
export function checkIsSpec(spec: unknown, where: string): void {
  const problem = { name: 'invalid_child_spec', value: spec } as const;
  if (!isObject(spec) || Array.isArray(spec)) throw BadSpec.expected(where, 'an object', spec, problem);
  if (!isLogic(spec) || isObject(spec['start'])) return;
  throw new BadSpec(
    `${where}: expected a child spec, received an actor logic; write { id: 'its-name', start: … } around it`,
    problem,
  );
}

/** What to call a child in an error. */
export function nameOf(spec: object, where: string): string {
  const { id } = spec as { readonly id?: unknown };
  return typeof id === 'string' && id !== '' ? `child '${id}'` : where;
}

/**
 * Checks the names of the options.
 *
 * @param elsewhere options that belong somewhere else, and where: a mistake of its own
 */
export function checkKnown(
  spec: object,
  child: string,
  known: readonly string[],
  elsewhere: Readonly<Record<string, string>>,
): void {
  for (const name of Object.keys(spec)) {
    if (known.includes(name)) continue;
    if (!Object.hasOwn(elsewhere, name)) throw BadSpec.unknownOption(child, name, known);
    const problem = { name: 'invalid_option', value: name } as const;
    throw new BadSpec(`${child}: unknown option '${name}'; ${elsewhere[name]}`, problem);
  }
}

export function checkId(id: unknown, where: string): void {
  if (typeof id === 'string' && id !== '' && !id.includes('/')) return;
  const problem = id === undefined ? ({ name: 'missing_id' } as const) : ({ name: 'invalid_id', value: id } as const);
  throw BadSpec.expected(`${where}: id`, "a string that is not empty and has no '/'", id, problem);
}

export function checkStart(child: string, start: unknown): void {
  if (typeof start === 'function' || isLogic(start)) return;
  const problem =
    start === undefined ? ({ name: 'missing_start' } as const) : ({ name: 'invalid_mfa', value: start } as const);
  const expected = 'an actor logic, such as a machine, or a function that returns one';
  const refusal = BadSpec.expected(`${child}: start`, expected, start, problem);
  if (typeof start !== 'string') throw refusal;
  const help = `names are for trees that are data, start({ children: […] }, { actors: { '${start}': … } })`;
  throw new BadSpec(`${refusal.message}; ${help}`, problem);
}

export function checkOneOf(where: string, value: unknown, choices: readonly string[], name: SpecProblemName): void {
  if ((choices as readonly unknown[]).includes(value)) return;
  throw BadSpec.expected(where, choices.join(choices.length === 2 ? ' or ' : ', '), value, { name, value });
}

/** In the order of OTP: the supervisor's `autoShutdown`, then the child's `restart`, then the value itself. */
export function checkSignificant(child: string, significant: unknown, restart: string, autoShutdown?: string): void {
  const where = `${child}: significant`;
  if (significant === true && autoShutdown === 'never') {
    throw new BadSpec(
      `${where}: expected false, since its supervisor's autoShutdown is never, received true; give the supervisor ` +
        "autoShutdown: 'any_significant' or 'all_significant'",
      { name: 'bad_combination', value: WITHOUT_AUTO_SHUTDOWN },
    );
  }
  if (significant === true && restart === 'permanent') {
    throw new BadSpec(
      `${where}: expected false, since a permanent child never ends for good, received true; make it restart: ` +
        "'transient' or 'temporary'",
      { name: 'bad_combination', value: PERMANENT },
    );
  }
  if (typeof significant === 'boolean') return;
  throw BadSpec.expected(where, 'true or false', significant, { name: 'invalid_significant', value: significant });
}

export function checkShutdown(child: string, shutdown: unknown): void {
  if (shutdown === 'infinity' || shutdown === 'brutal_kill' || isDuration(shutdown)) return;
  const problem = { name: 'invalid_shutdown', value: shutdown } as const;
  throw BadSpec.expected(`${child}: shutdown`, 'milliseconds, brutal_kill or infinity', shutdown, problem);
}

export function checkModules(child: string, modules: unknown): void {
  if (modules === undefined || modules === 'dynamic') return;
  if (!Array.isArray(modules)) {
    const problem = { name: 'invalid_modules', value: modules } as const;
    throw BadSpec.expected(`${child}: modules`, 'a list of strings, or dynamic', modules, problem);
  }
  for (const [index, module] of modules.entries()) {
    if (typeof module === 'string') continue;
    const problem = { name: 'invalid_module', value: module } as const;
    throw BadSpec.expected(`${child}: modules[${index}]`, 'a string', module, problem);
  }
}

/** What came instead is named by its kind only: arguments may hold secrets. */
export function checkArgs(child: string, args: unknown): void {
  if (Array.isArray(args)) return;
  const kind = args === null ? 'null' : `${typeof args === 'object' ? 'an' : 'a'} ${typeof args}`;
  throw new BadSpec(`${child}: args: expected a list, received ${kind}`);
}

/** Something that is waited for, if it is given: to wait for nothing makes no sense. */
export function checkWait(where: string, wait: unknown): void {
  if (wait === undefined || (isDuration(wait) && wait > 0)) return;
  throw BadSpec.expected(where, 'milliseconds, more than 0', wait);
}

export function checkFunction(where: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw BadSpec.expected(where, 'a function', value);
}

export function checkBackoff(where: string, backoff: unknown): void {
  if (!isObject(backoff)) throw BadSpec.expected(where, 'an object', backoff);
  for (const name of Object.keys(backoff)) {
    if (!(OF_A_BACKOFF as readonly string[]).includes(name)) throw BadSpec.unknownOption(where, name, OF_A_BACKOFF);
  }
  for (const name of OF_A_BACKOFF) {
    const value = backoff[name];
    if (value !== undefined && !isDuration(value)) throw BadSpec.expected(`${where}.${name}`, 'milliseconds', value);
  }
}

/**
 * Checks a budget: a child's own, or a supervisor's.
 *
 * @throws {BadSpec} naming `where`
 */
export function checkBudget(budget: unknown, where: string): void {
  if (!isObject(budget)) throw BadSpec.expected(where, 'an object with intensity and period', budget);
  const { intensity, period } = budget;
  if (!Number.isInteger(intensity) || Number(intensity) < 0) {
    const problem = { name: 'invalid_intensity', value: intensity } as const;
    throw BadSpec.expected(`${where}: intensity`, 'an integer of at least 0', intensity, problem);
  }
  if (!isDuration(period) || period === 0) {
    const problem = { name: 'invalid_period', value: period } as const;
    throw BadSpec.expected(`${where}: period`, 'milliseconds, more than 0', period, problem);
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/**
 * Checks a function's options.
 *
 * @param what they are, for a message
 * @throws {BadSpec} unless they are an object with nothing but what is known
 */
export function checkOptions(
  where: string,
  options: unknown,
  known: readonly string[],
  what = 'options, an object',
): void {
  if (!isObject(options) || Array.isArray(options)) throw BadSpec.expected(where, what, options);
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw BadSpec.unknownOption(where, name, known);
  }
}

function isDuration(value: unknown): value is Milliseconds {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** The format of the recorded scenarios, and how a file of them is read. */

/** An Erlang term is an atom (string), an integer, a tuple (array), or a list. */
export type Term = string | number | boolean | readonly Term[] | { readonly list: readonly Term[] };

export type Start = 'ok' | 'ignore' | StartScript;

export interface StartScript {
  readonly delay?: number;
  readonly error?: Term;
  readonly crash?: Term;
  readonly throw?: Term;
  readonly return?: Term;
  readonly info?: Term;
  readonly exitAfter?: number;
  readonly reason?: Term;
}

export interface Behavior {
  readonly start?: Start | readonly Start[];
  readonly trapExit?: boolean;
  readonly onShutdown?: 'obey' | 'ignore' | 'hold' | { readonly delay: number } | { readonly exit: Term };
}

/** What is a term may be anything: some specs are wrong on purpose. */
export interface Node {
  readonly id: string;
  readonly type?: Term;
  readonly restart?: Term;
  readonly shutdown?: Term;
  readonly significant?: Term;
  readonly modules?: Term;
  readonly strategy?: Term;
  readonly intensity?: Term;
  /** In seconds. */
  readonly period?: Term;
  readonly autoShutdown?: Term;
  readonly children?: readonly Node[];
  readonly behavior?: Behavior;
  /** Stands in the place of the whole spec. */
  readonly raw?: Term;
  /** Stands in the place of the start function. */
  readonly startRaw?: Term;
  readonly omit?: readonly ('id' | 'start')[];
}

export interface Step {
  readonly op: string;
  readonly id?: string;
  readonly sup?: string;
  readonly name?: string;
  readonly async?: string;
  readonly by?: 'id' | 'pid' | 'foreign';
  readonly reason?: Term;
  readonly spec?: Node;
  readonly specs?: readonly Node[] | { readonly raw: Term };
  readonly autoShutdown?: Term;
  readonly behavior?: Behavior;
  readonly exits?: readonly { readonly id: string; readonly reason: Term }[];
  readonly start?: Start | readonly Start[];
  readonly count?: number;
  readonly delay?: number;
  readonly ms?: number;
  readonly settle?: number;
  readonly snapshot?: boolean;
  readonly unordered?: boolean;
}

export interface TraceEvent {
  readonly ev: 'init' | 'start' | 'start_error' | 'ignore' | 'stopping' | 'exit';
  readonly id: string;
  readonly n: number;
  readonly reason?: Term;
}

export interface OtpReport {
  readonly kind: 'progress' | 'child_terminated' | 'start_error' | 'shutdown_error' | 'shutdown';
  readonly sup: string;
  readonly child: string;
  readonly reason?: Term;
  /** How many children ended so, where they are stopped all at once. */
  readonly count?: number;
}

export interface TraceRecord {
  readonly step: number;
  readonly op: string;
  readonly result?: unknown;
  readonly events: readonly TraceEvent[];
  readonly reports?: readonly OtpReport[];
  readonly state?: unknown;
  readonly ms?: number;
}

export interface Scenario {
  readonly name: string;
  readonly rules?: readonly string[];
  readonly tags?: readonly string[];
  readonly tree: Node;
  readonly steps: readonly Step[];
  /** Left out where nobody has run it on Erlang. */
  readonly trace?: readonly TraceRecord[];
}

export function scriptOf(start: Behavior['start']): readonly Start[] {
  if (start === undefined) return [];
  return Array.isArray(start) ? start : [start as Start];
}

/**
 * The scenarios in a file's text.
 *
 * @throws {Error} with one line that says what is not as it should be
 */
export function parseScenarios(text: string): readonly Scenario[] {
  let scenarios: unknown;
  try {
    scenarios = JSON.parse(text);
  } catch (error) {
    throw new Error(`is no JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(scenarios)) throw new Error('is no file of scenarios: expected a list of them');
  scenarios.forEach(checkScenario);
  return scenarios;
}

function checkScenario(scenario: unknown, index: number): void {
  const missing = missingIn(scenario);
  if (missing !== undefined) throw new Error(`is no file of scenarios: expected ${missing} in scenario ${index}`);
}

function missingIn(scenario: unknown): string | undefined {
  if (!isObject(scenario) || typeof scenario['name'] !== 'string') return "a 'name'";
  const { tree, steps, trace = [] } = scenario;
  if (!isObject(tree) || typeof tree['id'] !== 'string') return "a 'tree' with an 'id'";
  const isStep = (step: unknown): boolean => isObject(step) && typeof step['op'] === 'string';
  if (!Array.isArray(steps) || !steps.every(isStep)) return "'steps', each with its 'op',";
  const isRecord = (record: unknown): boolean => isObject(record) && Array.isArray(record['events']);
  if (!Array.isArray(trace) || !trace.every(isRecord)) return "a 'trace', a list of records with their 'events',";
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

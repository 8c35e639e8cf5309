/** The format of the recorded scenarios. An Erlang term is an atom (string), an integer, or a tuple (array). */
export type Term = string | number | readonly Term[] | { readonly list: readonly Term[] };

export type Start = 'ok' | 'ignore' | StartScript;

interface StartScript {
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

export interface Node {
  readonly id: string;
  readonly type?: 'worker' | 'supervisor';
  readonly restart?: 'permanent' | 'transient' | 'temporary';
  readonly shutdown?: number | 'brutal_kill' | 'infinity';
  readonly strategy?: string;
  readonly intensity?: number;
  /** In seconds. */
  readonly period?: number;
  readonly children?: readonly Node[];
  readonly behavior?: Behavior;
}

export interface Step {
  readonly op: string;
  readonly id?: string;
  readonly sup?: string;
  readonly name?: string;
  readonly async?: string;
  readonly by?: string;
  readonly reason?: Term;
  readonly spec?: Node;
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

export interface TraceRecord {
  readonly step: number;
  readonly op: string;
  readonly result?: unknown;
  readonly events: readonly TraceEvent[];
  readonly state?: unknown;
}

export interface Scenario {
  readonly name: string;
  readonly rules: readonly string[];
  readonly tree: Node;
  readonly steps: readonly Step[];
  readonly trace: readonly TraceRecord[];
}

/** The scenario uses something that these supervisors do not have, or that XState's actors cannot do. */
export class Unsupported extends Error {
  readonly feature: string;

  constructor(feature: string) {
    super(feature);
    this.feature = feature;
  }
}

/** What of a scenario is known not to be there before it runs. */
export function missingFeature({ tree, steps }: Scenario): string | undefined {
  const text = JSON.stringify([tree, steps]);
  if (text.includes('simple_one_for_one')) return 'simple_one_for_one';
  if (text.includes('"significant"') || text.includes('"autoShutdown"')) return 'automatic shutdown';
  if (text.includes('"ignore"') && startsOf(tree, steps).includes('ignore')) return 'a start that returns ignore';
  if (text.includes('"raw"') || text.includes('"startRaw"') || text.includes('"omit"')) return 'specs as Erlang terms';
  if (steps.some(({ op }) => op === 'check_childspecs')) return 'specs as Erlang terms';
  if (steps.some(({ op }) => op === 'unlink')) return 'an actor that unlinks';
  return undefined;
}

function startsOf(tree: Node, steps: readonly Step[]): readonly Start[] {
  const below = (node: Node | undefined): readonly Start[] =>
    node === undefined ? [] : [...scriptOf(node.behavior?.start), ...(node.children ?? []).flatMap(below)];
  return [...below(tree), ...steps.flatMap((step) => [...below(step.spec), ...scriptOf(step.start)])];
}

export function scriptOf(start: Behavior['start']): readonly Start[] {
  if (start === undefined) return [];
  return Array.isArray(start) ? start : [start as Start];
}

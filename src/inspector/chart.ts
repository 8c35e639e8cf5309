import { type AnyMachineSnapshot, type AnyStateMachine, createMachine } from 'xstate';

export type ChartNodeKind = 'atomic' | 'compound' | 'parallel' | 'final' | 'history' | 'initial';

/** One state, or the dot from which a compound state is entered. */
export interface ChartNode {
  /** The keys from the root down to this state, joined by dots, as XState writes it; the root's is `''`. */
  readonly id: string;
  /** The name to show: the state's key, or the machine's id for the root. */
  readonly name: string;
  readonly kind: ChartNodeKind;
  /** The id of the state around it. Only the root has none. */
  readonly parent: string | undefined;
  readonly invokes: readonly ChartInvoke[];
}

/** A child that lives as long as the state is active. */
export interface ChartInvoke {
  readonly id: string;
  /** The name of its logic in `setup({ actors })`, if it has one. */
  readonly src: string | undefined;
}

export interface ChartEdge {
  readonly from: string;
  /** `undefined` for a transition that takes no other state: it only acts. */
  readonly to: string | undefined;
  /** What a person reads: `WELCOME`, `after welcomeTimeout`, `always`, `done`, with its guards in brackets. */
  readonly label: string;
}

/** A machine's state chart as data: the states in the order of the definition, depth first, the root first. */
export interface Chart {
  readonly id: string;
  readonly nodes: readonly ChartNode[];
  readonly edges: readonly ChartEdge[];
}

type StateNode = AnyStateMachine['root'];
type Transition = StateNode['always'] extends (infer T)[] | undefined ? T : never;

/** The id of the dot from which the compound state `id` is entered. No state's key contains a `#`. */
export function initialDot(id: string): string {
  return `${id}#initial`;
}

/**
 * The state chart of an actor's logic, from the logic's own definition.
 *
 * @param logic a machine, or any logic whose `config` is a machine's config: custom logic, such as a supervisor's,
 *   tells its states so
 * @returns `undefined` for logic without states: a promise, a callback, an observable
 */
export function chartOf(logic: unknown): Chart | undefined {
  const machine = machineOf(logic);
  if (machine === undefined) return undefined;
  const nodes: ChartNode[] = [];
  const edges: ChartEdge[] = [];
  walk(machine.root, undefined, nodes, edges);
  return { id: machine.id, nodes, edges };
}

/**
 * The ids of all states that a snapshot's value says are active, outer ones first.
 *
 * @example activeStates({ joined: 'degraded' }) // ['', 'joined', 'joined.degraded']
 */
export function activeStates(value: unknown): readonly string[] {
  const active = [''];
  const collect = (part: unknown, prefix: string): void => {
    if (typeof part === 'string') active.push(prefix + part);
    if (typeof part !== 'object' || part === null) return;
    for (const [key, inner] of Object.entries(part)) {
      active.push(prefix + key);
      collect(inner, `${prefix}${key}.`);
    }
  };
  collect(value, '');
  return active;
}

/** The value of a snapshot, if it is one of a machine or of logic that has one. */
export function stateValue(snapshot: unknown): AnyMachineSnapshot['value'] | undefined {
  const value = typeof snapshot === 'object' && snapshot !== null && 'value' in snapshot ? snapshot.value : undefined;
  if (typeof value === 'string' || (typeof value === 'object' && value !== null)) {
    return value as AnyMachineSnapshot['value'];
  }
  return undefined;
}

function machineOf(logic: unknown): AnyStateMachine | undefined {
  if (typeof logic !== 'object' || logic === null) return undefined;
  if ('root' in logic && isStateNode(logic.root)) return logic.root.machine;
  if (!('config' in logic) || typeof logic.config !== 'object' || logic.config === null) return undefined;
  if (!('states' in logic.config) || typeof logic.config.states !== 'object') return undefined;
  try {
    return createMachine(logic.config as Parameters<typeof createMachine>[0]);
  } catch {
    // Another library's logic may keep something else under this name.
    return undefined;
  }
}

function isStateNode(value: unknown): value is StateNode {
  return typeof value === 'object' && value !== null && 'transitions' in value && value.transitions instanceof Map;
}

function walk(state: StateNode, parent: string | undefined, nodes: ChartNode[], edges: ChartEdge[]): void {
  const id = state.path.join('.');
  nodes.push({
    id,
    name: parent === undefined ? state.machine.id : state.key,
    kind: state.type,
    parent,
    invokes: state.invoke.map(({ id, src }) => ({ id, src: typeof src === 'string' ? src : undefined })),
  });
  const initial = state.type === 'compound' ? state.initial?.target?.[0] : undefined;
  if (initial !== undefined) {
    nodes.push({ id: initialDot(id), name: '', kind: 'initial', parent: id, invokes: [] });
    edges.push({ from: initialDot(id), to: initial.path.join('.'), label: '' });
  }
  for (const [eventType, transitions] of state.transitions) {
    pushEdges(edges, id, transitions, (transition) => eventLabel(eventType, state, transition));
  }
  pushEdges(edges, id, state.always ?? [], () => 'always');
  for (const child of Object.values(state.states)) walk(child, id, nodes, edges);
}

function pushEdges(
  edges: ChartEdge[],
  from: string,
  transitions: readonly Transition[],
  eventOf: (transition: Transition) => string,
): void {
  // One event's transitions are tried in order: one without a guard behind others with one is what is left.
  const guarded = new Set<string>();
  for (const transition of transitions) {
    const event = eventOf(transition);
    const guard = guardLabel(transition.guard) ?? (guarded.has(event) ? 'else' : undefined);
    guarded.add(event);
    // An eventless transition with a guard is its guard.
    const label = guard === undefined ? event : event === 'always' ? `[${guard}]` : `${event} [${guard}]`;
    if (transition.target === undefined) edges.push({ from, to: undefined, label });
    for (const target of transition.target ?? []) edges.push({ from, to: target.path.join('.'), label });
  }
}

/** XState's own events carry ids of the machine's inside; a person wants to read what happened. */
function eventLabel(eventType: string, state: StateNode, transition: Transition): string {
  const { delay } = transition as { delay?: unknown };
  if (delay !== undefined) return `after ${delayLabel(delay)}`;
  const [, kind, actor] = /^xstate\.(done|error)\.actor\.(.+)$/.exec(eventType) ?? [];
  if (kind !== undefined && actor !== undefined) {
    const invoke = state.invoke.find(({ id }) => id === actor);
    return `${kind} ${invoke === undefined ? actor : invokeName(invoke)}`;
  }
  return eventType.startsWith('xstate.done.state.') ? 'done' : eventType;
}

/** An invoke without an id of its own has one made of its place: `0.machine.state`. Its logic's name says more. */
function invokeName({ id, src }: { readonly id: string; readonly src: unknown }): string {
  return /^\d+\./.test(id) && typeof src === 'string' ? src : id;
}

function delayLabel(delay: unknown): string {
  if (typeof delay !== 'number') return typeof delay === 'string' ? delay : 'a while';
  return delay >= 1_000 && delay % 100 === 0 ? `${delay / 1_000} s` : `${delay} ms`;
}

/** `undefined` where there is no guard. A combined guard (`and`, `or`, `not`) reads as it was written. */
function guardLabel(guard: unknown): string | undefined {
  if (guard === undefined || guard === null) return undefined;
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'object') return 'type' in guard ? String(guard.type) : 'guard';
  if (typeof guard !== 'function') return 'guard';
  const parts: unknown[] = 'guards' in guard && Array.isArray(guard.guards) ? guard.guards : [];
  const check = 'check' in guard && typeof guard.check === 'function' ? guard.check.name : '';
  const inner = parts.map((part) => guardLabel(part) ?? 'guard');
  if (check === 'checkNot') return `not ${inner.join()}`;
  if (inner.length > 0) return inner.join(check === 'checkOr' ? ' or ' : ' and ');
  return guard.name === '' || guard.name === 'guard' ? 'guard' : guard.name;
}

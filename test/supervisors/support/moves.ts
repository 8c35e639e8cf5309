import type { InspectionEvent } from 'xstate';
import { SUPERVISOR_CHART, type SupervisorSnapshot } from '../../../supervisors/index.js';

interface Edges {
  readonly type?: string;
  readonly always?: readonly { readonly target: string }[];
  readonly on?: Readonly<Record<string, { readonly target: string }>>;
}

/** The edges of a supervisor's chart, as `from -> to`. */
export const EDGES: readonly string[] = Object.entries<Edges>(SUPERVISOR_CHART.states).flatMap(
  ([from, { always, on }]) =>
    [...(always ?? []), ...Object.values(on ?? {})].map(({ target }) => `${from} -> ${target}`),
);

/** Writes down how supervisors move from state to state. */
export class Moves {
  readonly seen = new Set<string>();
  readonly #last = new Map<string, string>();

  readonly inspect = (event: InspectionEvent): void => {
    if (event.type !== '@xstate.snapshot') return;
    const actor = event.actorRef as typeof event.actorRef & { readonly logic?: { readonly config?: unknown } };
    if (actor.logic?.config !== SUPERVISOR_CHART) return;
    const { value } = event.snapshot as SupervisorSnapshot;
    const before = this.#last.get(actor.sessionId) ?? SUPERVISOR_CHART.initial;
    if (before !== value) this.seen.add(`${before} -> ${value}`);
    this.#last.set(actor.sessionId, value);
  };
}

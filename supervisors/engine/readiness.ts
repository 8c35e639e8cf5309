import type { AnyActorLogic, AnyActorScope, AnyEventObject } from 'xstate';
import type { Clock, Milliseconds } from '../clock.js';
import { BadSpec } from '../errors.js';
import { guard } from '../guard.js';
import type { FullChildSpec } from '../spec/child-spec.js';
import type { Memory } from './memory.js';

/** Whether one incarnation of a child is ready, of a child whose spec says how to tell. The others have none. */
export class Readiness {
  readonly #ask: (snapshot: unknown) => unknown;
  readonly #memory: Memory;
  #hasFailed = false;
  #timer: unknown;

  constructor(ask: NonNullable<FullChildSpec['ready']>, memory: Memory) {
    this.#ask = ask;
    this.#memory = memory;
  }

  /** A predicate that fails is reported once in each incarnation, since it is asked after each event. */
  isReady(snapshot: unknown): boolean {
    const answer = guard(
      () => this.#ask(snapshot),
      (error) => this.#failed(error),
    );
    if (typeof answer === 'boolean') return answer;
    // A promise would otherwise be a yes.
    this.#failed(BadSpec.expected(`child '${this.#memory.id}': ready`, 'its function to return true or false', answer));
    return false;
  }

  #failed(error: unknown): void {
    if (!this.#hasFailed) this.#memory.report({ type: 'hook failed', hook: 'ready', error });
    this.#hasFailed = true;
  }

  /** How long it may yet take. */
  limit(clock: Clock, left: Milliseconds, over: () => void): void {
    this.#timer = clock.setTimeout(over, Math.max(0, left));
  }

  /** It is ready, or will not be any more. */
  end(clock: Clock): void {
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/**
 * The same logic, which shows each new snapshot of an actor that lives.
 *
 * @param look says whether it has seen enough
 */
export function watched<Logic extends AnyActorLogic>(logic: Logic, look: (snapshot: unknown) => boolean): Logic {
  const watched = Object.create(logic) as Logic;
  let isEnough = false;
  watched.transition = (snapshot: unknown, event: AnyEventObject, scope: AnyActorScope) => {
    const next: { readonly status: string } = logic.transition(snapshot, event, scope);
    if (!isEnough && next.status === 'active') isEnough = look(next);
    return next;
  };
  return watched;
}

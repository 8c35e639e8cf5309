import type { Invocation, Member } from './member.js';
import type { Registration } from './registration.js';

const NONE: readonly never[] = [];

/** Calls that wait for a callee that is free, by what they wait for, in their order. */
export class WaitingCalls {
  readonly #calls = new Map<Registration<Member>, Set<Invocation>>();

  get isEmpty(): boolean {
    return this.#calls.size === 0;
  }

  /** How many there are. */
  get size(): number {
    let size = 0;
    for (const calls of this.#calls.values()) size += calls.size;
    return size;
  }

  countFor(registration: Registration<Member>): number {
    return this.#calls.get(registration)?.size ?? 0;
  }

  /** They may be removed while one goes through them. */
  for(registration: Registration<Member>): Iterable<Invocation> {
    return this.#calls.get(registration) ?? NONE;
  }

  add(invocation: Invocation, registration: Registration<Member>): void {
    const calls = this.#calls.get(registration);
    if (calls === undefined) this.#calls.set(registration, new Set([invocation]));
    else calls.add(invocation);
  }

  remove(invocation: Invocation, registration: Registration<Member>): void {
    const calls = this.#calls.get(registration);
    if (calls?.delete(invocation) === true && calls.size === 0) this.#calls.delete(registration);
  }
}

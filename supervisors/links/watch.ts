import type { AnyActorRef } from 'xstate';
import { type End, endOf, stopOf } from '../engine/supervised.js';
import { soon, type Worker } from '../engine/turns.js';

/** The watches of an actor that lives. One observer in XState's eyes, however many they are. */
class Watches {
  readonly all = new Set<Watch>();
  readonly #actor: AnyActorRef;
  readonly #subscription: { unsubscribe(): void };

  constructor(actor: AnyActorRef) {
    this.#actor = actor;
    this.#subscription = actor.subscribe({ complete: () => this.#ended(), error: (error) => this.#failed(error) });
  }

  remove(watch: Watch): void {
    this.all.delete(watch);
    if (this.all.size > 0) return;
    watches.delete(this.#actor);
    this.#subscription.unsubscribe();
  }

  #ended(): void {
    watches.delete(this.#actor);
    for (const watch of this.all) soon(watch);
  }

  /** XState takes an error that has an observer for one that is dealt with. */
  #failed(error: unknown): void {
    const { observers } = this.#actor as unknown as { readonly observers: ReadonlySet<unknown> };
    const isAlone = this.#actor._parent === undefined && observers.size === 1;
    if (isAlone && ![...this.all].some((watch) => watch.takesErrors)) {
      setTimeout(() => {
        throw error;
      });
    }
    this.#ended();
  }
}

const watches = new WeakMap<AnyActorRef, Watches>();

/**
 * Waits for the end of one actor and tells of it, once and on an empty stack: also of one that ended long ago. It keeps no
 * timer, and an actor that nobody watches bears no cost.
 */
export class Watch implements Worker {
  readonly takesErrors: boolean;
  readonly #actor: AnyActorRef;
  #tell: ((end: End) => void) | undefined;

  /**
   * @param tell must not throw
   * @param takesErrors whether somebody is told of an error by it. XState otherwise throws that of an actor without a parent
   *   which nobody looks at, and goes on to do so
   */
  constructor(actor: AnyActorRef, tell: (end: End) => void, takesErrors = false) {
    this.#actor = actor;
    this.#tell = tell;
    this.takesErrors = takesErrors;
    if (hasEnded(actor)) {
      soon(this);
      return;
    }
    let all = watches.get(actor);
    if (all === undefined) {
      all = new Watches(actor);
      watches.set(actor, all);
    }
    all.all.add(this);
  }

  /** Nothing is told any more, not even what is on its way. */
  cancel(): void {
    this.#tell = undefined;
    watches.get(this.#actor)?.remove(this);
  }

  turn(): void {
    const tell = this.#tell;
    this.#tell = undefined;
    tell?.(endOf(this.#actor) ?? stopOf(this.#actor));
  }

  publish(): void {}
}

/** Also of an actor whose logic paid no heed to being stopped, so that its snapshot is what it was. */
export function hasEnded(actor: AnyActorRef): boolean {
  const { _processingStatus } = actor as unknown as { readonly _processingStatus?: number };
  return actor.getSnapshot().status !== 'active' || _processingStatus === XSTATE_STOPPED;
}

/** XState's `ProcessingStatus.Stopped`, which it does not export. */
const XSTATE_STOPPED = 2;

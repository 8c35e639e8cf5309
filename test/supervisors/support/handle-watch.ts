import type { AnyActorRef } from 'xstate';
import type { ChildHandle, ExitReason, Fate, HandleIdentity } from '../../../supervisors/index.js';

/** Makes the handles of a tree, and writes down where one is told what cannot be. */
export class HandleWatch {
  readonly faults: string[] = [];
  readonly #undisposed = new Map<string, Watched>();

  readonly handle = ({ path }: HandleIdentity): ChildHandle => {
    const watched = new Watched((what) => this.faults.push(`the handle of ${path} ${what}`));
    if (this.#undisposed.has(path)) this.faults.push(`a second handle was made for ${path}`);
    this.#undisposed.set(path, watched);
    return {
      started: (incarnation, actor) => watched.started(incarnation, actor),
      exited: (reason, fate) => watched.exited(reason, fate),
      disposed: () => {
        watched.disposed();
        this.#undisposed.delete(path);
      },
    };
  };

  /** The paths of those that were not told that it is over. */
  get undisposed(): readonly string[] {
    return [...this.#undisposed.keys()];
  }
}

class Watched {
  readonly #fault: (what: string) => void;
  #state: 'new' | 'up' | Fate | 'disposed' = 'new';
  #incarnation = 0;
  #actor: AnyActorRef | undefined;

  constructor(fault: (what: string) => void) {
    this.#fault = fault;
  }

  started(incarnation: number, actor: AnyActorRef): void {
    if (this.#state === 'up') this.#fault('was told of a start before the end of the last incarnation');
    if (this.#state === 'disposed') this.#fault('was told of a start after it was disposed of');
    if (incarnation <= this.#incarnation) this.#fault(`was told of incarnation ${incarnation} after ${this.#incarnation}`);
    if (actor === this.#actor) this.#fault('was told of the same actor again');
    this.#incarnation = incarnation;
    this.#actor = actor;
    this.#state = 'up';
  }

  exited(_reason: ExitReason, fate: Fate): void {
    if (this.#state === 'disposed') this.#fault('was told of an end after it was disposed of');
    if (this.#state === fate) this.#fault(`was told twice that the child is ${fate}`);
    this.#state = fate;
  }

  disposed(): void {
    if (this.#state === 'disposed') this.#fault('was disposed of twice');
    if (this.#state === 'up') this.#fault('was disposed of while the child was up');
    if (this.#state === 'restarting') this.#fault('was disposed of while a restart was announced');
    this.#state = 'disposed';
  }
}

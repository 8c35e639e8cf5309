import type { AnyActorRef } from 'xstate';
import type { ChildHandle, ExitReason, Fate, HandleIdentity } from '../../../supervisors/index.js';

/** Makes the handles of a tree, and writes down where one is told what cannot be. */
export class HandleWatch {
  readonly faults: string[] = [];
  /** With their paths. There may be two of one path: one of a child that has outlived its killed supervisor for a while. */
  readonly #undisposed = new Map<Watched, string>();

  readonly handle = ({ path }: HandleIdentity): ChildHandle => {
    const watched = new Watched((what) => this.faults.push(`the handle of ${path} ${what}`));
    this.#undisposed.set(watched, path);
    return {
      started: (incarnation, actor) => watched.started(incarnation, actor),
      exited: (reason, fate) => watched.exited(reason, fate),
      disposed: () => {
        watched.disposed();
        this.#undisposed.delete(watched);
      },
    };
  };

  /**
   * The paths of those that were not told that it is over, though it is: not those below a supervisor that still waits for a
   * child, since one that is given for ever to end, and does not, holds up what is said of all others there.
   */
  get undisposed(): readonly string[] {
    return Array.from(this.#undisposed, ([watched, path]) => (watched.isOver ? [path] : [])).flat();
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

  get isOver(): boolean {
    if (this.#state === 'up') return false;
    for (let above = this.#actor?._parent; above !== undefined; above = above._parent) {
      if (above.getSnapshot().status === 'active') return false;
    }
    return true;
  }

  started(incarnation: number, actor: AnyActorRef): void {
    if (this.#state === 'up') this.#fault('was told of a start before the end of the last incarnation');
    if (this.#state === 'disposed') this.#fault('was told of a start after it was disposed of');
    if (incarnation <= this.#incarnation)
      this.#fault(`was told of incarnation ${incarnation} after ${this.#incarnation}`);
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

import type { ActorRefFrom, AnyActorLogic, AnyActorRef, EventFromLogic } from 'xstate';
import type { Engine } from '../engine/engine.js';
import type { ChildDownNotice, DownListener, Monitor } from '../links/monitor.js';
import type { ChildStatus } from '../view.js';
import { childAtIds } from './addresses.js';

/**
 * Stands for whatever runs at a path of a tree, over all restarts of it and of the supervisors above: a machine that holds an
 * actor holds a dead one after its first restart, one that holds this does not. It is looked up at each use, and so keeps
 * nothing alive, needs no disposal and may be made as often as one likes, also before there is such a child.
 *
 * Which logic runs there only the tree knows; the type parameter is taken on trust.
 *
 * @see OTP: a registered name
 */
export class PathRef<Logic extends AnyActorLogic = AnyActorLogic> {
  readonly path: string;
  /** Events that were sent by this while nothing was there to take them. */
  dropped = 0;
  readonly #root: Engine;
  readonly #ids: readonly string[];
  readonly #monitor: (listener: DownListener<ChildDownNotice>) => Monitor;

  /** Made by `tree.ref(…)`. */
  constructor(root: Engine, path: string, monitor: (listener: DownListener<ChildDownNotice>) => Monitor) {
    this.path = path;
    this.#root = root;
    this.#ids = path.split('/');
    this.#monitor = monitor;
  }

  /** The present incarnation; `undefined` while it is down. Do not keep it. */
  get actor(): ActorRefFrom<Logic> | undefined {
    return this.#actor as ActorRefFrom<Logic> | undefined;
  }

  /** That of the present incarnation, or of the last one; 0 before the first, and when there is no such child. */
  get incarnation(): number {
    return this.#root.place.memory.at(this.#ids)?.incarnation ?? 0;
  }

  /** As in `tree.view()`; `undefined` if there is no such child; `stopped` once the tree has ended. */
  get status(): ChildStatus | undefined {
    if (this.#root.ended !== undefined) return 'stopped';
    const { memory } = this.#root.place;
    // While a supervisor above is down only the tree's memory of the child is there.
    return childAtIds(this.#root, this.#ids)?.status ?? memory.at(this.#ids)?.fate;
  }

  /**
   * Sends an event to the present incarnation.
   *
   * While there is none the event is dropped and counted: it would reach an actor that knows nothing of what led to it. Whoever
   * has to say it again does so by `monitor`, or makes it part of the child's input.
   *
   * @returns whether it was sent. As ever with actors, that does not mean that it was dealt with
   */
  send(event: EventFromLogic<Logic>): boolean {
    const actor = this.#actor;
    if (actor === undefined) {
      this.dropped += 1;
      return false;
    }
    actor.send(event);
    return true;
  }

  /** As `tree.monitor` at this path. */
  monitor(listener: DownListener<ChildDownNotice>): Monitor {
    return this.#monitor(listener);
  }

  get #actor(): AnyActorRef | undefined {
    const child = childAtIds(this.#root, this.#ids);
    // One that has just ended is still listed until its supervisor takes note.
    return child?.isAlive === true ? child.actor : undefined;
  }
}

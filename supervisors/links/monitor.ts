import type { AnyActorRef } from 'xstate';
import type { TreeContext } from '../engine/memory.js';
import { type End, endOf } from '../engine/supervised.js';
import { engineOf } from '../engine/supervisor-logic.js';
import { soon, type Worker } from '../engine/turns.js';
import type { Watcher } from '../engine/watchers.js';
import { BadSpec } from '../errors.js';
import type { ExitReason } from '../exit-reason.js';
import { guard } from '../guard.js';
import type { Fate } from '../spec/child-spec.js';
import { hasEnded, Watch } from './watch.js';

/** What is told of an actor that has ended: OTP's `'DOWN'` message. */
export interface DownNotice {
  readonly actor: AnyActorRef;
  /** In its tree, if a supervisor started it. */
  readonly path: string | undefined;
  readonly incarnation: number | undefined;
  /** As its supervisor sees it, if it has one; `killed` of an actor that was just stopped. */
  readonly reason: ExitReason;
  /** Mostly the reason; of a supervisor that gave up, for which that is `shutdown`, the `GaveUp` with the whole story. */
  readonly cause: unknown;
}

/** What a machine takes that is the listener of a monitor. */
export interface DownEvent extends DownNotice {
  readonly type: 'supervisor.down';
}

/** What is told of an incarnation that has ended at a path. */
export interface ChildDownNotice extends Omit<DownNotice, 'actor'> {
  /** `undefined` if it failed before there was one. */
  readonly actor: AnyActorRef | undefined;
  readonly path: string;
  readonly incarnation: number;
  /** What becomes of the child. After `restarting` another one follows, of the same incarnation, if it is not restarted. */
  readonly fate: Fate;
}

/** What a machine takes that is the listener of a monitor of a path. */
export interface ChildDownEvent extends ChildDownNotice {
  readonly type: 'supervisor.down';
}

/** A function, or an actor, which is sent the notice as an event of type `supervisor.down`. */
export type DownListener<Notice = DownNotice> = ((notice: Notice) => void) | AnyActorRef;

/** What `monitor` returns, to hear no more. */
export interface Monitor {
  /** Nothing is told any more, not even what is on its way. May be called twice. */
  cancel(): void;
}

/**
 * Has `listener` told once of the end of any actor, on an empty stack. If the actor ended long ago, it is told so as well, and
 * still with the true reason, where OTP says `noproc`. An error of an actor without a parent is then dealt with: XState does
 * not throw it.
 *
 * What a function throws harms nobody; it is reported as a failed hook. A listener that is an actor may end first.
 *
 * @see OTP `erlang:monitor/2`
 */
export function monitor(actor: AnyActorRef, listener: DownListener): Monitor {
  checkActor('monitor', actor);
  checkListener('monitor', listener);
  const watch = new Watch(
    actor,
    (end) => {
      watched.cancel();
      deliver(listener, noticeOf(actor, end), (error) => reportFailure(actor, error));
    },
    true,
  );
  const watched = untilEnd(listener, () => watch.cancel());
  return {
    cancel() {
      watch.cancel();
      watched.cancel();
    },
  };
}

/** The notices of all incarnations at one path. */
export class PathMonitor implements Watcher, Worker, Monitor {
  readonly #context: TreeContext;
  readonly #path: string;
  readonly #listener: DownListener<ChildDownNotice>;
  readonly #listening: Monitor;
  readonly #due: ChildDownNotice[] = [];
  /** The last one that was there, and which incarnation it was. */
  #last: { readonly incarnation: number; readonly actor: AnyActorRef } | undefined;

  constructor(context: TreeContext, path: string, listener: DownListener<ChildDownNotice>) {
    checkListener('monitor', listener);
    this.#context = context;
    this.#path = path;
    this.#listener = listener;
    context.watchers.add(path, this);
    this.#listening = untilEnd(listener, () => this.cancel());
  }

  started(incarnation: number, actor: AnyActorRef): void {
    this.#last = { incarnation, actor };
  }

  exited(incarnation: number, reason: ExitReason, fate: Fate): void {
    const actor = this.#last?.incarnation === incarnation ? this.#last.actor : undefined;
    const cause = (actor === undefined ? undefined : endOf(actor)?.cause) ?? reason;
    this.#due.push({ actor, path: this.#path, incarnation, reason, cause, fate });
    soon(this);
  }

  vanished(): void {
    this.#listening.cancel();
  }

  cancel(): void {
    this.#due.length = 0;
    this.#listening.cancel();
    this.#context.watchers.remove(this.#path, this);
  }

  turn(): void {
    const notice = this.#due.shift();
    if (notice === undefined) return;
    deliver(this.#listener, notice, (error) => reportTo(this.#context, this.#path, error));
  }

  publish(): void {}
}

/** Where a supervisor's child stands in its tree, also one of long ago: its id says so. */
export function placeIn(actor: AnyActorRef): {
  readonly path: string | undefined;
  readonly incarnation: number | undefined;
} {
  const above = actor._parent === undefined ? undefined : engineOf(actor._parent);
  if (above === undefined) return { path: undefined, incarnation: undefined };
  const cut = actor.id.lastIndexOf('#');
  const id = actor.id.slice(0, cut);
  return { path: above.path === '' ? id : `${above.path}/${id}`, incarnation: Number(actor.id.slice(cut + 1)) };
}

export function checkActor(where: string, actor: unknown): asserts actor is AnyActorRef {
  if (typeof actor !== 'object' || actor === null || !('getSnapshot' in actor)) {
    throw BadSpec.expected(where, 'an actor', actor);
  }
}

function checkListener(where: string, listener: unknown): void {
  if (typeof listener === 'function') return;
  if (typeof listener !== 'object' || listener === null || !('getSnapshot' in listener)) {
    throw BadSpec.expected(`${where}: listener`, 'a function or an actor', listener);
  }
}

function noticeOf(actor: AnyActorRef, { reason, cause }: End): DownNotice {
  return { actor, ...placeIn(actor), reason, cause };
}

/** A listener that is an actor is let go when it ends, however long what it listens to still lives. */
function untilEnd(listener: DownListener<never>, forget: () => void): Monitor {
  return typeof listener === 'function' ? NOTHING : new Watch(listener, forget);
}

const NOTHING: Monitor = { cancel: () => {} };

function deliver<Notice extends object>(
  listener: DownListener<Notice>,
  notice: Notice,
  failed: (error: unknown) => void,
): void {
  if (typeof listener === 'function') guard(() => listener(notice) as unknown, failed);
  else if (!hasEnded(listener)) guard(() => listener.send({ type: 'supervisor.down', ...notice }), failed);
}

/** To the tree that the actor is in, however deep; else where XState logs what actors have to say. */
function reportFailure(actor: AnyActorRef, error: unknown): void {
  for (let each: AnyActorRef | undefined = actor; each !== undefined; each = each._parent) {
    const engine = engineOf(each) ?? (each._parent === undefined ? undefined : engineOf(each._parent));
    if (engine !== undefined) {
      reportTo(engine.place.context, placeIn(each).path ?? engine.path, error);
      return;
    }
  }
  const { logger } = actor as unknown as { readonly logger?: (...args: readonly unknown[]) => void };
  // What nobody can be told is lost.
  guard(
    () => logger?.(`the listener of a monitor of ${actor.id} has failed:`, error),
    () => {},
  );
}

function reportTo({ isHeard, report, clock }: TreeContext, path: string, error: unknown): void {
  if (isHeard()) report({ path, at: clock.now(), type: 'hook failed', hook: 'monitor', error });
}

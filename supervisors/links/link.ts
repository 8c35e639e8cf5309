import type { AnyActorRef } from 'xstate';
import type { Child } from '../engine/child.js';
import type { Engine } from '../engine/engine.js';
import { engineOf } from '../engine/supervisor-logic.js';
import { BadSpec } from '../errors.js';
import { checkActor } from './monitor.js';
import { signal } from './signals.js';
import { hasEnded, Watch } from './watch.js';

/** From either of two linked actors to the other. */
const links = new WeakMap<AnyActorRef, Map<AnyActorRef, Link>>();

/** Two actors that end together, unless one of them ends normally. */
class Link {
  readonly #ends: readonly AnyActorRef[];
  readonly #watches: readonly Watch[];

  constructor(a: AnyActorRef, b: AnyActorRef) {
    this.#ends = [a, b];
    this.#watches = [this.#watch(a, b), this.#watch(b, a)];
    links.set(a, (links.get(a) ?? new Map()).set(b, this));
    links.set(b, (links.get(b) ?? new Map()).set(a, this));
  }

  cancel(): void {
    for (const watch of this.#watches) watch.cancel();
    const [a, b] = this.#ends;
    if (a === undefined || b === undefined) return;
    links.get(a)?.delete(b);
    links.get(b)?.delete(a);
  }

  #watch(actor: AnyActorRef, other: AnyActorRef): Watch {
    const isGone = hasEnded(actor);
    return new Watch(actor, ({ reason }) => {
      this.cancel();
      if (isGone) signal(other, 'noproc');
      else if (reason !== 'normal') signal(other, reason);
    });
  }
}

/**
 * Links two actors, whatever they are: when one of them ends, and not with `normal`, the other is ended with the same reason, as by
 * `sendExit`. Done twice it is one link. An actor that is linked to one that has ended already is ended with `noproc`.
 *
 * A link is between two incarnations: what is started anew is linked anew, if it is to be. Between a supervisor and its child
 * it is the one that the supervisor made, and brings that back after `unlink`.
 *
 * @see OTP `erlang:link/1`
 */
export function link(a: AnyActorRef, b: AnyActorRef): void {
  checkActor('link', a);
  checkActor('link', b);
  const kin = kinship(a, b);
  if (kin !== undefined) {
    kin.child.isLinked = true;
    // It may have ended while nobody was to hear of it.
    kin.engine.noticed(kin.actor.id);
  } else if (a !== b && links.get(a)?.has(b) !== true) new Link(a, b);
}

/**
 * Takes back the link between two actors, in either order: nothing that happens to one of them concerns the other any more, not
 * even what is on its way. Where there is none it does nothing.
 *
 * Between a child and its supervisor that is the supervisor's: it does not hear of the child's end, lists it all the same, stops it
 * with the others, and does not restart it. The next incarnation, if there is one, is linked again.
 *
 * @param b default: the supervisor that started `a`
 * @throws {BadSpec} without `b`, if `a` is no child of a supervisor
 * @see OTP `erlang:unlink/1`
 */
export function unlink(a: AnyActorRef, b?: AnyActorRef): void {
  checkActor('unlink', a);
  const other = b ?? a._parent;
  if (b !== undefined) checkActor('unlink', b);
  const kin = other === undefined ? undefined : kinship(a, other);
  if (kin !== undefined) kin.child.isLinked = false;
  else if (b === undefined) throw BadSpec.expected('unlink', 'a child of a supervisor', a.id);
  else links.get(a)?.get(b)?.cancel();
}

interface Kinship {
  readonly engine: Engine;
  readonly child: Child;
  readonly actor: AnyActorRef;
}

/** If one of them is the supervisor of the other. */
function kinship(a: AnyActorRef, b: AnyActorRef): Kinship | undefined {
  if (a._parent !== b && b._parent !== a) return undefined;
  const [actor, above] = a._parent === b ? [a, b] : [b, a];
  const engine = engineOf(above);
  const child = engine?.childOf(actor);
  return engine === undefined || child?.actor !== actor ? undefined : { engine, child, actor };
}

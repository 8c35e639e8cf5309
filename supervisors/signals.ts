import type { AnyActorRef } from 'xstate';
import { BadSpec } from './errors.js';
import type { ExitReason } from './exit-reason.js';
import { logicOf, stopWith } from './supervised.js';
import { engineOf } from './supervisor-logic.js';
import { type ShutdownEvent, takesShutdown } from './traits.js';

/**
 * Ends an actor from outside, as OTP's `exit(Pid, Reason)` does; an actor that has ended is left alone.
 *
 * A supervisor, and any other actor that takes `supervisor.shutdown`, is asked to end with `reason`, and decides itself when
 * it does; all others end at once. Nobody is asked with the reason `kill`, after which it is `killed`. A supervisor above
 * sees the child end with that reason, and restarts it if that is due.
 */
export function sendExit(actor: AnyActorRef, reason: ExitReason): void {
  checkActor('sendExit', actor);
  if (actor.getSnapshot().status !== 'active') return;
  const logic = logicOf(actor);
  if (reason !== 'kill' && takesShutdown(logic)) {
    actor.send({ type: 'supervisor.shutdown', reason } satisfies ShutdownEvent);
    return;
  }
  const why = reason === 'kill' ? 'killed' : reason;
  stopWith(actor, why);
  const { id, _parent: parent } = actor;
  // XState tells nobody of an actor that was stopped. As an event this end waits among the others, and can be seen.
  if (parent === undefined || engineOf(parent) === undefined || actor.getSnapshot().status !== 'stopped') return;
  parent.send({ type: `xstate.error.actor.${id}`, actorId: id, error: why });
}

/**
 * Has a supervisor not hear of a child's end any more, as OTP's `unlink` between the two does. The child is still listed, and
 * stopped with the others; it is not restarted. The next incarnation, if there is one, is linked again.
 *
 * @throws {BadSpec} if the actor is no child of a supervisor
 */
export function unlink(child: AnyActorRef): void {
  checkActor('unlink', child);
  const engine = child._parent === undefined ? undefined : engineOf(child._parent);
  const record = engine?.childOf(child);
  if (record?.actor !== child) throw BadSpec.expected('unlink', 'a child of a supervisor', child.id);
  record.isLinked = false;
}

function checkActor(where: string, actor: unknown): void {
  if (typeof actor !== 'object' || actor === null || !('getSnapshot' in actor)) {
    throw BadSpec.expected(where, 'an actor', actor);
  }
}

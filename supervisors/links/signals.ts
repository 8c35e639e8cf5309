import type { AnyActorRef } from 'xstate';
import { logicOf, stopWith } from '../engine/supervised.js';
import type { ExitReason } from '../exit-reason.js';
import { type ShutdownEvent, takesShutdown } from '../traits.js';
import { checkActor } from './monitor.js';
import { hasEnded, Watch } from './watch.js';

/**
 * Ends an actor from outside, as OTP's `exit(Pid, Reason)` does; an actor that has ended is left alone.
 *
 * A supervisor, and any other actor that takes `supervisor.shutdown`, is asked to end with `reason`, and decides itself when
 * it does; all others end at once. Nobody is asked with the reason `kill`, after which it is `killed`. A supervisor above
 * sees the child end with that reason, and restarts it if that is due. Any other actor that started it is told of an error, as
 * if it had failed.
 */
export function sendExit(actor: AnyActorRef, reason: ExitReason): void {
  checkActor('sendExit', actor);
  if (reason === 'kill') end(actor, 'killed');
  else signal(actor, reason);
}

/** The same, where `kill` is a reason like any other: so it comes through a link. */
export function signal(actor: AnyActorRef, reason: ExitReason): void {
  if (!hasEnded(actor) && takesShutdown(logicOf(actor))) {
    actor.send({ type: 'supervisor.shutdown', reason } satisfies ShutdownEvent);
  } else end(actor, reason);
}

function end(actor: AnyActorRef, reason: ExitReason): void {
  if (hasEnded(actor)) return;
  stopWith(actor, reason);
  // XState tells nobody above of a stop. If it is at work it ends only after that, which may be its own doing.
  if (hasEnded(actor)) tellParent(actor, reason);
  else new Watch(actor, () => tellParent(actor, reason));
}

/** As an event this end waits among the others in the mailbox, and can be seen. Of any other end XState has told. */
function tellParent(actor: AnyActorRef, reason: ExitReason): void {
  const { id, _parent: parent } = actor;
  const { status } = actor.getSnapshot();
  if (parent === undefined || hasEnded(parent) || status === 'done' || status === 'error') return;
  parent.send({ type: `xstate.error.actor.${id}`, actorId: id, error: reason });
}

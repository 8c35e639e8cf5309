import type { AnyActorRef } from 'xstate';
import type { Clock } from '../clock.js';
import type { Shutdown } from '../spec/child-spec.js';
import { isSupervisor, type ShutdownEvent } from '../traits.js';
import { logicOf, stopWith } from './supervised.js';

/**
 * Has an actor end whose supervisor was killed: in OTP it hears so through its link. It ends in its own time, at most as
 * long as its spec gives it, since nobody is left to end it otherwise. A supervisor stops its children as ever, each in the
 * time that it has, so it needs no limit of its own.
 */
export function bereave(actor: AnyActorRef, shutdown: Shutdown, clock: Clock): void {
  actor.send({ type: 'supervisor.shutdown', reason: 'killed' } satisfies ShutdownEvent);
  const isAlive = (): boolean => actor.getSnapshot().status === 'active';
  if (!isAlive() || shutdown === 'infinity' || isSupervisor(logicOf(actor))) return;
  if (shutdown === 'brutal_kill' || shutdown === 0) {
    stopWith(actor, 'killed');
    return;
  }
  const timer = clock.setTimeout(() => stopWith(actor, 'killed'), shutdown);
  const clear = (): void => clock.clearTimeout(timer);
  actor.subscribe({ complete: clear, error: clear });
}

import { type ActorLogic, type AnyActorRef, type EventObject, fromTransition, type Snapshot } from 'xstate';

type SlowSnapshot = Snapshot<undefined> & { readonly context: string };

/** A logic whose start is over when it is sent `up`; it tells so. It ends when it is stopped, and not by itself. */
export function slowStart(started: AnyActorRef[] = []): ActorLogic<SlowSnapshot, EventObject> {
  const logic: ActorLogic<SlowSnapshot, EventObject> & { readonly [starting: symbol]: unknown } = {
    ...(fromTransition((state) => state, 'starting') as unknown as ActorLogic<SlowSnapshot, EventObject>),
    start: (_snapshot, { self }) => void started.push(self),
    transition(snapshot, { type }, { self }) {
      // XState's own `fromTransition` takes no notice of its end.
      if (type === 'xstate.stop') return { ...snapshot, status: 'stopped', error: undefined, output: undefined };
      if (type === 'up') (self as AnyActorRef)._parent?.send({ type: 'supervisor.started' });
      return type === 'up' ? { ...snapshot, context: 'up' } : snapshot;
    },
    [Symbol.for('respell.starting')]: ({ context }: SlowSnapshot) => context === 'starting',
  };
  return logic;
}

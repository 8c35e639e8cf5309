/**
 * An actor logic from a table: for each state what is done about an event, and where that leads. For pages, to which XState's
 * interpreter of machines is too heavy: this needs nothing of XState.
 */

import type { ActorLogic, AnyActorScope, EventObject, Snapshot } from 'xstate';
import type { Milliseconds } from '../supervisors/clock.js';
import { type Exit, type ExitReason, exit } from '../supervisors/exit-reason.js';

/** What an actor knows while it runs, besides its state. */
export interface LeanContext {
  /** What it ends with. */
  outcome: ExitReason;
  /** Lets go of what it holds, if it holds anything that may outlive it. */
  release?: () => void;
}

export type LeanSnapshot<Value, Context> = Snapshot<Exit> & {
  readonly value: Value;
  readonly context: Readonly<Context>;
};

/** Named, so that declarations of it can be written: what XState calls the rest is not for others to name. */
export type LeanLogic<Value, Context, Event extends EventObject, Input> = ActorLogic<
  LeanSnapshot<Value, Context>,
  Event,
  Input
>;

/** Of an actor, as what is done about an event needs it. */
export type LeanScope = Pick<AnyActorScope, 'self' | 'system' | 'defer' | 'stopChild'>;

/** What {@link awaits} has an actor told, and a timer of {@link setTimer}. */
export type Settled<T> =
  | { readonly type: 'done'; readonly value: T }
  | { readonly type: 'failed'; readonly error: unknown };

/**
 * What is done about an event, by its type.
 *
 * @param context of this event alone: what is written there stays
 * @returns the state that it leads to, or `undefined` where it is to be as if it had not come
 */
export type Takes<Context, Event extends EventObject, State> = {
  readonly [T in Event['type']]?: (
    context: Context,
    event: Extract<Event, { readonly type: T }>,
    scope: LeanScope,
  ) => State | undefined;
};

export type States<Context, Event extends EventObject, Live extends string, Final extends string> = Readonly<
  Record<Live, Takes<Context, Event, Live | Final>>
>;

/**
 * As a machine would, it defers what goes to others until its snapshot tells where an event has led, and is stopped from outside
 * without a transition.
 *
 * @param begin makes the context of an actor. What it defers is done when the actor starts
 * @param states those that have a row; a state without one is final
 * @param anywhere what is done about an event in whatever state does not take it
 * @param show how a snapshot shows a state, if not as it is: by an object with one property, `connected`
 */
export function leanLogic<
  Context extends LeanContext,
  Event extends EventObject,
  Input,
  Live extends string,
  Final extends string,
  Value = Live | Final,
>(
  initial: Live,
  begin: (input: Input, scope: LeanScope) => Context,
  states: States<Context, Event, Live, Final>,
  anywhere: Takes<Context, Event, Live | Final> = {},
  show = (state: Live | Final) => state as Value,
): LeanLogic<Value, Context, Event, Input> {
  type State = Live | Final;
  // The types say that each entry takes the event under whose type it stands; this index cannot.
  type Take = (context: Context, event: EventObject, scope: LeanScope) => State | undefined;
  return {
    getInitialSnapshot: (scope, input) => ({
      status: 'active',
      output: undefined,
      error: undefined,
      value: show(initial),
      context: begin(input, scope),
    }),
    transition(snapshot, event: EventObject, scope) {
      type Next = typeof snapshot;
      const { value } = snapshot;
      const context = { ...snapshot.context };
      const { release } = context;
      if (event.type === 'xstate.stop') {
        if (release !== undefined) scope.defer(release);
        return { ...snapshot, status: 'stopped' } as Next;
      }
      const at = (value as { connected?: Live }).connected ?? (value as unknown as Live);
      const take = (states[at][event.type as Event['type']] ?? anywhere[event.type as Event['type']]) as
        | Take
        | undefined;
      let to: State | undefined;
      try {
        to = take?.(context, event, scope);
      } catch (error) {
        release?.();
        throw error;
      }
      if (to === undefined) return snapshot;
      const next = { ...snapshot, value: show(to), context };
      return to in states ? next : ({ ...next, status: 'done', output: exit(context.outcome) } as Next);
    },
    getPersistedSnapshot: (snapshot) => snapshot,
  };
}

/** Sends to itself, unless the actor has ended: XState's development build would print a warning. */
export function tell({ self }: LeanScope, event: EventObject): void {
  if (self.getSnapshot().status === 'active') self.send(event);
}

/** Begins with `work`, later, and tells what comes of it. */
export function awaits<T>({ defer }: LeanScope, work: () => Promise<T>, told: (settled: Settled<T>) => void): void {
  defer(() => {
    work().then(
      (value) => told({ type: 'done', value }),
      (error: unknown) => told({ type: 'failed', error }),
    );
  });
}

/** Has an event of that type come `after` so long. */
export function setTimer({ self, system }: LeanScope, type: string, after: Milliseconds): void {
  system.scheduler.schedule(self, self, { type }, after, type);
}

export function clearTimer({ self, system }: LeanScope, type: string): void {
  system.scheduler.cancel(self, type);
}

import type { AnyActorLogic, AnyActorRef, AnyActorScope, AnyEventObject, Snapshot } from 'xstate';
import { GaveUp } from '../errors.js';
import { type ExitReason, isExit } from '../exit-reason.js';
import { isThenable } from '../guard.js';
import { isSupervisor, type KillEvent } from '../traits.js';

/** Why actors were stopped, where that was not a kill. */
const reasons = new WeakMap<AnyActorRef, ExitReason>();

const wrapped = new WeakMap<AnyActorLogic, AnyActorLogic>();

/**
 * The same logic, except that nothing of it is left behind when it ends: XState leaves the children of a machine that
 * throws running, without a parent, and does not reach them any more when the machine above it ends. A supervisor wraps
 * the logic of each child so; do it by hand for a machine that another machine invokes and that has children of its own,
 * or they outlive it until the machine above has ended.
 *
 * Nor does it leave a rejection behind: an async action of a machine that rejects is a failure of the machine, as if it had
 * thrown.
 */
export function supervised<Logic extends AnyActorLogic>(logic: Logic): Logic {
  const known = wrapped.get(logic);
  if (known !== undefined) return known as Logic;
  // Inherits whatever else the logic has, such as a machine's `config`; its functions see the logic itself as `this`.
  const wrapper = Object.create(logic) as Logic;
  wrapper.transition = (snapshot: unknown, event: AnyEventObject, scope: AnyActorScope) => {
    const isStop = event.type === 'xstate.stop';
    // A machine that is stopped forgets its children.
    if (isStop) stopDescendants(snapshot);
    let next: { readonly status?: unknown } | undefined;
    try {
      if (event.type === ACTION_REJECTED) throw event['error'];
      next = logic.transition(snapshot, event, scope);
      // A transition function takes no notice, and would pass for alive.
      return isStop && next?.status === 'active' ? { ...next, status: 'stopped' } : next;
    } finally {
      if (next?.status !== 'active') stopDescendants(snapshot);
    }
  };
  const hasActions = 'implementations' in logic;
  wrapper.getInitialSnapshot = (scope: AnyActorScope, input: unknown) => {
    if (hasActions) failWithActions(scope);
    return logic.getInitialSnapshot(scope, input);
  };
  wrapper.getPersistedSnapshot = (snapshot: unknown, options?: unknown) =>
    logic.getPersistedSnapshot(snapshot, options);
  if (logic.start !== undefined) wrapper.start = (snapshot, scope) => logic.start?.(snapshot, scope);
  wrapped.set(logic, wrapper);
  wrapped.set(wrapper, wrapper);
  return wrapper;
}

/** What an actor is sent when an async action of its own has failed. Its mailbox is the only way into it. */
const ACTION_REJECTED = 'supervisor.action.rejected';

/** XState does not wait for async actions: one that rejects would be an unhandled rejection, which ends the process. */
function failWithActions(scope: Writable<AnyActorScope>): void {
  const { self, actionExecutor } = scope;
  const failed = (error: unknown): void => {
    if (self.getSnapshot().status === 'active') self.send({ type: ACTION_REJECTED, error });
  };
  scope.actionExecutor = (action) => {
    const { exec } = action;
    if (exec === undefined) {
      actionExecutor(action);
      return;
    }
    const watched: typeof exec = (info, params) => {
      const result: unknown = exec(info, params);
      if (isThenable(result)) Promise.resolve(result).then(undefined, failed);
    };
    actionExecutor({ ...action, exec: watched });
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Stops the children that a snapshot holds, last one first, and before each of them its own: also those whose parent has
 * failed.
 */
export function stopDescendants(snapshot: unknown): void {
  const { children } = snapshot as { readonly children?: Readonly<Record<string, AnyActorRef | undefined>> | null };
  if (children === undefined || children === null) return;
  for (const child of Object.values(children).reverse()) {
    // A custom logic may call something else its children.
    if (typeof child?.getSnapshot !== 'function') continue;
    stopDescendants(child.getSnapshot());
    if (child.getSnapshot().status === 'active') child.send({ type: 'xstate.stop' });
  }
}

/**
 * Ends an actor that is not asked. With `killed` a supervisor's children hear of it through their links, as in OTP; any
 * other actor takes its children with it.
 */
export function stopWith(actor: AnyActorRef, reason: ExitReason): void {
  if (actor.getSnapshot().status !== 'active') return;
  if (isSupervisor(logicOf(actor))) {
    actor.send({ type: 'supervisor.kill' } satisfies KillEvent);
    return;
  }
  rememberReason(actor, reason);
  actor.send({ type: 'xstate.stop' });
}

/** Why an actor is about to be stopped. */
export function rememberReason(actor: AnyActorRef, reason: ExitReason): void {
  if (reason !== 'killed') reasons.set(actor, reason);
}

/** Not in the type of a reference; every actor has it. */
export function logicOf(actor: AnyActorRef): AnyActorLogic {
  return (actor as unknown as { readonly logic: AnyActorLogic }).logic;
}

/** How an actor has ended. */
export interface End {
  readonly reason: ExitReason;
  /** What a person is told: mostly the reason, but of a supervisor that gave up the whole story. */
  readonly cause: unknown;
  /** It never started: that was reported already. */
  readonly isFailedStart?: boolean;
}

/** How the actor has ended, or `undefined` while it lives. */
export function endOf(actor: AnyActorRef): End | undefined {
  const snapshot = actor.getSnapshot() as Snapshot<unknown>;
  switch (snapshot.status) {
    case 'active':
      return undefined;
    case 'done': {
      const reason = isExit(snapshot.output) ? snapshot.output.reason : 'normal';
      return { reason, cause: reason };
    }
    case 'error':
      // To its parent a supervisor that gave up is a child that exited with `shutdown`.
      return { reason: snapshot.error instanceof GaveUp ? 'shutdown' : snapshot.error, cause: snapshot.error };
    case 'stopped':
      return stopOf(actor);
  }
}

/** Of an actor that was stopped, whatever its snapshot says. */
export function stopOf(actor: AnyActorRef): End {
  const reason = reasons.get(actor) ?? 'killed';
  return { reason, cause: reason };
}

import type { AnyActorLogic } from 'xstate';
import type { ExitReason } from './exit-reason.js';

/**
 * What a supervisor has to know of a child's logic. Traits are properties under well-known symbols rather than classes,
 * so that any logic can have them, and so that both builds of this package (CommonJS and ESM) recognise each other's.
 */
const SUPERVISOR = Symbol.for('respell.supervisor');
const TAKES_SHUTDOWN = Symbol.for('respell.takes-shutdown');
const STARTING = Symbol.for('respell.starting');
const READY = Symbol.for('respell.ready');

/** What a child is sent that is to end, and given the time to: OTP's exit signal to a process that traps exits. */
export interface ShutdownEvent {
  readonly type: 'supervisor.shutdown';
  /** The reason to end with. */
  readonly reason: ExitReason;
}

/** What a supervisor is sent that is killed: it ends at once, and its children hear `killed` through their links. */
export interface KillEvent {
  readonly type: 'supervisor.kill';
}

/** What a child with the trait `starting` sends its parent when that is over. */
export interface StartedEvent {
  readonly type: 'supervisor.started';
}

/** What a child with the trait `ready` sends its parent when it is. */
export interface ReadyEvent {
  readonly type: 'supervisor.ready';
  /** Of its actor. */
  readonly id: string;
}

export interface Traits {
  /** Its children are shown with it, and it is given all the time it wants to shut down. */
  readonly [SUPERVISOR]?: true;
  /** It takes {@link ShutdownEvent} and then ends by itself. */
  readonly [TAKES_SHUTDOWN]?: true;
  /**
   * Whether a snapshot means that the actor is not up yet: its supervisor then waits with all that follows, until the
   * actor has sent {@link StartedEvent}, or has ended.
   */
  readonly [STARTING]?: (snapshot: unknown) => boolean;
  /**
   * Whether a snapshot means that the actor can do what it is there for. One that cannot yet sends {@link ReadyEvent} when
   * it can, and can from then on. Without this trait it can as soon as it is up.
   */
  readonly [READY]?: (snapshot: unknown) => boolean;
}

/** For a logic of one's own: its actors take {@link ShutdownEvent}. Of a machine its transitions tell. */
export const SHUTDOWN_TRAIT: Pick<Required<Traits>, typeof TAKES_SHUTDOWN> = { [TAKES_SHUTDOWN]: true };

export const SUPERVISOR_TRAITS = (
  starting: (snapshot: unknown) => boolean,
  ready: (snapshot: unknown) => boolean,
): Required<Traits> => ({
  [SUPERVISOR]: true,
  [TAKES_SHUTDOWN]: true,
  [STARTING]: starting,
  [READY]: ready,
});

export function isSupervisor(logic: AnyActorLogic): boolean {
  return (logic as Traits)[SUPERVISOR] === true;
}

/** Whether the logic can be asked to end: it has the trait, or it is a machine with a transition for that event. */
export function takesShutdown(logic: AnyActorLogic): boolean {
  if ((logic as Traits)[TAKES_SHUTDOWN] === true) return true;
  const { events } = logic as { readonly events?: unknown };
  return Array.isArray(events) && events.includes('supervisor.shutdown');
}

export function isReady(logic: AnyActorLogic, snapshot: unknown): boolean {
  return (logic as Traits)[READY]?.(snapshot) ?? true;
}

export function isStarting(logic: AnyActorLogic, snapshot: unknown): boolean {
  return (logic as Traits)[STARTING]?.(snapshot) ?? false;
}

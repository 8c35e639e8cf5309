import type { ActorLogic, AnyActorRef, AnyActorScope, AnyEventObject, NonReducibleUnknown, Snapshot } from 'xstate';
import { SUPERVISOR_CHART, type SupervisorValue } from './chart.js';
import type { Child } from './child.js';
import { type ChildSpec, checkBudget, fullSpecs } from './child-spec.js';
import type { Place } from './children.js';
import { type Clock, systemClock } from './clock.js';
import { Engine, type FullOptions } from './engine.js';
import { BadSpec } from './errors.js';
import { Memory, type TreeContext } from './memory.js';
import { installScheduler } from './scheduler.js';
import { STRATEGIES, type Strategy } from './strategy.js';
import { type ShutdownEvent, type StartedEvent, SUPERVISOR_TRAITS } from './traits.js';
import type { ChildView, SupervisorView } from './view.js';

/** OTP's supervisor flags, with OTP's defaults. */
export interface SupervisorOptions {
  /** Who is restarted with a child that failed. Default `one_for_one`: nobody. */
  readonly strategy?: Strategy;
  /** How many restarts are allowed within `period`; with one more the supervisor gives up. Default 1. */
  readonly intensity?: number;
  /** In milliseconds, OTP's are seconds. Default 5,000. */
  readonly period?: number;
  /** In start order. */
  readonly children: readonly ChildSpec[];
}

/** What a supervisor takes. Only the first is for others to send; it then ends with that reason, children first. */
export type SupervisorEvent = ShutdownEvent | StartedEvent | { readonly type: 'supervisor.turn' | 'xstate.stop' };

/** It can become JSON. `context` is looked up when it is first read. */
export type SupervisorSnapshot = Snapshot<unknown> & {
  readonly value: SupervisorValue;
  readonly context: SupervisorView;
};

export type SupervisorLogic = ActorLogic<SupervisorSnapshot, SupervisorEvent, NonReducibleUnknown>;

const OPTIONS: readonly string[] = [
  'strategy',
  'intensity',
  'period',
  'children',
] satisfies readonly (keyof SupervisorOptions)[];

const engines = new WeakMap<AnyActorRef, Engine>();
const contexts = new WeakMap<AnyActorRef, TreeContext>();

/**
 * A supervisor: starts its children in order, restarts the ones that fail, gives up when that happens too often, and
 * stops them in reverse order. An ordinary actor logic: `start`, `createActor`, `invoke` and `spawn` take it, and as the
 * `start` of a child spec it makes a tree.
 *
 * It ends with the reason it was asked to end with; with {@link GaveUp}, which a supervisor above sees as `shutdown`; or
 * with {@link StartFailed}, if a child does not start the first time.
 *
 * @throws {BadSpec} when an option or a child spec makes no sense
 * @see OTP Design Principles, "Supervisor Behaviour"
 */
export function supervisor(options: SupervisorOptions): SupervisorLogic {
  const full = fullOptions(options);
  return {
    ...SUPERVISOR_TRAITS((snapshot) => (snapshot as SupervisorSnapshot).value === 'starting'),
    config: SUPERVISOR_CHART,
    getInitialSnapshot: () => snapshotOf('starting', { status: 'active' }, () => emptyView(full)),
    start(_snapshot, scope) {
      const engine = new Engine(scope, full, placeOf(scope), () => scope.self.send({ type: 'supervisor.turn' }));
      engines.set(scope.self, engine);
      // The mailbox opens before the actor's `start` returns, so the children are up by then, unless one takes time.
      scope.self.send({ type: 'supervisor.turn' });
    },
    transition(snapshot, event, scope) {
      const engine = engines.get(scope.self);
      if (engine === undefined || engine.ended !== undefined) return snapshot;
      try {
        take(engine, event);
      } catch (error) {
        // A mistake in the engine itself; the children must not be left running.
        engine.kill();
        throw error;
      }
      return next(snapshot, event, engine, scope);
    },
    getPersistedSnapshot: (snapshot) => ({ ...snapshot }),
  };
}

/** The engine of a supervisor that runs, for whoever holds the actor. */
export function engineOf(actor: AnyActorRef): Engine | undefined {
  return engines.get(actor);
}

/** Tells the root of a tree, before it starts, what its tree shares. */
export function giveContext(root: AnyActorRef, context: TreeContext): void {
  contexts.set(root, context);
}

/** A child as data, and all below it. */
export function viewOf(child: Child): ChildView {
  const engine = child.actor === undefined ? undefined : engines.get(child.actor);
  return child.view(engine?.view(viewOf));
}

function take(engine: Engine, event: AnyEventObject): void {
  if (event.type === 'supervisor.turn') engine.turn();
  else if (event.type === 'supervisor.shutdown') engine.shutdown(event['reason']);
  else if (event.type === 'supervisor.started') engine.wake();
  else if (event.type === 'xstate.stop') engine.kill();
  else if (isEnd(event)) engine.noticed(event.actorId);
}

function isEnd(event: AnyEventObject): event is AnyEventObject & { readonly actorId: string } {
  return event.type.startsWith('xstate.done.actor.') || event.type.startsWith('xstate.error.actor.');
}

function next(
  snapshot: SupervisorSnapshot,
  event: SupervisorEvent,
  engine: Engine,
  scope: AnyActorScope,
): SupervisorSnapshot {
  const { ended, value } = engine;
  const view = (): SupervisorView => engine.view(viewOf);
  if (event.type === 'xstate.stop') return snapshotOf(value, { status: 'stopped' }, view);
  if (ended === undefined) {
    if (event.type !== 'supervisor.turn') return snapshot;
    if (snapshot.value === 'starting' && value !== 'starting' && engine.place.record !== undefined) {
      scope.self._parent?.send({ type: 'supervisor.started' } satisfies StartedEvent);
    }
    return snapshotOf(value, { status: 'active' }, view);
  }
  if ('error' in ended) return snapshotOf(value, { status: 'error', error: ended.error }, view);
  return snapshotOf(value, { status: 'done', output: ended.output }, view);
}

function snapshotOf(
  value: SupervisorValue,
  state: { readonly status: string; readonly output?: unknown; readonly error?: unknown },
  view: () => SupervisorView,
): SupervisorSnapshot {
  let seen: SupervisorView | undefined;
  const snapshot = {
    output: undefined,
    error: undefined,
    ...state,
    value,
    // Made on demand: a view of ten thousand children for every restart of one would be all the work there is.
    get context(): SupervisorView {
      seen ??= view();
      return seen;
    },
  };
  return snapshot as SupervisorSnapshot;
}

/** Below a supervisor: what that one says. Otherwise this is the root of a tree, which may have been given a context. */
function placeOf(scope: AnyActorScope): Place {
  const { self, system } = scope;
  const parent = self._parent === undefined ? undefined : engines.get(self._parent);
  const record = parent?.childOf(self);
  if (parent !== undefined && record !== undefined) {
    return { context: parent.place.context, memory: record.memory, record };
  }
  if (self._parent === undefined) installScheduler(system);
  const context = contexts.get(self) ?? {
    clock: isClock(system._clock) ? system._clock : systemClock,
    random: Math.random,
    environment: undefined,
    report: () => {},
    onStarted: () => {},
    onDown: () => {},
  };
  return { context, memory: new Memory(context), record: undefined };
}

/** XState's own clocks cannot tell the time, except for its `SimulatedClock`. */
function isClock(clock: object): clock is Clock {
  return 'now' in clock && typeof clock.now === 'function';
}

function fullOptions(options: SupervisorOptions): FullOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw BadSpec.expected('supervisor', 'options, an object with children', options);
  }
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) throw BadSpec.unknownOption('supervisor', name, OPTIONS);
  }
  const { strategy = 'one_for_one', intensity = 1, period = 5_000, children } = options;
  if (!STRATEGIES.includes(strategy)) throw BadSpec.expected('supervisor: strategy', STRATEGIES.join(', '), strategy);
  checkBudget({ intensity, period }, 'supervisor');
  return { strategy, intensity, period, children: fullSpecs(children) };
}

function emptyView({ strategy, intensity, period }: FullOptions): SupervisorView {
  return { strategy, intensity, period, recentRestarts: 0, children: [] };
}

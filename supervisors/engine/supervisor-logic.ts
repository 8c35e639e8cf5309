import type {
  ActorLogic,
  AnyActorLogic,
  AnyActorRef,
  AnyActorScope,
  AnyEventObject,
  NonReducibleUnknown,
  Snapshot,
} from 'xstate';
import { type Clock, systemClock } from '../clock.js';
import {
  type KillEvent,
  type ReadyEvent,
  type ShutdownEvent,
  type StartedEvent,
  SUPERVISOR_TRAITS,
} from '../traits.js';
import type { ChildView, SupervisorView } from '../view.js';
import { SUPERVISOR_CHART, type SupervisorValue } from './chart.js';
import type { Child } from './child.js';
import type { Place } from './children.js';
import { Engine, type FullOptions } from './engine.js';
import { Memory, type TreeContext } from './memory.js';
import { installScheduler } from './scheduler.js';
import { Watchers } from './watchers.js';

/** What a supervisor takes. Only the first is for others to send; it then ends with that reason, children first. */
export type SupervisorEvent =
  | ShutdownEvent
  | StartedEvent
  | ReadyEvent
  | KillEvent
  | { readonly type: 'supervisor.turn' | 'xstate.stop' };

/** It can become JSON. `context` is looked up when it is first read. */
export type SupervisorSnapshot = Snapshot<unknown> & {
  readonly value: SupervisorValue;
  readonly context: SupervisorView;
  /** Whether all below it were ready since it has started. */
  readonly isReady: boolean;
};

/** A supervisor as XState has it: an actor logic, whose snapshot shows the children. What `supervisor` and its like return. */
export type SupervisorLogic = ActorLogic<SupervisorSnapshot, SupervisorEvent, NonReducibleUnknown>;

const made = new WeakMap<AnyActorLogic, FullOptions>();
const engines = new WeakMap<AnyActorRef, Engine>();
const contexts = new WeakMap<AnyActorRef, TreeContext>();

/** The actor logic of a supervisor. The engine does the work; the actor's snapshot shows what has become of it. */
export function logicFrom(full: FullOptions): SupervisorLogic {
  const logic: SupervisorLogic = {
    ...SUPERVISOR_TRAITS(
      (snapshot) => (snapshot as SupervisorSnapshot).value === 'starting',
      (snapshot) => (snapshot as SupervisorSnapshot).isReady,
    ),
    config: SUPERVISOR_CHART,
    getInitialSnapshot: () => snapshotOf('starting', { status: 'active', isReady: false }, () => emptyView(full)),
    start(_snapshot, scope) {
      const turn = { type: 'supervisor.turn' } as const;
      const publish = () => {
        if (scope.self.getSnapshot().status === 'active') scope.self.send(turn);
      };
      engines.set(scope.self, new Engine(scope, full, placeOf(scope), publish));
      // The mailbox opens before the actor's `start` returns, so the children are up by then, unless one takes time.
      scope.self.send(turn);
    },
    transition(snapshot, event, scope) {
      const engine = engines.get(scope.self);
      if (engine === undefined) return snapshot;
      take(engine, snapshot, event);
      return next(snapshot, event, engine, scope);
    },
    getPersistedSnapshot: (snapshot) => ({ ...snapshot }),
  };
  made.set(logic, full);
  return logic;
}

/** What a supervisor's logic was made from. */
export function optionsOf(logic: AnyActorLogic): FullOptions | undefined {
  return made.get(logic);
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

function take(engine: Engine, snapshot: SupervisorSnapshot, event: AnyEventObject): void {
  if (event.type === 'supervisor.turn') {
    // Later turns are taken outside the actor, which is then told of what has changed.
    if (snapshot.value === 'starting' && !engine.hasBegun) engine.turn();
  } else if (event.type === 'supervisor.shutdown') engine.shutdown(event['reason']);
  else if (event.type === 'supervisor.started') engine.wake();
  else if (event.type === 'supervisor.ready') engine.readied(event['id']);
  else if (event.type === 'supervisor.kill') engine.kill(true);
  else if (event.type === 'xstate.stop') engine.kill(false);
  else if (isEnd(event)) engine.noticed(event.actorId);
}

function isEnd(event: AnyEventObject): event is AnyEventObject & { readonly actorId: string } {
  // Only those events of XState have it; their types are long strings that would have to be put together first.
  return typeof event['actorId'] === 'string';
}

function next(
  snapshot: SupervisorSnapshot,
  event: SupervisorEvent,
  engine: Engine,
  scope: AnyActorScope,
): SupervisorSnapshot {
  const { ended, value, isReady } = engine;
  const view = (): SupervisorView => engine.view(viewOf);
  if (event.type === 'xstate.stop') return snapshotOf(value, { status: 'stopped', isReady }, view);
  if (ended === undefined) {
    if (event.type !== 'supervisor.turn') return snapshot;
    if (snapshot.value === 'starting' && value !== 'starting') tell(engine, scope, { type: 'supervisor.started' });
    if (!snapshot.isReady && isReady) tell(engine, scope, { type: 'supervisor.ready', id: scope.self.id });
    return snapshotOf(value, { status: 'active', isReady }, view);
  }
  if ('error' in ended) return snapshotOf(value, { status: 'error', error: ended.error, isReady }, view);
  return snapshotOf(value, { status: 'done', output: ended.output, isReady }, view);
}

/** Tells the supervisor above, unless it has been killed. */
function tell({ place }: Engine, { self }: AnyActorScope, event: StartedEvent | ReadyEvent): void {
  if (place.record === undefined || self._parent?.getSnapshot().status !== 'active') return;
  self._parent.send(event);
}

function snapshotOf(
  value: SupervisorValue,
  state: {
    readonly status: string;
    readonly output?: unknown;
    readonly error?: unknown;
    readonly isReady: boolean;
  },
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
    isHeard: () => false,
    report: () => {},
    onStarted: () => {},
    onReady: () => {},
    onDown: () => {},
    watchers: new Watchers(),
  };
  return { context, memory: new Memory(context), record: undefined };
}

/** XState's own clocks cannot tell the time, except for its `SimulatedClock`. */
function isClock(clock: object): clock is Clock {
  return 'now' in clock && typeof clock.now === 'function';
}

function emptyView({ strategy, intensity, period, dynamic }: FullOptions): SupervisorView {
  const shown = dynamic === undefined ? strategy : 'simple_one_for_one';
  return { strategy: shown, intensity, period, recentRestarts: 0, children: [] };
}

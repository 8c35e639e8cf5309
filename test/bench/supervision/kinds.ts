/** The children that are measured: they do nothing, and end with `boom` when told to. */
import { type ActorLogic, type AnyActorLogic, type NonReducibleUnknown, type Snapshot, setup } from 'xstate';
import { exit } from '../../../supervisors/index.js';

type KindEvent = { readonly type: 'crash' | 'late' };

/** Has a child end by itself. */
export const CRASH: KindEvent = { type: 'crash' };

/** Longer than any run. */
const TIMER_MS = 600_000;

export interface Kind {
  readonly title: string;
  readonly idle: AnyActorLogic;
  /** The same with a timer that is pending for as long as the child lives. */
  readonly timed: AnyActorLogic;
}

export type KindId = 'custom' | 'machine' | 'invoking';

const ACTIVE: Snapshot<unknown> = { status: 'active', output: undefined, error: undefined };
const BOOM: Snapshot<unknown> = { status: 'done', output: exit('boom'), error: undefined };

/** The leanest actor that XState has: the counterpart of a process that waits in one `receive`. */
const custom: ActorLogic<Snapshot<unknown>, KindEvent, NonReducibleUnknown> = {
  getInitialSnapshot: () => ACTIVE,
  transition: (snapshot, { type }) => (type === 'crash' ? BOOM : snapshot),
  getPersistedSnapshot: (snapshot) => snapshot,
};

const customTimed: typeof custom = {
  ...custom,
  start: (_snapshot, { self, system }) => system.scheduler.schedule(self, self, { type: 'late' }, TIMER_MS, 'late'),
};

/** Six states, as a session has. */
const machine = (connecting: object) =>
  setup({ types: { context: {} as { attempts: number }, events: {} as KindEvent | { type: 'next' } } }).createMachine({
    id: 'session',
    context: { attempts: 0 },
    initial: 'connecting',
    on: { crash: '.closed' },
    states: {
      connecting: { ...connecting, on: { next: 'establishing' } },
      establishing: { on: { next: 'established' } },
      established: { on: { next: 'shuttingDown' } },
      shuttingDown: { on: { next: 'closing' } },
      closing: { on: { next: 'closed' } },
      closed: { type: 'final' },
    },
    output: exit('boom'),
  });

const session = machine({});
const sessionTimed = machine({ after: { [TIMER_MS]: 'closed' } });

/** A machine that lives as long as the machine it invokes, as a peer does with its session. */
const invoking = (child: typeof session) =>
  setup({ types: { events: {} as KindEvent }, actors: { session: child } }).createMachine({
    id: 'peer',
    initial: 'up',
    states: {
      up: { invoke: { src: 'session', id: 'session', onDone: 'ended' }, on: { crash: 'ended' } },
      ended: { type: 'final' },
    },
    output: exit('boom'),
  });

export const KINDS: Readonly<Record<KindId, Kind>> = {
  custom: { title: 'custom logic', idle: custom, timed: customTimed },
  machine: { title: 'machine of six states', idle: session, timed: sessionTimed },
  invoking: { title: 'machine that invokes another', idle: invoking(session), timed: invoking(sessionTimed) },
};

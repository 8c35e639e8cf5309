import type { ActorLogic, AnyActorLogic, AnyActorRef, AnyActorScope, Snapshot } from 'xstate';
import { type Clock, type ExitReason, exit, ignore } from '../../../supervisors/index.js';
import type { Outcome, Process, Processes } from './processes.js';
import type { Start, StartScript, Term } from './scenario.js';
import { toReason } from './terms.js';

export type WorkerSnapshot = Snapshot<unknown> & {
  readonly value: 'starting' | 'running' | 'stopping';
  /** What the start function of an Erlang worker may return besides the process. */
  readonly info: Term | undefined;
};

type WorkerEvent =
  | { readonly type: 'worker.exit' | 'supervisor.shutdown'; readonly reason: ExitReason }
  | { readonly type: 'worker.begin' | 'xstate.stop' };

/** What all processes of a scenario share. */
export interface World {
  readonly clock: Clock;
  readonly processes: Processes;
}

/** The element of a script as an object. */
export function detailsOf(script: Start): StartScript {
  return typeof script === 'object' ? script : {};
}

/** What a script says of one start of a worker, written down. */
export function outcomeOf(process: Process, script: Start, processes: Processes): Outcome {
  if (script === 'ignore') {
    processes.ignored(process);
    return 'ignored';
  }
  const { error, throw: thrown, return: returned, crash } = detailsOf(script);
  const term = error ?? thrown ?? returned ?? (crash === undefined ? undefined : [crash, 'stack']);
  return term === undefined ? 'up' : processes.failed(process, term);
}

/** The logic of one attempt to start a worker. With a delay its supervisor waits until it is up, ignored or has failed. */
export function worker(process: Process, script: Start, world: World): AnyActorLogic {
  const life = new Life(process, script, world);
  const logic: ActorLogic<WorkerSnapshot, WorkerEvent> = {
    getInitialSnapshot: () => life.initial(),
    getPersistedSnapshot: (snapshot) => snapshot,
    start: (_snapshot, { self }) => life.start(self),
    transition: (snapshot, event, scope) => life.transition(snapshot, event, scope),
  };
  return Object.assign(logic, {
    [Symbol.for('respell.takes-shutdown')]: process.traps,
    [Symbol.for('respell.starting')]: (snapshot: WorkerSnapshot) => snapshot.value === 'starting',
  });
}

/** One worker, from its start to its end. */
class Life {
  readonly #process: Process;
  readonly #script: Start;
  readonly #details: StartScript;
  readonly #world: World;

  constructor(process: Process, script: Start, world: World) {
    this.#process = process;
    this.#script = script;
    this.#details = detailsOf(script);
    this.#world = world;
  }

  get #delay(): number {
    return this.#details.delay ?? 0;
  }

  initial(): WorkerSnapshot {
    const value = this.#delay > 0 ? 'starting' : 'running';
    return { status: 'active', output: undefined, error: undefined, value, info: this.#details.info };
  }

  start(self: AnyActorRef): void {
    this.#world.processes.has(this.#process, self);
    if (this.#delay > 0) {
      this.#world.clock.setTimeout(() => self.send({ type: 'worker.begin' }), this.#delay);
      return;
    }
    const outcome = this.#begin();
    if (typeof outcome === 'object') throw outcome.reason;
  }

  transition(snapshot: WorkerSnapshot, event: WorkerEvent, { self }: AnyActorScope): WorkerSnapshot {
    switch (event.type) {
      case 'worker.begin': {
        const outcome = this.#begin();
        if (outcome === 'ignored') return done(snapshot, ignore);
        if (outcome !== 'up') return { ...snapshot, status: 'error', output: undefined, error: outcome.reason };
        self._parent?.send({ type: 'supervisor.started' });
        return { ...snapshot, value: 'running' };
      }
      case 'worker.exit':
        return this.#exit(snapshot, event.reason);
      case 'supervisor.shutdown':
        return this.#stop(snapshot, event.reason);
      case 'xstate.stop':
        // One that traps no signals may have been stopped with other reasons.
        if (this.#process.traps) this.#world.processes.ended(this.#process, 'killed');
        else if (this.#process.signal !== undefined) this.#world.processes.ended(this.#process, this.#process.signal);
        else this.#world.processes.stopped(this.#process);
        return { ...snapshot, status: 'stopped', output: undefined, error: undefined };
      default:
        return snapshot;
    }
  }

  #begin(): Outcome {
    const { processes } = this.#world;
    const outcome = outcomeOf(this.#process, this.#script, processes);
    if (outcome !== 'up') return outcome;
    processes.up(this.#process);
    const { exitAfter, reason = 'normal' } = this.#details;
    if (exitAfter !== undefined) this.#exitIn(exitAfter, toReason(reason));
    return outcome;
  }

  /** It has been asked to end. Whoever is at that already has no ear for it. */
  #stop(snapshot: WorkerSnapshot, asked: ExitReason): WorkerSnapshot {
    if (snapshot.value === 'starting') return this.#exit(snapshot, asked);
    if (snapshot.value === 'stopping') return snapshot;
    const { onShutdown = 'obey' } = this.#process.behavior;
    this.#world.processes.stopping(this.#process, asked);
    if (onShutdown === 'obey') return this.#exit(snapshot, asked);
    if (onShutdown === 'hold') this.#world.processes.hold(this.#process, () => this.#leave(asked));
    else if (onShutdown !== 'ignore') {
      if ('exit' in onShutdown) return this.#exit(snapshot, toReason(onShutdown.exit));
      this.#exitIn(onShutdown.delay, asked);
    }
    return { ...snapshot, value: 'stopping' };
  }

  #exit(snapshot: WorkerSnapshot, reason: ExitReason): WorkerSnapshot {
    this.#world.processes.ended(this.#process, reason);
    return done(snapshot, exit(reason));
  }

  #exitIn(ms: number, reason: ExitReason): void {
    this.#world.clock.setTimeout(() => this.#leave(reason), ms);
  }

  #leave(reason: ExitReason): void {
    this.#process.actor?.send({ type: 'worker.exit', reason });
  }
}

function done(snapshot: WorkerSnapshot, output: unknown): WorkerSnapshot {
  return { ...snapshot, status: 'done', output, error: undefined };
}

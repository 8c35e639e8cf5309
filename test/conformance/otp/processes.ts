import type { ActorLogic, AnyActorLogic, AnyActorRef, AnyActorScope, Snapshot } from 'xstate';
import type { SupervisorSnapshot } from '../../../supervisors/index.js';
import { type ChildSpec, type ExitReason, exit, type Strategy, supervisor } from '../../../supervisors/index.js';
import { type Behavior, type Node, type Start, scriptOf, type Term, type TraceEvent, Unsupported } from './scenario.js';
import { toReason, toTerm } from './terms.js';
import type { VirtualClock } from './virtual-clock.js';

type WorkerSnapshot = Snapshot<unknown> & { readonly value: 'starting' | 'running' };
type WorkerEvent = {
  readonly type: 'exit' | 'supervisor.shutdown' | 'release' | 'xstate.stop' | 'fail' | 'up';
  readonly reason?: ExitReason;
};

/** One process: an actor, with the number that the scenarios give it. */
export interface Process {
  readonly id: string;
  readonly n: number;
  readonly actor: AnyActorRef;
  readonly isSupervisor: boolean;
  readonly behavior: Behavior;
  isUp: boolean;
  hasEnded: boolean;
}

/** Makes the scenarios' workers and supervisors, and writes down what they do. */
export class Processes {
  events: TraceEvent[] = [];
  readonly latest = new Map<string, Process>();
  readonly byActor = new Map<AnyActorRef, Process>();
  readonly scripts = new Map<string, Start[]>();
  readonly #attempts = new Map<string, number>();
  readonly #clock: VirtualClock;
  /** Supervisors that are frozen, with the events that wait for them. */
  readonly #frozen = new Map<AnyActorRef, object[]>();
  /** Set while a supervisor is killed: its children then hear it through their links, which XState has not. */
  #isKilling = false;
  unsupported: string | undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  childSpec(node: Node): ChildSpec {
    this.declare(node);
    const isSupervisor = node.type === 'supervisor';
    return {
      id: node.id,
      start: isSupervisor ? this.supervisor(node) : this.#worker(node),
      ...(node.restart === undefined ? {} : { restart: node.restart }),
      ...(node.shutdown === undefined ? {} : { shutdown: node.shutdown }),
      ...(node.type === undefined ? {} : { type: node.type }),
    };
  }

  declare(node: Node): void {
    if (!this.scripts.has(node.id)) this.scripts.set(node.id, [...scriptOf(node.behavior?.start)]);
  }

  /** A supervisor of ours that writes down its beginning, start and end, and can be frozen and killed. */
  supervisor(node: Node): ReturnType<typeof supervisor> {
    this.declare(node);
    const logic = supervisor({
      ...(node.strategy === undefined ? {} : { strategy: node.strategy as Strategy }),
      ...(node.intensity === undefined ? {} : { intensity: node.intensity }),
      ...(node.period === undefined ? {} : { period: node.period * 1_000 }),
      children: (node.children ?? []).map((child) => this.childSpec(child)),
    });
    const recorded = Object.create(logic) as typeof logic;
    recorded.start = (snapshot, scope) => {
      const process = this.#begin(node, scope, true);
      const script = this.#nextStart(node.id);
      this.#write('init', process);
      if (typeof script === 'object') {
        const term: Term =
          script.error === undefined
            ? ['bad_return', ['oo_sup', 'init', script.return ?? 'undefined']]
            : [script.error, 'stack'];
        process.hasEnded = true;
        this.#write('start_error', process, term);
        throw term;
      }
      logic.start?.(snapshot, scope);
    };
    recorded.transition = (snapshot, event, scope) => {
      const waiting = this.#frozen.get(scope.self);
      if (waiting !== undefined && event.type !== 'xstate.stop') {
        waiting.push(event);
        return snapshot;
      }
      const process = this.byActor.get(scope.self);
      if (process === undefined) throw new Error('a supervisor that never began');
      if ((event.type as string) === 'test.kill') {
        this.#kill(() => logic.transition(snapshot, { type: 'xstate.stop' }, scope));
        this.#end(process, 'killed');
        return { ...snapshot, status: 'done', output: exit('killed') } as SupervisorSnapshot;
      }
      if (event.type === 'xstate.stop') return this.#kill(() => logic.transition(snapshot, event, scope));
      const next = logic.transition(snapshot, event, scope);
      if (!process.isUp && next.status === 'error') {
        process.hasEnded = true;
        this.#write('start_error', process, toTerm(next.error, pathOf(scope)));
        return next;
      }
      if (!process.isUp && next.value !== 'starting') {
        process.isUp = true;
        this.#write('start', process);
      }
      if (next.status === 'error') this.#end(process, toTerm(next.error));
      if (next.status === 'done') this.#end(process, toTerm((next.output as { reason: ExitReason }).reason));
      return next;
    };
    return recorded;
  }

  freeze({ actor }: Process): void {
    this.#frozen.set(actor, []);
  }

  thaw({ actor }: Process): void {
    const waiting = this.#frozen.get(actor) ?? [];
    this.#frozen.delete(actor);
    for (const event of waiting) actor.send(event);
  }

  /** The supervisor reports an end that the process itself could not write down, since it was killed. */
  reported(id: string, reason: ExitReason): void {
    const process = this.latest.get(id);
    if (process !== undefined && !process.hasEnded) this.#end(process, toTerm(reason));
  }

  #kill<T>(kill: () => T): T {
    const before = this.#isKilling;
    this.#isKilling = true;
    try {
      return kill();
    } finally {
      this.#isKilling = before;
    }
  }

  #worker(node: Node): AnyActorLogic {
    const behavior = node.behavior ?? {};
    const traps = behavior.trapExit !== false;
    const logic: ActorLogic<WorkerSnapshot, WorkerEvent> = {
      getInitialSnapshot: () => ({ status: 'active', output: undefined, error: undefined, value: 'running' }),
      getPersistedSnapshot: (snapshot) => snapshot,
      start: (snapshot, scope) => {
        const process = this.#begin(node, scope, false);
        const script = this.#nextStart(node.id);
        const delay = typeof script === 'object' ? script.delay : undefined;
        if (delay === undefined) {
          const failure = this.#tryStart(process, script);
          if (failure !== undefined) throw failure.reason;
          return;
        }
        // The snapshot of an actor that starts is the one it was created with.
        (snapshot as { value: string }).value = 'starting';
        this.#clock.setTimeout(() => {
          if (process.hasEnded) return;
          const failure = this.#tryStart(process, script);
          scope.self.send(failure === undefined ? { type: 'up' } : { type: 'fail', reason: failure.reason });
        }, delay);
      },
      transition: (snapshot, event, { self }) => {
        const process = this.byActor.get(self);
        if (process === undefined || process.hasEnded) {
          if (event.type === 'fail') return { ...snapshot, status: 'error', error: event.reason } as WorkerSnapshot;
          return event.type === 'xstate.stop' ? ({ ...snapshot, status: 'stopped' } as WorkerSnapshot) : snapshot;
        }
        const end = (reason: ExitReason): WorkerSnapshot => {
          this.#end(process, toTerm(reason));
          return { ...snapshot, status: 'done', output: exit(reason) } as WorkerSnapshot;
        };
        if (event.type === 'up') {
          self._parent?.send({ type: 'supervisor.started' });
          return { ...snapshot, value: 'running' };
        }
        if (event.type === 'exit') return end(event.reason);
        if (event.type === 'xstate.stop') {
          if (this.#isKilling && traps) this.unsupported = 'links: trapping children of a killed supervisor';
          return { ...snapshot, status: 'stopped' } as WorkerSnapshot;
        }
        if (event.type !== 'supervisor.shutdown') return snapshot;
        const { onShutdown = 'obey' } = behavior;
        this.#write('stopping', process, toTerm(event.reason));
        if (onShutdown === 'obey') return end(event.reason);
        if (onShutdown === 'hold') this.#held.set(node.id, () => self.send({ type: 'exit', reason: event.reason }));
        if (typeof onShutdown !== 'object') return snapshot;
        if ('exit' in onShutdown) return end(toReason(onShutdown.exit));
        this.#clock.setTimeout(() => self.send({ type: 'exit', reason: event.reason }), onShutdown.delay);
        return snapshot;
      },
    };
    return Object.assign(logic, {
      [Symbol.for('respell.takes-shutdown')]: traps,
      [Symbol.for('respell.starting')]: (snapshot: WorkerSnapshot) => snapshot.value === 'starting',
    });
  }

  readonly #held = new Map<string, () => void>();

  release(id: string): boolean {
    const held = this.#held.get(id);
    this.#held.delete(id);
    held?.();
    return held !== undefined;
  }

  #tryStart(process: Process, script: Start): { readonly reason: ExitReason } | undefined {
    if (script === 'ignore') throw new Unsupported('a start that returns ignore');
    if (typeof script === 'object') {
      const term =
        script.error ??
        script.throw ??
        script.return ??
        (script.crash === undefined ? undefined : [script.crash, 'stack']);
      if (term !== undefined) {
        process.hasEnded = true;
        this.#write('start_error', process, term);
        return { reason: toReason(term) };
      }
      if (script.info !== undefined) throw new Unsupported('a start that returns more than a process');
      const { exitAfter, reason = 'normal' } = script;
      if (exitAfter !== undefined) {
        this.#clock.setTimeout(() => process.actor.send({ type: 'exit', reason: toReason(reason) }), exitAfter);
      }
    }
    process.isUp = true;
    this.#write('start', process);
    return undefined;
  }

  #begin(node: Node, { self }: AnyActorScope, isSupervisor: boolean): Process {
    const n = (this.#attempts.get(node.id) ?? 0) + 1;
    this.#attempts.set(node.id, n);
    const behavior = node.behavior ?? {};
    const process = { id: node.id, n, actor: self, isSupervisor, behavior, isUp: false, hasEnded: false };
    this.latest.set(node.id, process);
    this.byActor.set(self, process);
    return process;
  }

  #nextStart(id: string): Start {
    return this.scripts.get(id)?.shift() ?? 'ok';
  }

  #end(process: Process, reason: Term): void {
    process.hasEnded = true;
    this.#write('exit', process, reason);
  }

  #write(ev: TraceEvent['ev'], { id, n }: Process, reason?: Term): void {
    this.events.push(reason === undefined ? { ev, id, n } : { ev, id, n, reason });
  }
}

/** Where a supervisor stands, from the ids of the actors above it. */
function pathOf({ self }: AnyActorScope): string {
  const ids: string[] = [];
  for (let actor: AnyActorRef = self; actor._parent !== undefined; actor = actor._parent) {
    ids.unshift(actor.id.slice(0, actor.id.lastIndexOf('#')));
  }
  return ids.join('/');
}

import type { ActorLogic, AnyActorRef, AnyEventObject } from 'xstate';
import {
  type ExitReason,
  ignore,
  type SupervisorEvent,
  type SupervisorLogic,
  type SupervisorSnapshot,
  supervisor,
} from '../../../supervisors/index.js';
import type { Process } from './processes.js';
import { toTerm } from './terms.js';
import type { World } from './worker.js';

/** Whoever is frozen hears of these all the same. */
const UNTRAPPABLE: readonly string[] = ['xstate.stop', 'supervisor.kill'];

/** Makes supervisors that write down their start and end, and that can be frozen. */
export class Supervisors {
  readonly #world: World;
  /** Those that are frozen, with the events that wait for them. */
  readonly #frozen = new Map<AnyActorRef, SupervisorEvent[]>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Like `sys:suspend`: whatever it is sent from now on waits. */
  freeze({ actor }: Process): void {
    if (actor !== undefined) this.#frozen.set(actor, []);
  }

  thaw({ actor }: Process): void {
    if (actor === undefined) return;
    const waiting = this.#frozen.get(actor) ?? [];
    this.#frozen.delete(actor);
    for (const event of waiting) actor.send(event);
  }

  /** The same supervisor, except that what happens to it as a process is written down. */
  recorded(logic: SupervisorLogic, process: Process): SupervisorLogic {
    const { processes } = this.#world;
    // Inherits the traits by which a supervisor is known.
    const recorded = Object.create(logic) as SupervisorLogic;
    recorded.start = (snapshot, scope) => {
      processes.has(process, scope.self);
      logic.start?.(snapshot, scope);
    };
    recorded.transition = (snapshot, event, scope) => {
      const isUntrappable = UNTRAPPABLE.includes(event.type);
      const waiting = isUntrappable ? undefined : this.#frozen.get(scope.self);
      if (waiting !== undefined) {
        waiting.push(event);
        return snapshot;
      }
      // Those below hear of it by its end.
      if (isUntrappable) processes.ended(process, 'killed');
      const next = logic.transition(snapshot, event, scope);
      this.#observe(process, next);
      return next;
    };
    return recorded;
  }

  /** A supervisor whose start function takes its time: only after `delay` does it come to anything. */
  late(begin: () => SupervisorLogic | typeof ignore, delay: number): SupervisorLogic {
    const nobody = supervisor({ children: [] });
    let made: SupervisorLogic | undefined;
    const late: ActorLogic<SupervisorSnapshot, SupervisorEvent | { readonly type: 'late.begin' }> = {
      ...nobody,
      start: (_snapshot, { self }) => {
        this.#world.clock.setTimeout(() => self.send({ type: 'late.begin' }), delay);
      },
      transition: (snapshot, event, scope) => {
        if (event.type !== 'late.begin')
          return made?.transition(snapshot, event, scope as Scope) ?? ended(snapshot, event);
        try {
          const logic = begin();
          if (logic === ignore) return { ...snapshot, status: 'done', output: ignore, error: undefined };
          made = logic;
          const initial = logic.getInitialSnapshot(scope as Scope, undefined);
          logic.start?.(initial, scope as Scope);
          return initial;
        } catch (error) {
          return { ...snapshot, status: 'error', output: undefined, error };
        }
      },
    };
    return late as SupervisorLogic;
  }

  #observe(process: Process, { status, value, output, error }: SupervisorSnapshot): void {
    const { processes } = this.#world;
    if (!process.isAlive) return;
    if (!process.isUp) {
      if (status === 'error') processes.failed(process, toTerm(error, process.path));
      else if (value !== 'starting') processes.up(process);
    }
    if (status === 'error') processes.ended(process, error);
    if (status === 'done') processes.ended(process, (output as { readonly reason: ExitReason }).reason);
  }
}

type Scope = Parameters<SupervisorLogic['transition']>[2];

/** Before it has come to anything it can only be stopped. */
function ended(snapshot: SupervisorSnapshot, event: AnyEventObject): SupervisorSnapshot {
  if (!UNTRAPPABLE.includes(event.type)) return snapshot;
  return { ...snapshot, status: 'stopped', output: undefined, error: undefined };
}

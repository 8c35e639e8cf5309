import type { ActorLogic, AnyActorRef, Snapshot } from 'xstate';
import { type ChildIdentity, type ChildSpec, type ExitReason, exit } from '../../../supervisors/index.js';
import { ignore } from '../../../supervisors/spec/child-spec.js';
import type { Attempt, Reason, Scripts, WorkerPlan } from './plan.js';
import type { StepClock } from './step-clock.js';

/** One incarnation of a worker. */
interface Puppet {
  readonly path: string;
  readonly name: string;
  readonly attempt: Attempt;
  readonly timers: unknown[];
  isAsked: boolean;
}

type PuppetSnapshot = Snapshot<unknown> & { readonly value: 'starting' | 'up'; readonly puppet: Puppet };
type PuppetEvent =
  | { readonly type: 'exit' | 'supervisor.shutdown'; readonly reason: ExitReason }
  | { readonly type: 'comes up' | 'xstate.stop' | 'stray' };

/** The workers of a real tree, which do as their plans say and write down what they do. */
export class Puppets {
  readonly #clock: StepClock;
  readonly #scripts: Scripts;
  readonly #log: string[];
  readonly #latest = new Map<string, AnyActorRef>();
  readonly #names = new WeakMap<AnyActorRef, string>();

  constructor(clock: StepClock, scripts: Scripts, log: string[]) {
    this.#clock = clock;
    this.#scripts = scripts;
    this.#log = log;
  }

  /** The actor that began last at a path. */
  latest(path: string): AnyActorRef | undefined {
    return this.#latest.get(path);
  }

  nameOf(actor: AnyActorRef): string | undefined {
    return this.#names.get(actor);
  }

  /** How to start a worker: by its logic, or by a function, where what fails or is ignored at once is the function. */
  startOf(plan: WorkerPlan): Pick<ChildSpec, 'start' | 'input'> {
    if (!plan.isMade)
      return { start: this.#logic(plan), input: (identity: ChildIdentity) => this.#begin(plan, identity) };
    return {
      start: (identity) => {
        const puppet = this.#begin(plan, identity);
        const { delay, result } = puppet.attempt;
        if (delay === undefined && result === 'ignore') {
          this.#say(puppet, 'ignores');
          return ignore;
        }
        if (delay === undefined && typeof result === 'object') {
          this.#say(puppet, 'fails');
          throw toReason(result.fail);
        }
        return this.#logic(plan, puppet);
      },
    };
  }

  #begin(plan: WorkerPlan, { path, incarnation, args }: ChildIdentity): Puppet {
    const attempt = this.#scripts.next(path, plan);
    const puppet = { path, name: `${path}#${incarnation}`, attempt, timers: [], isAsked: false };
    this.#say(puppet, ['begins', ...args].join(' '));
    return puppet;
  }

  #logic(plan: WorkerPlan, made?: Puppet): ActorLogic<PuppetSnapshot, PuppetEvent, Puppet | undefined> {
    const logic: ActorLogic<PuppetSnapshot, PuppetEvent, Puppet | undefined> = {
      getInitialSnapshot: (_scope, input) => {
        const puppet = made ?? input;
        if (puppet === undefined) throw new TypeError('a puppet without a name');
        return { status: 'active', output: undefined, error: undefined, value: 'starting', puppet };
      },
      getPersistedSnapshot: (snapshot) => snapshot,
      start: ({ puppet }, { self }) => {
        this.#names.set(self, puppet.name);
        this.#latest.set(puppet.path, self);
        this.#later(puppet, self, puppet.attempt.delay, { type: 'comes up' });
      },
      transition: (snapshot, event, { self }) => {
        const { puppet } = snapshot;
        switch (event.type) {
          case 'comes up':
            return this.#comeUp(snapshot, self);
          case 'exit':
            return this.#exit(snapshot, event.reason);
          case 'xstate.stop':
            this.#say(puppet, 'cut');
            return this.#end(snapshot, { status: 'stopped' });
          case 'supervisor.shutdown': {
            if (puppet.isAsked) return snapshot;
            puppet.isAsked = true;
            this.#say(puppet, `asked ${fromReason(event.reason)}`);
            const { onShutdown } = plan;
            if (onShutdown === 'obey') return this.#exit(snapshot, event.reason);
            if (typeof onShutdown !== 'object') return snapshot;
            if ('exit' in onShutdown) return this.#exit(snapshot, toReason(onShutdown.exit));
            this.#later(puppet, self, onShutdown.after, { type: 'exit', reason: event.reason });
            return snapshot;
          }
          default:
            return snapshot;
        }
      },
    };
    return Object.assign(logic, {
      [Symbol.for('respell.takes-shutdown')]: plan.onShutdown !== 'deaf',
      [Symbol.for('respell.starting')]: ({ value }: PuppetSnapshot) => value === 'starting',
    });
  }

  #comeUp(snapshot: PuppetSnapshot, self: AnyActorRef): PuppetSnapshot {
    const { puppet } = snapshot;
    const { result, life } = puppet.attempt;
    if (result === 'ignore') {
      this.#say(puppet, 'ignores');
      return this.#end(snapshot, { status: 'done', output: ignore });
    }
    if (result !== 'ok') {
      this.#say(puppet, 'fails');
      return this.#end(snapshot, { status: 'error', error: toReason(result.fail) });
    }
    this.#say(puppet, 'up');
    const up: PuppetSnapshot = { ...snapshot, value: 'up' };
    if (life?.ms === 0) return this.#exit(up, toReason(life.reason));
    if (life !== undefined) this.#later(puppet, self, life.ms, { type: 'exit', reason: toReason(life.reason) });
    self._parent?.send({ type: 'supervisor.started' });
    return up;
  }

  /** What ends while it starts has failed to start. */
  #exit(snapshot: PuppetSnapshot, reason: ExitReason): PuppetSnapshot {
    this.#say(snapshot.puppet, `ends ${fromReason(reason)}`);
    if (snapshot.value === 'starting') return this.#end(snapshot, { status: 'error', error: reason });
    return this.#end(snapshot, { status: 'done', output: exit(reason) });
  }

  #end(snapshot: PuppetSnapshot, how: object): PuppetSnapshot {
    for (const timer of snapshot.puppet.timers) this.#clock.clearTimeout(timer);
    return { ...snapshot, ...how } as PuppetSnapshot;
  }

  #later({ timers }: Puppet, self: AnyActorRef, ms: number | undefined, event: PuppetEvent): void {
    if (ms === undefined) self.send(event);
    else timers.push(this.#clock.setTimeout(() => self.send(event), ms));
  }

  #say({ name }: Puppet, what: string): void {
    this.#log.push(`${name} ${what}`);
  }
}

export function toReason(reason: Reason): ExitReason {
  return reason.startsWith('shutdown: ') ? { shutdown: reason.slice('shutdown: '.length) } : reason;
}

export function fromReason(reason: ExitReason): Reason {
  if (typeof reason === 'string') return reason;
  if (typeof reason === 'object' && reason !== null && 'shutdown' in reason) return `shutdown: ${reason.shutdown}`;
  return `not of a plan: ${reason}`;
}

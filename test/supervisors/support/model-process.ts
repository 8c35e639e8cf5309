import type { World } from './model-world.js';
import type { Attempt, Reason, WorkerPlan } from './plan.js';

/** What hears of a process's end: its supervisor, through the link. */
export interface Parent {
  /** The process is up, or has ended while it started: its supervisor waits for that. */
  started(process: Process): void;
  /** The process has ended after it was up. */
  ended(process: Process): void;
}

/** A process as its supervisor knows it. */
export interface Process {
  readonly name: string;
  readonly kind: 'worker' | 'supervisor';
  readonly state: 'starting' | 'up' | 'ended';
  /** Whether it ever was up. */
  readonly hasStarted: boolean;
  /** Why it has ended. */
  readonly reason: Reason;
  /** It ended while it started, and said that there is nothing to start (R48). */
  readonly isIgnored: boolean;
  /** Whether it takes exit signals as messages, and ends in its own time. */
  readonly traps: boolean;
  /** Exit signal of its supervisor; with `killed` that one has died (R57). */
  ask(reason: Reason): void;
  /** An exit signal that it cannot trap, or does not. */
  cut(reason: Reason): void;
}

/** A worker does as its plan says. */
export class Worker implements Process {
  readonly name: string;
  readonly kind = 'worker';
  state: Process['state'] = 'starting';
  reason: Reason = '';
  hasStarted = false;
  isIgnored = false;
  readonly #world: World;
  readonly #plan: WorkerPlan;
  readonly #parent: Parent;
  #timers: (() => void)[] = [];
  #isAsked = false;
  #askedFor: Reason = '';

  constructor(world: World, plan: WorkerPlan, name: string, parent: Parent) {
    this.#world = world;
    this.#plan = plan;
    this.name = name;
    this.#parent = parent;
  }

  get traps(): boolean {
    return this.#plan.onShutdown !== 'deaf';
  }

  begin(attempt: Attempt, args: readonly string[]): void {
    this.#say(['begins', ...args].join(' '));
    if (attempt.delay === undefined) this.#comeUp(attempt);
    else this.#later(attempt.delay, () => this.#comeUp(attempt));
  }

  /** It ends by itself. */
  exit(reason: Reason): void {
    if (this.#isAsked && reason !== this.#askedFor) this.#world.note('other reasons while being stopped');
    if (this.state === 'starting') this.#world.note('deaths while starting');
    this.#say(`ends ${reason}`);
    this.#end(reason);
  }

  ask(reason: Reason): void {
    // It is about to end, and reads no more messages.
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#askedFor = reason;
    this.#say(`asked ${reason}`);
    const { onShutdown } = this.#plan;
    if (onShutdown === 'obey') this.exit(reason);
    else if (typeof onShutdown !== 'object') return;
    else if ('exit' in onShutdown) this.exit(onShutdown.exit);
    else this.#later(onShutdown.after, () => this.exit(reason));
  }

  cut(reason: Reason): void {
    this.#say('cut');
    this.#end(reason);
  }

  #comeUp({ result, life }: Attempt): void {
    if (result === 'ok') {
      this.state = 'up';
      this.hasStarted = true;
      this.#say('up');
      if (life?.ms === 0) this.exit(life.reason);
      else if (life !== undefined) this.#later(life.ms, () => this.exit(life.reason));
      this.#parent.started(this);
    } else {
      this.isIgnored = result === 'ignore';
      this.#say(this.isIgnored ? 'ignores' : 'fails');
      this.#end(typeof result === 'object' ? result.fail : 'normal');
    }
  }

  #end(reason: Reason): void {
    const wasUp = this.state === 'up';
    this.state = 'ended';
    this.reason = reason;
    for (const cancel of this.#timers) cancel();
    if (wasUp) this.#parent.ended(this);
    else this.#parent.started(this);
  }

  #later(ms: number, then: () => void): void {
    this.#timers.push(this.#world.after(ms, then));
  }

  #say(what: string): void {
    this.#world.say(`${this.name} ${what}`);
  }
}

export function isProcess(value: Process | 'restarting' | undefined): value is Process {
  return value !== undefined && value !== 'restarting';
}

import { Memory } from './model-memory.js';
import type { Process } from './model-process.js';
import { Server, type Steps } from './model-server.js';
import { join, type Plan, type Reason, type Shutdown } from './plan.js';

/** A child as OTP's supervisor records it. */
export interface Record {
  readonly id: string;
  readonly path: string;
  readonly plan: Plan;
  readonly args: readonly string[];
  /** As `which_children` tells it (R38). */
  process: Process | 'restarting' | undefined;
  /** Of a child that is `restarting`: what it was (R51). */
  last: Process | undefined;
  /** While it is started. */
  coming: Process | undefined;
  isStopping: boolean;
  /** R55: its supervisor does not hear of its end. */
  isUnlinked: boolean;
}

/** How a start ended; otherwise why it failed. */
export type Started = 'up' | 'ignored' | { readonly failed: Reason };

/** The children of one supervisor, and how each of them is started and stopped. */
export abstract class Family extends Server {
  /** In start order. */
  records: Record[] = [];
  /** While all are stopped at the same time (R52): how many ended so, by reason. */
  #together: Map<Reason, number> | undefined;

  /** Begins to start a child. */
  protected abstract spawn(record: Record, name: string): Process;

  add(id: string, plan: Plan, args: readonly string[]): Record {
    const path = join(this.path, id);
    const nothing = { process: undefined, last: undefined, coming: undefined, isStopping: false, isUnlinked: false };
    const record: Record = { id, path, plan, args, ...nothing };
    this.records.push(record); // R61
    return record;
  }

  remove(record: Record): void {
    this.records = this.records.filter((each) => each !== record);
    this.memory.forget(record.path);
    this.memory.kept.get(this.path)?.delete(record.id);
  }

  /** Of a temporary child nothing is left when it is down (R7, R11, R41), nor of a dynamic one (R53). */
  forgetTemporary(record: Record): void {
    if (record.plan.restart === 'temporary' || this.plan.kind === 'dynamic') this.remove(record);
  }

  /** @param isAsked whether a request wants it */
  *start(record: Record, isAsked: boolean): Steps<Started> {
    const { path, plan } = record;
    const process = this.spawn(record, `${path}#${this.memory.countStart(path)}`);
    record.coming = process;
    record.isUnlinked = false;
    if (process.state === 'starting') {
      if (plan.kind === 'worker') this.world.note('slow starts');
      yield () => process.state !== 'starting';
    }
    record.coming = undefined;
    if (process.hasStarted) {
      record.process = process;
      record.last = undefined;
      this.report(`${path} started`);
      return 'up';
    }
    if (process.isIgnored) {
      // R48: a spec stays, but for that of a temporary child.
      this.world.note('ignored starts');
      this.report(`${path} ignored`);
      this.forgetTemporary(record);
      return 'ignored';
    }
    this.report(`${path} start failed${isAsked ? ' as asked' : ''} ${process.reason}`);
    // R21: told as the failure of the child that failed, however deep.
    const isDeeper = process.kind === 'supervisor' && process.reason.includes('did not start');
    return { failed: isDeeper ? process.reason : `${path} did not start: ${process.reason}` };
  }

  /** Its death, if it waits in the mailbox, is dealt with by this (R58). */
  *stop(record: Record, isForGood: boolean): Steps {
    const { process, plan } = record;
    if (process === undefined || process === 'restarting') {
      record.process = undefined;
      return;
    }
    record.isStopping = true;
    const reason = this.#ask(record, process, isForGood);
    if (process.state !== 'ended') {
      this.world.note('slow stops');
      this.limit(plan.shutdown, () => this.#cutLate(process));
      yield () => process.state === 'ended';
      this.cancelLimits();
    }
    this.mailbox = this.mailbox.filter((message) => message.type !== 'exit' || message.process !== process);
    const why = reason ?? process.reason;
    this.#stopped(record, why);
    if (!isExpected(plan, why)) this.report(`${record.path} shutdown error ${why} 1`);
  }

  /** @returns its reason, if that is not its own */
  #ask({ plan, isUnlinked }: Record, process: Process, isForGood: boolean): Reason | undefined {
    if (process.state === 'ended') {
      this.world.note('deaths found when the child was to be stopped');
      return isUnlinked ? 'noproc' : undefined; // R55
    }
    if (process instanceof Server) process.isForGood = isForGood;
    if (plan.shutdown === 'brutal_kill')
      process.cut('killed'); // R27
    else if (!process.traps)
      process.cut('shutdown'); // R29
    else if (plan.shutdown === 0)
      process.cut('killed'); // R26
    else process.ask('shutdown');
    return undefined;
  }

  /** R26: its time is over. R32: so may a supervisor's be. */
  #cutLate(process: Process): void {
    if (process.state === 'ended') return;
    this.world.note(process instanceof Server ? 'supervisors killed after their time' : 'kills after the time is over');
    process.cut('killed');
    this.world.wake(this);
  }

  /** R31: in reverse, each down before the next is asked. R52: a dynamic supervisor's all at once. */
  protected *stopAll(): Steps {
    const newestFirst = [...this.records].reverse();
    if (this.plan.kind === 'static') {
      for (const record of newestFirst) yield* this.stop(record, this.isForGood);
      return;
    }
    this.#together = new Map();
    for (const record of newestFirst) {
      const { process, plan } = record;
      if (process === undefined || process === 'restarting') {
        record.process = undefined;
        continue;
      }
      const reason = this.#ask(record, process, this.isForGood);
      if (process.state === 'ended') this.#isDown(record, reason ?? process.reason);
      else {
        record.isStopping = true;
        this.world.note('dynamic children that stop slowly');
        this.limit(plan.shutdown, () => this.#cutLate(process));
      }
    }
    yield () => this.records.every(({ process }) => process === undefined);
    this.cancelLimits();
    for (const [reason, count] of this.#together) this.report(`${this.path} shutdown error ${reason} ${count}`);
    this.#together = undefined;
  }

  ended(process: Process): void {
    const record = this.records.find((each) => (each.coming ?? each.process) === process);
    this.#noteDeath(record);
    if (this.#together !== undefined && record?.isStopping === true) {
      this.#isDown(record, process.reason);
      this.world.wake(this);
    } else if (record?.isUnlinked === true) this.world.wake(this);
    else this.push({ type: 'exit', process });
  }

  #isDown(record: Record, reason: Reason): void {
    this.#stopped(record, reason);
    if (isExpected(record.plan, reason)) return;
    this.#together?.set(reason, (this.#together.get(reason) ?? 0) + 1);
  }

  #stopped(record: Record, reason: Reason): void {
    record.isStopping = false;
    record.process = undefined;
    this.report(`${record.path} stopped ${reason}`);
  }

  /** R57: those that trap exits hear it through their links, and end in their own time. */
  protected bereave(): void {
    for (const record of [...this.records].reverse()) {
      const process = record.coming ?? record.process;
      if (record.isUnlinked) {
        if (process instanceof Family) process.disown(new Memory(this.memory));
        continue;
      }
      record.coming = undefined;
      record.process = undefined;
      if (process === undefined || process === 'restarting') continue;
      if (process.state !== 'ended' && !process.traps) process.cut('killed');
      this.report(`${record.path} stopped killed`);
      if (process.state === 'ended') continue;
      this.world.note('processes whose supervisor is killed');
      if (process instanceof Family) process.disown(new Memory(this.memory));
      process.ask('killed');
      // A supervisor's end takes what those below it are given.
      if (!(process instanceof Family)) this.#endLater(process, record.plan.shutdown);
    }
  }

  /** Ours: OTP leaves those that never end to themselves. */
  #endLater(process: Process, shutdown: Shutdown): void {
    const kill = (): void => {
      if (process.state !== 'ended') process.cut('killed');
    };
    if (shutdown === 'brutal_kill' || shutdown === 0) kill();
    else if (shutdown !== 'infinity' && process.state !== 'ended') this.world.after(shutdown, kill);
  }

  /** Its successor goes on with what is remembered; it counts on for itself. */
  disown(memory: Memory): void {
    this.memory = memory;
    for (const record of this.records) {
      const process = record.coming ?? record.process;
      if (process instanceof Family) process.disown(memory);
    }
  }

  #noteDeath(dead: Record | undefined): void {
    if (dead?.isStopping === true && dead.process !== undefined) return;
    if (this.records.some((each) => each !== dead && each.coming !== undefined))
      this.world.note('deaths while a sibling starts');
    if (this.records.some(({ isStopping }) => isStopping)) this.world.note('deaths while a sibling stops');
  }
}

export function isNormal(reason: Reason): boolean {
  return reason === 'normal' || reason === 'shutdown' || reason.startsWith('shutdown: ');
}

/** R27, R30: whether a child that was to be stopped ended as it should. */
function isExpected({ restart, shutdown }: Plan, reason: Reason): boolean {
  if (reason === (shutdown === 'brutal_kill' ? 'killed' : 'shutdown')) return true;
  return restart !== 'permanent' && isNormal(reason);
}

/**
 * The rules of OTP's supervisor, one after the other. R1 to R65 are the numbers of `docs/semantics.md`. Written from the
 * rules, without a look at the engine: a child is a record with a process, or without, or `restarting`, as in OTP, and deaths,
 * retries and requests are messages in one mailbox.
 */
import { Family, isNormal, type Record } from './model-children.js';
import type { Memory } from './model-memory.js';
import { type Parent, type Process, Worker } from './model-process.js';
import { answer } from './model-requests.js';
import type { Message, Steps } from './model-server.js';
import type { World } from './model-world.js';
import type { Plan, Reason, Scripts, SupervisorPlan } from './plan.js';

export class Supervisor extends Family {
  readonly #scripts: Scripts;
  /** The times at which restarts were due. */
  #restarts: readonly number[] = [];
  #hasGivenUp = false;

  constructor(
    scripts: Scripts,
    world: World,
    memory: Memory,
    plan: SupervisorPlan,
    path: string,
    name: string,
    parent?: Parent,
  ) {
    super(world, memory, plan, path, name, parent);
    this.#scripts = scripts;
  }

  protected spawn({ path, plan, args }: Record, name: string): Process {
    if (plan.kind !== 'worker') return new Supervisor(this.#scripts, this.world, this.memory, plan, path, name, this);
    const worker = new Worker(this.world, plan, name, this);
    const attempt = this.#scripts.next(path, plan);
    // Where a start function fails there never was a process.
    const isNone = plan.isMade && attempt.delay === undefined && attempt.result !== 'ok';
    if (!isNone) this.world.latest.set(path, { process: worker, supervisor: this });
    worker.begin(attempt, args);
    return worker;
  }

  /** R1: one child after the other, in order. R60: those of its plan only. */
  protected *init(): Steps<Reason | undefined> {
    const { plan, world, memory } = this;
    const kept = memory.kept.get(this.path) ?? new Map<string, Record>();
    const planned = plan.kind === 'static' ? plan.children : [];
    memory.retain(this.path, new Set([...planned.map(({ id }) => id), ...kept.keys()]));
    for (const child of planned) this.add(child.id, child, child.kind === 'worker' ? child.args : []);
    for (const record of [...this.records]) {
      const started = yield* this.start(record, false);
      if (typeof started === 'object') return started.failed;
    }
    // Ours: `restore` starts again what was there before the supervisor's restart, as far as it starts.
    for (const { id, plan: child, args } of [...kept.values()]) {
      world.note('dynamic children restored');
      const record = this.add(id, child, args);
      if (typeof (yield* this.start(record, false)) === 'object') this.remove(record);
    }
    return undefined;
  }

  protected *take(message: Message): Steps {
    switch (message.type) {
      case 'exit':
        return yield* this.#exited(message.process);
      case 'retry':
        return yield* this.#retry(message.id);
      case 'shutdown':
        return yield* this.#shutdown(message.reason);
      case 'request':
        return message.reply(yield* answer(this, message.request, message.pid));
    }
  }

  *#exited(process: Process): Steps {
    const record = this.records.find((each) => each.process === process);
    // R58: it was stopped in the meantime, with a group or by request.
    if (record === undefined) return;
    record.process = undefined;
    record.last = process;
    this.report(`${record.path} exited ${process.reason}`);
    if (isDue(record.plan, process.reason)) {
      if (process instanceof Supervisor && process.#hasGivenUp) this.world.note('escalations');
      return yield* this.#restart(record);
    }
    // R7, R53: nothing is left of it. Otherwise R6: its spec stays.
    this.forgetTemporary(record);
    if (!this.#isLastSignificant(record)) return;
    const isAny = this.plan.autoShutdown === 'any_significant';
    this.world.note(`automatic shutdowns (${isAny ? 'any_significant' : 'all_significant'})`);
    yield* this.#shutdown('shutdown'); // R37
  }

  /** R33, R34. R36: only a child that has ended by itself is asked about. */
  #isLastSignificant({ plan }: Record): boolean {
    if (!plan.significant || this.plan.autoShutdown === 'never') return false;
    if (this.plan.autoShutdown === 'any_significant') return true;
    return !this.records.some((other) => other.plan.significant && other.process !== undefined);
  }

  /** R31: it ends with the reason that it was given, its children first. */
  *#shutdown(reason: Reason): Steps {
    yield* this.stopAll();
    this.end(reason);
  }

  /** R22. R25: something may have stopped or started it in the meantime. Which message to try again it is does not matter. */
  *#retry(id: string): Steps {
    const record = this.records.find((each) => each.id === id);
    if (record?.process === 'restarting') yield* this.#restart(record);
    else this.world.note('retries that are over');
  }

  /** R13: each is counted, every retry and every group once (R18, R22). */
  *#restart(record: Record): Steps {
    record.process = undefined;
    if (this.#isOneTooMany()) return yield* this.#giveUp(record);
    const group = this.#group(record);
    // R3, R4, R23: the others are stopped first, those that wait for a retry among them.
    for (const each of [...group].reverse()) {
      if (each === record) continue;
      yield* this.stop(each, false);
      this.forgetTemporary(each); // R11
    }
    // R12: also those start that were down.
    for (const each of group) {
      if (!this.records.includes(each)) continue;
      const started = yield* this.start(each, false);
      if (typeof started !== 'object') continue;
      // R22 to R24: the one that failed is tried again, behind all that waits.
      this.world.note(each === record ? 'restarts that fail' : 'restarts that fail at a sibling');
      if (this.mailbox.length > 0) this.world.note('restarts that fail while messages wait');
      each.process = 'restarting';
      this.push({ type: 'retry', id: each.id });
      return;
    }
  }

  /** R13, R14: a restart exactly one period ago counts. R15 */
  #isOneTooMany(): boolean {
    const { now } = this.world;
    const { intensity, period } = this.plan;
    const recent = this.#restarts.filter((at) => at >= now - period);
    if (recent.includes(now - period)) this.world.note('restarts exactly one period after another');
    if (recent.length < this.#restarts.length) this.world.note('restarts that are old enough to be forgotten');
    this.#restarts = [...recent, now];
    return this.#restarts.length > intensity;
  }

  /** R16, R17: the child stays down, and the supervisor ends with `shutdown`. */
  *#giveUp(record: Record): Steps {
    record.process = undefined;
    // Where the supervisor is about to come back the child is still shown.
    if (this.isForGood) this.forgetTemporary(record);
    this.#hasGivenUp = true;
    this.world.note(this.path === '' ? 'roots that give up' : 'supervisors that give up');
    this.report(`${this.path} gave up`);
    yield* this.#shutdown('shutdown');
  }

  #group(record: Record): readonly Record[] {
    const strategy = this.plan.kind === 'static' ? this.plan.strategy : 'one_for_one'; // R50
    if (strategy === 'one_for_one') return [record]; // R2
    if (strategy === 'one_for_all') return [...this.records]; // R3
    return this.records.slice(this.records.indexOf(record)); // R4
  }
}

/** R5 to R8 */
function isDue({ restart }: Plan, reason: Reason): boolean {
  return restart === 'permanent' || (restart === 'transient' && !isNormal(reason));
}

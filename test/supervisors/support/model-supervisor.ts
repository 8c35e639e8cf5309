/**
 * The rules of OTP's supervisor, one after the other, as a process that does one thing at a time (R65). R1 to R65 are the
 * numbers of `docs/semantics.md`. Written from the rules, without a look at the engine: a child is a record with a process, or
 * without, or `restarting`, as in OTP; a `yield` waits until something is so.
 */
import { answer } from './model-requests.js';
import { type Parent, type Process, Worker } from './model-worker.js';
import { Memory } from './model-memory.js';
import type { Runnable, World } from './model-world.js';
import { join, type Plan, type Reason, type Request, type Scripts, type SupervisorPlan } from './plan.js';

/** Waits until what it yields is true. */
export type Steps<T = void> = Generator<() => boolean, T, void>;

export interface Record {
  readonly id: string;
  readonly path: string;
  readonly plan: Plan;
  readonly args: readonly string[];
  /** As OTP's `which_children` tells it (R38). */
  process: Process | 'restarting' | undefined;
  /** While it is started. */
  coming: Process | undefined;
  isStopping: boolean;
}

/** How a start ended; otherwise why it failed. */
type Started = 'up' | 'ignored' | { readonly failed: Reason };

export type Message =
  | { readonly type: 'exit'; readonly process: Process }
  | { readonly type: 'retry'; readonly id: string }
  | { readonly type: 'shutdown'; readonly reason: Reason }
  | { readonly type: 'request'; readonly request: Request; readonly reply: (answer: string) => void };

export class Supervisor implements Process, Parent, Runnable {
  readonly name: string;
  readonly path: string;
  readonly plan: SupervisorPlan;
  readonly world: World;
  memory: Memory;
  readonly traps = true;
  readonly isIgnored = false;
  state: Process['state'] = 'starting';
  reason: Reason = '';
  hasStarted = false;
  /** In start order. */
  records: Record[] = [];
  /** It is stopped because nobody wants it any more: nothing of it is kept. */
  isForGood = false;
  readonly #scripts: Scripts;
  readonly #parent: Parent | undefined;
  readonly #life: Steps;
  #mailbox: Message[] = [];
  /** The one that it is dealing with. */
  #inHand: Message | undefined;
  /** The times at which restarts were due. */
  #restarts: readonly number[] = [];
  /** What it waits for. */
  #until: () => boolean = () => true;
  /** Take back the times that it gives to children that are to end. */
  #limits: (() => void)[] = [];
  #turns = 0;
  /** While all are stopped at the same time (R52): how many ended so, by reason. */
  #together: Map<Reason, number> | undefined;

  constructor(
    world: World,
    memory: Memory,
    scripts: Scripts,
    plan: SupervisorPlan,
    path: string,
    name: string,
    parent?: Parent,
  ) {
    this.world = world;
    this.memory = memory;
    this.#scripts = scripts;
    this.plan = plan;
    this.path = path;
    this.name = name;
    this.#parent = parent;
    this.#life = this.#live();
    this.world.wake(this, 'first');
  }

  // ---- A process.

  get canGo(): boolean {
    return this.state !== 'ended' && this.#until();
  }

  go(): void {
    const wasStarting = this.state === 'starting';
    this.#turns += 1;
    const { value } = this.#life.next();
    if (value !== undefined) this.#until = value;
    this.world.wake(this);
    if (wasStarting && this.state === 'up') this.#parent?.started(this);
  }

  started(process: Process): void {
    if (!(process instanceof Supervisor)) this.world.wake(this);
    else this.world.wake(this, process.#turns === 1 ? 'first' : 'late');
  }

  ended(process: Process): void {
    const record = this.records.find((each) => each.process === process);
    if (this.#together !== undefined && record?.isStopping === true) {
      this.#isDown(record, process);
      this.world.wake(this);
    } else this.push({ type: 'exit', process });
  }

  push(message: Message): void {
    if (this.state === 'ended') {
      if (message.type === 'request') message.reply('noproc');
      return;
    }
    if (!this.canGo && message.type !== 'exit') this.world.note('requests to a supervisor that is busy');
    this.#mailbox.push(message);
    this.world.wake(this);
  }

  ask(reason: Reason): void {
    this.push({ type: 'shutdown', reason });
  }

  /** R57: it does nothing more. Its children hear `killed` through their links, and end in their own time. */
  cut(): void {
    if (this.state === 'starting') this.world.note('supervisors killed while they start');
    for (const record of [...this.records].reverse()) {
      const process = record.coming ?? record.process;
      record.coming = undefined;
      record.process = undefined;
      if (process === undefined || process === 'restarting') continue;
      if (process.state !== 'ended' && !process.traps) process.cut('killed');
      this.report(`${record.path} exited killed`);
      if (process.state === 'ended') continue;
      this.world.note('processes whose supervisor is killed');
      if (process instanceof Supervisor) process.disown(new Memory(this.memory));
      process.ask('killed');
      // Ours: OTP leaves those that never end to themselves. A supervisor's end takes what those below it are given.
      if (!(process instanceof Supervisor)) this.#bereave(process, record.plan.shutdown);
    }
    this.#end('killed');
  }

  /** Its successor goes on with what is remembered; it counts on for itself. */
  disown(memory: Memory): void {
    this.memory = memory;
    for (const record of this.records) {
      const process = record.coming ?? record.process;
      if (process instanceof Supervisor) process.disown(memory);
    }
  }

  #bereave(process: Process, shutdown: Plan['shutdown']): void {
    const kill = (): void => {
      if (process.state !== 'ended') process.cut('killed');
    };
    if (shutdown === 'brutal_kill' || shutdown === 0) kill();
    else if (shutdown !== 'infinity' && process.state !== 'ended') this.world.after(shutdown, kill);
  }

  #end(reason: Reason): void {
    const wasUp = this.state === 'up';
    this.state = 'ended';
    this.reason = reason;
    this.#cancelLimits();
    // R41: nobody waits in vain.
    for (const message of [this.#inHand, ...this.#mailbox]) if (message?.type === 'request') message.reply('noproc');
    this.#mailbox = [];
    if (this.isForGood) this.memory.kept.delete(this.path);
    if (wasUp) this.#parent?.ended(this);
    else this.#parent?.started(this);
  }

  // ---- Its life.

  *#live(): Steps {
    const failure = yield* this.#init();
    if (failure !== undefined) {
      // R20: nothing is tried again, and what is up is stopped.
      yield* this.#stopAll();
      this.#end(failure);
      return;
    }
    this.state = 'up';
    this.hasStarted = true;
    while (this.state === 'up') {
      // A turn for each message: others may come in between.
      yield () => this.#mailbox.length > 0;
      this.#inHand = this.#mailbox.shift();
      if (this.#inHand !== undefined) yield* this.#take(this.#inHand);
      this.#inHand = undefined;
    }
  }

  *#take(message: Message): Steps {
    switch (message.type) {
      case 'exit':
        return yield* this.#exited(message.process);
      case 'retry': {
        // R25: something may have stopped or started it in the meantime. Which message it is does not matter.
        const record = this.records.find(({ id }) => id === message.id);
        if (record?.process === 'restarting') return yield* this.#restart(record);
        return this.world.note('retries that are over');
      }
      case 'shutdown':
        return yield* this.#shutdown(message.reason);
      case 'request':
        return message.reply(yield* answer(this, message.request));
    }
  }

  /** R1: one child after the other, in order. R60: those of its plan only. */
  *#init(): Steps<Reason | undefined> {
    const { plan, world, memory } = this;
    const kept = memory.kept.get(this.path) ?? new Map<string, Record>();
    const planned = plan.kind === 'static' ? plan.children.map(({ id }) => id) : [];
    memory.retain(this.path, new Set([...planned, ...kept.keys()]));
    if (plan.kind === 'static') for (const child of plan.children) this.add(child.id, child, []);
    for (const record of [...this.records]) {
      const started = yield* this.start(record);
      if (typeof started === 'object') return started.failed;
    }
    // Ours: `restore` starts again what was there before the supervisor's restart, as far as it starts.
    for (const { id, plan: child, args } of [...kept.values()]) {
      world.note('dynamic children restored');
      const record = this.add(id, child, args);
      if (typeof (yield* this.start(record)) === 'object') this.remove(record);
    }
    return undefined;
  }

  /** R31: it ends with the reason that it was given, its children first. */
  *#shutdown(reason: Reason): Steps {
    yield* this.#stopAll();
    this.#end(reason);
  }

  // ---- Deaths.

  *#exited(process: Process): Steps {
    const record = this.records.find((each) => each.process === process);
    // R58: it was stopped in the meantime, with a group or by request.
    if (record === undefined) return this.world.note('deaths that concern nobody any more');
    record.process = undefined;
    this.report(`${record.path} exited ${process.reason}`);
    if (isDue(record.plan, process.reason)) return yield* this.#restart(record);
    // R7, R53: nothing is left of it. Otherwise R6: its spec stays.
    this.forgetTemporary(record);
    if (this.#isLastSignificant(record)) {
      this.world.note(`automatic shutdowns (${this.plan.autoShutdown})`);
      yield* this.#shutdown('shutdown');
    }
  }

  /** R33, R34. R36: only a child that has ended by itself is asked about. */
  #isLastSignificant({ plan }: Record): boolean {
    if (!plan.significant || this.plan.autoShutdown === 'never') return false;
    if (this.plan.autoShutdown === 'any_significant') return true;
    return !this.records.some((other) => other.plan.significant && other.process !== undefined);
  }

  /** R13 to R15, R22: every try is counted. */
  *#restart(record: Record): Steps {
    const { now } = this.world;
    const { intensity, period } = this.plan;
    const recent = this.#restarts.filter((at) => at >= now - period);
    if (recent.includes(now - period)) this.world.note('restarts exactly one period after another');
    if (recent.length < this.#restarts.length) this.world.note('restarts that are old enough to be forgotten');
    this.#restarts = [...recent, now];
    if (this.#restarts.length > intensity) return yield* this.#giveUp(record);
    const group = this.#group(record);
    // R3, R4, R23: the others are stopped first, those that are waiting for a retry among them.
    for (const each of [...group].reverse()) {
      if (each === record) continue;
      yield* this.stop(each);
      this.forgetTemporary(each); // R11
    }
    record.process = undefined;
    // R12: also those start that were down.
    for (const each of group) {
      if (!this.records.includes(each)) continue;
      const started = yield* this.start(each);
      if (typeof started !== 'object') continue;
      // R22 to R24: the one that failed is tried again, behind all that waits.
      this.world.note('restarts that fail');
      if (this.#mailbox.length > 0) this.world.note('restarts that fail while messages wait');
      if (each !== record) this.world.note('restarts that fail at a sibling');
      each.process = 'restarting';
      this.push({ type: 'retry', id: each.id });
      return;
    }
  }

  /** R16, R17 */
  *#giveUp(record: Record): Steps {
    record.process = undefined;
    this.world.note(this.path === '' ? 'roots that give up' : 'supervisors that give up below another');
    this.report(`${this.path} gave up`);
    yield* this.#stopAll();
    this.#end('shutdown');
  }

  #group(record: Record): readonly Record[] {
    const strategy = this.plan.kind === 'static' ? this.plan.strategy : 'one_for_one'; // R50
    if (strategy === 'one_for_one') return [record]; // R2
    if (strategy === 'one_for_all') return [...this.records]; // R3
    return this.records.slice(this.records.indexOf(record)); // R4
  }

  // ---- Starting and stopping one child.

  add(id: string, plan: Plan, args: readonly string[]): Record {
    const path = join(this.path, id);
    const record = { id, path, plan, args, process: undefined, coming: undefined, isStopping: false };
    this.records.push(record); // R61
    return record;
  }

  remove(record: Record): void {
    this.records = this.records.filter((each) => each !== record);
    this.memory.forget(record.path);
    this.memory.kept.get(this.path)?.delete(record.id);
  }

  *start(record: Record): Steps<Started> {
    const { path, plan } = record;
    const process = this.#spawn(record, `${path}#${this.memory.countStart(path)}`);
    record.coming = process;
    if (process.state === 'starting') {
      if (plan.kind === 'worker') this.world.note('slow starts');
      yield () => process.state !== 'starting';
    }
    record.coming = undefined;
    if (process.hasStarted) {
      record.process = process;
      this.report(`${path} started`);
      return 'up';
    }
    if (process.isIgnored) {
      // R48, R53: a spec stays, that of a temporary or dynamic child does not.
      this.world.note('ignored starts');
      this.report(`${path} ignored`);
      this.forgetTemporary(record);
      return 'ignored';
    }
    this.report(`${path} start failed ${process.reason}`);
    // R21: told as the failure of the child that failed, however deep.
    return { failed: process.reason.includes('did not start') ? process.reason : `${path} did not start: ${process.reason}` };
  }

  #spawn({ path, plan, args }: Record, name: string): Process {
    if (plan.kind !== 'worker') return new Supervisor(this.world, this.memory, this.#scripts, plan, path, name, this);
    const worker = new Worker(this.world, plan, name, this);
    worker.begin(this.#scripts.next(path, plan), args.length > 0 ? args : plan.args);
    return worker;
  }

  /** Its death, if it waits in the mailbox, is dealt with by this (R58). */
  *stop(record: Record, isForGood = this.isForGood): Steps {
    const { process, plan } = record;
    record.process = undefined;
    if (process === undefined || process === 'restarting') return;
    record.process = process;
    record.isStopping = true;
    this.#ask(record, process, isForGood);
    if (process.state !== 'ended') {
      this.world.note('slow stops');
      this.#limit(plan.shutdown, () => this.#cutLate(process));
      yield () => process.state === 'ended';
      this.#cancelLimits();
    }
    this.#mailbox = this.#mailbox.filter((message) => message.type !== 'exit' || message.process !== process);
    this.#reportStopped(record, process.reason);
    if (!isExpected(plan, process.reason)) this.report(`${record.path} shutdown error ${process.reason} 1`);
  }

  #ask({ plan }: Record, process: Process, isForGood: boolean): void {
    if (process.state === 'ended') return this.world.note('deaths found when the child was to be stopped');
    if (process instanceof Supervisor) process.isForGood = isForGood;
    if (plan.shutdown === 'brutal_kill') process.cut('killed'); // R27
    else if (!process.traps) process.cut('shutdown'); // R29
    else if (plan.shutdown === 0) process.cut('killed'); // R26
    else process.ask('shutdown');
  }

  /** R26, R28 */
  #limit(shutdown: Plan['shutdown'], late: () => void): void {
    if (typeof shutdown !== 'number') return;
    this.#limits.push(this.world.after(shutdown, late));
  }

  #cancelLimits(): void {
    for (const cancel of this.#limits) cancel();
    this.#limits = [];
  }

  #cutLate(process: Process): void {
    if (process.state === 'ended') return;
    this.world.note(process instanceof Supervisor ? 'supervisors killed after their time' : 'kills after the time is over');
    process.cut('killed');
    this.world.wake(this);
  }

  /** R31: in reverse, each down before the next is asked. R52: a dynamic supervisor's all at once. */
  *#stopAll(): Steps {
    const newestFirst = [...this.records].reverse();
    if (this.plan.kind === 'static') {
      for (const record of newestFirst) yield* this.stop(record);
      return;
    }
    this.#together = new Map();
    for (const record of newestFirst) {
      const { process, plan } = record;
      if (process === undefined || process === 'restarting') {
        record.process = undefined;
        continue;
      }
      this.#ask(record, process, this.isForGood);
      if (process.state === 'ended') this.#isDown(record, process);
      else {
        record.isStopping = true;
        this.world.note('dynamic children that stop slowly');
        this.#limit(plan.shutdown, () => this.#cutLate(process));
      }
    }
    yield () => this.records.every(({ process }) => process === undefined);
    this.#cancelLimits();
    for (const [reason, count] of this.#together) this.report(`${this.path} shutdown error ${reason} ${count}`);
    this.#together = undefined;
  }

  #isDown(record: Record, { reason }: Process): void {
    this.#reportStopped(record, reason);
    if (isExpected(record.plan, reason)) return;
    this.#together?.set(reason, (this.#together.get(reason) ?? 0) + 1);
  }

  #reportStopped(record: Record, reason: Reason): void {
    record.isStopping = false;
    record.process = undefined;
    this.report(`${record.path} exited ${reason}`);
  }

  /** Of a temporary child nothing is left when it is down (R7, R11, R41), nor of a dynamic one. */
  forgetTemporary(record: Record): void {
    if (record.plan.restart === 'temporary' || this.plan.kind === 'dynamic') this.remove(record);
  }

  report(what: string): void {
    this.world.say(`[${what}]`);
  }
}

/** R5 to R8 */
function isDue({ restart }: Plan, reason: Reason): boolean {
  return restart === 'permanent' || (restart === 'transient' && !isNormal(reason));
}

export function isNormal(reason: Reason): boolean {
  return reason === 'normal' || reason === 'shutdown' || reason.startsWith('shutdown: ');
}

/** R27, R30: whether a child that was to be stopped ended as it should. */
function isExpected({ restart, shutdown }: Plan, reason: Reason): boolean {
  if (reason === (shutdown === 'brutal_kill' ? 'killed' : 'shutdown')) return true;
  return restart !== 'permanent' && isNormal(reason);
}

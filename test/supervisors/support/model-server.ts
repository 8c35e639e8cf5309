import type { Memory } from './model-memory.js';
import type { Parent, Process } from './model-process.js';
import type { Runnable, World } from './model-world.js';
import type { Reason, Request, Shutdown, SupervisorPlan } from './plan.js';

/** Waits until what it yields is true. */
export type Steps<T = void> = Generator<() => boolean, T, void>;

export type Message =
  | { readonly type: 'exit'; readonly process: Process }
  | { readonly type: 'retry'; readonly id: string }
  | { readonly type: 'shutdown'; readonly reason: Reason }
  | {
      readonly type: 'request';
      readonly request: Request;
      /** The process that it is about, where it is not named by its path. */
      readonly pid: Process | undefined;
      readonly reply: (answer: string) => void;
    };

/**
 * A process with a mailbox, that does one thing at a time (R65): what it does may wait for something in the middle, and then
 * the mailbox waits, too.
 */
export abstract class Server implements Process, Parent, Runnable {
  readonly name: string;
  readonly path: string;
  readonly plan: SupervisorPlan;
  readonly world: World;
  memory: Memory;
  readonly traps = true;
  readonly isIgnored = false;
  readonly kind = 'supervisor';
  state: Process['state'] = 'starting';
  reason: Reason = '';
  hasStarted = false;
  /** It is stopped because nobody wants it any more: nothing of it is kept. */
  isForGood = false;
  protected mailbox: Message[] = [];
  readonly #parent: Parent | undefined;
  /** The message that it is dealing with. */
  #inHand: Message | undefined;
  readonly #life: Steps;
  #until: () => boolean = () => true;
  /** Take back the times that it gives to children that are to end. */
  #limits: (() => void)[] = [];
  #turns = 0;

  constructor(world: World, memory: Memory, plan: SupervisorPlan, path: string, name: string, parent?: Parent) {
    this.world = world;
    this.memory = memory;
    this.plan = plan;
    this.path = path;
    this.name = name;
    this.#parent = parent;
    this.#life = this.#live();
    this.world.wake(this, 'first');
  }

  /** Starts what it starts with. @returns why it could not */
  protected abstract init(): Steps<Reason | undefined>;
  /** Stops all that it has started. */
  protected abstract stopAll(): Steps;
  protected abstract take(message: Message): Steps;
  /** Its children hear that it was killed. */
  protected abstract bereave(): void;
  abstract ended(process: Process): void;

  *#live(): Steps {
    const failure = yield* this.init();
    if (failure !== undefined) {
      // R20: nothing is tried again, and what is up is stopped.
      yield* this.stopAll();
      this.end(failure);
      return;
    }
    this.state = 'up';
    this.hasStarted = true;
    while (this.state === 'up') {
      // A turn for each message: others may come in between.
      yield () => this.mailbox.length > 0;
      this.#inHand = this.mailbox.shift();
      if (this.#inHand !== undefined) yield* this.take(this.#inHand);
      this.#inHand = undefined;
    }
  }

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
    if (!(process instanceof Server)) this.world.wake(this);
    else this.world.wake(this, process.#turns === 1 ? 'first' : 'late');
  }

  push(message: Message): void {
    if (this.state === 'ended') {
      // R41: nobody waits in vain.
      if (message.type === 'request') message.reply('noproc');
      return;
    }
    if (this.#inHand !== undefined && message.type === 'request')
      this.world.note('requests to a supervisor that is busy');
    if (message.type === 'exit' && this.mailbox.some(({ type }) => type === 'exit'))
      this.world.note('deaths that wait');
    this.mailbox.push(message);
    this.world.wake(this);
  }

  ask(reason: Reason): void {
    this.push({ type: 'shutdown', reason });
  }

  /** R57: it does nothing more. */
  cut(): void {
    if (this.state === 'starting') this.world.note('supervisors killed while they start');
    this.bereave();
    this.end('killed');
  }

  protected end(reason: Reason): void {
    const wasUp = this.state === 'up';
    this.state = 'ended';
    this.reason = reason;
    this.cancelLimits();
    for (const message of [this.#inHand, ...this.mailbox]) if (message?.type === 'request') message.reply('noproc');
    this.mailbox = [];
    if (this.isForGood) this.memory.kept.delete(this.path);
    if (wasUp) this.#parent?.ended(this);
    else this.#parent?.started(this);
  }

  /** R26, R28 */
  protected limit(shutdown: Shutdown, late: () => void): void {
    if (typeof shutdown === 'number') this.#limits.push(this.world.after(shutdown, late));
  }

  protected cancelLimits(): void {
    for (const cancel of this.#limits) cancel();
    this.#limits = [];
  }

  protected report(what: string): void {
    this.world.say(`[${what}]`);
  }
}

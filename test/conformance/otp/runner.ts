import { ignore, type Report, sendExit, start, type Tree, unlink } from '../../../supervisors/index.js';
import { Nodes } from './nodes.js';
import { type Process, Processes } from './processes.js';
import { Reports } from './reports.js';
import { Requests, runs } from './requests.js';
import type { Scenario, Step, Term, TraceRecord } from './scenario.js';
import { Supervisors } from './supervisors.js';
import { toReason, toTerm } from './terms.js';
import { VirtualClock } from './virtual-clock.js';

/** Fewer than a scenario that comes to no end would fire. */
const MOST_TIMERS = 100_000;

/** A scenario with the trace that it left here. */
export type Ran = Pick<Scenario, 'name'> & { readonly trace: readonly TraceRecord[] };

/**
 * Runs the steps of one scenario on our supervisors, in virtual time, and writes the trace that they leave.
 *
 * @throws {Error} where it has a step that the format does not know, or comes to no end
 */
export async function run({ name, tree, steps }: Pick<Scenario, 'name' | 'tree' | 'steps'>): Promise<Ran> {
  return { name, trace: await new Run(tree, steps).trace() };
}

class Run {
  readonly #root: Scenario['tree'];
  readonly #steps: readonly Step[];
  readonly #clock = new VirtualClock();
  readonly #processes = new Processes();
  readonly #reports = new Reports(this.#processes);
  readonly #supervisors = new Supervisors({ clock: this.#clock, processes: this.#processes });
  readonly #nodes = new Nodes({ clock: this.#clock, processes: this.#processes }, this.#supervisors);
  readonly #requests = new Requests(this.#processes, this.#nodes);
  readonly #answers = new Map<string, Promise<unknown>>();
  #tree: Tree | undefined;
  #fired = 0;

  constructor(root: Scenario['tree'], steps: readonly Step[]) {
    this.#root = root;
    this.#steps = steps;
  }

  async trace(): Promise<readonly TraceRecord[]> {
    const started = this.#clock.time;
    const trace = [await this.#record(0, { op: 'start' }, await this.#start(), started)];
    for (const [index, step] of this.#steps.entries()) {
      const begun = this.#clock.time;
      const answer = await this.#perform(step);
      const answered = this.#clock.time;
      if (step.settle === undefined) await this.#quiet();
      else await this.#pass(step.settle);
      trace.push(await this.#record(index + 1, step, answer, begun, answered));
    }
    if (this.#tree !== undefined) sendExit(this.#tree.root, 'kill');
    return trace;
  }

  /** @param answered when the step's answer was there, in virtual milliseconds */
  async #record(
    step: number,
    { op, snapshot }: Step,
    result: unknown,
    begun: number,
    answered = this.#clock.time,
  ): Promise<TraceRecord> {
    // A snapshot waits for blocked supervisors, so it comes before the events are taken.
    const state = snapshot === false ? undefined : await this.#state();
    const events = this.#processes.takeEvents();
    const record = { step, op, events, reports: this.#reports.take(), ms: answered - begun };
    return { ...record, ...(result === undefined ? {} : { result }), ...(state === undefined ? {} : { state }) };
  }

  async #start(): Promise<Term> {
    const report = (each: Report): void => {
      // An end that the process itself could not write down.
      if (each.type === 'exited') this.#processes.reported(each.path, each.reason);
      this.#reports.add(each);
    };
    this.#nodes.declare(this.#root);
    try {
      const logic = this.#nodes.supervisor(this.#root, { path: '' });
      if (logic === ignore) return 'ignore';
      this.#tree = start(logic, { clock: this.#clock, onReport: report });
    } catch (reason) {
      return ['error', toTerm(reason)];
    }
    await this.#quiet();
    const { status, error, output } = this.#tree.root.getSnapshot() as Readonly<Record<string, unknown>>;
    if (status === 'error') return ['error', toTerm(error)];
    return output === ignore ? 'ignore' : ['ok', `${this.#root.id}#1`];
  }

  async #perform(step: Step): Promise<unknown> {
    const { op, id = '', reason = 'normal' } = step;
    switch (op) {
      case 'exit':
        return this.#on(id, (process) => leave(process, reason));
      case 'kill':
        return this.#on(id, (process) => signal(process, 'kill'));
      case 'signal':
        return this.#on(id, (process) => {
          if (reason === 'kill' || (!process.traps && reason !== 'normal')) signal(process, reason);
        });
      case 'stop':
        return this.#on(this.#root.id, ({ actor }) => {
          if (actor !== undefined) sendExit(actor, toReason(reason));
        });
      case 'unlink':
        return this.#on(id, ({ actor }) => {
          if (actor !== undefined) unlink(actor);
        });
      case 'release':
        return this.#on(id, (process) => this.#processes.release(process));
      case 'unexpected':
        return this.#on(step.sup, ({ actor }) => actor?.send({ type: 'unexpected' }));
      case 'batch':
        return this.#batch(step);
      case 'wait':
        return this.#pass(step.ms ?? 0);
      case 'align':
        return this.#pass((1_000 + (step.ms ?? 0) - (this.#clock.time % 1_000)) % 1_000);
      case 'set_start':
        return this.#processes.setStart(id, step.start);
      case 'fail_starts': {
        const failure = { error: step.reason ?? 'efail', ...(step.delay === undefined ? {} : { delay: step.delay }) };
        return this.#processes.failStarts(
          id,
          Array.from({ length: step.count ?? 1 }, () => failure),
        );
      }
      case 'check_childspecs':
        return this.#requests.check(step);
      case 'await':
        return this.#answered(this.#answers.get(step.name ?? '') ?? Promise.resolve('no_process'));
      default: {
        const answer = this.#requests.ask(this.#tree, step);
        if (step.async === undefined) return this.#answered(answer);
        this.#answers.set(step.async, answer);
        return 'async';
      }
    }
  }

  #on(id: string | undefined, act: (process: Process) => void): 'ok' | 'no_process' {
    const process = this.#processes.alive(id);
    if (process === undefined) return 'no_process';
    act(process);
    return 'ok';
  }

  /** All of the deaths are in the supervisor's mailbox before it looks at the first. */
  async #batch({ sup, exits = [] }: Step): Promise<string | readonly string[]> {
    const supervisor = this.#processes.latest(sup);
    if (supervisor === undefined) return 'no_process';
    this.#supervisors.freeze(supervisor);
    const results: string[] = [];
    for (const { id, reason } of exits) {
      const process = this.#processes.alive(id);
      results.push(
        this.#on(id, (each) => {
          if (reason === 'kill') signal(each, 'kill');
          else leave(each, reason);
        }),
      );
      await this.#flush();
      // A supervisor dies only after its children, and that may take time.
      while (process?.isAlive === true && this.#fire(Number.POSITIVE_INFINITY)) await this.#flush();
    }
    this.#supervisors.thaw(supervisor);
    return results;
  }

  async #state(): Promise<unknown> {
    await this.#quiet();
    const tree = this.#tree;
    if (tree === undefined) return {};
    const running = this.#processes.supervisors().filter((each) => runs(tree, each));
    const states = running.map(async (supervisor) => {
      return [supervisor.id, await this.#requests.state(tree, supervisor)] as const;
    });
    return Object.fromEntries(await Promise.all(states));
  }

  // ---- Time.

  /** Whether a supervisor is in the middle of something that takes time: then it answers nothing. */
  async #isBlocked(): Promise<boolean> {
    const tree = this.#tree;
    if (tree === undefined) return false;
    let waiting = 0;
    const answered = (): void => {
      waiting -= 1;
    };
    for (const supervisor of this.#processes.supervisors()) {
      waiting += 1;
      if (runs(tree, supervisor)) tree.countChildren(supervisor.path).then(answered, answered);
      else supervisor.watchers.add(answered);
    }
    await this.#flush();
    return waiting > 0;
  }

  async #quiet(): Promise<void> {
    await this.#flush();
    while (await this.#isBlocked()) {
      if (!this.#fire(Number.POSITIVE_INFINITY)) return;
      await this.#flush();
    }
  }

  async #pass(ms: number): Promise<undefined> {
    const until = this.#clock.time + ms;
    await this.#flush();
    while (this.#fire(until)) await this.#flush();
    this.#clock.time = until;
    return undefined;
  }

  async #answered(answer: Promise<unknown>): Promise<unknown> {
    let result: { readonly value: unknown } | undefined;
    let failure: { readonly error: unknown } | undefined;
    answer.then(
      (value) => {
        result = { value };
      },
      (error: unknown) => {
        failure = { error };
      },
    );
    await this.#flush();
    while (result === undefined && failure === undefined) {
      if (!this.#fire(Number.POSITIVE_INFINITY)) throw new Error('a request was never answered');
      await this.#flush();
    }
    if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
    return (result as { readonly value: unknown } | undefined)?.value;
  }

  #fire(until: number): boolean {
    if (!this.#clock.fire(until)) return false;
    this.#fired += 1;
    if (this.#fired > MOST_TIMERS) throw new Error(`comes to no end: more than ${MOST_TIMERS} timers have fired`);
    return true;
  }

  /** Lets all work be done that needs no time. */
  async #flush(): Promise<void> {
    let before: number;
    do {
      before = this.#processes.happened;
      for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    } while (this.#processes.happened !== before);
  }
}

/** A process ends by itself; a supervisor stops its children first. */
function leave({ actor, isSupervisor }: Process, term: Term): void {
  if (actor === undefined) return;
  const reason = toReason(term);
  if (isSupervisor) sendExit(actor, reason);
  else actor.send({ type: 'worker.exit', reason });
}

/** A process is sent a signal that it cannot trap, or does not. */
function signal(process: Process, term: Term): void {
  if (process.actor === undefined) return;
  const reason = toReason(term);
  process.signal = reason === 'kill' ? 'killed' : reason;
  sendExit(process.actor, reason);
}
